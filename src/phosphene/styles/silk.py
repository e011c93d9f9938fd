"""silk: a field folded by a sine and lit as cloth."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import NEIGHBOURS, Draws, network

SILK: Dials = {
    "folds": (None, "number of folds, 1 to 8"),
    "relief": (1.3, "depth of the folds, 0.2 to 4"),
    "elevation": (30.0, "height of the light in degrees, 5 to 90"),
}
NAMES = "rose plum indigo copper glacier abyss dusk lilac cherry noir ultramarine kelp"


def silk(seed: Seed, *, folds: float | None, relief: float, elevation: float) -> Recipe:
    draws = Draws("silk", seed)
    folds = draws.number("folds", 2.2, 4.2, folds)
    within("folds", folds, 1, 8)
    within("relief", relief, 0.2, 4)
    within("elevation", elevation, 5, 90)
    scheme = draws.pick("scheme", ("mono", *NEIGHBOURS))
    left, up = draws.point("place", 0.5)
    stretch = draws.number("stretch", 0.6, 1.0)
    waves = {"kind": "fourier", "count": 3, "low": 0.3, "high": 0.8, "falloff": 1.0}
    cloth = network(
        [f"{stretch}*x + {left}", f"y + {up}", waves], 20, [0.9, 1.3, 1.3, 1.3], ["tanh"], 2, 0.4,
        standardise="together",
    )  # fmt: skip
    return Recipe(
        seed=seed,
        style="silk",
        networks={"main": cloth},
        palettes={"A": draws.palette("palette", NAMES, share=0.6, scheme=scheme)},
        shading={
            "params": {
                "folds": folds,
                "relief": relief,
                "sun": draws.number("sun", 3.5, 5.9),
                "elevation": round(elevation * 0.017453293, 6),
            },
            "let": {
                "height": "sin(folds*main0 + 0.6*main1)",
                "lit": "dot(normal(height, relief), toward(sun, elevation))",
                "u": "0.1 + 0.8*clamp(0.5 + 0.5*lit, 0, 1)**1.25 + 0.08*(lin(main1) - 0.5)",
                "shine": "0.28*clamp(lit, 0, 1)**24",
            },
            "linear": "linear(A(u)) + shine*vec(1, 0.97, 0.93)",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )
