"""resnet-cppn-gan's generator (2016), a relative of cppn-tensorflow: 120 layers of six units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core import rng
from phosphene.core.rng import Seed, Stream
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.systems.drawing import ENDS, INVERTED, colour, stretched
from phosphene.systems.loading import layer
from phosphene.systems.otoro import first_layer, picture
from phosphene.systems.weights import Weights

RESNET_CPPN: Dials = {
    "channels": (1, "1 for grey, 3 for colour (c_dim)"),
    "width": (6, "units in every layer (net_size_g)"),
    "depth": (24, "residual blocks (net_depth_g)"),
    "subnet_depth": (4, "relu layers in a block (subnet_depth_g)"),
    "stretch": (True, "stretch the levels to the full range: untrained, it may be nearly flat"),
    "z_spread": (0.1, "standard deviation of the seed's z; the trained model used 1"),
}


def resnet_cppn(
    seed: Seed,
    *,
    channels: int,
    width: int,
    depth: int,
    subnet_depth: int,
    stretch: bool,
    z_spread: float,
) -> Recipe:
    """Blocks of relu layers that hardly change the six units, with weights written into the recipe.

    Within a block, each layer sees all layers before it, with weights only on the last, so that the
    block's input is still available at its end.
    """
    within("width", width, 1, 64)
    within("subnet_depth", subnet_depth, 1, 8)
    within("depth", depth, 1, 250 // (subnet_depth + 2))

    def drawn(label: str, units: int, inputs: int, spread: float = 1.0) -> NDArray[np.float32]:
        uniforms = Stream(seed, f"style/resnet-cppn/{label}").table(units, inputs)
        return (rng.normal_quantile(uniforms) * spread).astype(np.float32)

    def drawn_layer(label: str, seen: int, activation: str, spread: float) -> dict[str, Any]:
        weights = np.zeros((width, seen), np.float32)
        weights[:, seen - width :] = drawn(label, width, width, spread)
        biases = drawn(f"{label}/bias", width, 1, spread)[:, 0]
        return {"weights": weights, "biases": biases, "activation": activation, "then": "join"}

    sees_z = drawn("first", width, 3 + 32)
    sees_z[:, 3:] *= 8.0
    biases = drawn("first/bias", width, 1)[:, 0]
    layers: list[dict[str, Any]] = [{"weights": sees_z, "biases": biases, "activation": "tanh"}]
    one = np.eye(width, dtype=np.float32)
    between = np.zeros((width, subnet_depth * width), np.float32)
    for block in range(depth):
        for k in range(subnet_depth):
            layers.append(drawn_layer(f"block.{block}.{k}", (k + 1) * width, "relu", 1.0))
        layers.append(drawn_layer(f"block.{block}.out", (subnet_depth + 1) * width, "tanh", 0.001))
        layers.append({"weights": np.hstack([one, between, one])})
    last, biases = drawn("output", channels, width), drawn("output/bias", channels, 1)[:, 0]
    layers.append({"weights": last, "biases": biases, "activation": "sigmoid"})
    z = [float(v) for v in Stream(seed, "style/resnet-cppn/z").normal(32) * z_spread]
    return Recipe(
        seed=seed,
        style="resnet-cppn",
        networks={
            "main": {
                "kind": "explicit",
                "inputs": ["x", "y", "r", *(f"z{i}" for i in range(32))],
                "scale": 8.0,
                "latent": {"size": 32, "values": z},
                "layers": layers,
            }
        },
        shading=stretched(channels) if stretch else colour(channels),
        view=ENDS,
        finish=INVERTED,
    )


def load_resnet_cppn(weights: Weights) -> Recipe:
    """Blocks of relu layers and a tanh layer, added to the block's input.

    Within a block, each layer sees all layers before it, with weights only on the last, so that the
    block's input is still available at its end.
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
    """A layer of a block that ignores `before` earlier layers."""
    own = weights.matrix(f"{name}.Matrix", size, size, "io")
    padded = np.hstack([np.zeros((size, before * size), own.dtype), own])
    return layer(padded, weights.vector(f"{name}.bias", size), activation, then="join")
