"""Paths of a pen: lines ordered so that the raised pen travels little.

A path is an array (n, 2) of points in millimetres; a closed one ends where it begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Path = NDArray[np.float64]
Placed = tuple[int, Path]  # a path, and where it was in a list

NEAR = 8  # rings of cells that are searched one by one, before all remaining points
IMPROVED = 4000  # paths up to which the order is improved after the first choice


class Drawn(NamedTuple):
    """What a plotter does: numbers of paths and straight segments, and the millimetres that the pen
    travels down and up.
    """

    paths: int = 0
    segments: int = 0
    down: float = 0.0
    up: float = 0.0

    def plus(self, other: Drawn) -> Drawn:
        return Drawn(
            self.paths + other.paths, self.segments + other.segments, self.down + other.down,
            self.up + other.up,
        )  # fmt: skip

    def __str__(self) -> str:
        return (
            f"{self.paths:,} lines of {self.segments:,} segments; {self.down / 1000:.1f} m drawn, "
            f"{self.up / 1000:.1f} m with the pen up"
        )


def closed(path: Path) -> bool:
    return len(path) > 2 and bool((path[0] == path[-1]).all())


def measure(paths: Sequence[Path]) -> Drawn:
    """What is drawn by paths in this order, from where the first begins."""
    down = sum(float(_steps(path).sum()) for path in paths)
    up = sum(float(np.hypot(*(b[0] - a[-1]))) for a, b in pairwise(paths))
    return Drawn(len(paths), sum(len(path) - 1 for path in paths), down, up)


def _steps(path: Path) -> NDArray[np.float64]:
    return np.hypot(*np.diff(path, axis=0).T)


def in_order(paths: Sequence[Path]) -> list[Placed]:
    """The paths, each with its index in `paths`, in an order that needs little travel; some are
    reversed, and closed ones may begin elsewhere.

    First as `nearest_first`; then parts of the order are reversed as long as that helps (2-opt).
    """
    found = nearest_first(paths)
    return _improved(found) if 3 <= len(found) <= IMPROVED else found


def nearest_first(paths: Sequence[Path]) -> list[Placed]:
    """The paths, each with its index in `paths`: each next one is the nearest to the end of the
    last, the first the nearest to the corner.
    """
    entries, here = _Entries(paths), np.zeros(2)
    found: list[Placed] = []
    for _ in paths:
        k, index = entries.take(here)
        path = paths[k]
        if closed(path):
            path = np.concatenate([path[index:-1], path[: index + 1]])
        elif index:
            path = path[::-1]
        found.append((k, path))
        here = path[-1]
    return found


class _Entries:
    """The points at which a pen can begin a path: both ends, or any point of a closed path. They
    lie in square cells, so that the nearest one is found without looking at all.
    """

    def __init__(self, paths: Sequence[Path]):
        at = [np.arange(len(p) - 1) if closed(p) else np.array([0, len(p) - 1]) for p in paths]
        self.owner = np.repeat(np.arange(len(paths)), [len(a) for a in at])
        self.index = np.concatenate([np.zeros(0, np.int64), *at])
        self.points = np.concatenate(
            [np.zeros((0, 2)), *(p[a] for p, a in zip(paths, at, strict=True))]
        )
        self.waiting = np.ones(len(paths), bool)
        self.left = np.arange(len(self.points))
        self.corner = self.points.min(0, initial=0)
        across = np.ptp(self.points, axis=0).max() if len(self.points) else 0
        self.cell = max(float(across) / max(1, round((len(self.points) / 4) ** 0.5)), 1e-6)
        self.cells: dict[tuple[int, int], list[int]] = {}
        for n, (x, y) in enumerate(((self.points - self.corner) // self.cell).astype(int).tolist()):
            self.cells.setdefault((x, y), []).append(n)

    def take(self, here: Path) -> tuple[int, int]:
        """The nearest waiting path, which waits no longer, and the index of its entry."""
        n = self._nearest(here)
        self.waiting[self.owner[n]] = False
        return int(self.owner[n]), int(self.index[n])

    def _nearest(self, here: Path) -> int:
        x, y = ((here - self.corner) // self.cell).astype(int).tolist()
        best, least = -1, np.inf
        for ring in range(NEAR):
            if least <= ((ring - 1) * self.cell) ** 2:
                return best
            for place in _ring(x, y, ring):
                held = self.cells.get(place)
                if not held:
                    continue
                held[:] = [n for n in held if self.waiting[self.owner[n]]]
                for n in held:
                    dx, dy = self.points[n] - here
                    if dx * dx + dy * dy < least:
                        best, least = n, dx * dx + dy * dy
        return best if best >= 0 else self._nearest_of_all(here)

    def _nearest_of_all(self, here: Path) -> int:
        self.left = self.left[self.waiting[self.owner[self.left]]]
        far = np.square(self.points[self.left] - here).sum(1)
        return int(self.left[far.argmin()])


def _ring(x: int, y: int, r: int) -> list[tuple[int, int]]:
    """The cells at distance r of a cell, the larger of across and down."""
    if r == 0:
        return [(x, y)]
    sides = range(-r, r + 1)
    rows = [(x + d, y + e) for e in (-r, r) for d in sides]
    return rows + [(x + e, y + d) for e in (-r, r) for d in sides[1:-1]]


def _improved(placed: list[Placed]) -> list[Placed]:
    """2-opt: reverse a part of the order wherever the two connections at its ends get shorter."""
    paths = [path for _, path in placed]
    first, last = (np.array([p[k] for p in paths]) for k in (0, -1))
    order, turned = np.arange(len(paths)), np.zeros(len(paths), bool)
    for _ in range(20):
        gained = False
        for i in range(len(paths) - 2):
            begin = first[i + 1 :]  # a part from i + 1 to j, for every j
            after = np.concatenate([first[i + 2 :], last[-1:]])  # nothing follows the last
            now = np.hypot(*(first[i + 1] - last[i])) + np.hypot(*(after - last[i + 1 :]).T)
            then = np.hypot(*(last[i + 1 :] - last[i]).T) + np.hypot(*(after - begin[0]).T)
            then[-1] -= np.hypot(*(after[-1] - begin[0]))
            gain = now - then
            best = int(gain.argmax())
            if gain[best] > 1e-6:
                part = slice(i + 1, i + 2 + best)
                flipped = last[part][::-1].copy(), first[part][::-1].copy()
                first[part], last[part] = flipped
                order[part], turned[part] = order[part][::-1].copy(), ~turned[part][::-1]
                gained = True
        if not gained:
            break
    return [
        (placed[k][0], paths[k][::-1] if t else paths[k])
        for k, t in zip(order.tolist(), turned.tolist(), strict=True)
    ]
