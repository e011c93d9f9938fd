"""The cpu engine: compiled kernels that run programs, and how they are compiled and kept."""
