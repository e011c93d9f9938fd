"""Points for tests."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from phosphene.core.rng import Stream
from phosphene.testing.tolerance import Array

AWKWARD = (
    0.0, -0.0, 1e-45, -1e-45, 1e-40, -1e-38, 2.0**-126, 1e-30, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5,
    -2.5, 1 - 2**-24, 1 + 2**-23, math.pi / 2, math.pi, -math.pi, 2 * math.pi, 1e5 * math.pi,
    126.5, 127.0, 128.0, -125.0, -126.0, -149.5, 2.0**20 - 1, 2.0**20, 2.0**23 + 1, 2.0**24 + 1,
    1e30, -1e30, 3.4e38, -3.4e38, math.inf, -math.inf, math.nan,
)  # fmt: skip


def kind(precision: str) -> Any:
    return np.float32 if precision == "f32" else np.float64


def awkward(rows: int, precision: str) -> Array:
    """Every pair of special numbers, then random ones of all magnitudes; not a multiple of the
    block size.
    """
    one = np.array(AWKWARD, kind(precision))
    pairs = [np.tile(one, len(one)), np.repeat(one, len(one))]
    made: list[Array] = []
    for row in range(rows):
        stream = Stream("phosphene", f"testing/awkward/{row}")
        sizes = np.exp2(stream.child("size").uniform(2000, -30.0, 30.0))
        rest = stream.child("value").normal(2000) * sizes
        made.append(np.concatenate([np.roll(pairs[row % 2], row // 2), rest]))
    return np.stack(made).astype(kind(precision))


def ordinary(rows: int, precision: str) -> Array:
    """4096 random points of moderate size."""
    draws = [Stream("phosphene", f"testing/ordinary/{row}").normal(4096) * 4 for row in range(rows)]
    return np.stack(draws).astype(kind(precision))


def smooth(variables: int, precision: str) -> tuple[Array, tuple[int, ...]]:
    """4096 points with close neighbours, and the shape of their grid: a line, a square, or a curve
    in higher dimensions.
    """
    shape: tuple[int, ...] = (4096,)
    if variables == 1:
        places = np.arange(-2048, 2048)[None] / 256
    elif variables == 2:
        shape, side = (64, 64), np.linspace(-1.5, 1.5, 64)
        places = np.stack([np.repeat(side, 64), np.tile(side, 64)])
    else:
        turns = np.arange(4096) / 4096 * 2 * math.pi
        places = np.stack([1.5 * np.sin((i + 1) * turns * 1.618 + i * i) for i in range(variables)])
    return places.astype(kind(precision)), shape
