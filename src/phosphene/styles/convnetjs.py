"""convnetjs: the network of its image regression demo, as it is before it has seen an image."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.styles.dials import Dials
from phosphene.styles.otoro import colour, stretched

CONVNETJS: Dials = {
    "stretch": (True, "levels stretched over the image: before training it is nearly black"),
}


def convnetjs(seed: Seed, *, stretch: bool) -> Recipe:
    return Recipe(
        seed=seed,
        style="convnetjs",
        precision="f64",
        networks={
            "main": {
                "inputs": ["x", "y"],
                "width": 20,
                "depth": 7,
                "activations": ["relu"],
                "weights": {"kind": "normal"},
                "biases": {"kind": "constant", "gain": 0.1},
            }
        },
        # The demo's last layer has no bias.
        shading=stretched(3) if stretch else colour(3, "main{c} - 0.1"),
        view={"span": 1.0, "sampling": "start", "aspect": "stretch"},
        finish={"rounding": "truncate"},
    )
