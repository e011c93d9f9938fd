"""Mixes two recipes of any structure into one program that evaluates both their networks.

Both shadings read the same mixed fields, each scaled to the spread that it expects, with the
statistics measured for its own still. The transition therefore has a single geometry rather than
two superimposed pictures. If both shadings have the same text, their numbers and palettes are
interpolated too; otherwise each point changes from one material to the other in its own time, those
where the mixed field is low first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from phosphene.colour.channels import colour_channels
from phosphene.compiler import Prepared, latents, lower_program, resolve_statistics, with_open_nodes
from phosphene.compiler.field_matching import (
    Measures,
    Pair,
    Unit,
    measure_fields,
    partners,
    read_fields,
    slopes_of,
)
from phosphene.compiler.materials import mix_materials
from phosphene.compiler.measurement_log import MeasurementLog, OtherMeasuresError
from phosphene.compiler.merge_shadings import BothMeasured, Moving, OtherFormError
from phosphene.compiler.shifts import Shifts
from phosphene.compiler.view_mapping import PlaneMapping, map_planes
from phosphene.formula import Expr, rewrite, var, variables
from phosphene.ir.network import Network
from phosphene.ir.program import Program
from phosphene.raster.frame import Size
from phosphene.recipe import Recipe

MARK = "~"  # suffix of the names of the second recipe's networks
SHARE = "share.t"
EVEN: Unit = (0.0, 1.0)


@dataclass(frozen=True)
class Mix:
    """Two fields mixed into one, whose mean and spread move from `start` to `end`."""

    pair: Pair
    start: Unit
    end: Unit

    def weights(self, t: float) -> tuple[float, float, float]:
        mean, spread = (a * (1.0 - t) + b * t for a, b in zip(self.start, self.end, strict=True))
        return self.pair.weights(t, mean, spread)


@dataclass(frozen=True)
class Mixture:
    """Two mixed recipes. `program(t)` is the mix at 0 < t < 1, which approaches the picture of the
    first recipe at 0 and of the second at 1. If exactly one of them has `finish.invert`, the
    inversion is already in the channels. `one`: the shadings differ only in their numbers.
    """

    recipes: tuple[Recipe, Recipe]
    networks: list[Network]
    channels: list[Expr]
    mixes: dict[str, Mix]
    numbers: dict[str, tuple[float, float]]
    one: bool

    def values(self, t: float) -> dict[str, float]:
        """The values at t of all variables that move, by name."""
        found = {SHARE: t}
        for name, mix in self.mixes.items():
            found |= {f"{name}.{p}": w for p, w in zip("uvw", mix.weights(t), strict=True)}
        return found | {n: a * (1.0 - t) + b * t for n, (a, b) in self.numbers.items()}

    def program(self, t: float, z: Mapping[str, float] | None = None) -> Program:
        """The program at t; `z` is added to the components of z of both (`main.z0`, ...)."""
        here, there = self.recipes
        more = dict(z or {})
        both = ({n: v + more.get(n, 0.0) for n, v in latents(r).items()} for r in (here, there))
        fixed = _apart(*both) | self.values(t)
        with np.errstate(all="ignore"):
            return lower_program(self.networks, self.channels, fixed, here.precision)


def _apart(here: dict[str, float], there: dict[str, float]) -> dict[str, float]:
    """The components of z of both recipes in one dictionary."""
    return here | {n.replace(".", f"{MARK}."): v for n, v in there.items()}


@dataclass(frozen=True)
class _Side:
    """One of the two recipes, with names distinct from the other's and unresolved statistics.

    `found`: the measurements of its still that follow those of norms.
    """

    recipe: Recipe
    networks: list[Network]
    channels: list[Expr]
    found: list[tuple[Any, Any]]

    @property
    def fields(self) -> list[str]:
        """The names of the fields that its shading reads."""
        return read_fields(self.networks, variables(*self.channels))

    def of(self, fields: Mapping[str, Expr]) -> list[Expr]:
        """Its channels with its fields replaced by those of `fields`."""
        return rewrite(self.channels, lambda e, _: fields.get(e.value) if e.op == "var" else None)


def _side(prepared: Prepared, mark: str = "", mapping: PlaneMapping | None = None) -> _Side:
    measured = prepared.measured.replay()
    networks, channels = with_open_nodes(prepared.recipe, measured)
    names = {f"{n.name}{part}": f"{n.name}{mark}{part}" for n in networks for part in _parts(n)}

    def renamed(roots: list[Expr]) -> list[Expr]:
        roots = mapping.transform(roots) if mapping else roots
        return rewrite(roots, lambda e, _: var(names[e.value]) if e.value in names else None)

    networks = [
        replace(n, name=f"{n.name}{mark}", inputs=tuple(renamed(list(n.inputs)))) for n in networks
    ]
    found = measured.found[measured.at :]
    return _Side(prepared.recipe, networks, renamed(channels), found)


def _parts(network: Network) -> list[str]:
    """The suffixes of a network's name in the names of its fields and components of z."""
    fields = [str(i) for i in range(network.widths()[-1])]
    return fields + [f".z{i}" for i in range(network.latent_size)]


def mix_recipes(here: Prepared, there: Prepared, size: Size) -> Mixture:
    """The mixture of two recipes with the same number of channels and the same precision.

    Each is seen through its own view, mapped to the plane of the first for pictures of `size`.
    """
    with np.errstate(all="ignore"):
        mapping = map_planes(here.recipe.view, there.recipe.view, size)
        sides = _side(here), _side(there, MARK, mapping)
        networks = sides[0].networks + sides[1].networks
        measures = _measure(sides, networks)
        return _one_shading(sides, networks, measures) or _two(sides, networks, measures)


def _measure(sides: tuple[_Side, _Side], networks: list[Network]) -> Measures:
    names = sides[0].fields + sides[1].fields
    roots = [*(var(n) for n in names), *slopes_of(names)]
    fixed = _apart(*(latents(side.recipe) for side in sides))
    return measure_fields(lower_program(networks, roots, fixed, "f32"), names)


class _Fields:
    """Mixed fields as expressions, and the mixes that determine their variables."""

    def __init__(self, measures: Measures):
        self.measures = measures
        self.mixes: dict[str, Mix] = {}

    def mix(self, first: str, second: str, units: Callable[[Pair], tuple[Unit, Unit]]) -> Expr:
        """The mix of a field of each recipe; `units` returns its mean and spread at the start and
        at the end.
        """
        pair = self.measures.pair(first, second)
        name = f"mix{len(self.mixes)}"
        self.mixes[name] = Mix(pair, *units(pair))
        u, v, w = (var(f"{name}.{part}") for part in "uvw")
        return var(first) * u + var(second) * v + w


def _one_shading(
    sides: tuple[_Side, _Side], networks: list[Network], measures: Measures
) -> Mixture | None:
    """The mixture of two shadings that differ only in their numbers; otherwise None."""
    one, two = sides
    names = one.fields
    if _text(one.recipe) != _text(two.recipe) or names != [n.replace(MARK, "") for n in two.fields]:
        return None
    fields, shifts = _Fields(measures), Shifts(networks)
    pairs = list(zip(names, two.fields, strict=True))
    mixed = {a: fields.mix(a, b, lambda p: (p.unit(0), p.unit(1))) for a, b in pairs}
    moving = Moving(var(SHARE))
    kept = BothMeasured(MeasurementLog(one.found), MeasurementLog(two.found), moving)
    try:
        merged = moving.merge(one.of(mixed), two.of({b: mixed[a] for a, b in pairs}))
        channels = resolve_statistics(merged, shifts, one.recipe, None, [], kept)
    except (OtherFormError, OtherMeasuresError):
        return None
    recipes = one.recipe, two.recipe
    return Mixture(recipes, shifts.networks, channels, fields.mixes, moving.ends, True)


def _text(recipe: Recipe) -> Any:
    """A shading without its numbers, to compare."""
    shading = recipe.shading
    return (
        shading.model_copy(update={"params": sorted(shading.params)}), sorted(recipe.palettes),
        recipe.surface, recipe.finish.invert,
    )  # fmt: skip


def _two(sides: tuple[_Side, _Side], networks: list[Network], measures: Measures) -> Mixture:
    """The mixture of two different shadings: each reads the mixed fields, colours are mixed."""
    one, two = sides
    fields, shifts = _Fields(measures), Shifts(networks)
    to, back = (partners(a.fields, b.fields, measures.octaves) for a, b in ((one, two), (two, one)))
    first = {a: fields.mix(a, b, lambda p: (p.unit(0), p.unit(0))) for a, b in to.items()}
    second = {b: fields.mix(a, b, lambda p: (p.unit(1), p.unit(1))) for b, a in back.items()}
    leader = next((fields.mix(a, b, lambda _: (EVEN, EVEN)) for a, b in to.items()), None)
    both = _settled(one, first, shifts), _settled(two, second, shifts)
    for channels, side, other in ((both[0], one, two), (both[1], two, one)):
        if side.recipe.finish.invert and not other.recipe.finish.invert:
            n = colour_channels(len(channels))  # opacity is not inverted
            channels[:n] = [1.0 - c for c in channels[:n]]
    mixed = mix_materials(*both, var(SHARE), leader)
    return Mixture((one.recipe, two.recipe), shifts.networks, mixed, fields.mixes, {}, False)


def _settled(side: _Side, fields: Mapping[str, Expr], shifts: Shifts) -> list[Expr]:
    """The channels of a side computed from `fields`, with its own statistics."""
    return resolve_statistics(
        side.of(fields), shifts, side.recipe, None, [], MeasurementLog(side.found)
    )
