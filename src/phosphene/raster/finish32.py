"""Kernels that finish a picture: planar float32 values to interleaved pixels, as floats, bytes,
16-bit words, or floats of linear light.

Values (channels, n) are clamped to 0..1, NaN to 0. Where speed matters, three channels are stored
together with a constant stride, so that the stores vectorise.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from phosphene.engines.cpu.llvm_intrinsics import load, store

f = np.float32
ZERO, ONE, HALF = f(0), f(1), f(0.5)
BYTE, WORD = f(255), f(65535)  # the largest level of 8 and of 16 bits


@njit(inline="always", error_model="numpy")
def hold(v):
    """v clamped to 0..1; NaN is 0."""
    v = v if v > ZERO else ZERO
    return v if v < ONE else ONE


@njit(inline="always", error_model="numpy")
def nearest_byte(v):
    """floor(255 v + 1/2) for v clamped to 0..1."""
    return np.uint8(np.int32(hold(v) * BYTE + HALF))


def hold_rows(values, pixels):
    """pixels[n, c] = values[c, n] clamped to 0..1."""
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
    """pixels[n, c] = floor(255 v + 1/2) for v = values[c, n] clamped to 0..1."""
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


def word_rows(values, pixels):
    """pixels[n, c] = floor(65535 v + 1/2) for v = values[c, n] clamped to 0..1."""
    if len(values) == 3:
        red, green, blue = values[0], values[1], values[2]
        for n in range(len(pixels)):
            pixels[n, 0] = np.uint16(np.int32(hold(red[n]) * WORD + HALF))
            pixels[n, 1] = np.uint16(np.int32(hold(green[n]) * WORD + HALF))
            pixels[n, 2] = np.uint16(np.int32(hold(blue[n]) * WORD + HALF))
    else:
        for c in range(len(values)):
            for n in range(len(pixels)):
                pixels[n, c] = np.uint16(np.int32(hold(values[c, n]) * WORD + HALF))


def light_rows(values, colours, table, pixels):
    """pixels[n, c] = the linear light of values[c, n], clamped to 0..1, interpolated from `table`.

    The entries of `table` cover 0 to 1 and one step beyond. The first `colours` channels are looked
    up in it; opacity, after them, is unchanged.
    """
    steps = np.float64(len(table) - 2)
    for n in range(len(pixels)):
        for c in range(colours):
            place = np.float64(hold(values[c, n])) * steps
            k = np.int32(place)
            low = table[k]
            pixels[n, c] = np.float32(low + (table[k + 1] - low) * (place - np.float64(k)))
        for c in range(colours, len(values)):
            pixels[n, c] = hold(values[c, n])
