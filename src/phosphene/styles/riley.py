"""riley: stripes bent by a field until they look like relief (after Bridget Riley, 1960s)."""

from __future__ import annotations

import math

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import Draws, network

RILEY: Dials = {
    "stripes": (None, "density of the stripes in radians per unit, 10 to 150"),
    "swell": (None, "how far the field bends the stripes, 0 to 3; above 1 they fold"),
    "balance": (0.0, "wider (above 0) or narrower light stripes, -0.8 to 0.8"),
}
TWO = "noir navy_gold cherry ultramarine ember dusk orchid glacier indigo plum abyss copper"
MANY = "navy_gold cherry ultramarine persimmon teal_rust ember dusk orchid wine_mint saffron sky"
# Colours of stripes: two, tints that follow the squeeze, or one for each stripe.
COLOURS: dict[str, str] = {
    "two": "mix(A(ink), A(0.97), light)*vec(0.8 + 0.2*min(squeeze, 1.1), 1, 1)",
    "tints": "mix(A(0.03 + 0.22*cdf(main1)), A(0.45 + 0.52*tight), light)",
    "many": "mix(A(0.04), A(0.30 + 0.68*mirror(0.38197*stripe)), light)",
}


def riley(seed: Seed, *, stripes: float | None, swell: float | None, balance: float) -> Recipe:
    draws = Draws("riley", seed)
    stripes = draws.number("stripes", 26, 56, stripes)
    swell = draws.number("swell", 0.75, 0.95, swell)
    within("stripes", stripes, 10, 150)
    within("swell", swell, 0, 3)
    within("balance", balance, -0.8, 0.8)
    way = draws.angle("way")
    colours = draws.pick("colours", ("two", "two", "tints", "tints", "many"))
    names = TWO if colours == "two" else MANY
    waves = {"kind": "fourier", "count": 6, "low": 0.3, "high": 1.4, "falloff": 0.9}
    return Recipe(
        seed=seed,
        style="riley",
        networks={
            "main": network(
                ["x", "y", waves], 16, [0.8, 0.9], ["tanh", "gauss"], 2, standardise="together"
            )
        },
        palettes={"A": draws.palette("palette", names, share=0.75, saturation=1.0)},
        shading={
            "params": {
                "stripes": stripes,
                "swell": swell,
                "ink": draws.number("ink", 0.03, 0.38),
                "balance": balance,
                "across": round(math.cos(way), 5),
                "down": round(math.sin(way), 5),
            },
            "let": {
                "bent": "across*x + down*y + swell*main0/q(slope(main0), 0.97)",
                "phase": "stripes*bent",
                "squeeze": "slope(bent)",
                "tight": "clamp(0.75*squeeze - 0.2, 0, 1)",
                "stripe": "floor(phase/(2*pi) + 0.25)",
                "edge": "(sin(phase) + balance)/(stripes*max(squeeze, 0.05))",
                "light": "smoothstep(-0.003, 0.003, edge)",
            },
            "oklab": COLOURS[colours],
        },
        finish={"antialias": "auto", "dither": "auto"},
    )
