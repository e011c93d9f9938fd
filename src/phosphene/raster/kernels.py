"""Finishing kernels, loaded with the first picture."""

from __future__ import annotations

from phosphene.engines.cpu.kernels import kernel

hold_rows, quantise_rows = kernel("hold_rows"), kernel("quantise_rows")
