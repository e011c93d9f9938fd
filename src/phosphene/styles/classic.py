"""classic: a plain tanh network whose three outputs are red, green and blue.

The usual first CPPN: weights and biases from N(0, 1), no scaling, sigmoid outputs. Varying its
width and depth makes the well-known grid (ichko 2021, "Generating random art with neural
networks").
"""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe


def classic(seed: Seed) -> Recipe:
    return Recipe(
        seed=seed,
        style="classic",
        networks={
            "main": {
                "inputs": ["x", "y"],
                "width": 25,
                "depth": 8,
                "activations": ["tanh"],
                "output": "sigmoid",
                "weights": {"kind": "normal", "fan_in": False},
                "biases": {"kind": "normal", "gain": 1.0},
            }
        },
        shading={"rgb": ["main0", "main1", "main2"]},
        finish={"antialias": "auto"},
    )
