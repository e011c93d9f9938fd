"""Pairs the fields of two recipes for mixing, with their means, spreads and correlation.

Measured once, on the probe of stills (a 96x96 grid over [-1, 1]^2), at the given latents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosphene.compiler.probe import probe_points
from phosphene.core import exact
from phosphene.engines import get_engine
from phosphene.formula import Expr, trace, var
from phosphene.ir.network import Network
from phosphene.ir.program import Program

Array = NDArray[np.floating]

ALIKE = 2.5  # largest difference in octaves between the frequencies of mixed fields
LEAST_CORRELATION = -0.5  # limits the scaling of fields that cancel each other


Unit = tuple[float, float]  # the mean and spread of a field


@dataclass(frozen=True)
class Pair:
    """Two fields by name, with the mean and spread of each, and their correlation."""

    first: str
    second: str
    means: tuple[float, float]
    spreads: tuple[float, float]
    correlation: float

    def unit(self, which: int) -> Unit:
        """Mean and spread of the first (0) or the second (1) field."""
        return self.means[which], self.spreads[which]

    def weights(self, t: float, mean: float, spread: float) -> tuple[float, float, float]:
        """Weights (u, v, w) of the mixed field `u first + v second + w` at t, from 0 to 1.

        The result has the given mean and spread at every t; a plain average would lose contrast in
        the middle.
        """
        a, b = 1.0 - t, t
        length = float(np.sqrt(a * a + b * b + 2.0 * a * b * self.correlation))
        u, v = (share / length * spread / s for share, s in zip((a, b), self.spreads, strict=True))
        return u, v, mean - u * self.means[0] - v * self.means[1]


@dataclass(frozen=True)
class Measures:
    """Fields by name: values on the probe, mean, spread, and log2 of their frequency."""

    values: dict[str, Array]
    means: dict[str, float]
    spreads: dict[str, float]
    octaves: dict[str, float]

    def pair(self, first: str, second: str) -> Pair:
        means = self.means[first], self.means[second]
        spreads = self.spreads[first], self.spreads[second]
        off = [self.values[n] - np.float32(m) for n, m in zip((first, second), means, strict=True)]
        product = float(get_engine("cpu").moments((off[0] * off[1])[None])[0][0])
        correlation = min(max(product / (spreads[0] * spreads[1]), LEAST_CORRELATION), 1.0)
        return Pair(first, second, means, spreads, correlation)


def measure_fields(program: Program, names: list[str]) -> Measures:
    """Measures the fields `names`; `program` outputs the fields first, then the slope of each."""
    points, _ = probe_points([])
    cpu = get_engine("cpu")
    values = cpu.evaluate(program, points)
    n = len(names)
    means, spreads = (m.tolist() for m in cpu.moments(values[:n]))
    slopes = cpu.moments(values[n:] * values[n:])[0]
    spreads = [s if s > 1e-6 * (abs(m) + 1.0) else 1.0 for m, s in zip(means, spreads, strict=True)]
    often = np.sqrt(np.maximum(slopes, 1e-12)) / np.array(spreads)
    octaves = (exact.log(often) / exact.LN2).tolist()
    return Measures(
        dict(zip(names, values, strict=False)), dict(zip(names, means, strict=True)),
        dict(zip(names, spreads, strict=True)), dict(zip(names, octaves, strict=True)),
    )  # fmt: skip


def slopes_of(names: list[str]) -> list[Expr]:
    """The expressions of slopes that `measure_fields` needs."""
    return [trace.hypot(var(f"{name}.dx"), var(f"{name}.dy")) for name in names]


def partners(own: list[str], others: list[str], octaves: dict[str, float]) -> dict[str, str]:
    """For each field of `own`, the field of `others` to mix it with: the next one of similar
    frequency, cyclically in their order. Fields without a similar partner are omitted; if that is
    all of them, the first fields are paired.
    """
    found: dict[str, str] = {}
    taken: dict[str, int] = {}
    for name in own:
        like = [o for o in others if abs(octaves[o] - octaves[name]) <= ALIKE]
        if like:
            at = taken.get(like[0], 0)
            found[name] = like[at % len(like)]
            taken[like[0]] = at + 1
    return found or dict(zip(own[:1], others, strict=False))


def read_fields(networks: list[Network], wanted: set[str]) -> list[str]:
    """The fields in `wanted`: those of `main` first, then by network and index."""
    ordered = sorted(networks, key=lambda n: (not n.name.startswith("main"), n.name))
    names = [f"{n.name}{i}" for n in ordered for i in range(n.widths()[-1])]
    return [name for name in names if name in wanted]
