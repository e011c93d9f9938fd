"""The styles of the seed systems, compared with NumPy on whole images, as their programs work.

The NumPy side evaluates the same network and colours, layer by layer over all pixels, with NumPy's
own functions and matrix products, in the precision of the program; z is repeated for every pixel,
as in all of the programs. Both sides get one thread (CPU time), then all cores (wall time). In
NumPy only matrix products use more than one core.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from phosphene.bench.processes import BLAS_THREADS, child
from phosphene.bench.timing import Job, alternate, cpu_seconds, wall_seconds
from phosphene.catalogue.activations import ACTIVATIONS
from phosphene.compiler import latents, make_networks
from phosphene.compiler.shading import shade
from phosphene.core.threads import thread_count
from phosphene.formula import Expr, arrays, parse, trace, var
from phosphene.ir.network import Across, Activate, Add, Affine, Join, Network, Step, Stretch
from phosphene.raster import quantise, to_bytes
from phosphene.raster.frame import Rect
from phosphene.raster.painter import Painter
from phosphene.raster.view import points
from phosphene.recipe import Recipe
from phosphene.render.first_pass import plan_and_inputs
from phosphene.styles import STYLES, style

Array = NDArray[Any]
Parts = list[Array]  # the parts of a joined vector

# The pictures that are timed; other systems use seed 1.
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


def _maxmin(x: Array) -> Array:
    pairs = x[:, : x.shape[1] // 2 * 2].reshape(len(x), -1, 2)
    ordered = np.stack([pairs.max(axis=2), pairs.min(axis=2)], axis=2).reshape(len(x), -1)
    return np.concatenate([ordered, x[:, ordered.shape[1] :]], axis=1)


ACROSS: dict[str, Callable[[Array, float], Array]] = {
    "maxmin": lambda x, _: _maxmin(x),
    "sort": lambda x, _: np.sort(x, axis=1),
    "softmax": lambda x, _: _softmax(x),
    "logsoftmax": lambda x, _: _logsoftmax(x),
    "layer_norm": _layer_norm,
}


def our_bytes(recipe: Recipe, size: int, threads: int) -> Array:
    """The picture as `phosphene paint` renders it, without a file: uint8."""
    plan, kept = plan_and_inputs(recipe, (size, size), "cpu", threads)
    painter = Painter(plan, "cpu", partial(to_bytes, finish=plan.finish), kept)
    return np.concatenate(list(painter.strips(Rect(0, 0, size, size), threads)))


def numpy_bytes(recipe: Recipe, size: int) -> Array:
    """The picture of a seed system's recipe by NumPy, shape (size, size, channels)."""
    dtype = np.float64 if recipe.precision == "f64" else np.float32
    whole = Rect(0, 0, size, size)
    x, y = points(recipe.view, (size, size), whole, np.empty((2, size * size), dtype))
    values: dict[str, Any] = {"x": x, "y": y} | latents(recipe)
    networks = make_networks(recipe)
    with np.errstate(all="ignore"):
        for network in networks:
            fields = network_fields(network, values, size * size, dtype)
            values |= {f"{network.name}{k}": fields[:, k] for k in range(fields.shape[1])}
        names = [f"{n.name}{k}" for n in networks for k in range(n.widths()[-1])]
        known: dict[Expr, Any] = {}
        channels = [evaluate(e, values, known) for e in shade(recipe, names)]
    planes = np.stack([np.broadcast_to(c, size * size) for c in channels], axis=-1)
    held = np.where(planes > 0, np.minimum(planes, 1), 0).astype(dtype)
    return quantise(held.reshape(size, size, -1), recipe.finish)


def evaluate(expr: Expr, values: dict[str, Any], known: dict[Expr, Any]) -> Any:
    """The value of the expression by NumPy's own functions; `known` caches values."""
    if expr.op == "const":
        return expr.value
    if expr.op == "var":
        return values[expr.value]
    if expr not in known:
        args = [evaluate(a, values, known) for a in expr.args]
        if expr.op == "table":
            entries = expr.value.values
            known[expr] = np.interp(args[0], np.linspace(0, 1, len(entries)), entries)
        elif expr.op == "statistic":
            known[expr] = {"least": np.min, "greatest": np.max}[expr.value[0]](args[0])
        else:
            known[expr] = (PLAIN.get(expr.op) or getattr(arrays, expr.op))(*args)
    return known[expr]


def network_fields(network: Network, values: dict[str, Any], count: int, dtype: Any) -> Array:
    """The outputs of the network, shape (count, outputs); `values` has its inputs and z by name."""
    known: dict[Expr, Any] = {}
    inputs = [evaluate(e, values, known) for e in network.inputs]
    columns = [np.broadcast_to(np.asarray(v, dtype), count) for v in inputs]
    z = np.array([values[f"{network.name}.z{i}"] for i in range(network.latent_size)], dtype)
    vectors = [[np.stack(columns, axis=1)]]
    for step in network.steps:
        vectors.append(_step(step, vectors, z))
    return _whole(vectors[-1])


def _step(step: Step, vectors: list[Parts], z: Array) -> Parts:
    match step:
        case Affine():
            source, weights = vectors[step.source], step.weights
            if step.latent is not None:
                source = [*source, np.broadcast_to(z, (len(source[0]), len(z)))]
                weights = np.hstack([weights, step.latent])
            return [_affine(source, weights.T.astype(z.dtype)) + step.biases.astype(z.dtype)]
        case Activate():
            source = _whole(vectors[step.source])
            parts = [_activate(n, source[:, at : at + units]) for n, at, units in step.runs]
            return [_whole(parts)]
        case Across():
            return [ACROSS[step.name](_whole(vectors[step.source]), step.tiny)]
        case Stretch():
            factors, offsets = step.factors.astype(z.dtype), step.offsets.astype(z.dtype)
            return [_whole(vectors[step.source]) * factors + offsets]
        case Join():
            return [part for s in step.sources for part in vectors[s]]
        case Add():
            total = _whole(vectors[step.first]) + _whole(vectors[step.second])
            return [total if step.factor == 1.0 else total * z.dtype.type(step.factor)]
    raise AssertionError(f"{step}: in no seed system")


def _affine(parts: Parts, weights: Array) -> Array:
    """The matrix product by parts: parts with zero weights are skipped, identities are added."""
    edges = np.cumsum([part.shape[1] for part in parts])[:-1]
    seen = [(p, w) for p, w in zip(parts, np.split(weights, edges), strict=True) if w.any()]
    if len(seen) in (0, len(parts)):
        return _whole(parts) @ weights
    products = (p if np.array_equal(w, np.eye(*w.shape)) else p @ w for p, w in seen)
    return reduce(np.add, products)


def _whole(parts: Parts) -> Array:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def _activate(name: str, h: Array) -> Array:
    if name in ACTIVATIONS:
        formula = ACTIVATIONS[name].formula(trace, var("h"))
    else:
        formula = cast(Expr, parse(name, {"h": var("h")}))
    return np.asarray(evaluate(formula, {"h": h}, {}))


def system_recipes() -> dict[str, Recipe]:
    """The pictures that are timed, by style."""
    named = [name for name, entry in STYLES.items() if entry.year]
    return {name: style(name, **({"seed": 1} | PICTURES.get(name, {}))) for name in named}


def bench_systems(
    size: int = 512, rounds: int = 3, say: Callable[[str], None] = lambda line: None
) -> dict[str, dict[str, Any]]:
    """Seconds of a picture by style, ours and NumPy's, on one thread and on all cores."""
    figures: dict[str, dict[str, Any]] = {
        name: {"size": size, "precision": recipe.precision}
        for name, recipe in system_recipes().items()
    }
    for label, threads in {"one thread": 1, "all cores": thread_count(None)}.items():
        say(f"{label} each: {rounds} rounds")
        blas = dict.fromkeys(BLAS_THREADS, str(threads))
        best, _ = child("systems", size, rounds, threads, **blas)
        for name, row in figures.items():
            ours, numpy = best[f"{name}/ours"], best[f"{name}/numpy"]
            row[label] = {"ours": ours, "numpy": numpy, "times": numpy / ours}
    return figures


def system_seconds(size: int, rounds: int, threads: int) -> dict[str, float]:
    """What a child process of `bench_systems` measures."""
    clock = cpu_seconds if threads == 1 else wall_seconds

    def job(name: str, recipe: Recipe) -> Job:
        our_bytes(recipe, 32, threads)
        return Job(
            lambda: {
                f"{name}/ours": clock(lambda: our_bytes(recipe, size, threads)),
                f"{name}/numpy": clock(lambda: numpy_bytes(recipe, size)),
            }
        )

    return alternate([job(*item) for item in system_recipes().items()], rounds)


def systems_text(figures: dict[str, dict[str, Any]]) -> str:
    """The figures as lines."""
    labels, columns = ("one thread", "all cores"), f"{'ours':>9} {'NumPy':>8} {'faster':>7}"
    size = next(iter(figures.values()))["size"]
    lines = [
        f"{f'{size}x{size}, seconds':<20} {'':9}" + "".join(f" {f'{n} each':>26}" for n in labels),
        f"{'':<20} {'':9} {columns} {columns}",
    ]
    for name, row in figures.items():
        found = (row[label] for label in labels)
        texts = (f"{f['ours']:9.3f} {f['numpy']:8.3f} {f['times']:6.1f}x" for f in found)
        lines.append(f"{name:<20} {row['precision']:9} {' '.join(texts)}")
    return "\n".join(lines)
