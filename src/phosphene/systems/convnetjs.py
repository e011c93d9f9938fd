"""convnetjs (2014): the network of its image regression demo, untrained, from a seed."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials
from phosphene.systems.drawing import colour, stretched
from phosphene.systems.loading import colours, explicit_network, layer, plain_recipe
from phosphene.systems.weights import Weights

CONVNETJS: Dials = {
    "stretch": (True, "stretch the levels to the full range: before training it is nearly black"),
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


def load_convnetjs(weights: Weights) -> Recipe:
    """The network of the image regression demo: relu layers, then one linear layer."""
    names = weights.numbered("fc{}_W", first=1, step=2)
    layers, before = [], 2
    for name in names:
        matrix = weights.matrix(name, None, before)
        before = len(matrix)
        biases = weights.vector(f"{name.removesuffix('_W')}_b", before)
        layers.append(layer(matrix, biases, "identity" if name == names[-1] else "relu"))
    return plain_recipe(
        explicit_network(["x", "y"], layers),
        colours(names[-1], before),
        view={"span": 1.0, "sampling": "start", "aspect": "stretch"},
        finish={"rounding": "truncate"},
        precision="f64",
    )
