"""cppn-art (2018): coordinates in pixels, a sine inside a sigmoid, levels stretched."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials
from phosphene.systems.drawing import stretched, uniform_z
from phosphene.systems.loading import explicit_network, layer, plain_recipe, scaled
from phosphene.systems.weights import Weights

CPPN_ART: Dials = {
    "channels": (1, "1 for grey as in its notebook, 3 for colour"),
    "scale": (0.1, "plane units per pixel of its 256 x 256 picture; also multiplies z"),
}


def cppn_art(seed: Seed, *, channels: int, scale: float) -> Recipe:
    """x runs down and y across, from 0 to 256 scale at any size; r is 0 in the centre."""
    span, middle = 256 * scale, 128 * scale
    return Recipe(
        seed=seed,
        style="cppn-art",
        networks={
            "main": {
                "inputs": [
                    *(f"{scale}*z{i}" for i in range(8)),
                    "x", "y", {"kind": "radius", "centre": [middle, middle]},
                ],
                # z enters through the inputs above, not through its own projection.
                "latent": {"size": 8, "gain": 0.0, "values": uniform_z(seed, "cppn-art", 8, 0.0)},
                "width": 32,
                "depth": 3,
                "outputs": channels,
                "activations": ["tanh"],
                "output": "sigmoid_sin",
                "weights": {"kind": "uniform", "fan_in": False},
                "biases": {"kind": "none"},
            }
        },
        shading=stretched(channels),
        view={"span": span, "centre": [middle, middle], "sampling": "start", "axes": "yx"},
    )  # fmt: skip


def load_cppn_art(weights: Weights) -> Recipe:
    """Grey, with levels stretched from black to white over the whole image, as in its files."""
    scale = weights.number("scale", 0.1)
    span = weights.number("img_size", 256) * scale
    first = weights.matrix("ln1_weight", None, None)
    z = weights.latent(first.shape[1] - 3 if first.shape[1] > 3 else 8)
    layers, before = [], len(z) + 3
    for k in (1, 2, 3, 4):
        matrix = weights.matrix(f"ln{k}_weight", 1 if k == 4 else None, before)
        layers.append(layer(matrix, None, "sigmoid_sin" if k == 4 else "tanh"))
        before = len(matrix)
    middle = (span / 2, span / 2)
    inputs = [*scaled(z, scale), "x", "y", {"kind": "radius", "centre": middle}]
    return plain_recipe(
        explicit_network(inputs, layers, z),
        {"grey": "(main0 - least(main0))/(greatest(main0) - least(main0))", "channels": 1},
        view={
            "span": span, "centre": middle, "origin": "corner", "sampling": "start", "axes": "yx",
        },
        finish={"rounding": "nearest"},
    )  # fmt: skip
