"""Frozen statistics: what the probe measures, once, for every size, crop and frame.

The probe is a 96x96 grid of cell centres over [-1, 1]^2 at z = 0 and, where the recipe has a latent
vector, 32x32 grids at eight fixed z, always on the cpu engine. Sums run in index order in float64.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from phosphene.engines import get_engine
from phosphene.formula import Table
from phosphene.program import Network
from phosphene.rng import Stream

Array = NDArray[np.floating]

CDF_ENTRIES, QUANTILES = 1024, 129


def probe_points(networks: list[Network]) -> tuple[Array, list[str]]:
    """Inputs of shape (2 + latents, points), float32, and the names of the rows: x, y, name.z0,
    ...
    """
    sized = [n for n in networks if n.latent_size]
    names = [f"{n.name}.z{i}" for n in sized for i in range(n.latent_size)]
    return _probe(tuple(n.latent_size for n in sized)), ["x", "y", *names]


@cache
def _probe(sizes: tuple[int, ...]) -> Array:
    still, small = _grid(96), _grid(32)
    if not sizes:
        return still.astype(np.float32)
    rows = [np.concatenate([still] + [small] * 8, axis=1)]
    for size in sizes:
        stream = Stream("phosphene", f"probe/{size}")
        latents = np.stack([stream.child(str(k)).normal(size) for k in range(8)], axis=1)
        zero = np.zeros((size, still.shape[1]))
        rows.append(np.concatenate([zero, np.repeat(latents, small.shape[1], axis=1)], axis=1))
    return np.concatenate(rows).astype(np.float32)


def _grid(side: int) -> Array:
    centres = (np.arange(side) + 0.5) * (2.0 / side) - 1.0
    return np.stack([np.tile(centres, side), np.repeat(centres, side)])


def finite(values: Array) -> Array:
    """The values that are finite, in float64; one zero if there are none. -0 counts as 0."""
    kept = values[np.isfinite(values)].astype(np.float64)
    return kept + 0.0 if len(kept) else np.zeros(1)


def quantile(values: Array, p: float) -> float:
    """Linear interpolation between order statistics, as NumPy's default."""
    ordered = np.sort(finite(values))
    at = p * (len(ordered) - 1)
    low = int(np.floor(at))
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (at - low))


def cumulative(values: Array) -> tuple[float, float, Table]:
    """(low, factor, table): the share of values below v is table((v - low) * factor)."""
    ordered = np.sort(finite(values))
    places = np.arange(QUANTILES) / (QUANTILES - 1)
    at = places * (len(ordered) - 1)
    k = np.minimum(np.floor(at).astype(np.int64), max(len(ordered) - 2, 0))
    after = np.minimum(k + 1, len(ordered) - 1)
    levels = ordered[k] + (ordered[after] - ordered[k]) * (at - k)
    low, high = float(levels[0]), float(levels[-1])
    if not high > low:
        return low, 0.0, Table("cdf", np.full(2, 0.5))
    grid = low + (high - low) * (np.arange(CDF_ENTRIES) / (CDF_ENTRIES - 1))
    j = np.clip(np.searchsorted(levels, grid, side="right") - 1, 0, QUANTILES - 2)
    width = levels[j + 1] - levels[j]
    part = np.where(width > 0, (grid - levels[j]) / np.where(width > 0, width, 1.0), 1.0)
    return low, 1.0 / (high - low), Table("cdf", places[j] + (places[j + 1] - places[j]) * part)


NUMBERS: Mapping[str, Callable[[Array, float], float]] = {
    "mean": lambda values, _: float(get_engine("cpu").moments(values[None])[0][0]),
    "sd": lambda values, _: float(get_engine("cpu").moments(values[None])[1][0]),
    "quantile": quantile,
}
