"""Frozen statistics, measured once on the probe for every size, crop and frame.

The probe is a 96x96 grid of cell centres over [-1, 1]^2 at z = 0 and, where the recipe has a latent
vector, 32x32 grids at eight fixed z. It is always evaluated by the cpu engine. Sums are in index
order, in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core import exact
from phosphene.core.rng import Stream
from phosphene.engines import get_engine
from phosphene.formula import Expr, Table, read, trace
from phosphene.ir.network import Network

Array = NDArray[np.floating]

CDF_ENTRIES, QUANTILES = 1024, 129


def probe_points(networks: list[Network]) -> tuple[Array, list[str]]:
    """The probe's inputs, float32 of shape (2 + latents, points), and the names of its rows: x, y,
    name.z0, ...
    """
    sized = [n for n in networks if n.latent_size and n.copy_of is None]
    names = [f"{n.name}.z{i}" for n in sized for i in range(n.latent_size)]
    return _probe(tuple(n.latent_size for n in sized)), ["x", "y", *names]


@cache
def _probe(sizes: tuple[int, ...]) -> Array:
    still, small = _grid(96), _grid(32)
    if not sizes:
        return still.astype(np.float32)
    rows = [np.concatenate([still] + [small] * 8, axis=1)]
    for place, size in enumerate(sizes):
        stream = Stream("phosphene", f"probe/{place}/{size}")
        latents = np.stack([stream.child(str(k)).normal(size) for k in range(8)], axis=1)
        zero = np.zeros((size, still.shape[1]))
        rows.append(np.concatenate([zero, np.repeat(latents, small.shape[1], axis=1)], axis=1))
    return np.concatenate(rows).astype(np.float32)


def _grid(side: int) -> Array:
    centres = (np.arange(side) + 0.5) * (2.0 / side) - 1.0
    return np.stack([np.tile(centres, side), np.repeat(centres, side)])


def in_order(values: Array) -> Array:
    """The finite values, sorted, in float64, with -0 as 0; a single 0 if there are none."""
    kept = np.sort(values[np.isfinite(values)]).astype(np.float64, copy=False)
    return kept + 0.0 if len(kept) else np.zeros(1)


def quantile(values: Array, p: float) -> float:
    """The quantile p by linear interpolation between order statistics, NumPy's default."""
    return Distribution(values).quantile(p)


class Distribution:
    """Statistics of an array of values, sorted lazily, once."""

    def __init__(self, values: Array):
        self.values = values

    @cached_property
    def ordered(self) -> Array:
        return in_order(self.values)

    @cached_property
    def moments(self) -> dict[str, float]:
        mean, spread = get_engine("cpu").moments(self.values[None])
        return {"mean": float(mean[0]), "sd": float(spread[0])}

    def quantile(self, p: float) -> float:
        ordered = self.ordered
        at = p * (len(ordered) - 1)
        low = int(np.floor(at))
        high = min(low + 1, len(ordered) - 1)
        return float(ordered[low] + (ordered[high] - ordered[low]) * (at - low))

    def cumulative(self) -> tuple[Array, Array]:
        """129 quantiles of the values at evenly spaced shares, and these shares."""
        ordered = self.ordered
        shares = np.arange(QUANTILES) / (QUANTILES - 1)
        at = shares * (len(ordered) - 1)
        k = np.minimum(np.floor(at).astype(np.int64), max(len(ordered) - 2, 0))
        after = np.minimum(k + 1, len(ordered) - 1)
        return ordered[k] + (ordered[after] - ordered[k]) * (at - k), shares

    def measure(self, kind: str, p: float) -> Any:
        """A number or, for "cdf", the result of `cumulative`; `p` is that of a quantile."""
        if kind == "cdf":
            return self.cumulative()
        return self.quantile(p) if kind == "quantile" else self.moments[kind]


@dataclass(frozen=True)
class Share:
    """A cumulative distribution: its form, the numbers of that form, and a table."""

    form: str
    numbers: tuple[float, ...] = ()
    values: Array | None = None

    def of(self, f: Expr, numbers: tuple[Expr, ...], table: Table | None) -> Expr:
        """The expression of the share of values up to f, with its numbers and table as given."""
        if self.form == "constant" or table is None:
            return f * 0.0 + 0.5
        if self.form == "even":
            low, scale = numbers
            return read(table, (f - low) * scale)
        low, scale, middle, sharp = numbers
        size = trace.log2(trace.abs(f - middle) * sharp + 1.0)
        signed = trace.select(trace.less(f, middle), -size, size)
        return read(table, (signed - low) * scale)


def share_below(levels: Array, shares: Array) -> Share:
    """The share of values up to f, as a table over an even grid of f; `levels` and `shares` come
    from `Distribution.cumulative`.

    If values are so concentrated that neighbouring entries of that grid differ by more than 1 %,
    the grid is even in signed log2(1 + |f - c| / w) instead, around the densest value c. The share
    of a constant is 0.5.
    """
    low, high = float(levels[0]), float(levels[-1])
    if not high > low:
        return Share("constant")
    grid = low + (high - low) * (np.arange(CDF_ENTRIES) / (CDF_ENTRIES - 1))
    table = _interpolate(grid, levels, shares)
    gaps = np.diff(levels)
    if np.diff(table).max() <= 0.01:
        return Share("even", (low, 1.0 / (high - low)), table)
    middle = float(levels[np.argmin(gaps)])
    width = max(float(gaps[gaps > 0].min()), (high - low) * 1e-12)
    low, high = (float(v) for v in _signed_log(levels[[0, -1]] - middle, width))
    even = low + (high - low) * (np.arange(CDF_ENTRIES) / (CDF_ENTRIES - 1))
    back = np.sign(even) * (exact.exp(np.abs(even) * exact.LN2) - 1) * width + middle
    table = _interpolate(back, levels, shares)
    return Share("crowded", (low, 1.0 / (high - low), middle, 1.0 / width), table)


def _signed_log(x: Array, width: float) -> Array:
    return np.sign(x) * exact.log(np.abs(x) / width + 1) / exact.LN2


def _interpolate(x: Array, xs: Array, ys: Array) -> Array:
    j = np.clip(np.searchsorted(xs, x, side="right") - 1, 0, len(xs) - 2)
    width = xs[j + 1] - xs[j]
    part = np.where(width > 0, (x - xs[j]) / np.where(width > 0, width, 1.0), 1.0)
    return ys[j] + (ys[j + 1] - ys[j]) * np.minimum(np.maximum(part, 0.0), 1.0)
