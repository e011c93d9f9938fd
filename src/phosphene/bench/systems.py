"""The seed systems' styles against their programs' way: the whole image at once, in NumPy.

The NumPy side evaluates the same network and colours, layer by layer over all pixels, with NumPy's
own functions and matrix products, in the precision of the program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from phosphene.bench.timing import Job, alternate, wall_seconds
from phosphene.build import latents, make_networks
from phosphene.build.lowering import with_latent
from phosphene.build.shading import shade
from phosphene.catalogue.activations import ACTIVATIONS
from phosphene.formula import Expr, arrays, parse, trace, var
from phosphene.picture import quantise
from phosphene.pipeline import render
from phosphene.program import Across, Activate, Add, Affine, Join, Network, Step
from phosphene.recipe import Recipe
from phosphene.styles import STYLES, style
from phosphene.view import Rect, points

Array = NDArray[Any]

# Seconds are of these pictures; of other systems, of seed 1.
PICTURES: dict[str, dict[str, Any]] = {
    "neural-painter": {"seed": 14, "width": 100, "depth": 5},
    "huenermann-browser": {"seed": 6130076054, "z": [-0.2], "variance": 588.1},
}

PLAIN: dict[str, Callable[..., Any]] = {
    "tanh": np.tanh, "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "sqrt": np.sqrt,
    "hypot": np.hypot, "sign": np.sign, "less": np.less, "select": np.where,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
}  # fmt: skip


def _softmax(x: Array) -> Array:
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _logsoftmax(x: Array) -> Array:
    lower = x - x.max(axis=1, keepdims=True)
    return lower - np.log(np.exp(lower).sum(axis=1, keepdims=True))


def _layer_norm(x: Array, tiny: float) -> Array:
    return (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + tiny)


ACROSS: dict[str, Callable[[Array, float], Array]] = {
    "sort": lambda x, _: np.sort(x, axis=1),
    "softmax": lambda x, _: _softmax(x),
    "logsoftmax": lambda x, _: _logsoftmax(x),
    "layer_norm": _layer_norm,
}


def numpy_bytes(recipe: Recipe, size: int) -> Array:
    """The picture of a seed system's recipe, shape (size, size, channels)."""
    dtype = np.float64 if recipe.precision == "f64" else np.float32
    whole = Rect(0, 0, size, size)
    x, y = points(recipe.view, (size, size), whole, np.empty((2, size * size), dtype))
    values: dict[str, Any] = {"x": x, "y": y} | latents(recipe)
    networks = make_networks(recipe)
    with np.errstate(all="ignore"):
        for network in networks:
            fields = _fields(network, values, size * size, dtype)
            values |= {f"{network.name}{k}": fields[:, k] for k in range(fields.shape[1])}
        names = [f"{n.name}{k}" for n in networks for k in range(n.widths()[-1])]
        known: dict[Expr, Any] = {}
        channels = [_evaluate(e, values, known) for e in shade(recipe, names)]
    planes = np.stack([np.broadcast_to(c, size * size) for c in channels], axis=-1)
    held = np.where(planes > 0, np.minimum(planes, 1), 0).astype(dtype)
    return quantise(held.reshape(size, size, -1), recipe.finish)


def _evaluate(expr: Expr, values: dict[str, Any], known: dict[Expr, Any]) -> Any:
    if expr.op == "const":
        return expr.value
    if expr.op == "var":
        return values[expr.value]
    if expr not in known:
        args = [_evaluate(a, values, known) for a in expr.args]
        if expr.op == "statistic":
            known[expr] = {"least": np.min, "greatest": np.max}[expr.value[0]](args[0])
        else:
            known[expr] = (PLAIN.get(expr.op) or getattr(arrays, expr.op))(*args)
    return known[expr]


def _fields(network: Network, values: dict[str, Any], count: int, dtype: Any) -> Array:
    known: dict[Expr, Any] = {}
    inputs = [_evaluate(e, values, known) for e in network.inputs]
    columns = [np.broadcast_to(np.asarray(v, dtype), count) for v in inputs]
    z = [values[f"{network.name}.z{i}"] for i in range(network.latent_size)]
    vectors = [np.stack(columns, axis=1)]
    for step in network.steps:
        vectors.append(_step(with_latent(step, z), vectors, dtype))
    return vectors[-1]


def _step(step: Step, vectors: list[Array], dtype: Any) -> Array:
    match step:
        case Affine():
            weights, biases = step.weights.T.astype(dtype), step.biases.astype(dtype)
            return vectors[step.source] @ weights + biases
        case Activate():
            source = vectors[step.source]
            parts = [_activate(n, source[:, at : at + units]) for n, at, units in step.runs]
            return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        case Across():
            return ACROSS[step.name](vectors[step.source], step.tiny)
        case Join():
            return np.concatenate([vectors[s] for s in step.sources], axis=1)
        case Add():
            total = vectors[step.first] + vectors[step.second]
            return total if step.factor == 1.0 else total * dtype(step.factor)
    raise AssertionError(f"{step}: no seed system has it")


def _activate(name: str, h: Array) -> Array:
    if name in ACTIVATIONS:
        formula = ACTIVATIONS[name].formula(trace, var("h"))
    else:
        formula = cast(Expr, parse(name, {"h": var("h")}))
    return np.asarray(_evaluate(formula, {"h": h}, {}))


def system_recipes() -> dict[str, Recipe]:
    """The pictures that are timed, by style."""
    named = [name for name, entry in STYLES.items() if entry.year]
    return {name: style(name, **({"seed": 1} | PICTURES.get(name, {}))) for name in named}


def bench_systems(
    size: int = 512, rounds: int = 3, say: Callable[[str], None] = lambda line: None
) -> dict[str, dict[str, Any]]:
    """Seconds of wall time by style: ours on one thread and on all, NumPy (its products on all)."""
    jobs, recipes = [], system_recipes()
    for name, recipe in recipes.items():
        render(recipe, 32)

        def run(name: str = name, recipe: Recipe = recipe) -> dict[str, float]:
            return {
                f"{name}/ours": wall_seconds(lambda: render(recipe, size, threads=1).bytes),
                f"{name}/all": wall_seconds(lambda: render(recipe, size).bytes),
                f"{name}/numpy": wall_seconds(lambda: numpy_bytes(recipe, size)),
            }

        jobs.append(Job(run))
    best = alternate(jobs, rounds, say)
    return {
        name: {
            "precision": recipe.precision,
            "one thread": best[f"{name}/ours"],
            "all threads": best[f"{name}/all"],
            "numpy": best[f"{name}/numpy"],
            "times as fast on one thread": best[f"{name}/numpy"] / best[f"{name}/ours"],
        }
        for name, recipe in recipes.items()
    }


def systems_text(figures: dict[str, dict[str, Any]]) -> str:
    """The figures as lines."""
    lines = [f"{'512x512, seconds':<20} {'':9} {'1 thread':>9} {'all':>7} {'NumPy':>7}  faster"]
    for name, row in figures.items():
        one, every, numpy = row["one thread"], row["all threads"], row["numpy"]
        times = f"{numpy / one:6.1f}x {numpy / every:6.1f}x"
        lines.append(
            f"{name:<20} {row['precision']:9} {one:9.3f} {every:7.3f} {numpy:7.3f} {times}"
        )
    return "\n".join(lines)
