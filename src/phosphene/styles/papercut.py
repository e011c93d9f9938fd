"""papercut: sheets of coloured paper, cut by hand and stacked under a lamp."""

from __future__ import annotations

import math

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, whole, within
from phosphene.styles.named_draws import Draws, network

PAPERCUT: Dials = {
    "sheets": (None, "number of sheets, 2 to 16"),
    "gap": (None, "distance between sheets: the length of the shadows, 0 to 0.3"),
    "shadow": (0.7, "how dark the shadows are, 0 to 1"),
    "grain": (1.0, "roughness of the paper, 0 to 5"),
}
NAMES = "teal_rust dusk peach abyss persimmon sky kelp rose ultramarine wine_mint saffron glacier"
STEPS = (0.14, 0.48, 1.0)  # sample positions of a shadow, as shares of its length


def papercut(
    seed: Seed, *, sheets: float | None, gap: float | None, shadow: float, grain: float
) -> Recipe:
    draws = Draws("papercut", seed)
    count = draws.whole("sheets", 5, 8, whole("sheets", sheets, 2, 16))
    gap = draws.number("gap", 0.07, 0.1, gap)
    within("gap", gap, 0, 0.3)
    within("shadow", shadow, 0, 1)
    within("grain", grain, 0, 5)
    lamp = draws.number("lamp", 3.5, 5.9)
    waves = {"kind": "fourier", "count": 8, "low": 0.3, "high": 1.5, "falloff": 1.0}
    fibres = {"kind": "fourier", "count": 24, "low": 25.0, "high": 220.0, "falloff": 0.1}
    inputs = [*draws.plane(0.4), waves]
    return Recipe(
        seed=seed,
        style="papercut",
        networks={
            "main": network(
                inputs, 18, [0.9, 1.2, 1.1], ["tanh", "tanh", "gauss"], 1, standardise="together"
            ),
            "paper": network([fibres], 8, [1.0], ["tanh"], 1),
        },
        palettes={"A": draws.palette("palette", NAMES, share=0.6)},
        shading={
            "params": {
                "sheets": count,
                "top": 1.0 if draws.chance("turned", 0.5) else 0.0,
                "across": round(gap * math.cos(lamp), 6),
                "down": round(gap * math.sin(lamp), 6),
                "shadow": shadow,
                "grain": round(0.007 * grain, 6),
            },
            "let": {
                "stack": "sheets*clamp(mix(lin(main0), cdf(main0), 0.6), 0, 0.9999)",
                "sheet": "floor(stack)",
                **{
                    f"shade_{'abc'[j]}": f"smoothstep(0, {0.12 + 0.5 * at:g}, "
                    f"at(stack, {at}*across, {at}*down) - sheet - 1)"
                    for j, at in enumerate(STEPS)
                },
                "dark": "shadow*(0.42*shade_a + 0.36*shade_b + 0.26*shade_c)",
                "edge": "(stack - sheet)/max(slope(stack), 0.5)",
                "facing": "(across*dx(stack) + down*dy(stack))/max(slope(stack), 0.5)",
                "rim": "min(sheet, 1)*clamp(-facing*14, 0, 1)*(1 - smoothstep(0.003, 0.007, edge))",
                "place": "(sheet + 0.5)/sheets",
                "u": "0.07 + 0.88*mix(place, 1 - place, top)",
                "lab": "A(u) + vec(grain*paper0 + 0.05*rim, 0, 0)",
            },
            "linear": "linear(lab)*(1 - dark)",
        },
        finish={"antialias": "auto"},
    )
