"""The units and connections of a recipe's networks, each unit with its small picture, for drawings.

A layered network has a column for every layer; a graph one for every distance from its inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from phosphene.compiler import check_cost, latents, lower_program, with_open_nodes
from phosphene.compiler.measurement_log import MeasurementLog
from phosphene.core.errors import RecipeError
from phosphene.engines import get_engine
from phosphene.formula import var
from phosphene.ir.network import Across, Activate, Add, Affine, Join, Network, Step
from phosphene.networks.graph import unrolled
from phosphene.raster.frame import Rect
from phosphene.raster.view import points
from phosphene.recipe import AnyNetwork, GraphNetwork, Recipe
from phosphene.recipe.inputs import Fourier, Torus, Waves

SIDE = 24  # pixels of a unit's picture
UNITS, MOST_UNITS = 24, 2000  # shown of a column, and of all columns together
COLUMNS = 400
CONNECTIONS = 1500  # drawn of a network, the strongest of each layer first

Unit = tuple[int, int]  # column and place in it
# For each component of a vector: the units that it comes from, of those that may be drawn, and the
# number of all of them.
Sources = tuple[list[list[Unit]], list[int]]
Grey = NDArray[np.uint8]


@dataclass
class Column:
    """A layer: the vector that holds its units' values, and what they are called."""

    title: str
    vector: int
    names: list[str]
    vectors: list[int] = field(default_factory=list[int])  # one of each node, in a graph
    activations: list[str] = field(default_factory=list[str])

    def place(self, unit: int) -> tuple[int, int]:
        """The vector of a unit's value, and its component."""
        return (self.vectors[unit], 0) if self.vectors else (self.vector, unit)


@dataclass(frozen=True)
class Connection:
    source: Unit
    target: Unit
    weight: float


@dataclass
class Drawing:
    """A network to draw. `shown` units of each column have a picture; `connections` are those
    between them that are drawn, of `total` in the network.
    """

    name: str
    columns: list[Column]
    connections: list[Connection] = field(default_factory=list[Connection])
    total: int = 0
    shown: int = UNITS
    pictures: dict[Unit, Grey] = field(default_factory=dict[Unit, Grey])


def drawings(recipe: Recipe) -> list[Drawing]:
    """The networks that the picture uses, in order of evaluation. Raises `RecipeError` for one of
    more than 400 layers.
    """
    check_cost(recipe)
    networks, _ = with_open_nodes(recipe, MeasurementLog())
    made: list[Drawing] = []
    for k, network in enumerate(networks):
        given = recipe.networks[network.name]
        drawing = _graph(network, given) if isinstance(given, GraphNetwork) else _layers(network)
        drawing.columns[0].names = input_names(given, len(network.inputs))
        if len(drawing.columns) > COLUMNS:
            raise RecipeError(
                f"networks.{network.name}: {len(drawing.columns):,} layers; a drawing has up to "
                f"{COLUMNS}"
            )
        drawing.shown = max(2, min(UNITS, MOST_UNITS // len(drawing.columns)))
        _keep_strongest(drawing)
        _paint(drawing, recipe, networks[:k], network)
        made.append(drawing)
    return made


def input_names(network: AnyNetwork, count: int) -> list[str]:
    """The names of a network's inputs: formulas as they are written, generated ones numbered."""
    found: list[str] = []
    for entry in network.inputs:
        if isinstance(entry, str):
            found.append(entry)
            continue
        match entry:
            case Fourier():
                size = entry.count
            case Waves():
                size = 4 * len(entry.frequencies)
            case Torus():
                size = 4 * entry.order
            case _:
                size = 1
        found += [entry.kind] if size == 1 else [f"{entry.kind} {i}" for i in range(size)]
    each = len(found)
    views = max(1, count // each) if each else 1
    if views > 1 and count >= each * views:  # a torus or a sphere is seen in two views
        found = [f"{name} ({view + 1})" for view in range(views) for name in found]
    return (found + [f"z{i}" for i in range(count)])[:count]


def _layers(network: Network) -> Drawing:
    """The columns and connections of a layered network."""
    inputs = len(network.inputs)
    drawing = Drawing(network.name, [Column("inputs", 0, [])])
    origins: list[Sources] = [_own(0, inputs)]
    for at, step in enumerate(network.steps, start=1):
        match step:
            case Affine():
                column = len(drawing.columns)
                units = len(step.biases)
                drawing.columns.append(Column(f"layer {column}", at, [""] * units))
                _connect(drawing, step.weights, origins[step.source], column)
                origins.append(_own(column, units))
            case Join():
                parts = [origins[s] for s in step.sources]
                origins.append((
                    [units for shown, _ in parts for units in shown],
                    [count for _, counts in parts for count in counts],
                ))  # fmt: skip
            case Add():
                one, two = origins[step.first], origins[step.second]
                origins.append((
                    [[*a, *b] for a, b in zip(one[0], two[0], strict=True)],
                    [a + b for a, b in zip(one[1], two[1], strict=True)],
                ))  # fmt: skip
            case _:
                _activated(drawing.columns, step, at)
                origins.append(origins[step.source])
    last = drawing.columns[-1]
    last.title = "outputs"
    last.names = [f"{network.name}{i}" for i in range(len(last.names))]
    return drawing


def _activated(columns: list[Column], step: Step, at: int) -> None:
    """A step from unit to unit, applied to the newest layer: its values are those after it."""
    column = columns[-1]
    if isinstance(step, Add | Join | Affine) or step.source != column.vector or len(columns) == 1:
        return
    column.vector = at
    if isinstance(step, Activate):
        column.activations = [name for name, _, count in step.runs for _ in range(count)]
    elif isinstance(step, Across):
        column.activations = [step.name] * len(column.names)


def _own(column: int, units: int) -> Sources:
    return [[(column, i)] if i < UNITS else [] for i in range(units)], [1] * units


def _connect(drawing: Drawing, weights: NDArray[np.float64], origins: Sources, column: int) -> None:
    """Add the connections of a layer; of too many, the strongest."""
    shown, counts = origins
    drawing.total += sum(counts) * len(weights)
    sources = [(unit, k) for k, units in enumerate(shown) for unit in units]
    sizes = weights[:UNITS, [k for _, k in sources]]
    order = np.argsort(-np.abs(sizes), axis=None, kind="stable")[:CONNECTIONS]
    for target, source in zip(*np.unravel_index(order, sizes.shape), strict=True):
        drawing.connections.append(
            Connection(sources[source][0], (column, int(target)), float(sizes[target, source]))
        )


def _graph(network: Network, given: GraphNetwork) -> Drawing:
    """Nodes by their distance from the inputs, the outputs last."""
    inputs = len(given.inputs)
    _, vectors = unrolled(given)
    enabled = [c for c in given.connections if c.enabled]
    depth = dict.fromkeys(range(inputs), 0)
    while True:
        near = {c.target: depth[c.source] + 1 for c in enabled
                if c.source in depth and c.target not in depth}  # fmt: skip
        if not near:
            break
        depth |= near
    outputs = [n for n in dict.fromkeys(given.output_nodes) if n >= inputs]
    inner = [n for n in depth if n >= inputs and n not in outputs]
    far = max((depth[n] for n in inner), default=0)
    nodes = [list(range(inputs)), *([n for n in inner if depth[n] == d] for d in range(1, far + 1))]
    nodes = [*(column for column in nodes if column), *([outputs] if outputs else [])]
    place = {n: (c, i) for c, column in enumerate(nodes) for i, n in enumerate(column)}
    drawing = Drawing(network.name, [])
    for c, column in enumerate(nodes):
        names = [f"node {n}" if n in inner else _fields(network.name, given, n) for n in column]
        title = "inputs" if c == 0 else "outputs" if column == outputs else f"step {c}"
        made = Column(title, 0, names, vectors=[vectors.get(n, vectors[-1]) for n in column])
        made.activations = [] if c == 0 else [given.nodes[n - inputs] for n in column]
        drawing.columns.append(made)
    drawing.connections = [
        Connection(place[c.source], place[c.target], c.weight)
        for c in enabled
        if c.source in place and c.target in place
    ]
    drawing.total = len(enabled)
    return drawing


def _fields(name: str, given: GraphNetwork, node: int) -> str:
    """The fields that a node is the value of, such as "main0, main2"."""
    return ", ".join(f"{name}{i}" for i, n in enumerate(given.output_nodes) if n == node)


def _keep_strongest(drawing: Drawing) -> None:
    """Keep the connections between shown units; of too many, the strongest of every layer."""
    kept = [c for c in drawing.connections if max(c.source[1], c.target[1]) < drawing.shown]
    kept.sort(key=lambda c: -abs(c.weight))
    seen: dict[int, int] = {}
    ranked: list[tuple[int, Connection]] = []
    for c in kept:
        rank = seen[c.target[0]] = seen.get(c.target[0], 0) + 1
        ranked.append((rank, c))
    ranked.sort(key=lambda entry: entry[0])
    drawing.connections = [c for _, c in ranked[:CONNECTIONS]]


def _paint(drawing: Drawing, recipe: Recipe, before: Sequence[Network], network: Network) -> None:
    """Give every shown unit the picture of its values in the recipe's view."""
    shown = [
        ((c, i), *column.place(i))
        for c, column in enumerate(drawing.columns)
        for i in range(min(len(column.names), drawing.shown))
    ]
    vectors = list(dict.fromkeys(vector for _, vector, _ in shown))
    widths = network.widths()
    starts = dict(
        zip(vectors, np.cumsum([0, *(widths[v] for v in vectors)]).tolist(), strict=False)
    )
    every = replace(network, steps=(*network.steps, Join(tuple(vectors))))
    roots = [var(f"{network.name}{starts[vector] + k}") for _, vector, k in shown]
    with np.errstate(all="ignore"):
        program = lower_program([*before, every], roots, latents(recipe), "f32")
        plane = np.empty((2, SIDE * SIDE), np.float32)
        points(recipe.view, (SIDE, SIDE), Rect(0, 0, SIDE, SIDE), plane)
        values = get_engine("cpu").evaluate(program, plane)
    for (unit, _, _), row in zip(shown, values, strict=True):
        drawing.pictures[unit] = _grey(row).reshape(SIDE, SIDE)


def _grey(values: NDArray[np.floating]) -> Grey:
    """Values as greys from the least, black, to the greatest, white; a constant is mid-grey."""
    kept = values[np.isfinite(values)].astype(np.float64)
    low, high = (float(kept.min()), float(kept.max())) if len(kept) else (0.0, 0.0)
    if not high > low:
        return np.full(len(values), 128, np.uint8)
    share = (np.nan_to_num(values.astype(np.float64), posinf=high, neginf=low) - low) / (high - low)
    return np.floor(np.clip(share, 0, 1) * 255 + 0.5).astype(np.uint8)
