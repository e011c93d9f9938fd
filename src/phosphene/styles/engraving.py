"""engraving: folds engraved in lines that swell in the shade and fade in the light."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import Draws, network

ENGRAVING: Dials = {
    "lines": (None, "number of lines in half the short side, 5 to 120"),
    "bend": (0.6, "how far the lines follow the folds, 0 to 1"),
    "shade": (None, "amount of shade, 0 to 1"),
}
PRINT = (
    "rose noir abyss kelp sky glacier copper lilac indigo dusk cherry plum "
    "ultramarine peach orchid ember"
)
# The ground under the lines: plain paper, two flat tints, or continuous tones; then the colours of
# the second lines, which cross the first, and of the first. At night the lines are light.
GROUNDS = {
    "paper": ("A(0.97)*vec(1, 0.6, 0.6)", "A(0.35)", "A(0.03)"),
    "tints": (
        "A(0.96 - 0.26*smoothstep(0.45, 0.455, tone) - 0.3*smoothstep(0.78, 0.785, tone))",
        "A(0.3)", "A(0.02)",
    ),
    "tones": ("A(0.97 - 0.6*tone)", "A(0.3)", "A(0.02)"),
    "night": ("A(0.06 + 0.36*tone)", "A(0.98)", "A(0.62 + 0.34*tone)"),
}  # fmt: skip


def engraving(seed: Seed, *, lines: float | None, bend: float, shade: float | None) -> Recipe:
    draws = Draws("engraving", seed)
    lines = draws.number("lines", 22, 32, lines)
    shade = draws.number("shade", 0.45, 0.85, shade)
    within("lines", lines, 5, 120)
    within("bend", bend, 0, 1)
    within("shade", shade, 0, 1)
    ground = draws.pick("ground", ("paper", "tints", "tones", "tones", "night"))
    paper, second, first = GROUNDS[ground]
    left, up = draws.point("place", 0.7)
    waves = {"kind": "fourier", "count": 3, "low": 0.3, "high": 0.8, "falloff": 1.0}
    return Recipe(
        seed=seed,
        style="engraving",
        networks={
            "main": network(
                [f"x + {left}", f"y + {up}", waves], 16, [1.0, 1.3, 1.3], ["tanh"], 2, 0.5,
                standardise="together",
            ),
        },
        palettes={"A": draws.palette("print", PRINT, share=0.75, scheme="painter")},
        shading={
            "params": {
                "lines": lines,
                "bend": bend,
                "shade": shade,
                "turn": draws.angle("turn"),
                "sun": draws.number("sun", 3.5, 5.9),
            },
            "let": {
                "height": "sin(2.4*main0 + 0.6*main1)",
                "lit": "dot(normal(height, 1.2), toward(sun, 0.6))",
                "dark": "cdf(lit)" if ground == "night" else "1 - cdf(lit)",
                "tone": "mix(dark*dark, dark, shade)",
                "fold": "bend*height/q(slope(height), 0.97)",
                "p": "lines*(x*cos(turn) + y*sin(turn) + fold)",
                "w": "0.8*lines*(y*cos(turn) - x*sin(turn) + 0.5*fold)",
                "cut": "0.9*tone - 0.04 - abs(2*fract(p) - 1)",
                "cross": "1.1*tone - 0.66 - abs(2*fract(w) - 1)",
            },
            "oklab": f"mix(mix({paper}, {second}, smoothstep(-0.05, 0.05, cross)), {first},"
                     " smoothstep(-0.05, 0.05, cut))",
        },
        finish={"antialias": "auto"},
    )  # fmt: skip
