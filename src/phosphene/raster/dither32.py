"""Dither kernels: values, planar or interleaved, to bytes through a tile of noise."""

from __future__ import annotations

import numpy as np

from phosphene.engines.cpu.llvm_intrinsics import load, store
from phosphene.raster.finish32 import BYTE, ONE, hold

SIDE = 64


def dither_colours(values, noise, x, y, pixels):
    """`dither_rows` for three planar channels, stored together with a constant stride so that the
    stores vectorise.
    """
    height, width = values.shape[1:]
    plane, layer = height * width, SIDE * 2 * SIDE
    for r in range(height):
        grain = (y + r) % SIDE * 2 * SIDE + x % SIDE
        for left in range(0, width, SIDE):
            first = r * width + left
            for k in range(min(SIDE, width - left)):
                n, g = first + k, grain + k
                red = hold(load(values, n)) * BYTE + load(noise, g)
                green = hold(load(values, plane + n)) * BYTE + load(noise, layer + g)
                blue = hold(load(values, 2 * plane + n)) * BYTE + load(noise, 2 * layer + g)
                store(pixels, 3 * n, np.uint8(np.int32(red)))
                store(pixels, 3 * n + 1, np.uint8(np.int32(green)))
                store(pixels, 3 * n + 2, np.uint8(np.int32(blue)))


def dither_pixels(pixels, grains, x, y, made):
    """`dither_rows` for pixels (height, width, channels), with the noise in the same layout."""
    height, width, channels = pixels.shape
    for r in range(height):
        grain = ((y + r) % SIDE * 2 * SIDE + x % SIDE) * channels
        for left in range(0, width, SIDE):
            first = (r * width + left) * channels
            for k in range(min(SIDE, width - left) * channels):
                level = hold(load(pixels, first + k)) * BYTE + load(grains, grain + k)
                store(made, first + k, np.uint8(np.int32(level)))


def dither_rows(values, noise, x, y, invert, pixels):
    """pixels[r, n, c] = floor(255 v + noise[c, (y + r) % 64, (x + n) % 64]).

    v is values[c, r, n] clamped to 0..1 (NaN is 0); with `invert` it is 1 - v, except for opacity,
    the last of 2 or 4 channels. `noise` repeats its columns, so that 64 neighbours read consecutive
    numbers.
    """
    channels, height, width = values.shape
    colours = channels - (channels % 2 == 0)
    start = x % SIDE
    for r in range(height):
        line = (y + r) % SIDE
        for left in range(0, width, SIDE):
            count = min(SIDE, width - left)
            for c in range(channels):
                for k in range(count):
                    v = hold(values[c, r, left + k])
                    v = ONE - v if invert and c < colours else v
                    level = v * BYTE + noise[c, line, start + k]
                    pixels[r, left + k, c] = np.uint8(np.int32(level))
