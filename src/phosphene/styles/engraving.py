"""engraving: folds told by cut lines that swell in the shade and fade in the light."""

from __future__ import annotations

from phosphene.recipe import Recipe
from phosphene.rng import Seed
from phosphene.styles.dials import Dials, within
from phosphene.styles.draws import Draws, network

ENGRAVING: Dials = {
    "lines": (None, "how many lines there are in a half of the short side, 5 to 120"),
    "bend": (0.045, "how far the lines follow the folds, 0 to 0.3"),
    "shade": (None, "how much lies in the shade, 0 to 1"),
}
PRINT = (
    "rose noir abyss kelp sky glacier copper sand lilac indigo dusk cherry plum "
    "ultramarine peach orchid ember"
)
# What lies under the lines, by tone: paper alone, two flat tints in the shade, or all the tones.
GROUNDS = {
    "paper": "A(0.96)",
    "tints": "A(0.93 - 0.26*smoothstep(0.55, 0.555, tone) - 0.25*smoothstep(0.8, 0.805, tone))",
    "tones": "A(0.95 - 0.55*tone)",
}


def engraving(seed: Seed, *, lines: float | None, bend: float, shade: float | None) -> Recipe:
    draws = Draws("engraving", seed)
    lines = draws.number("lines", 24, 34, lines)
    shade = draws.number("shade", 0.22, 0.45, shade)
    within("lines", lines, 5, 120)
    within("bend", bend, 0, 0.3)
    within("shade", shade, 0, 1)
    ground = draws.pick("ground", ("paper", "tints", "tints", "tones"))
    return Recipe(
        seed=seed,
        style="engraving",
        networks={
            "main": network(["x", "y"], 20, [0.9, 1.2, 1.3, 1.2], ["tanh"], 2, 0.4),
        },
        palettes={"A": draws.palette("print", PRINT, share=0.75, scheme="mono")},
        shading={
            "params": {
                "lines": 6.2831853 * lines,
                "bend": bend,
                "shade": shade,
                "turn": draws.angle("turn"),
                "sun": draws.number("sun", 3.5, 5.9),
            },
            "let": {
                "height": "sin(2.2*main0 + 0.6*main1)",
                "lit": "dot(normal(height, 1.2), toward(sun, 0.6))",
                "tone": "clamp(0.35 + 1.1*shade - 0.85*lit, 0, 1)",
                "p": "lines*(x*cos(turn) + y*sin(turn) + bend*height)",
                "w": "lines*(0.8*(y*cos(turn) - x*sin(turn)) + 0.5*bend*main1)",
                "cut": "0.5 + 0.5*cos(p) - 1.06 + 1.02*tone",
                "cross": "0.5 + 0.5*cos(w) - 1.9 + 1.2*tone",
                "ink": "smoothstep(-0.08, 0.08, max(cut, cross))",
            },
            "oklab": f"mix({GROUNDS[ground]}, A(0.03), ink)",
        },
        finish={"antialias": "auto"},
    )
