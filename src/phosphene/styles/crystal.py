"""crystal: a cut stone with flat facets that reflect light and refract what is behind."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, whole, within
from phosphene.styles.named_draws import NEIGHBOURS, Draws, network

CRYSTAL: Dials = {
    "facets": (None, "number of cuts, 4 to 60"),
    "bend": (None, "refraction by the facets, 0 to 1"),
    "sparkle": (0.35, "brightness of facets that face the light, 0 to 2"),
}
NAMES = "glacier orchid indigo abyss rose dusk ultramarine lilac kelp plum cherry ember"


def crystal(seed: Seed, *, facets: float | None, bend: float | None, sparkle: float) -> Recipe:
    draws = Draws("crystal", seed)
    cuts = draws.whole("facets", 15, 24, whole("facets", facets, 4, 60))
    bend = draws.number("bend", 0.25, 0.45, bend)
    within("bend", bend, 0, 1)
    within("sparkle", sparkle, 0, 2)
    scheme = draws.pick("scheme", NEIGHBOURS)
    waves = {"kind": "fourier", "count": 10, "low": 0.3, "high": 1.6, "falloff": 0.9}
    return Recipe(
        seed=seed,
        style="crystal",
        networks={
            "main": network(["x", "y"], cuts, [1.0, 1.0], ["abs", "maxmin"], 2, 1.0),
            "inner": network([waves], 14, [1.0, 1.1], ["tanh"], 2, standardise="together"),
        },
        palettes={"A": draws.palette("palette", NAMES, share=0.85, scheme=scheme, saturation=1.0)},
        shading={
            "params": {
                "bend": bend,
                "sparkle": sparkle,
                "sun": draws.number("sun", 3.5, 5.9),
                "lamp": draws.number("lamp", 3.5, 5.9),
            },
            "let": {
                "n": "normal(main0, 1.1)",
                "right": "bend*dot(n, vec(1, 0, 0))",
                "below": "bend*dot(n, vec(0, 1, 0))",
                "behind": "at(level(inner0, 0.6), right, below)",
                "lit": "dot(n, toward(sun, 0.5))",
                "veil": "dot(normal(main1, 0.8), toward(lamp, 1))",
                "seen": "0.40*behind + 0.42*clamp(0.5 + 0.6*lit, 0, 1)**1.3 + 0.20*veil",
                "flash": "sparkle*smoothstep(0.9, 1, cdf(lit))",
            },
            "linear": "linear(A(0.03 + 0.93*level(seen, 0.4))) + flash*linear(A(0.93))",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )
