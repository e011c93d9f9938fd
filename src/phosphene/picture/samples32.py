"""Anti-aliasing kernels: where neighbours differ, and the mean of samples in linear light."""

from __future__ import annotations

import numpy as np
from numba import njit

from phosphene.engines.maths32 import exp2, log2
from phosphene.picture.kernels32 import ONE, ZERO, f, hold, kernel

# The sRGB curve, IEC 61966-2-1.
KNEE, LINEAR, OFFSET, UNSCALE, GAMMA = f(0.04045), f(1 / 12.92), f(0.055), f(1 / 1.055), f(2.4)
LINEAR_KNEE, SLOPE, SCALE, INVERSE_GAMMA = f(0.0031308), f(12.92), f(1.055), f(1 / 2.4)


@njit("void(float32[:, ::1], int64, float32[::1])", **kernel)
def spread_3x3(values, width, spread):
    """The largest range of any channel over each pixel's 3x3 neighbourhood.

    `values` has a border of one pixel on all sides, rows of `width`; `spread` has none.
    """
    inner = width - 2
    for row in range(len(spread) // inner):
        out = spread[row * inner : (row + 1) * inner]
        for k in range(inner):
            out[k] = ZERO
        for c in range(len(values)):
            above = values[c, row * width : (row + 1) * width]
            here = values[c, (row + 1) * width : (row + 2) * width]
            below = values[c, (row + 2) * width : (row + 3) * width]
            for k in range(inner):
                low, high = ONE, ZERO
                for step in range(3):
                    a, b, d = hold(above[k + step]), hold(here[k + step]), hold(below[k + step])
                    low = min(low, min(a, min(b, d)))
                    high = max(high, max(a, max(b, d)))
                out[k] = max(out[k], high - low)


@njit(inline="always", error_model="numpy")
def decode(v):
    """The sRGB curve to linear light."""
    return v * LINEAR if v < KNEE else exp2(GAMMA * log2((v + OFFSET) * UNSCALE))


@njit(inline="always", error_model="numpy")
def encode(v):
    """Linear light to the sRGB curve."""
    return v * SLOPE if v < LINEAR_KNEE else SCALE * exp2(INVERSE_GAMMA * log2(v)) - OFFSET


@njit("void(float32[:, ::1], int64, int64, float32[:, ::1], float32[::1])", **kernel)
def average_samples(samples, count, colours, values, spread):
    """The mean of `count` samples of each pixel, and their largest range in any channel.

    The first `colours` channels are averaged in linear light, the rest (opacity) as they are.
    `samples` holds the first sample of every pixel, then the second, ...; sums run in that order.
    """
    pixels = len(spread)
    share = ONE / np.float32(count)
    spread[:] = ZERO
    low, high = np.empty(pixels, np.float32), np.empty(pixels, np.float32)
    for c in range(len(values)):
        total = values[c]
        total[:] = ZERO
        low[:] = ONE
        high[:] = ZERO
        for s in range(count):
            row = samples[c, s * pixels : (s + 1) * pixels]
            for k in range(pixels):
                v = hold(row[k])
                low[k] = min(low[k], v)
                high[k] = max(high[k], v)
                total[k] += decode(v) if c < colours else v
        for k in range(pixels):
            mean = total[k] * share
            total[k] = hold(encode(mean) if c < colours else mean)
            spread[k] = max(spread[k], high[k] - low[k])
