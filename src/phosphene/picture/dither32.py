"""The dither kernel: values to bytes through a tile of noise, from planes or interleaved."""

from __future__ import annotations

import numpy as np
from numba import njit

from phosphene.picture.kernels32 import ONE, TOP, hold, kernel

SIDE = 64
AFTER = "float32[:, :, ::1], int64, int64, boolean, uint8[:, :, ::1])"


@njit(
    [
        f"void(float32[:, :, ::1], {AFTER}",
        f"void(float32[:, :, :], {AFTER}",
        f"void(float64[:, :, :], {AFTER}",
    ],
    **kernel,
)
def dither_rows(values, noise, x, y, invert, pixels):
    """pixels[r, n, c] = floor(255 v + noise[c, (y + r) % 64, (x + n) % 64]).

    v is values[c, r, n] held to 0..1 (NaN is 0); with `invert` 1 - v, save in the opacity, the last
    of 2 or 4 channels. `noise` goes on for a second round of columns, so that 64 pixels in a row
    read it in a row.
    """
    channels, height, width = values.shape
    colours = channels - (channels % 2 == 0)
    start = x % SIDE
    for r in range(height):
        line = (y + r) % SIDE
        for left in range(0, width, SIDE):
            count = min(SIDE, width - left)
            if channels == 3 and not invert:  # together, so that stores vectorise
                red, green, blue = values[0, r, left:], values[1, r, left:], values[2, r, left:]
                n0, n1, n2 = noise[0, line, start:], noise[1, line, start:], noise[2, line, start:]
                out = pixels[r, left:]
                for k in range(count):
                    out[k, 0] = np.uint8(np.int32(hold(red[k]) * TOP + n0[k]))
                    out[k, 1] = np.uint8(np.int32(hold(green[k]) * TOP + n1[k]))
                    out[k, 2] = np.uint8(np.int32(hold(blue[k]) * TOP + n2[k]))
            else:
                for c in range(channels):
                    for k in range(count):
                        v = hold(values[c, r, left + k])
                        v = ONE - v if invert and c < colours else v
                        level = v * TOP + noise[c, line, start + k]
                        pixels[r, left + k, c] = np.uint8(np.int32(level))
