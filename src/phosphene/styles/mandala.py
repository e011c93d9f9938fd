"""mandala: a rosette of enamel, its colours separated by gold or silver wire."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, whole, within
from phosphene.styles.named_draws import NEIGHBOURS, Draws, network

MANDALA: Dials = {
    "petals": (None, "number of petals, 2 to 36"),
    "rings": (None, "density of the rings, 1 to 12"),
    "steps": (None, "number of colours in sequence, 2 to 16"),
    "wire": (1.0, "width of the wires, 0.2 to 4"),
}
ENAMEL = (
    "orchid navy_gold teal_rust dusk ember abyss wine_mint persimmon ultramarine indigo "
    "saffron plum"
)
METAL = ("#d3ab5c", "#c8994a", "#e9d7ac", "#f3ead6")


def mandala(
    seed: Seed, *, petals: float | None, rings: float | None, steps: float | None, wire: float
) -> Recipe:
    draws = Draws("mandala", seed)
    n = draws.pick("petals", (5, 6, 6, 7, 8, 8, 10), whole("petals", petals, 2, 36))
    rings = draws.number("rings", 3.0, 5.5, rings)
    steps = draws.whole("steps", 3, 5, whole("steps", steps, 2, 16))
    within("rings", rings, 1, 12)
    within("wire", wire, 0.2, 4)
    phase = draws.angle("phase")
    scheme = draws.pick("scheme", NEIGHBOURS)
    inputs = [
        "r", f"cos({rings}*r + {phase})", f"sin({rings}*r + {phase})",
        f"cos({n}*theta)*r", f"cos({2 * n}*theta)*r*r",
    ]  # fmt: skip
    return Recipe(
        seed=seed,
        style="mandala",
        networks={
            "main": network(inputs, 16, [0.85, 1.15, 1.1], ["sin", "tanh", "sin"], 2, 0.8),
        },
        palettes={
            "A": draws.palette("enamel", ENAMEL, "full", 0.75, scheme, 1.0),
            "inks": ["#000000", draws.pick("metal", METAL)],
        },
        shading={
            "params": {
                "wire": 0.0045 * wire,
                "steps": steps,
                "first": draws.number("first", 0, 1),
                "sun": draws.number("sun", 3.5, 5.9),
            },
            "let": {
                "height": "steps*level(main0, 0.7)",
                "cell": "floor(height)",
                "part": "height - cell",
                "beyond": "main1 < 0",
                "rim": "min(part, 1 - part)/(slope(height) + 0.5)",
                "d": "min(rim, distance(main1, 0.3))",
                # Neighbours of a light cell are dark, across both kinds of wire.
                "hue": "fract(0.618034*cell + 0.3*beyond + first)",
                "u": "select(mod(cell + beyond + 0.5, 2) < 1, 0.08 + 0.34*hue, 0.58 + 0.38*hue)",
                "lit": "dot(normal(main0, 0.5), toward(sun, 0.96)) - 0.8",
                "shade": "0.07*(part - 0.5) + 0.1*lit - 0.13*exp(-d/0.02)",
                "fade": "1 - 0.25*smoothstep(0.8, 1.5, r)",
                "gold": "inks(1)*(0.9 + 0.25*exp(-(2*d/wire)**2))",
                "line": "1 - smoothstep(0.7*wire, 1.2*wire, d)",
            },
            "oklab": "mix(A(u) + vec(shade, 0, 0), gold, line)*vec(fade, 1, 1)",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )
