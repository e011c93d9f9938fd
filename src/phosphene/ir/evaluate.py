"""Networks and their shading evaluated over any namespace `m`, without lowering.

The meaning of every step in one line of mathematics: what the programs of the compiler are judged
by, and what can be differentiated. Nothing is written in place, and no program is read. `m` is a
namespace as `formula.evaluate` describes it; `formula.arrays` is the one of NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.core.errors import FormulaError
from phosphene.formula import (
    Expr,
    dual,
    evaluate,
    parse,
    tangent,
    value_of,
    var,
    walk,
)
from phosphene.ir.network import (
    Across,
    Activate,
    Add,
    Affine,
    Join,
    Network,
    Standardise,
    Step,
    Stretch,
)

AXES = ("dx", "dy")
Values = Mapping[str, Any]

# The mean and standard deviation of each unit for a norm, given or measured. The arguments are the
# network's name, the index of the step, and the step's input, of shape (units, points).
Norms = Callable[[str, int, Any], tuple[Any, Any]]

# The expression that replaces an open node `statistic`: a number, or the cumulative distribution as
# a formula of the node's argument.
Statistic = Callable[[Expr], Expr]


def no_norms(name: str, index: int, _: Any) -> tuple[Any, Any]:
    raise FormulaError(f"step {index} of network '{name}' has a norm, whose numbers are not given")


def no_statistic(node: Expr) -> Expr:
    raise FormulaError(f"the statistic {node.value} is not given")


def evaluate_picture(
    m: Any,
    networks: Sequence[Network],
    channels: Sequence[Expr],
    values: Values,
    norms: Norms = no_norms,
    statistic: Statistic = no_statistic,
) -> list[Any]:
    """The channels of a picture at points, a value of `m` each (a float where it is constant).

    `values` holds x and y, which are rows of points, and every part of every z (`main.z0`, ...),
    numbers or rows. `networks` are in order of evaluation. The channels may have open nodes for
    gradients, shifts and statistics, as in a shading, or be resolved, with tangents of fields
    (`main0.dx`) as variables.
    """
    values = dict(values)
    inputs = [formula for network in networks for formula in network.inputs]
    if any(map(_is_gradient, walk(*channels, *inputs))):
        m = dual(m, len(AXES))
        values |= {name: m.variable(values[name], k) for k, name in enumerate("xy")}
    found = _evaluate_at(m, networks, channels, values, norms, statistic)
    return [value_of(v) for v in found]


def _is_gradient(expr: Expr) -> bool:
    return expr.op == "gradient" or (expr.op == "var" and expr.value.endswith((".dx", ".dy")))


def _evaluate_at(
    m: Any,
    networks: Sequence[Network],
    channels: Sequence[Expr],
    values: Values,
    norms: Norms,
    statistic: Statistic,
) -> list[Any]:
    known = evaluate_fields(m, networks, values, norms)

    def shifted(node: Expr, args: list[Any]) -> Any:
        place = {**values, "x": values["x"] + args[1], "y": values["y"] + args[2]}
        return _evaluate_at(m, networks, [node.args[0]], place, norms, statistic)[0]

    nodes = {
        "gradient": lambda node, args: _along(args[0], node.value),
        "statistic": lambda node, _: evaluate(m, [statistic(node)], known, nodes)[0],
        "shifted": shifted,
    }
    return evaluate(m, channels, known, nodes)


def _along(value: Any, axis: str) -> Any:
    found = tangent(value, AXES.index(axis))
    return 0.0 if found is None else found


def evaluate_fields(
    m: Any, networks: Sequence[Network], values: Values, norms: Norms = no_norms
) -> dict[str, Any]:
    """`values` and the fields of the networks (`main0`, ...), each a row of points; where x and y
    are dual numbers, also the tangents of fields (`main0.dx`, ...).
    """
    known = dict(values)
    for network in networks:
        *_, last = evaluate_network(m, network, known, norms)
        for i in range(network.widths()[-1]):
            known[f"{network.name}{i}"] = last[i]
            if tangent(values["x"], 0) is not None:
                known |= {f"{network.name}{i}.{axis}": _along(last[i], axis) for axis in AXES}
    return known


def evaluate_network(
    m: Any, network: Network, values: Values, norms: Norms = no_norms
) -> list[Any]:
    """All vectors of a network, of shape (units, points): its inputs, then one for each step.

    `values` holds x, y, z and the fields of earlier networks that its inputs read.
    """
    owner = network.copy_of or network.name
    z = [values[f"{owner}.z{i}"] for i in range(network.latent_size)]
    latent = _rows(m, z, values["x"]) if z else None
    vectors = [_rows(m, evaluate(m, network.inputs, values), values["x"])]
    for index, step in enumerate(network.steps):

        def measured(looked_at: Any, index: int = index) -> tuple[Any, Any]:
            mean, spread = norms(network.name, index, looked_at)
            return mean[:, None], spread[:, None]

        vectors.append(_evaluate_step(m, step, vectors, latent, measured))
    return vectors


def _evaluate_step(
    m: Any, step: Step, vectors: list[Any], latent: Any, measured: Callable[[Any], Any]
) -> Any:
    match step:
        case Affine():
            sums = m.matmul(step.weights, vectors[step.source])
            moved = 0.0 if step.latent is None else m.matmul(step.latent, latent)
            if step.norm is None:
                return sums + step.biases[:, None] + moved
            mean, spread = measured(sums)
            if step.norm == "batch":  # which takes the place of biases
                return (sums - mean + moved) / spread
            return (sums - mean) * (step.gain / spread) + step.biases[:, None] + moved
        case Activate():
            source = vectors[step.source]
            return m.concatenate(
                [_activated(m, name, source[at : at + count]) for name, at, count in step.runs]
            )
        case Across():
            source = vectors[step.source]
            units = [source[i] for i in range(_count(source))]
            more = {"tiny": step.tiny} if step.name == "layer_norm" else {}
            return m.stack(ACROSS[step.name].formula(m, units, **more))
        case Standardise():
            mean, spread = measured(vectors[step.source])
            if step.together:
                spread = (spread * spread).mean() ** 0.5
            return (vectors[step.source] - mean) / spread
        case Stretch():
            return vectors[step.source] * step.factors[:, None] + step.offsets[:, None]
        case Join():
            return m.concatenate([vectors[s] for s in step.sources])
        case Add():
            return (vectors[step.first] + vectors[step.second]) * step.factor


def _rows(m: Any, rows: Sequence[Any], points: Any) -> Any:
    """Rows, some of which may be numbers, as a vector."""
    return m.stack([*rows, points])[: len(rows)]


def _activated(m: Any, name: str, units: Any) -> Any:
    """An activation of the catalogue, or a formula text about the sum h."""
    if name in ACTIVATIONS:
        return ACTIVATIONS[name].formula(m, units)
    formula = parse(name, {"h": var("h")})
    assert isinstance(formula, Expr)
    (value,) = evaluate(m, [formula], {"h": units})
    return m.select(units, value, value) if isinstance(value, float) else value


def _count(vector: Any) -> int:
    return np.shape(value_of(vector))[0]
