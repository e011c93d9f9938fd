"""Build: recipe to program. Spends the recipe's random streams, runs the probe, lowers.

The probe always runs on the cpu engine in float32, so every engine receives the same frozen
program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.architectures import Number, as_written, latent_name, make_network
from phosphene.build.draws import quick_normal
from phosphene.build.forms import planned
from phosphene.build.lowering import (
    AXES,
    Plane,
    field_tangents,
    lower_network,
)
from phosphene.build.measured import Look
from phosphene.build.measured import Measured as Measured
from phosphene.build.measured import OtherMeasuresError as OtherMeasuresError
from phosphene.build.norms import measure_norms
from phosphene.build.shading import shade
from phosphene.build.shifts import Shifts
from phosphene.build.statistics import ROOM, Distribution, probe_points
from phosphene.engines import get_engine
from phosphene.errors import RecipeError
from phosphene.formula import Expr, Operand, Rows, Tape, derive, rewrite, var, variables, walk
from phosphene.layout import Layout, lay_out
from phosphene.program import Network, Program
from phosphene.recipe import Recipe
from phosphene.rng import Stream


class FirstPass(Protocol):
    """What measures a program over the whole image, and may keep the values it saw."""

    kept: NDArray[np.floating] | None

    def __call__(self, part: Program) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """The least and the greatest value of each channel."""
        ...


def build(recipe: Recipe, first_pass: FirstPass | None = None) -> Program:
    """The program of a recipe: x and y in, one row for each channel out.

    `first_pass` measures shadings that ask for extremes of the whole image (`least(f)`,
    `greatest(f)`); without it they raise `RecipeError`. Where it has kept the values of those f and
    nothing else needs a network, the program takes them as further inputs after x and y.
    """
    with np.errstate(all="ignore"):  # numbers that overflow have their rules; they are no news
        program = _programs(recipe)
        if program is not None:
            return program
        prepared = prepare(recipe, first_pass)
        if len(prepared.passes) == 1 and first_pass is not None and first_pass.kept is not None:
            names = {f: f"kept{k}" for k, f in enumerate(prepared.passes[0])}
            finished = rewrite(
                prepared.channels, lambda e, _: var(names[e]) if e in names else None
            )
            if variables(*finished) <= {"x", "y", *names.values()}:
                return lower_program(
                    [], finished, {}, recipe.precision, ["x", "y", *names.values()]
                )
        return prepared.program()


@lru_cache(32)  # the gate looks at a picture, and then it is painted
def _programs(recipe: Recipe) -> Program | None:
    return planned(recipe, latents(recipe))


@dataclass(frozen=True)
class Prepared:
    """A recipe with its streams spent and its probe run: what is left is to lower it.

    `passes` holds what each pass over the whole image has measured, `measured` all that was.
    """

    recipe: Recipe
    networks: list[Network]
    channels: list[Expr]
    passes: list[list[Expr]]
    measured: Measured

    def program(self, z: Mapping[str, float] | None = None, shared: bool = True) -> Program:
        """The program, at the recipe's z or with parts of it (`main.z0`, ...) put in anew.

        `shared` as in `assemble`.
        """
        fixed = latents(self.recipe) | dict(z or {})
        precision = self.recipe.precision
        return lower_program(self.networks, self.channels, fixed, precision, shared=shared)


def prepare(
    recipe: Recipe,
    first_pass: FirstPass | None = None,
    measured: Measured | None = None,
    made: list[Network] | None = None,
) -> Prepared:
    """Everything that `build` does but the last step, which is quick and may be repeated.

    With the measures of another recipe of the same structure (`Prepared.measured.replay()`)
    nothing is measured; raises `OtherMeasuresError` where the structure is another. `made`: other
    networks than those of the recipe, with as many fields and inputs.
    """
    measured = measured or Measured()
    networks, channels = opened(recipe, measured, made)
    shifts = Shifts(networks)
    passes: list[list[Expr]] = []
    channels = settle(channels, shifts, recipe, first_pass, passes, measured)
    return Prepared(recipe, shifts.networks, channels, passes, measured)


def opened(
    recipe: Recipe, measured: Measured, made: list[Network] | None = None
) -> tuple[list[Network], list[Expr]]:
    """The networks that the picture needs, norms folded, and its channels, in which gradients,
    shifts and statistics stand as open nodes. `made` as in `prepare`.
    """
    networks = make_networks(recipe) if made is None else made
    fields = [f"{n.name}{i}" for n in networks for i in range(n.widths()[-1])]
    channels = shade(recipe, fields)
    return measure_norms(used_networks(networks, channels), measured), channels


def make_networks(recipe: Recipe, number: Number = as_written) -> list[Network]:
    """The recipe's networks, each after those whose fields it reads; norms are not yet measured.
    `number` as in `input_formulas`.
    """
    widths = {name: network.outputs for name, network in recipe.networks.items()}
    fields = {f"{name}{i}": name for name, count in widths.items() for i in range(count)}
    made: dict[str, Network] = {}
    needs: dict[str, set[str]] = {}
    for name, network in recipe.networks.items():
        known = {f: var(f) for f, owner in fields.items() if owner != name}
        made[name] = make_network(
            name, network, recipe.seed, known, recipe.surface, number, normal=quick_normal
        )
        needs[name] = {fields[v] for v in variables(*made[name].inputs) if v in fields}
    order: list[Network] = []
    while len(order) < len(made):
        done = {n.name for n in order}
        ready = [n for n in sorted(made) if n not in done and needs[n] <= done]
        if not ready:
            stuck = sorted(set(made) - done)
            raise RecipeError(f"networks: {', '.join(stuck)} read each other's fields in a circle")
        order += [made[n] for n in ready]
    return order


def latents(recipe: Recipe) -> dict[str, float]:
    """The value of every part of every z, by variable name."""
    values: dict[str, float] = {}
    for name, network in recipe.networks.items():
        latent = network.latent
        z = latent.values
        if z is None:
            seed = recipe.seed if latent.seed is None else latent.seed
            z = Stream(seed, f"{name}/latent").normal(latent.size)
        values |= {latent_name(name, i): float(v) for i, v in enumerate(z)}
    return values


def used_networks(networks: list[Network], channels: list[Expr]) -> list[Network]:
    """Only the networks that the picture needs."""
    kept: list[Network] = []
    wanted = variables(*channels)
    for network in reversed(networks):
        if any(f"{network.name}{i}" in wanted for i in range(network.widths()[-1])):
            kept.append(network)
            wanted |= variables(*network.inputs)
    return kept[::-1]


def settle(
    channels: list[Expr],
    shifts: Shifts,
    recipe: Recipe,
    first_pass: FirstPass | None,
    passes: list[list[Expr]],
    kept: Measured,
) -> list[Expr]:
    """Gradients differentiated, shifts made, statistics measured, from the inside out.

    `passes` receives what each pass over the whole image has measured.
    """
    networks, known = shifts.networks, _Open()
    measured: dict[Expr, Expr] = {}
    while True:
        channels = rewrite(
            channels,
            lambda e, args, m=measured: m.get(e) or _differentiate(e, args, shifts, known),
        )
        open_nodes = [e for e in _nodes(channels, "statistic") if not known[e.args[0]]]
        if not open_nodes:
            return channels
        whole = [e for e in open_nodes if e.value[0] in ("least", "greatest")]
        fixed = latents(recipe) if recipe.shading.still else {}
        measured = _measure([e for e in open_nodes if e not in whole], networks, fixed, kept)
        if whole:
            values = list(dict.fromkeys(e.args[0] for e in whole))
            look = partial(_look, networks, values, recipe, first_pass)
            ends = kept.take(("extremes", len(values)), look)
            found = dict(zip(("least", "greatest"), ends, strict=True))
            places = [values.index(e.args[0]) for e in whole]
            extremes = (found[e.value[0]][k] for e, k in zip(whole, places, strict=True))
            measured |= {e: kept.number(v) for e, v in zip(whole, extremes, strict=True)}
            passes.append(values)


def _look(
    networks: list[Network], values: list[Expr], recipe: Recipe, first_pass: FirstPass | None
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    if first_pass is None:
        raise RecipeError("shading: least() and greatest() need a whole image; render it")
    return first_pass(lower_program(networks, values, latents(recipe), recipe.precision))


def _nodes(roots: list[Expr], op: str) -> list[Expr]:
    return [e for e in walk(*roots) if e.op == op]


class _Open(dict[Expr, bool]):
    """Whether an expression has something in it that is not settled yet."""

    def __missing__(self, expr: Expr) -> bool:
        for e in walk(expr, known=self):
            self[e] = e.op in ("statistic", "gradient", "shifted") or any(self[a] for a in e.args)
        return self[expr]


def _differentiate(expr: Expr, args: tuple[Expr, ...], shifts: Shifts, known: _Open) -> Expr | None:
    if expr.op not in ("gradient", "shifted") or any(known[a] for a in args):
        return None
    if expr.op == "shifted":
        return shifts.shifted(*args)
    if any(v.endswith((".dx", ".dy")) for v in variables(args[0])):
        raise RecipeError(
            "shading: dx, dy, grad, slope, normal and distance cannot take what was made with one "
            "of them; take them of the fields themselves"
        )
    return derive([args[0]], field_tangents(shifts.fields, expr.value))[0]


def _measure(
    nodes: list[Expr], networks: list[Network], fixed: dict[str, float], kept: Measured
) -> dict[Expr, Expr]:
    """`fixed`: the latents of a still, else each is measured over many."""
    if not nodes:
        return {}

    def look() -> list[Any]:
        points, names = probe_points([] if fixed else networks)
        fields = list(dict.fromkeys(n.args[0] for n in nodes))
        layout = lay_out_program(networks, fields, fixed, names, kept.slots)
        asks = [(fields.index(n.args[0]), *n.value) for n in nodes]
        kept.note(Look(layout, asks))
        return look_at(layout.program("f32"), points, asks)

    found = kept.take(tuple(n.value for n in nodes), look)
    return {
        e: kept.share(e.args[0], value) if e.value[0] == "cdf" else kept.number(value)
        for e, value in zip(nodes, found, strict=True)
    }


def look_at(
    program: Program, points: NDArray[np.floating], asks: list[tuple[int, str, float]]
) -> list[Any]:
    """What is asked of the rows of a program on the probe."""
    ROOM.clear()
    room = ROOM.take(program.channels, points.shape[1])
    values = get_engine("cpu").evaluate(program, points, room)
    seen = [Distribution(row) for row in values]
    return [seen[row].measure(kind, p) for row, kind, p in asks]


def lower_program(
    networks: list[Network],
    roots: list[Expr],
    fixed: dict[str, float],
    precision: str,
    inputs: list[str] | None = None,
    shared: bool = True,
) -> Program:
    """A program for the roots; `inputs` (x, y, and perhaps latents) stand in its first rows.

    `shared` as in `assemble`.
    """
    return lay_out_program(networks, roots, fixed, inputs).program(precision, shared)


def lay_out_program(
    networks: list[Network],
    roots: list[Expr],
    fixed: Mapping[str, float],
    inputs: list[str] | None = None,
    slots: Mapping[str, float] | None = None,
) -> Layout:
    """As `lower_program`, without the numbers; with `slots`, of which `fixed` are some, they may be
    others.
    """
    names = inputs or ["x", "y"]
    tape = Tape(slots)
    block = tape.block(len(names))
    known: dict[str, Operand] = {name: block.part(i, 1) for i, name in enumerate(names)}
    known |= fixed if slots is None else {name: tape.number(name) for name in fixed}
    plane = Plane(tape, known)
    wanted = variables(*roots)
    tangent: set[str] = set()
    for network in reversed(networks):
        own = {f"{network.name}{i}.{a}" for i in range(network.widths()[-1]) for a in AXES}
        if wanted & own:
            tangent.add(network.name)
            read_by = variables(*network.inputs)
            wanted |= {f"{v}.{a}" for v in read_by for a in AXES}
    for network in networks:
        lower_network(plane, network, network.name in tangent)
    outputs = plane.place(roots)
    finals: list[Rows | float] = list(outputs)
    return lay_out(tape, block, finals)


__all__ = ["Prepared", "build", "latents", "make_networks", "opened", "prepare", "settle"]
