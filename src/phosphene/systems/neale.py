"""neale's CPPN (2018), a relative of cppn-tensorflow: one hidden layer, used three times."""

from __future__ import annotations

import numpy as np

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials
from phosphene.systems.drawing import ENDS, colour, uniform_z
from phosphene.systems.loading import layer
from phosphene.systems.otoro import picture
from phosphene.systems.weights import Weights

NEALE: Dials = {"channels": (3, "3 for colour, 1 for grey (c_dim)")}


def neale(seed: Seed, *, channels: int) -> Recipe:
    """One hidden layer, used three times; a sine as output."""
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


def load_neale(weights: Weights) -> Recipe:
    """One hidden layer, used three times."""
    scale = weights.number("scale", 10.0)
    first = weights.matrix("linear_z_weight", None, None)
    size = len(first)
    sides = [weights.matrix(f"linear_{side}_weight", size, 1) for side in "xyr"]
    again = weights.matrix("linear_h_weight", size, size)
    biases = weights.vector("linear_h_bias", size)
    out = weights.matrix("linear_out_weight", None, size)
    z = weights.latent(first.shape[1])
    layers = [
        layer(np.hstack([first, *sides]), weights.vector("linear_z_bias", size), "tanh"),
        *(layer(again, biases, activation) for activation in ("elu", "softplus", "tanh")),
        layer(out, weights.vector("linear_out_bias", len(out)), "half_sin"),
    ]
    return picture("linear_out_weight", z, layers, scale, scale, {"rounding": "truncate"})
