"""Anti-aliasing kernels, loaded with the first picture that asks for it."""

from __future__ import annotations

from phosphene.engines.cpu.kernels import kernel

average_centres, average_samples = kernel("average_centres"), kernel("average_samples")
