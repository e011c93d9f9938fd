"""ichko's "Generating random art with neural networks" (2021): the post, its UV map, its fit.

The inputs are x and y; weights and biases are from N(0, 1).
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from phosphene.core.errors import InputError
from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials
from phosphene.systems.drawing import colour
from phosphene.systems.loading import UNIT, colours, explicit_network, layer, plain_recipe, scaled
from phosphene.systems.weights import Weights

ICHKO: Dials = {
    "channels": (3, "3 for colour, 1 for grey"),
    "batch_norm": (False, "the network of the notebook that fits pictures: norms after tanh"),
}


def ichko(seed: Seed, *, channels: int, batch_norm: bool) -> Recipe:
    """The post's depth counts linear layers, so its 9 is depth 8."""
    network: dict[str, Any] = {
        "inputs": ["x", "y"],
        "width": 25,
        "depth": 8,
        "outputs": channels,
        "activations": ["tanh"],
        "output": "sigmoid",
        "weights": {"kind": "normal", "fan_in": False},
        "biases": {"kind": "normal", "gain": 1.0},
    }
    view: dict[str, Any] = {
        "span": 1.0, "centre": [0.5, 0.5], "origin": "corner", "sampling": "start", "axes": "yx",
    }  # fmt: skip
    if batch_norm:
        # Norms are measured on the view's square; the network still sees 0 to 1.
        network |= {
            "inputs": ["0.5*x + 0.5", "0.5*y + 0.5"], "width": 21,
            "norm": "batch", "norm_position": "after",
        }  # fmt: skip
        view = {"sampling": "start", "origin": "corner"}
    return Recipe(
        seed=seed,
        style="ichko",
        networks={"main": network},
        shading=colour(channels),
        view=view,
        finish={"rounding": "truncate"},
    )


ACTIVATIONS = ("tanh", "tan", "sin", "sign")


def load_ichko(weights: Weights) -> Recipe:
    """The post's network; z, if there is one, follows x and y.

    It uses float64: these layers amplify rounding, and the original's float32 adds enough of it.
    """
    names = weights.numbered("net_{}_weight", step=2, count=weights.count("depth", None))
    activation = weights.choice("activation", "tanh", ACTIVATIONS).replace("sign", "sgn")
    z = weights.latent(None) if np.size(weights.arrays.get("z", ())) else []
    layers, before = [], 2 + len(z)
    for name in names:
        matrix = weights.matrix(name, None, before)
        before = len(matrix)
        biases = weights.vector(name.replace("weight", "bias"), before)
        layers.append(layer(matrix, biases, "sigmoid" if name == names[-1] else activation))
    return plain_recipe(
        explicit_network(["x", "y", *scaled(z, 1.0)], layers, z),
        colours(names[-1], before),
        view={**UNIT, "axes": "yx", "positions": "f32"},
        finish={"rounding": "truncate"},
        precision="f64",
    )


def load_ichko_uv(weights: Weights) -> Recipe:
    """The network of the UV map, with u as red and v as green."""
    depth = weights.count("depth", None)
    names = weights.numbered("{}_W", count=None if depth is None else depth + 1)
    z = weights.latent(None)
    plane = ["abs_x", "abs_y"] if weights.flag("mirror") else ["x", "y"]
    layers, before = [], len(z) + 2
    for k, name in enumerate(names):
        matrix = weights.matrix(name, 2 if name == names[-1] else None, before, "io")
        before = len(matrix)
        biases = weights.vector(name.replace("_W", "_b"), before)
        layers.append(layer(matrix, biases, "tanh" if k < 2 else "sigmoid"))
    return plain_recipe(
        explicit_network([*scaled(z, 1.0), *plane], layers, z),
        {"rgb": ["main0", "main1", "0"]},
        view={"span": 1.0, "sampling": "ends", "aspect": "height"},
        finish={"rounding": "truncate"},
    )


def load_ichko_keras(weights: Weights) -> Recipe:
    """The fit's network: a batch norm after each activation, folded into the next layer."""
    dense = _indexed(weights, r"(\d+)\.dense(?:_\d+)?\.kernel")
    norms = _indexed(weights, r"(\d+)\.batch_normalization(?:_\d+)?\.gamma")
    last = max(dense, default=0)
    last = max(last, weights.count("depth", last) or 0)
    layers, before = [], 2
    factor, offset = np.ones(2), np.zeros(2)
    for k in range(last + 1):
        name = _present(dense, k, "dense", "kernel")
        stored = weights.matrix(f"{name}.kernel", None, before, "io")
        biases = weights.vector(f"{name}.bias", len(stored))
        matrix = np.asarray(stored, np.float64)
        summed = sum((matrix * offset).T, np.asarray(biases, np.float64))
        layers.append(layer(matrix * factor, summed, "sigmoid" if k == last else "tanh"))
        before = len(matrix)
        if k < last:
            norm = _present(norms, k, "batch_normalization", "gamma")
            factor, offset = _batch_norm(weights, norm, before)
    name = f"{_present(dense, last, 'dense', 'kernel')}.kernel"
    return plain_recipe(
        explicit_network(["x", "y"], layers),
        colours(name, before),
        view={**UNIT, "aspect": "stretch"},
        finish={"rounding": "truncate"},
    )


def _indexed(weights: Weights, pattern: str) -> dict[int, str]:
    found = [m for n in weights.arrays if (m := re.fullmatch(pattern, n))]
    return {int(m[1]): m.string.rpartition(".")[0] for m in found}


def _present(names: dict[int, str], k: int, kind: str, part: str) -> str:
    if k not in names:
        raise InputError(f"array '{k:02}.{kind}.{part}' is missing")
    return names[k]


def _batch_norm(weights: Weights, name: str, units: int) -> tuple[Any, Any]:
    """The factors and offsets of a batch norm in inference mode."""
    gamma, beta, mean, variance = (
        np.asarray(weights.vector(f"{name}.{part}", units), np.float64)
        for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    if (variance < 0).any():
        raise InputError(f"array '{name}.moving_variance': got a variance below 0")
    factor = gamma / np.sqrt(variance + 1e-3)
    return factor, beta - mean * factor
