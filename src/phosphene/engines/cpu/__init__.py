"""The cpu engine: kernels that run programs, and how they are compiled and cached."""
