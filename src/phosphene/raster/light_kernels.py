"""The kernel of linear light, loaded with the first picture that takes it."""

from __future__ import annotations

from phosphene.engines.cpu.kernels import kernel

light_rows = kernel("light_rows")
