"""cppn-art (2018): coordinates count pixels, so the picture spans its size times its scale."""

from __future__ import annotations

from phosphene.recipe import Recipe
from phosphene.systems.explicit import given, layer, paint, scaled
from phosphene.systems.weights import Weights


def cppn_art(weights: Weights) -> Recipe:
    """Grey, stretched over the whole image from black to white, as its file writer does."""
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
    return paint(
        given([*scaled(z, scale), "x", "y", {"kind": "radius", "centre": middle}], layers, z),
        {"grey": "(main0 - least(main0))/(greatest(main0) - least(main0))", "channels": 1},
        view={
            "span": span, "centre": middle, "origin": "corner", "sampling": "start", "axes": "yx",
        },
        finish={"rounding": "nearest"},
    )  # fmt: skip
