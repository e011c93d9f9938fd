"""Resolves the open nodes of channels: gradients, shifts, and statistics, which it measures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.ramps import anchors_to_oklab
from phosphene.compiler.arena import ARENA
from phosphene.compiler.lowering import field_tangents, lay_out_program
from phosphene.compiler.measurement_log import MeasurementLog, ProbeRequest
from phosphene.compiler.networks import latents
from phosphene.compiler.places import place_share
from phosphene.compiler.probe import Distribution, Share, probe_points
from phosphene.compiler.shifts import Shifts
from phosphene.core.errors import RecipeError
from phosphene.core.limits import check_time
from phosphene.engines import get_engine
from phosphene.formula import Expr, derive, rewrite, variables, walk
from phosphene.ir.network import Network
from phosphene.ir.program import Program
from phosphene.raster.frame import Rect
from phosphene.raster.view import points as view_points
from phosphene.recipe import Recipe, View

PICTURE = 96  # side of the picture in which places in palettes are measured, samples


class WholeImageError(RecipeError):
    """A shading needs extremes of the whole image, and nothing was given that measures them."""


class MeasureExtremes(Protocol):
    """Measures the extremes of a program over the whole image. `kept` holds the values measured, if
    they are stored.
    """

    kept: NDArray[np.floating] | None

    def __call__(self, part: Program) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """The least and the greatest value of each channel."""
        ...


def resolve_statistics(
    channels: list[Expr],
    shifts: Shifts,
    recipe: Recipe,
    first_pass: MeasureExtremes | None,
    passes: list[list[Expr]],
    log: MeasurementLog,
) -> list[Expr]:
    """The channels with gradients, shifts and statistics resolved, innermost first.

    The expressions measured by each pass over the whole image are appended to `passes`.
    """
    networks, known = shifts.networks, _Open()
    measured: dict[Expr, Expr] = {}
    while True:
        check_time()
        channels = rewrite(
            channels,
            lambda e, args, m=measured: m.get(e) or _differentiate(e, args, shifts, known),
        )
        open_nodes = [e for e in _nodes(channels, "statistic") if not known[e.args[0]]]
        if not open_nodes:
            return channels
        whole = [e for e in open_nodes if e.value[0] in ("least", "greatest")]
        fixed = latents(recipe) if recipe.shading.fixed_latent else {}
        placed = [e for e in open_nodes if e.value[0] == "place"]
        rest = [e for e in open_nodes if e not in whole and e not in placed]
        measured = _measure(rest, networks, fixed, log)
        measured |= _measure_places(placed, networks, recipe, log)
        if whole:
            values = list(dict.fromkeys(e.args[0] for e in whole))
            measure = partial(_measure_extremes, networks, values, recipe, first_pass, log.slots)
            ends = log.record_or_replay(("extremes", len(values)), measure)
            found = dict(zip(("least", "greatest"), ends, strict=True))
            places = [values.index(e.args[0]) for e in whole]
            extremes = (found[e.value[0]][k] for e, k in zip(whole, places, strict=True))
            measured |= {e: log.number(v, e.value) for e, v in zip(whole, extremes, strict=True)}
            passes.append(values)


def _measure_extremes(
    networks: list[Network],
    values: list[Expr],
    recipe: Recipe,
    first_pass: MeasureExtremes | None,
    slots: Mapping[str, float] | None,
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    if first_pass is None:
        raise WholeImageError("shading: least() and greatest() need the whole image; render it")
    layout = lay_out_program(networks, values, latents(recipe), slots=slots)
    return first_pass(layout.program(recipe.precision))


def _nodes(roots: list[Expr], op: str) -> list[Expr]:
    return [e for e in walk(*roots) if e.op == op]


class _Open(dict[Expr, bool]):
    """Whether an expression contains unresolved nodes."""

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
            "shading: dx, dy, grad, slope, normal and distance cannot be applied to results of "
            "one another; apply them to fields"
        )
    return derive([args[0]], field_tangents(shifts.fields, expr.value))[0]


def _measure(
    nodes: list[Expr], networks: list[Network], fixed: dict[str, float], log: MeasurementLog
) -> dict[Expr, Expr]:
    """The expression of each statistic in `nodes`. `fixed` are the latents to measure at; if empty,
    statistics are measured over many latents.
    """
    if not nodes:
        return {}

    def measure() -> list[Any]:
        points, names = probe_points([] if fixed else networks)
        fields = list(dict.fromkeys(n.args[0] for n in nodes))
        layout = lay_out_program(networks, fields, fixed, names, log.slots)
        statistics = [(fields.index(n.args[0]), *n.value) for n in nodes]
        log.add_request(ProbeRequest(layout, statistics))
        return measure_statistics(layout.program("f32"), points, statistics)

    found = log.record_or_replay(tuple(n.value for n in nodes), measure)
    return {
        e: log.share(e.args[0], value) if e.value[0] == "cdf" else log.number(value, e.value)
        for e, value in zip(nodes, found, strict=True)
    }


def _measure_places(
    nodes: list[Expr], networks: list[Network], recipe: Recipe, log: MeasurementLog
) -> dict[Expr, Expr]:
    """The place in its palette that each node reads, measured in the picture at its own z."""
    if not nodes:
        return {}

    def measure() -> list[Share]:
        points = _picture_points(recipe.view)
        values = list(dict.fromkeys(n.args[0] for n in nodes))
        layout = lay_out_program(networks, values, latents(recipe), ["x", "y"], log.slots)
        log.add_request(ProbeRequest(layout, []))
        rows = _evaluate(layout.program("f32"), points)
        return [
            place_share(
                rows[values.index(n.args[0])],
                anchors_to_oklab(recipe.palettes[n.value[1]]),
                recipe.shares[n.value[1]],
            )
            for n in nodes
        ]

    found = log.record_or_replay(tuple(n.value for n in nodes), measure)
    return {e: log.share(e.args[0], share) for e, share in zip(nodes, found, strict=True)}


def _picture_points(view: View) -> NDArray[Any]:
    """The samples of a square picture: those of the probe for the usual view."""
    if view.aspect == "pixel" or view == View():
        return probe_points([])[0]
    size = (PICTURE, PICTURE)
    into: NDArray[Any] = np.empty((2, PICTURE * PICTURE), np.float32)
    return view_points(view, size, Rect(0, 0, *size), into)


def measure_statistics(
    program: Program, points: NDArray[np.floating], statistics: list[tuple[int, str, float]]
) -> list[Any]:
    """The `statistics`, each (row, kind, p), of a program evaluated on the probe."""
    seen = [Distribution(row) for row in _evaluate(program, points)]
    return [seen[row].measure(kind, p) for row, kind, p in statistics]


def _evaluate(program: Program, points: NDArray[np.floating]) -> NDArray[np.floating]:
    ARENA.clear()
    into = ARENA.take(program.channels, points.shape[1])
    return get_engine("cpu").evaluate(program, points, into)
