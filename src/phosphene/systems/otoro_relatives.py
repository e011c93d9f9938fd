"""Relatives of cppn-tensorflow: RPPN (2017), the generator of resnet-cppn-gan (2016)."""

from __future__ import annotations

from typing import Any

import numpy as np

from phosphene.catalogue.activations import ACTIVATIONS
from phosphene.core.errors import InputError
from phosphene.recipe import Recipe
from phosphene.systems.explicit import layer
from phosphene.systems.otoro import INVERTED, first_layer, picture
from phosphene.systems.weights import Array, Weights

WAT = 0.001  # what RPPN puts under the root of a vector's length


def rppn(weights: Weights) -> Recipe:
    """One block k times: layer norm, cosines of what it sees with the weights, activation.

    A normed vector of n units is as long as sqrt(n) everywhere, so its cosines are sums again.
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
    """What the layer norm multiplies by: 1, as nothing trains an RPPN."""
    factors = weights.vector("iter_norm.LayerNorm.gamma", size)
    offsets = weights.vector("iter_norm.LayerNorm.beta", size)
    if (factors != factors[0]).any() or offsets.any():
        raise InputError(
            "array 'iter_norm.LayerNorm.gamma' (and beta): differs from unit to unit; expected one "
            "number throughout and offsets of 0, as in a program that trains nothing"
        )
    return float(factors[0])


def resnet_cppn(weights: Weights) -> Recipe:
    """Blocks of relu layers and a tanh layer, added to what the block saw.

    Within a block each layer sees all before it, with weights on the last only, so that the block's
    start is still there at its end.
    """
    depth, inside = weights.count("net_depth_g", 24), weights.count("subnet_depth_g", 4)
    depth, inside = depth or 0, inside or 0
    first, z = first_layer(weights, "cppnvae_g_0", "tanh")
    size = len(first["weights"])
    one, layers = np.eye(size), [first]
    for i in range(depth):
        names = [f"cppnvae_g_relu_skip_{i}_{j}" for j in range(inside)]
        for j, name in enumerate([*names, f"cppnvae_g_tanh_skip_{i}"]):
            layers.append(_within(weights, name, size, j, "relu" if j < inside else "tanh"))
        layers.append(layer(np.hstack([one, np.zeros((size, inside * size)), one])))
    last = f"cppnvae_g_{depth}"
    out = weights.matrix(f"{last}.Matrix", None, size, "io")
    layers.append(layer(out, weights.vector(f"{last}.bias", len(out)), "sigmoid"))
    scale = weights.number("scale", 8.0)
    by = weights.number("scale_z", 8.0)
    return picture(f"{last}.Matrix", z, layers, scale, by, INVERTED)


def _within(weights: Weights, name: str, size: int, before: int, activation: str) -> Any:
    """A layer of a block, `before` layers of which it does not look at."""
    own = weights.matrix(f"{name}.Matrix", size, size, "io")
    padded = np.hstack([np.zeros((size, before * size), own.dtype), own])
    return layer(padded, weights.vector(f"{name}.bias", size), activation, then="join")
