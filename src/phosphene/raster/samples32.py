"""Anti-aliasing kernels: second differences of colours, and means of samples in linear light."""

from __future__ import annotations

import numpy as np
from numba import njit

from phosphene.colour import srgb as S
from phosphene.engines.cpu.maths32 import exp2, log2
from phosphene.raster.finish32 import ONE, ZERO, f, hold

KNEE, LIGHT_KNEE, GAMMA, INVERSE_GAMMA = f(S.KNEE), f(S.LIGHT_KNEE), f(S.GAMMA), f(1 / S.GAMMA)
SLOPE, LINEAR, SCALE, UNSCALE = f(S.SLOPE), f(1 / S.SLOPE), f(S.SCALE), f(1 / S.SCALE)
OFFSET, TWO, OF_24 = f(S.OFFSET), f(2.0), f(1 / 24)


def average_centres(around, width, values, bends):
    """The mean over each pixel, from the samples at its centre and its neighbours' centres.

    `around` has rows of `width` and a border of one pixel on all sides; `values` and `bends` have
    no border. A mean is c + (laplacian of the four nearest) / 24, exact for cubic polynomials. A
    bend is the largest |a + b - 2 c| in any channel for opposite neighbours a and b: 0 on a ramp,
    the height of the step at an edge.
    """
    inner = width - 2
    for row in range(len(bends) // inner):
        bend = bends[row * inner : (row + 1) * inner]
        for k in range(inner):
            bend[k] = ZERO
        for c in range(len(values)):
            out = values[c, row * inner : (row + 1) * inner]
            above = around[c, row * width : (row + 1) * width]
            here = around[c, (row + 1) * width : (row + 2) * width]
            below = around[c, (row + 2) * width : (row + 3) * width]
            for k in range(inner):
                twice = hold(here[k + 1]) * TWO
                across = hold(here[k]) + hold(here[k + 2]) - twice
                down = hold(above[k + 1]) + hold(below[k + 1]) - twice
                falling = hold(above[k]) + hold(below[k + 2]) - twice
                rising = hold(below[k]) + hold(above[k + 2]) - twice
                straight, oblique = max(abs(across), abs(down)), max(abs(falling), abs(rising))
                bend[k] = max(bend[k], max(straight, oblique))
                out[k] = hold(hold(here[k + 1]) + (across + down) * OF_24)


@njit(inline="always", error_model="numpy")
def decode(v):
    """An sRGB-encoded value as linear light."""
    return v * LINEAR if v < KNEE else exp2(GAMMA * log2((v + OFFSET) * UNSCALE))


@njit(inline="always", error_model="numpy")
def encode(v):
    """Linear light, sRGB-encoded."""
    return v * SLOPE if v < LIGHT_KNEE else SCALE * exp2(INVERSE_GAMMA * log2(v)) - OFFSET


def average_samples(samples, centres, colours, values, bends):
    """The mean of several samples of each pixel, and the largest bend in any channel.

    The first `colours` channels are averaged in linear light, the rest (opacity) directly.
    `samples` holds the first sample of every pixel, then the second, ...; sums run in that order.
    The k-th sample and the k-th from the end are opposite each other: a bend is the largest
    |a + b - 2 c| of such a pair and the centre's sample.
    """
    pixels = len(bends)
    count = samples.shape[1] // pixels
    share = ONE / np.float32(count)
    bends[:] = ZERO
    for c in range(len(values)):
        total = values[c]
        total[:] = ZERO
        for s in range(count):
            row = samples[c, s * pixels : (s + 1) * pixels]
            for k in range(pixels):
                v = hold(row[k])
                total[k] += decode(v) if c < colours else v
        for s in range(count // 2):
            a = samples[c, s * pixels : (s + 1) * pixels]
            b = samples[c, (count - 1 - s) * pixels : (count - s) * pixels]
            for k in range(pixels):
                bend = hold(a[k]) + hold(b[k]) - hold(centres[c, k]) * TWO
                bends[k] = max(bends[k], abs(bend))
        for k in range(pixels):
            mean = total[k] * share
            total[k] = hold(encode(mean) if c < colours else mean)
