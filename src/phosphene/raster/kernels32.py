"""Planar float32 values to interleaved pixels. Three channels go together, at a distance that LLVM
knows, so that stores vectorise.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from phosphene.engines.cpu.llvm_intrinsics import load, store

f = np.float32
ZERO, ONE, TOP, HALF = f(0), f(1), f(255), f(0.5)


@njit(inline="always", error_model="numpy")
def hold(v):
    """v held to 0..1; NaN is 0."""
    v = v if v > ZERO else ZERO
    return v if v < ONE else ONE


@njit(inline="always", error_model="numpy")
def nearest_byte(v):
    """floor(255 v + 1/2) of v held to 0..1."""
    return np.uint8(np.int32(hold(v) * TOP + HALF))


def hold_rows(values, pixels):
    """pixels[n, c] = values[c, n] held to 0..1."""
    channels, count = values.shape
    if channels == 3:
        for n in range(count):
            store(pixels, 3 * n, hold(load(values, n)))
            store(pixels, 3 * n + 1, hold(load(values, count + n)))
            store(pixels, 3 * n + 2, hold(load(values, 2 * count + n)))
    else:
        for c in range(channels):
            for n in range(count):
                store(pixels, channels * n + c, hold(load(values, c * count + n)))


def quantise_rows(values, pixels):
    """pixels[n, c] = floor(255 v + 1/2) of v = values[c, n] held to 0..1."""
    channels, count = values.shape
    if channels == 3:
        for n in range(count):
            store(pixels, 3 * n, nearest_byte(load(values, n)))
            store(pixels, 3 * n + 1, nearest_byte(load(values, count + n)))
            store(pixels, 3 * n + 2, nearest_byte(load(values, 2 * count + n)))
    else:
        for c in range(channels):
            for n in range(count):
                store(pixels, channels * n + c, nearest_byte(load(values, c * count + n)))
