"""Planar float32 values to interleaved pixels. Three channels go together, so that stores
vectorise.
"""

from __future__ import annotations

import numpy as np
from numba import njit

f = np.float32
ZERO, ONE, TOP, HALF = f(0), f(1), f(255), f(0.5)

kernel = {"nogil": True, "cache": True, "error_model": "numpy"}


@njit(inline="always", error_model="numpy")
def hold(v):
    """v held to 0..1; NaN is 0."""
    v = v if v > ZERO else ZERO
    return v if v < ONE else ONE


@njit("void(float32[:, ::1], float32[:, ::1])", **kernel)
def hold_rows(values, pixels):
    """pixels[n, c] = values[c, n] held to 0..1."""
    if len(values) == 3:
        red, green, blue = values[0], values[1], values[2]
        for n in range(len(pixels)):
            pixels[n, 0] = hold(red[n])
            pixels[n, 1] = hold(green[n])
            pixels[n, 2] = hold(blue[n])
    else:
        for c in range(len(values)):
            for n in range(len(pixels)):
                pixels[n, c] = hold(values[c, n])


@njit("void(float32[:, ::1], uint8[:, ::1])", **kernel)
def quantise_rows(values, pixels):
    """pixels[n, c] = floor(255 v + 1/2) of v = values[c, n] held to 0..1."""
    if len(values) == 3:
        red, green, blue = values[0], values[1], values[2]
        for n in range(len(pixels)):
            pixels[n, 0] = np.uint8(np.int32(hold(red[n]) * TOP + HALF))
            pixels[n, 1] = np.uint8(np.int32(hold(green[n]) * TOP + HALF))
            pixels[n, 2] = np.uint8(np.int32(hold(blue[n]) * TOP + HALF))
    else:
        for c in range(len(values)):
            for n in range(len(pixels)):
                pixels[n, c] = np.uint8(np.int32(hold(values[c, n]) * TOP + HALF))
