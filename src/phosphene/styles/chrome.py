"""chrome: liquid metal that mirrors a studio of bright and dark walls."""

from __future__ import annotations

import math

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import NEIGHBOURS, Draws, network

CHROME: Dials = {
    "relief": (1.6, "depth of the relief, 0.3 to 5"),
    "walls": (None, "number of walls that it mirrors, 1 to 10"),
    "polish": (None, "sharpness of the reflections, 0 to 1"),
}
NAMES = "noir glacier indigo copper rose ultramarine orchid ember dusk abyss navy_gold teal_rust"


def chrome(seed: Seed, *, relief: float, walls: float | None, polish: float | None) -> Recipe:
    draws = Draws("chrome", seed)
    walls = draws.number("walls", 2.0, 3.4, walls)
    polish = draws.number("polish", 0.5, 0.85, polish)
    within("relief", relief, 0.3, 5)
    within("walls", walls, 1, 10)
    within("polish", polish, 0, 1)
    turn = draws.angle("turn")
    scheme = draws.pick("scheme", NEIGHBOURS)
    waves = {"kind": "fourier", "count": 8, "low": 0.3, "high": 1.1, "falloff": 1.0}
    metal = network(
        ["x", "y", waves], 20, [1.0, 1.3, 1.1], ["tanh", "sin", "tanh"], 2, standardise="together"
    )
    return Recipe(
        seed=seed,
        style="chrome",
        networks={"main": metal},
        palettes={"A": draws.palette("palette", NAMES, share=0.6, scheme=scheme)},
        shading={
            "params": {
                "relief": relief,
                "walls": walls,
                "blur": round(0.04 + 0.6 * (1 - polish) ** 2, 5),
                "first": draws.number("first", 0, 1),
                "across": round(math.cos(turn), 5),
                "down": round(math.sin(turn), 5),
                "sun": draws.number("sun", 3.5, 5.9),
            },
            "let": {
                "n": "normal(main0, relief)",
                "up": "dot(n, vec(0, 0, 1))",
                "here": "2*up*dot(n, vec(across, down, 0))",
                "beside": "2*up*dot(n, vec(-down, across, 0))",
                # Each wall brightens upwards and ends in a sharp edge.
                "place": "0.5*walls*here + 0.15*sin(2*beside) + 0.12*main1 + first",
                "wall": "fract(place)",
                "lamp": "wall*(1 - smoothstep(1 - blur, 1, wall))",
                "u": "0.72*lamp + 0.34*(1 - up)*lamp + 0.16*(0.5 + 0.5*here)",
                "shine": "0.7*clamp(dot(n, toward(sun, 0.7)), 0, 1)**30",
            },
            "linear": "(1 + shine)*linear(A(0.02 + 0.97*smoothstep(0, 0.95, u)))",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )
