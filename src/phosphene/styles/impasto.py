"""impasto: thick oil paint with bristle marks along the strokes, lit from the side."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import Draws, network

IMPASTO: Dials = {
    "strokes": (None, "number of strokes side by side, 1 to 20"),
    "thick": (1.0, "thickness of the paint, 0 to 4"),
    "streaks": (1.0, "separation of the colours, 0 to 3"),
}
PAINT = "teal_rust navy_gold persimmon dusk peach ultramarine abyss rose sky orchid ember cherry"


def impasto(seed: Seed, *, strokes: float | None, thick: float, streaks: float) -> Recipe:
    draws = Draws("impasto", seed)
    strokes = draws.number("strokes", 3.0, 5.5, strokes)
    within("strokes", strokes, 1, 20)
    within("thick", thick, 0, 4)
    within("streaks", streaks, 0, 3)
    return Recipe(
        seed=seed,
        style="impasto",
        networks={
            "main": network(
                draws.plane(0.3), 16, [0.9, 1.2, 1.2], ["tanh", "sin", "tanh"], 3, 0.5
            ),
            "fine": network(["x", "y"], 10, [14.0, 2.0], ["sin", "tanh"], 1, 1.0),
        },
        palettes={
            "A": draws.palette("paint", PAINT, share=0.7, saturation=1.0),
            "B": draws.palette("other", PAINT, share=0.85, saturation=1.0),
        },
        shading={
            "params": {
                "strokes": strokes,
                "thick": thick,
                "streaks": streaks,
                "sun": draws.number("sun", 3.5, 5.9),
            },
            "let": {
                "p": "strokes*main0 + 0.05*fine0",
                "hairs": "sin(11*p + 2*main1) + 0.8*sin(19*p - 3*main2) + 0.4*sin(37*p + 5*main1)"
                         " + 0.4*fine0",
                "body": "sin(3.1*p + main2)",
                "height": "body + 0.3*hairs",
                "lit": "dot(normal(height, 0.5*thick), toward(sun, 0.7)) - 0.644",
                "u": "0.06 + 0.9*level(main1 + 0.16*streaks*hairs + 0.25*streaks*body, 0.6)",
                "v": "smoothstep(-0.35, 0.35, main2 + 0.22*streaks*hairs)",
                "paint": "mix(A(u), B(u), v) + vec(0.27*lit, 0, 0)",
                "gloss": "0.25*clamp(lit + 0.644, 0, 1)**24",
            },
            "linear": "linear(paint) + gloss",
        },
        finish={"antialias": "auto"},
    )  # fmt: skip
