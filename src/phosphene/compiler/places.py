"""Where a shading reads a palette whose colours have shares of the picture.

The values of u in A(u) are measured over the picture's own probe. A table of places in the palette
then gives every colour its share of them: near a colour's anchor the place moves slowly, between
two anchors it moves fast. Values that fill areas, such as the sheets of papercut, are divided among
the colours instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.ramps import interpolate
from phosphene.compiler.probe import CDF_ENTRIES, Distribution, Share, share_below

Array = NDArray[Any]
NEAR = 0.05  # OKLab: colours this near an anchor count as its colour
STEPS = 64  # samples of a palette between two anchors
MIXED = 0.3  # the most that an area has of a neighbouring colour
MOST_VALUES = 256  # a field with fewer values on the probe fills areas


def place_share(values: Array, anchors: Array, shares: Sequence[float]) -> Share:
    """The table of places, 0..1, in a palette with these anchors, by the values that it is read at.

    `anchors` are OKLab, of shape (n, 3), `shares` percentages of the values.
    """
    seen = Distribution(values)
    kinds, counts = np.unique(seen.ordered, return_counts=True)
    if len(kinds) <= MOST_VALUES:
        return _of_areas(kinds, counts, shares)
    inner = seen.ordered[int(counts[0]) - 1 : len(seen.ordered) - int(counts[-1]) + 1]
    measured = share_below(*Distribution(inner).cumulative())
    if measured.values is None:
        return measured
    ranks, places = _knots(anchors, np.array(shares) / 100)
    return replace(measured, values=_monotone(measured.values, ranks, places))


def _of_areas(kinds: Array, counts: Array, shares: Sequence[float]) -> Share:
    """The share of a field with few values, ascending: its table is constant around each."""
    low, high = float(kinds[0]), float(kinds[-1])
    if not high > low:
        return Share("constant")
    places = _divided(counts / counts.sum(), np.array(shares) / sum(shares))
    grid = low + (high - low) * (np.arange(CDF_ENTRIES) / (CDF_ENTRIES - 1))
    middles = (kinds[:-1] + kinds[1:]) * 0.5
    return Share("even", (low, 1.0 / (high - low)), places[np.searchsorted(middles, grid)])


def _divided(areas: Array, shares: Array) -> Array:
    """A place for each area, ascending, so that areas in the places of anchors come near `shares`.

    The areas are divided into runs, one for each colour. The largest of a run has the colour
    itself, the others have mixtures with its neighbours.
    """
    count, colours = len(areas), len(shares)
    if count < colours:
        return np.round(np.arange(count) * ((colours - 1) / max(count - 1, 1))) / (colours - 1)
    ends = _runs(areas, shares)
    places = np.empty(count)
    for k, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        top = start + int(np.argmax(areas[start:end]))
        for j in range(start, end):
            side = top - start if j < top else end - 1 - top
            places[j] = k + MIXED * (j - top) / (side + 1)
    return np.clip(places, 0, colours - 1) / (colours - 1)


def _runs(areas: Array, shares: Array) -> list[int]:
    """The ends of the runs whose sums differ least from `shares`, in squares; none is empty."""
    count, colours = len(areas), len(shares)
    sums = np.concatenate([[0.0], np.cumsum(areas)])
    cost = np.full((colours + 1, count + 1), np.inf)
    cost[0, 0] = 0.0
    came = np.zeros((colours + 1, count + 1), np.int64)
    for k in range(1, colours + 1):
        for end in range(k, count + 1):
            off = sums[end] - sums[:end] - shares[k - 1]
            total = cost[k - 1, :end] + off * off
            came[k, end] = np.argmin(total)
            cost[k, end] = total[came[k, end]]
    ends = [count]
    for k in range(colours, 1, -1):
        ends.insert(0, int(came[k, ends[0]]))
    return ends


def _knots(anchors: Array, shares: Array) -> tuple[Array, Array]:
    """Ranks and places, both 0..1 and ascending, between which the table of places runs.

    Each colour has the ranks of its share for the places where the palette is near it; the ranks
    that remain are divided among the gaps between the colours, by their lengths.
    """
    n = len(anchors)
    colours = interpolate(anchors, STEPS * (n - 1) + 1)
    starts, ends = np.empty(n), np.empty(n)
    for k in range(n):
        off = colours - anchors[k]
        far = (off * off).sum(axis=1) > NEAR * NEAR
        middle = STEPS * k
        left = np.flatnonzero(far[:middle])
        right = np.flatnonzero(far[middle:])
        starts[k] = max(left[-1] + 1 if len(left) else 0, middle - STEPS // 2)
        ends[k] = min(middle + right[0] - 1 if len(right) else len(far) - 1, middle + STEPS // 2)
    steps = anchors[1:] - anchors[:-1]
    lengths = np.sqrt((steps * steps).sum(axis=1)) + 1e-3
    gaps = max(1.0 - float(shares.sum()), 0.0) * lengths / lengths.sum()
    widths = np.zeros(2 * n - 1)
    widths[0::2], widths[1::2] = shares, gaps
    ranks = np.concatenate([[0.0], np.cumsum(widths / widths.sum())])
    places = np.stack([starts, ends], axis=1).reshape(-1) / (STEPS * (n - 1))
    return ranks, places


def _monotone(x: Array, xs: Array, ys: Array) -> Array:
    """Monotone cubics through knots (Fritsch & Carlson 1980), with clamped ends."""
    kept = np.concatenate([[True], np.diff(xs) > 1e-9])
    xs, ys = xs[kept], ys[kept]
    width = np.diff(xs)
    slope = np.diff(ys) / width
    before, after = slope[:-1], slope[1:]
    total = before + after
    inner = 2 * before * after / np.where(total == 0, 1.0, total)
    tangents = np.concatenate([slope[:1], np.where(before * after > 0, inner, 0.0), slope[-1:]])
    k = np.clip(np.searchsorted(xs, x, side="right") - 1, 0, len(width) - 1)
    h = width[k]
    t = np.clip((x - xs[k]) / h, 0.0, 1.0)
    t2, t3 = t * t, t * t * t
    return (
        (2 * t3 - 3 * t2 + 1) * ys[k] + (t3 - 2 * t2 + t) * h * tangents[k]
        + (3 * t2 - 2 * t3) * ys[k + 1] + (t3 - t2) * h * tangents[k + 1]
    )  # fmt: skip
