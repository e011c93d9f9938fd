"""ink: brush lines on paper, the level lines of a field; some are in a second colour."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, whole, within
from phosphene.styles.named_draws import Draws, network

INK: Dials = {
    "lines": (None, "number of lines, 2 to 40"),
    "weight": (0.15, "width of the lines, -0.8 (hair) to 0.8 (nearly closed)"),
    "every": (None, "every how many lines one is in colour, 1 to 20"),
    "dry": (0.75, "dryness of the brush, 0 to 1"),
    "bleed": (0.012, "softness of the edges, 0.002 to 0.1"),
}
PAPER = ("#f4efe6", "#f7f4ee", "#efe6d6", "#f3f1ec")
BLACK = ("#14161c", "#1b2438", "#1a1a1a", "#20293a", "#2a1620")
COLOUR = ("#b5342b", "#c2452d", "#d2622a", "#2c5aa0", "#7b2d43", "#2f6f62")


def ink(
    seed: Seed,
    *,
    lines: float | None,
    weight: float,
    every: float | None,
    dry: float,
    bleed: float,
) -> Recipe:
    draws = Draws("ink", seed)
    lines = draws.number("lines", 8, 19, lines)
    every = draws.whole("every", 3, 6, whole("every", every, 1, 20))
    within("lines", lines, 2, 40)
    within("weight", weight, -0.8, 0.8)
    within("dry", dry, 0, 1)
    within("bleed", bleed, 0.002, 0.1)
    return Recipe(
        seed=seed,
        style="ink",
        networks={
            "main": network(
                draws.plane(0.4), 16, [0.8, 1.0, 1.1, 1.1], ["tanh", "sin", "tanh", "tanh"], 2,
                kind="residual",
            ),
            "fibre": network(["x", "y"], 10, [30.0, 2.0], ["sin", "tanh"], 1, 1.0),
        },
        palettes={
            "inks": [
                draws.pick("paper", PAPER), draws.pick("black", BLACK),
                draws.pick("colour", COLOUR),
            ],
        },
        shading={
            "params": {
                "lines": lines,
                "weight": weight,
                "every": every,
                "bleed": bleed,
                "dry": dry,
                "first": draws.whole("first", 0, 19),
            },
            "let": {
                "p": "lines*main0",
                "steep": "lines*slope(main0)",
                "edge": "3*(sin(p) + weight)/max(bleed*steep, 0.1)",
                "fade": "clamp(1.25 - steep/(6*lines*rms_grad(main0)), 0.35, 1)",
                "hairs": "sin(7*p + 2*main1) + sin(12*p - 3*main1) + sin(21*p) + 0.5*fibre0",
                "dryness": "dry*smoothstep(0, 2, main1 + 0.15*fibre0)",
                "wet": "1 - dryness*smoothstep(-0.3, 1.3, hairs)",
                "density": "sigmoid(edge)*wet*fade",
                "line": "floor(p/6.2831853 + 0.25) + first",
                "tint": "select(mod(line + 0.5, every) < 1, inks(1), inks(0.5))",
            },
            "oklab": "mix(inks(0) + vec(0.006*fibre0, 0, 0), tint, density)",
        },
        finish={"antialias": "auto"},
    )  # fmt: skip
