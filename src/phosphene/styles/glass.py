"""glass: stained glass. The zeros of fields are lead lines, which cut the plane into panes."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, whole, within
from phosphene.styles.named_draws import Draws, network

GLASS: Dials = {
    "cuts": (None, "number of lines that cut the glass, 3 to 16"),
    "lead": (None, "half the width of the lead, 0.002 to 0.05"),
    "streaks": (1.0, "unevenness of the glass, 0 to 4"),
}
FIRST = "teal_rust navy_gold orchid ember ultramarine abyss cherry saffron indigo plum"
SECOND = "teal_rust navy_gold orchid ember ultramarine abyss saffron cherry"


def glass(seed: Seed, *, cuts: float | None, lead: float | None, streaks: float) -> Recipe:
    draws = Draws("glass", seed)
    lines = draws.whole("cuts", 7, 11, whole("cuts", cuts, 3, 16))
    lead = draws.number("lead", 0.012, 0.018, lead)
    within("lead", lead, 0.002, 0.05)
    within("streaks", streaks, 0, 4)
    offsets = [draws.number(f"offset{i}", -1.1, 1.1) for i in range(lines)]
    ways = [f"distance(main{i} + o{i}, 0.01)" for i in range(lines)]
    nearest = ways[0]
    for way in ways[1:]:
        nearest = f"min({nearest}, {way})"
    return Recipe(
        seed=seed,
        style="glass",
        networks={
            "main": network(draws.plane(0.6, 0.9), 14, [1.0], ["tanh"], lines, 0.5),
            "pane": network(
                [f"sign(main{i} + {offset})" for i, offset in enumerate(offsets)],
                12, [1.0], ["tanh"], 2, 0.5,
            ),
            "streak": network(
                ["x", "y"], 14, [9.0, 2.0], ["sin", "tanh"], 2, 1.0,
            ),
        },
        palettes={
            "A": draws.palette("first", FIRST, share=0.75, saturation=1.0),
            "B": draws.palette("second", SECOND, share=0.8, saturation=1.0),
        },
        shading={
            "params": {
                "lead": lead,
                "sun": draws.number("sun", 3.5, 5.9),
                "streaks": streaks,
                **{f"o{i}": offset for i, offset in enumerate(offsets)},
            },
            "let": {
                "d": nearest,
                "u": "0.2 + 0.72*cdf(pane0)",
                "w": "cdf(pane1)",
                "wave": "dot(normal(streak0, 0.3*streaks), toward(sun, 0.8)) - 0.72",
                "light": "0.05*(w - 0.5) + 0.12*wave + 0.03*streaks*streak1 - 0.16*exp(-d/0.035)",
                "colour": "select(w < 0.6, A(u), B(u)) + vec(light, 0, 0)",
                "came": "0.006 + 0.035*exp(-(2.2*d/lead)**2)",
                "edge": "smoothstep(0.75*lead, 1.15*lead, d)",
            },
            "linear": "mix(came*vec(1, 1.02, 1.08), linear(colour), edge)",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )  # fmt: skip
