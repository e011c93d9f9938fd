"""Anti-aliasing: more samples where neighbouring pixels differ, averaged in linear light.

First, one sample is taken at every pixel's centre. Where colours are smooth, the samples of the
neighbouring pixels turn it into a mean over the pixel (fourth order). The second difference
|a + b - 2 c| of opposite neighbours (the bend) shows where that is not enough: it is 0 on any ramp,
and the height of the step at an edge. Where it exceeds a limit in any channel, 4 samples on a
rotated grid replace the centre, and where their bend exceeds a second limit, 16. Neighbours beyond
the edge of the tile, the crop or the picture are evaluated too (the plane has no edge), so a pixel
depends only on its absolute position. Features thinner than a pixel that touch no pixel centre of
the 3x3 neighbourhood are missed.

RG(n^2) is the n-rooks pattern x = (n i + j + 1/2) / n^2, y = (n j + n - 1 - i + 1/2) / n^2:
centred, without correlation between x and y; n = 2 is the rotated grid of four.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.channels import colour_channels
from phosphene.engines.cpu.kernels import kernel
from phosphene.engines.plan import Steps
from phosphene.raster.frame import Rect

Array = NDArray[Any]
# Values (channels, n) at pixel positions: columns and rows of the whole picture, in pixels, which
# broadcast against each other. The next call overwrites them.
Sample = Callable[[Array, Array], Array]

# mode: steps of (limit, n): where the bend so far exceeds the limit, take RG(n^2) instead.
STEPS: dict[str, Steps] = {
    "draft": ((16 / 255, 2), (48 / 255, 4)),
    "auto": ((8 / 255, 2), (24 / 255, 4)),
    "print": ((6 / 255, 4), (64 / 255, 8)),
    "part": ((16 / 255, 2),),  # for pictures that are averaged, each slightly displaced
}


def rotated_grid(n: int) -> Array:
    """The n^2 offsets of RG(n^2) from a pixel's centre, in pixels: shape (2, n^2)."""
    i, j = np.divmod(np.arange(n * n, dtype=np.float64), n)
    x, y = (n * i + j + 0.5) / (n * n), (n * j + (n - 1 - i) + 0.5) / (n * n)
    return np.stack([x, y]) - 0.5


def antialias(sample: Sample, rect: Rect, mode: str | int) -> tuple[Array, int]:
    """Anti-aliased values of a rectangle, shape (channels, pixels), float32, and the number of
    samples taken.
    """
    if isinstance(mode, int):
        return every_pixel(sample, rect, mode), mode * rect.width * rect.height
    return where_colours_bend(sample, rect, STEPS[mode])


def every_pixel(sample: Sample, rect: Rect, count: int) -> Array:
    """Values with a square number of samples for each pixel."""
    every = np.arange(rect.width * rect.height)
    samples = _samples(sample, rect, every, round(count**0.5))
    values, _ = _average(samples, samples[:, : len(every)])
    return values


def where_colours_bend(sample: Sample, rect: Rect, steps: Steps) -> tuple[Array, int]:
    """Values with more samples where colours bend, and how many samples they took."""
    wide = Rect(rect.x - 1, rect.y - 1, rect.width + 2, rect.height + 2)
    columns = np.arange(wide.x, wide.x + wide.width, dtype=np.float64)
    rows = np.arange(wide.y, wide.y + wide.height, dtype=np.float64)
    around = sample(columns[None, :], rows[:, None])
    bends = np.empty(rect.width * rect.height, np.float32)
    values = np.empty((len(around), len(bends)), np.float32)
    kernel("average_centres")(around, wide.width, values, bends)
    inner = around.reshape(len(around), wide.height, wide.width)[:, 1:-1, 1:-1]
    centres = inner.copy().reshape(values.shape)  # the next call overwrites samples
    at, taken = np.arange(len(bends)), len(bends)
    for limit, n in steps:
        at = at[bends > np.float32(limit)]
        if not len(at):
            break
        values[:, at], bends = _average(_samples(sample, rect, at, n), centres[:, at])
        taken += n * n * len(at)
    return values, taken


def _samples(sample: Sample, rect: Rect, at: Array, n: int) -> Array:
    """The samples of RG(n^2) at some pixels of a rectangle, given by their indices in row order."""
    down, across = np.divmod(at, rect.width)
    dx, dy = rotated_grid(n)
    columns = dx[:, None] + (rect.x + across.astype(np.float64))
    rows = dy[:, None] + (rect.y + down.astype(np.float64))
    return sample(columns.reshape(-1), rows.reshape(-1))


def _average(samples: Array, centres: Array) -> tuple[Array, Array]:
    """The mean of each pixel's samples in linear light, sRGB-encoded, and their bends."""
    values = np.empty(centres.shape, np.float32)
    bends = np.empty(centres.shape[1], np.float32)
    colours = colour_channels(len(samples))
    kernel("average_samples")(samples, np.ascontiguousarray(centres), colours, values, bends)
    return values, bends
