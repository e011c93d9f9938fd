"""The dither kernels."""

from __future__ import annotations

from typing import Any

import numpy as np

from phosphene.engines.cpu.kernels import kernel

dither_colours, dither_pixels = kernel("dither_colours"), kernel("dither_pixels")


def dither_rows(values: Any, *rest: Any) -> None:
    """The kernel for values of this kind."""
    kernel("dither_rows" if values.dtype == np.float32 else "dither_rows64")(values, *rest)
