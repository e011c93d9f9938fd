"""ichko: the network of "Generating random art with neural networks", or of its notebook on fits.

x and y, nothing else; weights and biases from N(0, 1).
"""

from __future__ import annotations

from typing import Any

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.styles.dials import Dials
from phosphene.styles.otoro import colour

ICHKO: Dials = {
    "channels": (3, "3 for colour, 1 for grey"),
    "batch_norm": (False, "the network of the notebook that fits pictures: norms after tanh"),
}


def ichko(seed: Seed, *, channels: int, batch_norm: bool) -> Recipe:
    """The post's depth counts linear layers: its 9 is depth 8."""
    network: dict[str, Any] = {
        "inputs": ["x", "y"],
        "width": 25,
        "depth": 8,
        "outputs": channels,
        "activations": ["tanh"],
        "output": "sigmoid",
        "weights": {"kind": "normal", "fan_in": False},
        "biases": {"kind": "normal", "gain": 1.0},
    }
    view: dict[str, Any] = {
        "span": 1.0, "centre": [0.5, 0.5], "origin": "corner", "sampling": "start", "axes": "yx",
    }  # fmt: skip
    if batch_norm:
        # The view is the square that norms are measured on; the network still sees 0 to 1.
        network |= {
            "inputs": ["0.5*x + 0.5", "0.5*y + 0.5"], "width": 21,
            "norm": "batch", "norm_position": "after",
        }  # fmt: skip
        view = {"sampling": "start", "origin": "corner"}
    return Recipe(
        seed=seed,
        style="ichko",
        networks={"main": network},
        shading=colour(channels),
        view=view,
        finish={"rounding": "truncate"},
    )
