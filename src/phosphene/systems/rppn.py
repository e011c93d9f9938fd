"""RPPN (2017), a relative of cppn-tensorflow: one block, repeated."""

from __future__ import annotations

import numpy as np

from phosphene.catalogue.activations import ACTIVATIONS
from phosphene.core.errors import InputError
from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials
from phosphene.systems.drawing import ENDS, INVERTED, colour, uniform_z
from phosphene.systems.loading import layer
from phosphene.systems.otoro import first_layer, picture
from phosphene.systems.weights import Array, Weights

RPPN: Dials = {"channels": (3, "3 for colour, 1 for grey (c_dim)")}


def rppn(seed: Seed, *, channels: int) -> Recipe:
    """One block, repeated: layer norm, then cosines as weighted sums, then tanh."""
    return Recipe(
        seed=seed,
        style="rppn",
        networks={
            "main": {
                "kind": "tied",
                "inputs": ["x", "y", "r"],
                "scale": 10.0,
                "latent": {"size": 8, "gain": 10.0, "values": uniform_z(seed, "rppn", 8)},
                "width": 32,
                "depth": 5,
                "outputs": channels,
                "activations": ["tanh"],
                "weights": {"kind": "normal", "fan_in": False, "gain": [1.0, 1 / 32]},
                "biases": {"kind": "none"},
                "norm": "layer",
                "norm_position": "after",
            }
        },
        shading=colour(channels, "sigmoid(out*main{c})") | {"params": {"out": 32.0}},
        view=ENDS,
        finish={"rounding": "truncate"},
    )


WAT = 0.001  # RPPN adds it under the root in the length of a vector


def load_rppn(weights: Weights) -> Recipe:
    """One block k times: layer norm, cosines between its input and the weights, activation.

    A normalised vector of n units has length sqrt(n) everywhere, so its cosines are weighted sums.
    """
    scale = weights.number("scale", 10.0)
    activation = weights.choice("act", "tanh", ACTIVATIONS)
    first, z = first_layer(weights, "g_0", "tanh")
    size = len(first["weights"])
    factor = _norm_factor(weights, size)
    inner = np.asarray(weights.matrix("iter_linear.weights", size, size, "io"), np.float64)
    biases = np.asarray(weights.vector("iter_linear.biases", size), np.float64)
    squares: Array = sum((column * column for column in inner.T), biases * biases)
    lengths = np.sqrt(squares) * np.sqrt(factor * factor * size + WAT * WAT)
    block = layer(inner * factor / lengths[:, None], biases * WAT / lengths, activation)
    layers = [first, *[block] * (weights.count("k", 3) or 0)]
    norm = {"norm": "layer", "norm_position": "after", "epsilon": 1e-12}
    layers = [*({**before, **norm} for before in layers[:-1]), layers[-1]]
    out = weights.matrix("g_final.Matrix", None, size, "io")
    layers.append(layer(out, weights.vector("g_final.bias", len(out)), "sigmoid"))
    return picture("g_final.Matrix", z, layers, scale, weights.number("scale_z", scale), INVERTED)


def _norm_factor(weights: Weights, size: int) -> float:
    """The factor of the layer norm: 1, since an RPPN is not trained."""
    factors = weights.vector("iter_norm.LayerNorm.gamma", size)
    offsets = weights.vector("iter_norm.LayerNorm.beta", size)
    if (factors != factors[0]).any() or offsets.any():
        raise InputError(
            "array 'iter_norm.LayerNorm.gamma' (and beta): differs between units; expected one "
            "factor and offsets of 0, as in an untrained network"
        )
    return float(factors[0])
