"""silk: a field folded by a sine and lit as cloth."""

from __future__ import annotations

import math

from phosphene.catalogue.palettes import PALETTES
from phosphene.recipe import Recipe
from phosphene.rng import Seed, Stream


def silk(seed: Seed) -> Recipe:
    draw = Stream(seed, "style/silk").uniform(8)
    names = sorted(PALETTES)
    return Recipe(
        seed=seed,
        style="silk",
        networks={
            "main": {
                "inputs": ["x", "y"],
                "standardise": "each",
                "latent": {"size": 8, "values": [0.0] * 8},
                "width": 20,
                "depth": 4,
                "outputs": 2,
                "activations": ["tanh"],
                "weights": {"gain": [0.9, 1.3]},
                "biases": {"gain": 0.4},
                "norm": "frozen",
            }
        },
        palettes={"A": names[int(draw[0] * len(names))]},
        view={"rotation": float(draw[1] * 2 * math.pi)},
        shading={
            "params": {
                "folds": float(2.2 + 2.0 * draw[2]),
                "angle": float(3.5 + 2.4 * draw[3]),
                "elevation": 0.52,
            },
            "let": {
                "height": "sin(folds*main0 + 0.6*main1)",
                "g": "rms_grad(height)",
                "nx": "-1.3*dx(height)/g",
                "ny": "-1.3*dy(height)/g",
                "across": "(nx*cos(angle) + ny*sin(angle))*cos(elevation)",
                "lit": "(across + sin(elevation))/sqrt(1 + nx*nx + ny*ny)",
                "tint": "(main1 - q(main1, 0.01))/(q(main1, 0.99) - q(main1, 0.01)) - 0.5",
                "u": "0.1 + 0.8*clamp(0.5 + 0.5*lit, 0, 1)**1.25 + 0.08*tint",
            },
            "oklab": "A(u) + vec(0.12*max(lit, 0)**24, 0, 0)",
        },
        finish={"antialias": "auto"},
    )
