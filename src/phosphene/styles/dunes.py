"""dunes: wind-blown ridges with rippled backs under a low sun."""

from __future__ import annotations

import math

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import Draws, network

DUNES: Dials = {
    "ridges": (None, "number of ridges, 1 to 12"),
    "ripples": (None, "fineness of the ripples, 8 to 80"),
    "ripple": (None, "depth of the ripples, 0 to 0.2"),
    "elevation": (22.0, "height of the sun in degrees, 5 to 80"),
}
NAMES = "sand copper ember dusk rose glacier plum peach noir saffron"


def dunes(
    seed: Seed,
    *,
    ridges: float | None,
    ripples: float | None,
    ripple: float | None,
    elevation: float,
) -> Recipe:
    draws = Draws("dunes", seed)
    ridges = draws.number("ridges", 3, 6, ridges)
    ripples = draws.number("ripples", 22, 38, ripples)
    ripple = draws.number("ripple", 0.04, 0.06, ripple)
    within("ridges", ridges, 1, 12)
    within("ripples", ripples, 8, 80)
    within("ripple", ripple, 0, 0.2)
    within("elevation", elevation, 5, 80)
    wind = draws.angle("wind")
    waves = {"kind": "fourier", "count": 12, "low": 0.3, "high": 2.0, "falloff": 1.1}
    sand = network(["x", "y", waves], 20, [0.8, 1.0], ["tanh"], 3, 0.4, standardise="together")
    return Recipe(
        seed=seed,
        style="dunes",
        networks={"main": sand},
        palettes={"A": draws.palette("palette", NAMES, share=0.7, scheme="painter")},
        shading={
            "params": {
                "ridges": ridges,
                "ripples": ripples,
                "ripple": ripple,
                "across": round(math.cos(wind), 5),
                "down": round(math.sin(wind), 5),
                "sun": draws.number("sun", 3.5, 5.9),
                "elevation": round(elevation * 0.017453293, 6),
            },
            "let": {
                "p": "ridges*main0",
                "crest": "sin(0.5*p + 0.2*sin(p))",
                "ridge": "1 - 2*sqrt(crest*crest + 0.004)",
                # Ripples along the ridges in some places, across the wind in others.
                "coarse": "(0.75 + 0.25*ridge)*sin(ripples*(0.6*main1 + 0.4*main0))",
                "fine": "0.35*sin(2.4*ripples*(across*x + down*y + 0.25*main1 + 0.15*main0))",
                "windy": "smoothstep(0.5, 0.7, cdf(main2))",
                "height": "ridge + ripple*mix(coarse, fine, windy)",
                "lit": "dot(normal(height, 1), toward(sun, elevation))",
            },
            "oklab": "A(0.1 + 0.82*smoothstep(-0.45, 0.95, lit)) + vec(0.04*height, 0, 0)",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )
