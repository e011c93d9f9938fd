"""pearl: mother-of-pearl, light or dark, its colour changing with the slope as in a thin film."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import Draws, network

PEARL: Dials = {
    "folds": (None, "number of folds, 0.5 to 6"),
    "film": (None, "how much the colour changes with the slope, 0 to 4"),
    "lustre": (None, "strength of the colours, 0 to 2"),
    "gloss": (None, "strength of the highlights, 0 to 1"),
}
# Tints of a shell, and possible colours of its shadows.
LIGHT = (
    ("#f6d9d3 #f3cfe0 #d8cdf2 #c3dcf4 #c4eee6 #e4f3e4 #fbeede", "#7d74b4 #6a86b8 #a4729f"),
    ("#fbe9e0 #f7d2d0 #eec7dd #cfc3ee #bcd3f5 #bfe9f0", "#7d74b4 #a4729f #b07a96"),
    ("#d3f2ea #bfe6ee #bfd0f3 #d9c8f0 #f3cbe0 #fbdcd2", "#6a86b8 #5f8fa3 #7d74b4"),
    ("#f4e7f5 #d9d4f6 #b9cdf4 #a9dfe9 #b6efdc #ecf7ea", "#6a86b8 #5f8fa3 #8a6fae"),
    ("#fdeee3 #fad6c6 #f6bfc4 #e2bfe6 #bfc3f1 #b9def5", "#a4729f #b07a96 #7d74b4"),
    ("#e9eef8 #cfdcf5 #c6cdf0 #dac7ec #f1cfe2 #fae3df", "#7d74b4 #6a86b8"),
    ("#fff0e6 #ffd9cf #ffc6cf #f3bfe0 #d3bff2 #bccdf8", "#b07a96 #a4729f"),
    ("#dff5f2 #b6e7ea #a9d2f0 #b4bdf0 #d0b7e8 #efc3dc", "#5f8fa3 #6a7fbf"),
    ("#fff3e2 #ffe0bd #ffc7b0 #f9b3bd #e3b4dc #c4bdf0", "#b07a96 #a4729f #b8706e"),
    ("#f3fbe9 #d2f3d6 #aee8d6 #a6dcec #b9ccf6 #dccbf2", "#4f9096 #5f8fa3 #6a7fbf"),
    ("#fdeaf0 #fbc9d8 #f5a9c4 #d9a8dd #b7b3ee #b3d6f4", "#b06a90 #8a6fae"),
)
DARK = (
    ("#141a33 #1d4a6b #1f8a8a #5cc3a0 #8f7ac2 #c069a0", "#05060f"),
    ("#1c1330 #4a2a6e #8b4a92 #d0709a #6f8fd0 #3fb0b5", "#05060f"),
    ("#0f1f2b #1e4f5a #3b8f86 #9fd0b0 #6d83b8 #7a4f98", "#05080f"),
    ("#24132a #63305c #b04f78 #ee8f92 #b48ad0 #5f7fd0", "#0b050f"),
    ("#10142a #27346f #4a62b8 #7fa6e0 #8fd6d8 #b38fd8", "#05060f"),
)


def pearl(
    seed: Seed,
    *,
    folds: float | None,
    film: float | None,
    lustre: float | None,
    gloss: float | None,
) -> Recipe:
    draws = Draws("pearl", seed)
    dark = draws.chance("dark", 0.3)
    folds = draws.number("folds", 2.3, 3.4, folds)
    film = draws.number("film", 1.2, 2.1, film)
    lustre = draws.number("lustre", 1.0, 1.5, lustre)
    gloss = draws.number("gloss", 0.35, 0.55, gloss)
    within("folds", folds, 0.5, 6)
    within("film", film, 0, 4)
    within("lustre", lustre, 0, 2)
    within("gloss", gloss, 0, 1)
    tints, shades = draws.pick("shell", DARK if dark else LIGHT)
    waves = {"kind": "fourier", "count": 8, "low": 0.3, "high": 1.4, "falloff": 1.0}
    shell = network(["x", "y", waves], 20, [0.9, 1.2, 1.3], ["tanh"], 3, standardise="together")
    return Recipe(
        seed=seed,
        style="pearl",
        networks={"main": shell},
        palettes={
            "shell": tints.split(),
            "shade": [draws.pick("shade", shades.split()), "#ffffff"],
        },
        shading={
            "params": {
                "folds": folds,
                "film": film,
                "lustre": lustre,
                "gloss": gloss,
                "start": draws.number("start", 0, 2),
                "sun": draws.number("sun", 3.5, 5.9),
            },
            "let": {
                "height": "sin(folds*main0 + 0.5*main1)",
                "n": "normal(height, 0.9)",
                "away": "1 - dot(n, vec(0, 0, 1))",
                "lit": "dot(n, toward(sun, 0.7))",
                "turn": "1.2*level(main1, 0.5) + away + 0.3*dot(n, vec(1, 0, 0))",
                "layers": "0.007*sin(90*main0 + 40*main2)",
                "nacre": "shell(mirror(start + film*turn))",
                "tint": "vec(1, lustre*(0.8 + away), lustre*(0.8 + away))",
                "lab": "nacre*tint + vec(layers, 0, 0)",
                "light": "linear(shade(smoothstep(-0.15, 0.75, lit)))",
                "shine": "gloss*clamp(lit, 0, 1)**20",
            },
            "linear": "linear(lab)*light + shine*vec(1, 1, 1)",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )
