"""Planar float32 values to interleaved 16-bit pixels."""

from __future__ import annotations

import numpy as np

from phosphene.raster.kernels32 import HALF, f, hold

TOP = f(65535)


def word_rows(values, pixels):
    """pixels[n, c] = floor(65535 v + 1/2) of v = values[c, n] held to 0..1."""
    if len(values) == 3:
        red, green, blue = values[0], values[1], values[2]
        for n in range(len(pixels)):
            pixels[n, 0] = np.uint16(np.int32(hold(red[n]) * TOP + HALF))
            pixels[n, 1] = np.uint16(np.int32(hold(green[n]) * TOP + HALF))
            pixels[n, 2] = np.uint16(np.int32(hold(blue[n]) * TOP + HALF))
    else:
        for c in range(len(values)):
            for n in range(len(pixels)):
                pixels[n, c] = np.uint16(np.int32(hold(values[c, n]) * TOP + HALF))
