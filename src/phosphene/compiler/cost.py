"""What a recipe costs, computed from it before any work begins.

No number is drawn, nothing is measured, no program is made. `check_cost` is the one place where a
recipe meets the limits; everything that prepares a program calls it first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, NamedTuple

from phosphene.compiler.cost_walk import Walk
from phosphene.compiler.field_names import FieldNames
from phosphene.compiler.networks import Inputs, network_inputs, network_shape
from phosphene.compiler.shading import PALETTE_ENTRIES, shade
from phosphene.compiler.step_costs import activation_size, has_norm, readers, sources_of, steps_work
from phosphene.core.limits import exceed, limits_in_force, require
from phosphene.formula import Expr, Value, Vector, walk
from phosphene.ir.network import Network
from phosphene.networks import form_of_inputs
from phosphene.raster.antialias import STEPS
from phosphene.recipe import (
    ExplicitNetwork,
    Fourier,
    GraphNetwork,
    Recipe,
    Torus,
    Waves,
)

POINTS = 96 * 96, 8 * 32 * 32  # of the probe: at z = 0, and at other z
SORTING = 1000  # multiply-adds in whose time a value on the probe is sorted, about
WHOLE = ("least", "greatest")  # statistics that take a pass over the whole picture
KEPT = 64  # forms in the cache


class Cost(NamedTuple):
    """What a recipe needs, in the units of `LIMITS`. `passes` are those over the whole picture
    before it is painted.
    """

    weights: float
    nodes: float
    operations: float
    probe: float
    memory: float
    tables: float
    passes: int


def check_cost(recipe: Recipe) -> None:
    """Raise `LimitError` if a recipe needs more than the limits in force allow."""
    cost = cost_of(recipe)
    samples = samples_of(recipe.finish.antialias) + cost.passes
    precision = 2 if recipe.precision == "f64" else 1
    require(
        weights=cost.weights, nodes=cost.nodes, operations=cost.operations,
        sampling=cost.operations * samples * precision, probe=cost.probe, memory=cost.memory,
        tables=cost.tables,
    )  # fmt: skip


def samples_of(antialias: int | str) -> int:
    """The most samples of a pixel in a mode of anti-aliasing."""
    if isinstance(antialias, int):
        return antialias
    return 1 + sum(n * n for _, n in STEPS.get(antialias, ()))


_known: OrderedDict[Any, Cost] = OrderedDict()  # by form
_knowing = threading.Lock()


def cost_of(recipe: Recipe) -> Cost:
    """The cost of a recipe. It depends on the form of a recipe, not on its seed or its numbers.
    Raises `LimitError` if it cannot be computed within the limits in force.
    """
    form = _form(recipe)
    with _knowing:
        known = _known.get(form)
        if known is not None:
            _known.move_to_end(form)
            return known
    cost = _cost(recipe)
    with _knowing:
        _known[form] = cost
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return cost


def _form(recipe: Recipe) -> Any:
    """All of a recipe that its cost depends on."""
    networks: list[Any] = []
    for name, n in recipe.networks.items():
        shape: Any
        if isinstance(n, ExplicitNetwork):
            layers = ((*v.weights.array.shape, v.activation, v.then, v.norm, v.norm_position,
                       v.shortcut is None) for v in n.layers)  # fmt: skip
            shape = tuple(layers)
        elif isinstance(n, GraphNetwork):
            shape = n.nodes, n.connections, n.output_nodes, n.ticks
        else:
            shape = (n.standardise, n.width, n.depth, n.outputs, n.activations, n.output, n.norm,
                     n.norm_position)  # fmt: skip
        networks.append((name, n.kind, form_of_inputs(n), n.fold, n.latent.size, n.latent.inject,
                         shape))  # fmt: skip
    shading = recipe.shading
    return (
        tuple(networks), tuple(shading.params), tuple(shading.let.items()), shading.colour_space,
        shading.colour, shading.alpha, shading.channels, tuple(recipe.palettes),
        recipe.surface.kind,
    )  # fmt: skip


def _cost(recipe: Recipe) -> Cost:
    require(nodes=_least_nodes(recipe), tables=len(recipe.palettes) * PALETTE_ENTRIES)
    fields = FieldNames.of(recipe)
    channels = shade(recipe, fields, seen=_Counted())
    inputs = network_inputs(recipe)
    picture = Walk(fields.owner, lambda name: _shape(recipe, name, inputs))
    picture.visit(channels)
    operations = picture.work.operations
    statistics: dict[Expr, int] = {}
    while len(statistics) < len(picture.statistics):
        fresh = [e for e in picture.statistics if e not in statistics]
        statistics |= dict.fromkeys(fresh, 0)
        picture.visit(e.args[0] for e in fresh)
    levels = _levels(statistics)
    measured = {e: level for e, level in levels.items() if e.value[0] not in WHOLE}
    rounds = max(measured.values(), default=0)
    networks = [_shape(recipe, name, inputs) for name in inputs if name in picture.networks]
    points = POINTS[0] + (POINTS[1] if any(n.latent_size for n in networks) else 0)
    rows, norms = _norms(networks)
    values = {e.args[0] for e in measured}
    return Cost(
        weights=sum(n.parameters() for n in networks),
        nodes=picture.work.code * (1 + max(levels.values(), default=0)),
        operations=operations,
        probe=points * (norms + rounds * picture.work.operations + SORTING * len(values)),
        memory=4 * points * max(rows, len(values)),
        tables=picture.table_entries,
        passes=len({level for e, level in levels.items() if e not in measured}),
    )


def _shape(recipe: Recipe, name: str, inputs: Inputs) -> Network:
    return network_shape(recipe, name, inputs[name], activation_size)


def _least_nodes(recipe: Recipe) -> int:
    """The nodes of features that networks generate, before they are made."""
    count = 0
    for network in recipe.networks.values():
        for entry in network.inputs:
            match entry:
                case Fourier():
                    count += 8 * entry.count
                case Waves():
                    count += 8 * len(entry.frequencies)
                case Torus():
                    count += 12 * entry.order
                case _:
                    count += 1
    return count


class _Counted:
    """Counts the nodes of formulas as they are read; raises `LimitError` above the limit."""

    def __init__(self) -> None:
        self.known: set[Expr] = set()
        self.most = limits_in_force().nodes

    def __call__(self, value: Value) -> None:
        roots = value if isinstance(value, Vector) else (value,)
        self.known.update(walk(*roots, known=self.known))
        if len(self.known) > self.most:
            exceed("nodes")


def _levels(statistics: Iterable[Expr]) -> dict[Expr, int]:
    """How deep each statistic is nested: 1 if its value needs no other statistic."""
    known: dict[Expr, int] = {}
    for expr in walk(*statistics):
        inside = max((known[a] for a in expr.args), default=0)
        known[expr] = inside + (expr.op == "statistic")
    return {expr: known[expr] for expr in statistics}


def _norms(networks: list[Network]) -> tuple[int, float]:
    """The most rows of values that are in memory while norms are measured, and the multiply-adds
    for each point of the probe.
    """
    last = max((k for k, n in enumerate(networks) if has_norm(n)), default=-1)
    rows, operations, fields = 0, 0.0, 0
    for network in networks[: last + 1]:
        rows = max(rows, fields + _most_rows(network))
        operations += 2 * steps_work(network, False).operations
        fields += network.widths()[-1]
    return rows, operations


def _most_rows(network: Network) -> int:
    """The most rows of vectors in memory: those that later steps still need, those that a step
    reads once more, stacked, and those that it makes twice, before and after its norm.
    """
    widths = network.widths()
    last = [max(found, default=k) for k, found in enumerate(readers(network.steps))]
    alive, most = widths[0], 2 * widths[0]
    for index, step in enumerate(network.steps, 1):
        alive += widths[index]
        read = sources_of(step)
        most = max(most, alive + widths[index] + sum(widths[k] for k in read))
        alive -= sum(widths[k] for k in read if last[k] == index)
    return most
