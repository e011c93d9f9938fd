"""nebula: glowing gas in filaments, with dust in front of it and stars behind."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import Draws, network
from phosphene.styles.stars import STARS, star_params

NEBULA: Dials = {
    "swirl": (None, "turbulence of the gas, 0 to 1"),
    "dust": (0.7, "how dark the dust is, 0 to 1"),
    "stars": (1.0, "how bright the stars are, 0 to 3"),
    "glow": (1.9, "exposure, 0.5 to 6"),
}
GAS = "ember abyss dusk orchid plum ultramarine indigo"
EDGE = "orchid ember abyss ultramarine dusk plum"


def nebula(seed: Seed, *, swirl: float | None, dust: float, stars: float, glow: float) -> Recipe:
    draws = Draws("nebula", seed)
    swirl = draws.number("swirl", 0.16, 0.3, swirl)
    within("swirl", swirl, 0, 1)
    within("dust", dust, 0, 1)
    within("stars", stars, 0, 3)
    within("glow", glow, 0.5, 6)
    broad = {"kind": "fourier", "count": 12, "low": 0.35, "high": 2.2, "falloff": 0.9}
    fine = {"kind": "fourier", "count": 30, "low": 0.7, "high": 30.0, "falloff": 0.85}
    return Recipe(
        seed=seed,
        style="nebula",
        networks={
            "main": network(
                [broad], 24, [1.0, 1.1], ["tanh"], 6, 0.4, standardise="together"
            ),
            "smoke": network(
                [fine], 16, [0.8], ["tanh"], 3, 0.4, standardise="together",
                warp=[f"x + {swirl}*main4", f"y + {swirl}*main5"],
            ),
        },
        palettes={
            "mist": draws.palette("gas", GAS, "dark", 0.7, "analog", 1.0),
            "rim": draws.palette("edge", EDGE, "dark", 0.85, "analog", 1.0),
        },
        shading={
            "params": {
                "dust": dust,
                "stars": stars,
                "glow": glow,
                **star_params(draws),
            },
            "let": {
                "e": "cdf(main0 + 0.55*smoke0)",
                "v": "smoothstep(-0.7, 0.85, main1 + 0.35*smoke1)",
                "ridge": "e*clamp(1.4*e - 0.2, 0, 1)*exp(-3.3*abs(smoke1))",
                "u": "0.05 + 0.8*e**1.7 + 0.16*ridge",
                "gas": "mix(mist(u), rim(u), v)",
                "lane": "dust*smoothstep(0.1, 2.2, main2 + 0.7*abs(smoke2))*(1 - 0.4*ridge)",
                **STARS,
                "star": "stars*starlight*(1.1 - e)",
                "light": "linear(gas)*(1 - lane)*(1 + 0.9*ridge) + star*vec(0.9, 0.95, 1)",
            },
            "linear": "1 - exp(-glow*light)",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )  # fmt: skip
