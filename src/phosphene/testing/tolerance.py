"""The tolerances of both tiers, and how they are derived.

Tier "exact": what IEEE 754 rounds correctly must be equal bit for bit, the rest to `allowance`.
Tier "close", for engines that cannot be exact (a GPU's arithmetic, a compiler that reorders sums):
visible differences. Values are clamped to 0..1, like pixels, and compared by `SMOOTH`, or by
`JUMPING` if the recipe contains something that jumps.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from phosphene.engines.reference import ReferenceEngine
from phosphene.formula import ARRAY_WORDS, PRIMITIVES, namespace
from phosphene.ir.program import Program
from phosphene.recipe import Recipe

Array = NDArray[np.floating[Any]]


class Disagreement(AssertionError):
    """An engine's results differ from the expected ones; the message says where and by how much."""


@dataclass(frozen=True)
class Accuracy:
    """The error allowed for a transcendental primitive of a float32 engine.

    |error| <= min(relative |value|, absolute + 2^-24 |value|), for arguments from low to high.
    """

    relative: float
    absolute: float
    low: float
    high: float
    why: str

    def bound(self, value: Array) -> NDArray[np.float64]:
        size = np.abs(value).astype(np.float64)
        size = np.where(np.isfinite(size), size, 0.0)
        if self.relative == math.inf:
            return self.absolute + 2.0**-24 * size
        return np.minimum(self.relative * size, self.absolute + 2.0**-24 * size)


# The measured errors of the cpu engine, rounded up. tests/engines/test_conformance.py measures them
# again, and fails if a bound is more than four times the measured error.
ACCURACY: Mapping[str, Accuracy] = {
    "exp2": Accuracy(
        2e-7, math.inf, -125.0, 127.0, "degree 5 on half a unit, exact at whole numbers; rounding"
    ),
    "log2": Accuracy(
        6e-7, 1.2e-7, 2.0**-126, 2.0**127, "degree 8 about 1, where its value is small"
    ),
    "sin": Accuracy(
        math.inf, 1.6e-7, -(2.0**20), 2.0**20, "degree 9 on half a turn; pi taken off in two parts"
    ),
    "cos": Accuracy(math.inf, 1.6e-7, -(2.0**20), 2.0**20, "as sin"),
}

SPREAD, PLACES, NEAR = 2.0, 1.0, 2
CLOSE = 1e-9  # the tolerance of float64, which need not be equal bit for bit


def allowance(
    program: Program, places: Array, shape: tuple[int, ...] | None, dtype: Any
) -> tuple[Array, Array]:
    """The values of the float64 reference at the points, and how far an engine may be from them.

    Float32: one unit in the last place, plus twice the largest change of the reference when it is
    computed in float32, both exactly and with all transcendental primitives off by what `ACCURACY`
    allows, up, down and alternating. The largest change is taken within two points along each axis
    of `shape` (None: among the channels of the point, in proportion to their values).
    Float64: 1e-9, relative and absolute.
    """
    wide = ReferenceEngine().evaluate(program, places)
    if np.dtype(dtype) == np.float64:
        return wide, CLOSE * (1 + np.abs(wide))
    band = np.zeros(wide.shape)
    for engine in (ReferenceEngine(np.float32), *(rough(signs) for signs in SIGNS)):
        band = np.maximum(band, distance(engine.evaluate(program, places), wide))
    with np.errstate(over="ignore"):
        unit = np.nan_to_num(np.spacing(np.abs(wide).astype(np.float32)).astype(np.float64))
    band = _scaled_band(band, wide) if shape is None else nearby(band, shape)
    return wide, SPREAD * band + PLACES * unit


def distance(a: Array, b: Array) -> NDArray[np.float64]:
    """|a - b|; 0 between equal infinities or two NaNs, infinite where only one is NaN."""
    with np.errstate(all="ignore"):
        apart = np.abs(a.astype(np.float64) - b)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    return np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))


def compare(
    what: str, places: Array, got: Array, wanted: Array, allowed: Array | float, share: float = 1.0
) -> None:
    """Raise `Disagreement` unless a share of the values is within the allowance (-0 equals 0)."""
    apart = distance(got, wanted)
    limits = np.broadcast_to(allowed, apart.shape)
    outside = ~((apart <= limits) | (apart == 0))
    if outside.mean() <= 1 - share:
        return
    with np.errstate(all="ignore"):
        excess = np.where(outside, np.nan_to_num(apart / limits, nan=np.inf), -1.0)
    channel, at = np.unravel_index(int(np.argmax(excess)), excess.shape)
    raise Disagreement(
        f"{what}: {int(outside.sum())} of {outside.size} values are wrong; at "
        f"({', '.join(f'{v:.9g}' for v in places[:, at])}) got {got[channel, at]:.9g}, expected "
        f"{wanted[channel, at]:.9g} to within {limits[channel, at]:.2g}"
    )


class Closeness(NamedTuple):
    """A tolerance: a `share` of the values differ by at most `near`, and all by at most `most`."""

    near: float
    share: float
    most: float


SMOOTH = Closeness(near=1 / 255, share=0.999, most=4 / 255)
JUMPING = Closeness(near=1 / 255, share=0.99, most=math.inf)

# Functions that jump: at a jump or a pole, rounding decides the value of a pixel.
JUMPS = frozenset("sgn sign step sawtooth bands tan floor round fract mod < > <= >=".split())


def is_smooth(recipe: Recipe) -> bool:
    """Whether no activation and no formula text of the recipe uses one of `JUMPS`."""
    parts = recipe.model_dump(mode="json", include={"networks", "shading"})
    texts = _texts(list(parts.values()))
    words = {word for text in texts for word in re.findall(r"\w+|[<>]=?", text)}
    return words.isdisjoint(JUMPS)


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping | list):
        for part in data.values() if isinstance(data, Mapping) else data:
            yield from _texts(part)


def compare_close(what: str, places: Array, got: Array, wanted: Array, rule: Closeness) -> None:
    """Raise `Disagreement` unless the values, clamped to 0..1, are as close as the rule demands.

    NaN counts as 0 where it is expected, and as wrong where it is not.
    """
    surprise = np.isnan(got) & ~np.isnan(wanted)
    got, wanted = (np.clip(np.nan_to_num(v, nan=0.0), 0.0, 1.0) for v in (got, wanted))
    got = np.where(surprise, np.nan, got)
    compare(what, places, got, wanted, rule.near, rule.share)
    compare(what, places, got, wanted, rule.most if math.isfinite(rule.most) else 1.0)


def _scaled_band(band: Array, wide: Array) -> Array:
    """The bands, raised to the largest ratio of band to value among the channels of the point."""
    with np.errstate(all="ignore"):
        share = np.nan_to_num(band / np.abs(wide), nan=0.0, posinf=0.0).max(axis=0)
        return np.fmax(band, share * np.abs(wide))


def nearby(band: Array, shape: tuple[int, ...]) -> Array:
    """The largest value within `NEAR` points along each axis."""
    grid = band.reshape(len(band), *shape)
    for axis in range(1, grid.ndim):
        edges = [(0, 0)] * grid.ndim
        edges[axis] = (NEAR, NEAR)
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(grid, edges), 2 * NEAR + 1, axis)
        grid = windows.max(axis=-1)
    return grid.reshape(band.shape)


def words(**changes: Callable[..., Any]) -> Any:
    """The namespace `formula.arrays` with some functions replaced, and others defined from them."""
    primitives = {name: word.numpy for name, word in PRIMITIVES.items()}
    return namespace({**primitives, **ARRAY_WORDS, **changes})


# The signs of errors in calls: up, down, and alternating every one or two calls or rows.
Signs = Callable[[int, int], NDArray[Any]]
SIGNS: tuple[Signs, ...] = (
    lambda call, rows: np.full(rows, 1.0),
    lambda call, rows: np.full(rows, -1.0),
    lambda call, rows: np.full(rows, 1.0 - 2 * (call % 2)),
    lambda call, rows: np.full(rows, 1.0 - 2 * (call // 2 % 2)),
    lambda call, rows: 1.0 - 2 * (np.arange(rows) % 2),
    lambda call, rows: 1.0 - 2 * (np.arange(rows) // 2 % 2),
)


def rough(signs: Signs) -> ReferenceEngine:
    """The reference in float32, with transcendental primitives off by their allowed errors."""
    calls = itertools.count()

    def wrong(name: str) -> Callable[[Any], Any]:
        def word(x: Any) -> Any:
            value = np.atleast_1d(PRIMITIVES[name].numpy(x))
            sign = signs(next(calls), value.shape[0] if value.ndim > 1 else 1)
            error = ACCURACY[name].bound(value) * (sign[:, None] if value.ndim > 1 else sign)
            return (value + error).astype(np.float32)

        return word

    return ReferenceEngine(np.float32, words(**{name: wrong(name) for name in ACCURACY}))
