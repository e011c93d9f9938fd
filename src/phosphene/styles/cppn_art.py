"""cppn-art: coordinates counted in pixels, a sine inside a sigmoid, levels stretched."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.styles.dials import Dials
from phosphene.styles.otoro import stretched, uniform_z

CPPN_ART: Dials = {
    "channels": (1, "1 for grey as in its notebook, 3 for colour"),
    "scale": (0.1, "plane units per pixel of its 256 x 256 picture; also multiplies z"),
}


def cppn_art(seed: Seed, *, channels: int, scale: float) -> Recipe:
    """x runs down and y across from 0 to 256 scale, at any size; r starts in the middle."""
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
                # z enters by the inputs above, not by a projection of its own.
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
