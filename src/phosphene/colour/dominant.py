"""The dominant colours of a picture: clusters in OKLab."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.oklab import oklab_to_bytes, srgb_to_oklab

ROUNDS = 24
# Cells of the histogram: in lightness, and in a and b.
FINE = np.array([1 / 48, 1 / 64, 1 / 64])


def dominant(
    pixels: NDArray[np.uint8], count: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """At most `count` colours, shape (n, 3), from dark to light, and their shares of the picture.

    `pixels` are sRGB in 8 bits, shape (..., 3). Lloyd's algorithm on a histogram, started from the
    heaviest cell and then from those farthest from the ones before, so the same picture always has
    the same colours. The numbers are for display; no picture depends on them.
    """
    colours, times = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    lab = srgb_to_oklab(colours / 255)
    _, cell = np.unique(np.floor(lab / FINE), axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    weight = np.bincount(cell, times).astype(np.float64)
    points = np.stack([np.bincount(cell, times * lab[:, i]) / weight for i in range(3)], axis=1)
    centres = _spread(points, weight, min(count, len(points)))
    for _ in range(ROUNDS):
        nearest = _nearest(points, centres)
        total = np.bincount(nearest, weight, minlength=len(centres))
        for i in range(3):
            mean = np.bincount(nearest, weight * points[:, i], minlength=len(centres))
            centres[:, i] = np.where(total > 0, mean / np.maximum(total, 1), centres[:, i])
    total = np.bincount(_nearest(points, centres), weight, minlength=len(centres))
    order = [k for k in np.argsort(centres[:, 0], kind="stable") if total[k] > 0]
    return oklab_to_bytes(centres[order]), total[order] / total.sum()


def _spread(
    points: NDArray[np.float64], weight: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """Initial centres: the heaviest point, then repeatedly a heavy point far from all so far."""
    chosen = [int(np.argmax(weight))]
    far = np.full(len(points), np.inf)
    while len(chosen) < count:
        far = np.minimum(far, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(np.argmax(far * np.sqrt(weight))))
    return points[chosen].copy()


def _nearest(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.intp]:
    apart = ((points[:, None] - centres[None]) ** 2).sum(axis=2)
    return np.argmin(apart, axis=1)
