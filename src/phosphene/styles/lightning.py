"""lightning: jagged bolts that fork into thinner ones, in front of the clouds that they light."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import Draws, network

LIGHTNING: Dials = {
    "jags": (0.05, "how jagged the bolts are, 0 to 0.3"),
    "forks": (1.0, "how bright the forks are, 0 to 2"),
    "clouds": (1.0, "how bright the clouds are, 0 to 3"),
    "lean": (None, "angle of the bolts from vertical in degrees, -90 to 90"),
}
NIGHT = "indigo abyss orchid ultramarine ember plum dusk"
# A trunk every 2.4 units across; forks start where other lines cross it, each on one side.
LET = {
    "across": "x*cos(lean) + y*sin(lean)",
    "down": "y*cos(lean) - x*sin(lean)",
    "trunk": "mod(across + place + 0.14*main0 + jags*grain0, 2.4) - 1.2",
    "right": "mod(down - 1.1*across + 0.22*main1 + jags*grain1, 0.62) - 0.31",
    "left": "mod(down + 1.2*across + 0.22*main2 + jags*grain2, 0.74) - 0.37",
    "d": "distance(trunk, 0.3)",
    "e": "distance(right, 0.3)",
    "f": "distance(left, 0.3)",
    "near": "forks*exp(-3*abs(trunk))*(1 - (trunk/1.2)**2)",
    "p": "near*smoothstep(0, 0.02, trunk)*smoothstep(-0.6, 0.9, main3)",
    "s": "near*smoothstep(0, 0.02, -trunk)*smoothstep(-0.6, 0.9, -main3)",
    "core": "exp(-(d/0.007)**1.2) + 0.8*p*exp(-(e/0.0045)**1.2) + 0.8*s*exp(-(f/0.0045)**1.2)",
    "halo": "(0.025/(d + 0.025))**1.3 + 0.7*p*(0.012/(e + 0.012))**1.3"
            " + 0.7*s*(0.012/(f + 0.012))**1.3",
    "cloud": "level(main4 + 0.4*main3*main1, 0.7)",
    "lit": "0.25 + 1.3*exp(-2*abs(trunk))",
    "sky": "linear(night(0.02 + 0.32*cloud*clouds*lit))",
    "light": "sky + 1.1*core*linear(night(0.97)) + 0.75*halo*linear(night(0.62))",
}  # fmt: skip


def lightning(
    seed: Seed, *, jags: float, forks: float, clouds: float, lean: float | None
) -> Recipe:
    draws = Draws("lightning", seed)
    lean = draws.number("lean", -40, 40, lean)
    within("jags", jags, 0, 0.3)
    within("forks", forks, 0, 2)
    within("clouds", clouds, 0, 3)
    within("lean", lean, -90, 90)
    broad = {"kind": "fourier", "count": 12, "low": 0.4, "high": 6.0, "falloff": 0.9}
    return Recipe(
        seed=seed,
        style="lightning",
        networks={
            "main": network([broad], 20, [1.0, 1.1], ["tanh"], 5, 0.4, standardise="together"),
            "grain": network(["x", "y"], 20, [1.6, 1.0], ["triangle", "tanh"], 3, 1.0),
        },
        palettes={"night": draws.palette("night", NIGHT, "dark", 0.9, saturation=1.0)},
        shading={
            "params": {
                "jags": jags,
                "forks": forks,
                "clouds": clouds,
                "lean": round(lean * 0.017453293, 6),
                "place": draws.number("place", 0.6, 1.8),
            },
            "let": LET,
            "linear": "1 - exp(-1.3*light)",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )
