"""Anti-aliasing: more samples where neighbouring pixels differ, averaged in linear light.

One sample at every pixel's centre. Where the 3x3 neighbourhood spans more than a limit in any
channel, the centre is replaced by 4 samples on a rotated grid, and where those still span more than
a second limit, by 16. Neighbours are evaluated beyond tile, crop and picture edge (the plane has no
edge), so every pixel is a function of its absolute place alone. Its one blind spot: a feature
thinner than a pixel that touches no centre of the neighbourhood.

RG(n^2) is the n-rooks pattern x = (n i + j + 1/2) / n^2, y = (n j + n - 1 - i + 1/2) / n^2:
centred, without correlation between x and y; n = 2 is the rotated grid of four.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.view import Rect

Array = NDArray[Any]
# Values (channels, n) at pixel positions: columns and rows of the whole picture, in pixels, which
# broadcast against each other. They hold until the next call.
Sample = Callable[[Array, Array], Array]

# mode: steps of (limit on the spread so far, n): replace by RG(n^2) where the spread exceeds it.
STEPS: dict[str, tuple[tuple[float, int], ...]] = {
    "draft": ((24 / 255, 2), (48 / 255, 4)),
    "auto": ((12 / 255, 2), (32 / 255, 4)),
    "print": ((12 / 255, 4), (96 / 255, 8)),
}


def rotated_grid(n: int) -> Array:
    """The n^2 offsets of RG(n^2) from a pixel's centre, in pixels: shape (2, n^2)."""
    i, j = np.divmod(np.arange(n * n, dtype=np.float64), n)
    x, y = (n * i + j + 0.5) / (n * n), (n * j + (n - 1 - i) + 0.5) / (n * n)
    return np.stack([x, y]) - 0.5


def antialias(sample: Sample, rect: Rect, mode: str | int) -> tuple[Array, int]:
    """Values of shape (channels, pixels) of a rectangle, float32, and how many samples they
    took.
    """
    from phosphene.picture.sample_kernels import spread_3x3

    if isinstance(mode, int):
        every = np.arange(rect.width * rect.height)
        values, _ = _average(sample, *_centres(rect, every), round(mode**0.5))
        return values, mode * len(every)
    wide = Rect(rect.x - 1, rect.y - 1, rect.width + 2, rect.height + 2)
    columns = np.arange(wide.x, wide.x + wide.width, dtype=np.float64)
    rows = np.arange(wide.y, wide.y + wide.height, dtype=np.float64)
    around = sample(columns[None, :], rows[:, None])
    spread = np.empty(rect.width * rect.height, np.float32)
    spread_3x3(around, wide.width, spread)
    inner = around.reshape(len(around), wide.height, wide.width)[:, 1:-1, 1:-1]
    values = np.ascontiguousarray(inner).reshape(len(around), -1)
    at, taken = np.arange(len(spread)), len(spread)
    for limit, n in STEPS[mode]:
        at = at[spread > np.float32(limit)]
        if not len(at):
            break
        values[:, at], spread = _average(sample, *_centres(rect, at), n)
        taken += n * n * len(at)
    return values, taken


def _centres(rect: Rect, at: Array) -> tuple[Array, Array]:
    """Column and row of a rectangle's pixels, which are counted row by row."""
    down, across = np.divmod(at, rect.width)
    return rect.x + across.astype(np.float64), rect.y + down.astype(np.float64)


def _average(sample: Sample, columns: Array, rows: Array, n: int) -> tuple[Array, Array]:
    """The mean of RG(n^2) at each pixel in linear light, sRGB-encoded again, and the samples'
    spread.
    """
    from phosphene.picture.sample_kernels import average_samples

    across, down = rotated_grid(n)
    places = (across[:, None] + columns).reshape(-1), (down[:, None] + rows).reshape(-1)
    samples = sample(*places)
    values = np.empty((len(samples), len(columns)), np.float32)
    spread = np.empty(len(columns), np.float32)
    colours = len(samples) - (len(samples) % 2 == 0)  # of 2 or 4 channels the last is opacity
    average_samples(samples, n * n, colours, values, spread)
    return values, spread
