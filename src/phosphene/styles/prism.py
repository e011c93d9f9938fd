"""prism: overlapping splinters of coloured glass."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, whole, within
from phosphene.styles.named_draws import Draws, network
from phosphene.styles.two_palettes import two_palettes

PRISM: Dials = {
    "splinters": (None, "number of cuts, 6 to 60"),
    "fade": (0.4, "change of colour within a splinter, 0 to 1"),
    "second": (1.0, "amount of the second palette, 0 to 1"),
}


def prism(seed: Seed, *, splinters: float | None, fade: float, second: float) -> Recipe:
    draws = Draws("prism", seed)
    cuts = draws.whole("splinters", 18, 26, whole("splinters", splinters, 6, 60))
    within("fade", fade, 0, 1)
    within("second", second, 0, 1)
    glass = network(
        draws.plane(0.4, reach=1.1), cuts, [1.1, 1.0], [["sgn", "tanh", "abs"], "sgn"], 3, 0.9
    )
    first, other = two_palettes(draws)
    return Recipe(
        seed=seed,
        style="prism",
        networks={"main": glass, "tone": network(["x", "y"], 8, [0.7], ["tanh"], 2)},
        palettes={"A": first, "B": other},
        shading={
            "params": {"fade": fade, "second": second},
            "let": {
                "u": "0.1 + 0.86*level(main0 + fade*tone0, 0.4)",
                "v": "second*smoothstep(0.46, 0.64, level(main1, 0.4))",
                "veil": "0.06*(clamp(lin(main2), 0, 1) - 0.5) + 0.04*clamp(tone1, -1, 1)",
            },
            "oklab": "mix(A(u), B(u), v) + vec(veil, 0, 0)",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )
