"""drift: two palettes mixed by a second field, lit a little from one side."""

from __future__ import annotations

from phosphene.catalogue.palettes import PALETTES
from phosphene.recipe import Recipe
from phosphene.rng import Seed, Stream

FIELD = "(1 - even)*clamp(({f} - q({f}, 0.01))/(q({f}, 0.99) - q({f}, 0.01)), 0, 1) + even*cdf({f})"


def drift(seed: Seed) -> Recipe:
    draw = Stream(seed, "style/drift").uniform(8)
    names = sorted(PALETTES)
    first, step = int(draw[0] * len(names)), 1 + int(draw[1] * (len(names) - 1))
    pair = names[first], names[(first + step) % len(names)]
    centre = [float(-1.1 + 2.2 * draw[2]), float(-1.1 + 2.2 * draw[3])]
    inputs = ["x", "y", {"kind": "radius", "centre": centre}] if draw[4] < 0.4 else ["x", "y"]
    return Recipe(
        seed=seed,
        style="drift",
        networks={
            "main": {
                "inputs": inputs,
                "standardise": "each",
                "latent": {"size": 8, "values": [0.0] * 8},
                "width": 24,
                "depth": 4,
                "outputs": 2,
                "activations": ["tanh", "tanh", "sin", "tanh"],
                "weights": {"gain": [1.1, 1.6 + 0.8 * float(draw[5]), 1.2, 1.6]},
                "norm": "frozen",
            }
        },
        palettes={"A": pair[0], "B": pair[1]},
        shading={
            "params": {"even": 0.5, "light": 0.11, "angle": float(3.5 + 2.4 * draw[6])},
            "let": {
                "u": FIELD.format(f="main0"),
                "v": "smoothstep(0.3, 0.7, cdf(main1))",
                "g": "rms_grad(main0)",
                "nx": "-dx(main0)/g",
                "ny": "-dy(main0)/g",
                "lit": "(nx*cos(angle) + ny*sin(angle))/sqrt(1 + nx*nx + ny*ny)",
            },
            "oklab": "mix(A(0.06 + 0.88*u), B(0.06 + 0.88*u), v) + vec(light*lit, 0, 0)",
        },
        finish={"antialias": "auto"},
    )
