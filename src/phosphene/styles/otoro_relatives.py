"""Relatives of cppn-tensorflow: neale, rppn, resnet-cppn. Coordinates and z are as there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core import rng
from phosphene.core.rng import Seed, Stream
from phosphene.recipe import Recipe
from phosphene.styles.dials import Dials, within
from phosphene.styles.otoro import ENDS, INVERTED, colour, stretched, uniform_z

CHANNELS = (3, "3 for colour, 1 for grey (c_dim)")
NEALE: Dials = {"channels": CHANNELS}
RPPN: Dials = {"channels": CHANNELS}
RESNET_CPPN: Dials = {
    "channels": (1, "1 for grey, 3 for colour (c_dim)"),
    "width": (6, "units in every layer (net_size_g)"),
    "depth": (24, "residual blocks (net_depth_g)"),
    "subnet_depth": (4, "relu layers in a block (subnet_depth_g)"),
    "stretch": (True, "levels stretched over the image: untrained, it may be nearly flat"),
    "z_spread": (0.1, "spread of the z that the seed draws; the trained one took 1"),
}


def neale(seed: Seed, *, channels: int) -> Recipe:
    """One hidden layer, used three times; a sine out."""
    return Recipe(
        seed=seed,
        style="neale",
        networks={
            "main": {
                "kind": "tied",
                "inputs": ["x", "y", "r"],
                "scale": 10.0,
                "latent": {"size": 8, "gain": 10.0, "values": uniform_z(seed, "neale", 8)},
                "width": 32,
                "depth": 4,
                "outputs": channels,
                "activations": ["tanh", "elu", "softplus", "tanh"],
                "output": "half_sin",
                "weights": {"kind": "normal", "fan_in": False},
                "biases": {"kind": "uniform", "gain": 32**-0.5},
            }
        },
        shading=colour(channels),
        view=ENDS,
        finish={"rounding": "truncate"},
    )


def rppn(seed: Seed, *, channels: int) -> Recipe:
    """One block again and again: layer norm, then products as small as cosines, then tanh."""
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
    """Blocks of relu layers that hardly move the six units: weights are drawn here and written
    out.

    Within a block each layer sees all before it, with weights on the last only, so that the block's
    start is still there at its end.
    """
    within("width", width, 1, 64)
    within("subnet_depth", subnet_depth, 1, 8)
    within("depth", depth, 1, 250 // (subnet_depth + 2))

    def drawn(label: str, units: int, inputs: int, spread: float = 1.0) -> NDArray[np.float32]:
        uniforms = Stream(seed, f"style/resnet-cppn/{label}").table(units, inputs)
        return (rng.normal_quantile(uniforms) * spread).astype(np.float32)

    def layer(label: str, seen: int, activation: str, spread: float) -> dict[str, Any]:
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
            layers.append(layer(f"block.{block}.{k}", (k + 1) * width, "relu", 1.0))
        layers.append(layer(f"block.{block}.out", (subnet_depth + 1) * width, "tanh", 0.001))
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
