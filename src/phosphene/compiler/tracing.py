"""Builds recipes with named slots in place of their numbers, for plans and live programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from phosphene.compiler.field_names import FieldNames
from phosphene.compiler.lowering import lay_out_program, stretch_slots
from phosphene.compiler.measurement_log import MeasurementLog, ProbeRequest, as_share
from phosphene.compiler.networks import make_networks
from phosphene.compiler.norms import FormCache, measure_norms
from phosphene.compiler.resolving import MeasureExtremes, resolve_statistics
from phosphene.compiler.shading import DecidesFormError as DecidesFormError
from phosphene.compiler.shading import palette_tables, shade
from phosphene.compiler.shifts import Shifts
from phosphene.formula import Expr, Table, const, slot
from phosphene.ir.layout import Layout
from phosphene.ir.network import Network, Stretch
from phosphene.recipe import Recipe

# Measured numbers that differentiation drops, so that they are part of a plan's form.
SPECIAL = frozenset({0.0, 1.0})


class TableSource(NamedTuple):
    """The origin of a table: channel `which` of the palette `whose`, or the `which`-th cdf if
    `whose` is "share"; with `slope`, its derivative.
    """

    whose: str
    which: int
    slope: bool


@dataclass
class NamingLog(MeasurementLog):
    """Records measurements as named slots, and the programs; with `bakes`, 0 and 1 stay numbers."""

    slots: dict[str, float]  # type: ignore[assignment]
    bakes: bool = True
    requests: list[ProbeRequest] = field(default_factory=list)
    shares: list[list[str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    baked: dict[int, str] = field(default_factory=dict)
    measured: dict[str, tuple[str, float]] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def add_request(self, request: ProbeRequest) -> None:
        self.requests.append(request)
        self.shares.append([])

    def number(self, value: Any, statistic: tuple[str, float]) -> Expr:
        value, index = float(value), self.count
        self.count += 1
        if self.bakes and abs(value) in SPECIAL:
            self.baked[index] = value.hex()
            return const(value)
        name = f"measured/{index}"
        self.slots[name], self.measured[name] = value, statistic
        return slot(name)

    def share(self, f: Expr, value: Any) -> Expr:
        share = as_share(value)
        self.shares[-1].append(share.form)
        table = None if share.values is None else Table("cdf", share.values)
        if table is not None:
            self.tables.append(table)
        numbers = tuple(self.number(v, ("cdf", k)) for k, v in enumerate(share.numbers))
        return share.of(f, numbers, table)


class Reading(NamedTuple):
    """Networks and channels with slots for numbers, and all their expressions."""

    networks: list[Network]
    channels: list[Expr]
    roots: list[Expr]


def read_with_names(
    recipe: Recipe, fixed: Mapping[str, float], same: Mapping[str, str], scales: bool = False
) -> Reading:
    """The recipe's networks and channels with slots for all numbers except `fixed`. `same` maps the
    names of duplicate numbers to the names kept. Scales of networks are slots only with `scales`.

    Raises `DecidesFormError` if some numbers cannot be slots.
    """
    own_scales = () if scales else {f"{name}/scale" for name in recipe.networks}

    def number(name: str, value: float) -> Expr:
        name = same.get(name, name)
        return const(value) if name in fixed or name in own_scales else slot(name)

    channels = shade(recipe, FieldNames.of(recipe), number)
    networks = make_networks(recipe, number, channels)
    return Reading(networks, channels, [*channels, *(e for n in networks for e in n.inputs)])


@dataclass(frozen=True)
class Trace:
    """A recipe built with slots for its numbers; `kept` are the tables with ids in `tables`."""

    layout: Layout
    networks: list[Network]
    inputs: dict[str, tuple[Expr, ...]]  # of the networks that are needed, in order
    cache: FormCache
    log: NamingLog
    tables: dict[int, TableSource]
    kept: tuple[Table, ...]
    roots: list[Expr]


def trace(
    recipe: Recipe,
    fixed: Mapping[str, float],
    same: Mapping[str, str],
    slots: dict[str, float],
    latents: Mapping[str, float],
    first_pass: MeasureExtremes | None = None,
    live: bool = False,
) -> Trace:
    """The recipe built with `slots`, to which measured numbers are added. With `live`, every number
    is a slot and the layout has labels.
    """
    networks, channels, roots = read_with_names(recipe, fixed, same, live)
    inputs = {n.name: n.inputs for n in networks}
    cache, log = FormCache(), NamingLog(slots, not live)
    networks = measure_norms(networks, log, cache, slots)
    slots |= stretches(networks)
    shifts, passes = Shifts(networks), list[list[Expr]]()
    channels = resolve_statistics(channels, shifts, recipe, first_pass, passes, log)
    layout = lay_out_program(shifts.networks, channels, latents, slots=slots, labelled=live)
    roots += [*channels, *(e for n in shifts.networks for e in n.inputs)]
    tables, kept = _sources(recipe, log.tables)
    return Trace(layout, shifts.networks, inputs, cache, log, tables, kept, roots)


def _sources(
    recipe: Recipe, shares: list[Table]
) -> tuple[dict[int, TableSource], tuple[Table, ...]]:
    """The source of each table by its id, and the tables. Equal palettes share a table."""
    named = [
        (TableSource(name, k, False), table)
        for name, palette in recipe.palettes.items()
        for k, table in enumerate(palette_tables(palette))
    ]
    named += [(TableSource("share", k, False), table) for k, table in enumerate(shares)]
    named += [(source._replace(slope=True), table.slope) for source, table in named]
    found: dict[int, TableSource] = {}
    for source, table in named:
        found.setdefault(id(table), source)
    return found, tuple(table for _, table in named)


def stretches(networks: list[Network]) -> dict[str, float]:
    """The numbers of all stretches, by the slot names that lowering uses."""
    found: dict[str, float] = {}
    for n in networks:
        for i, step in enumerate(n.steps):
            if isinstance(step, Stretch):
                found |= stretch_slots(n.name, i, step)
    return found
