"""agate: cut and polished stone with broad to hair-fine bands, and crystals at its centre."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import NEIGHBOURS, Draws, network

AGATE: Dials = {
    "bands": (1.0, "density of the bands, 0.2 to 4"),
    "fine": (1.0, "how strong the fine bands are, 0 to 3"),
    "heart": (0.92, "where the crystals begin, 0.5 to 1 (none)"),
}
STONE = "teal_rust copper dusk wine_mint glacier sand abyss rose persimmon sky indigo orchid"
# The bands: waves of the height t, each with about twice the frequency of the last and weaker.
WAVES = ((8.2, 1.0), (19.5, 0.7), (42.0, 0.5), (82.0, 0.36), (145.0, 0.26), (232.0, 0.2))


def agate(seed: Seed, *, bands: float, fine: float, heart: float) -> Recipe:
    within("bands", bands, 0.2, 4)
    within("fine", fine, 0, 3)
    within("heart", heart, 0.5, 1)
    draws = Draws("agate", seed)
    growth = {"kind": "fourier", "count": 10, "low": 0.4, "high": 5.0, "falloff": 1.3}
    waves = {
        f"w{i}": bands * draws.number(f"wave{i}", 0.8 * w, 1.2 * w)
        for i, (w, _) in enumerate(WAVES)
    }
    phases = {f"p{i}": draws.angle(f"phase{i}") for i in range(len(WAVES))}
    terms = [
        f"{share}{'*fine' if i > 2 else ''}*sin(w{i}*t + p{i})"
        for i, (_, share) in enumerate(WAVES)
    ]
    scheme = draws.pick("scheme", NEIGHBOURS)
    return Recipe(
        seed=seed,
        style="agate",
        networks={
            "main": network(
                ["x", "y", {"kind": "radius", "centre": draws.point("centre", 0.8)}, growth],
                24, [0.9, 1.1, 1.1], ["tanh"], 2, 0.4, kind="residual", standardise="together",
            ),
            "facet": network(["x", "y"], 20, [3.0, 1.0], ["triangle", "maxmin"], 1, 1.0),
        },
        palettes={"A": draws.palette("stone", STONE, "full", 0.7, scheme, 0.95)},
        shading={
            "params": {
                "fine": fine,
                "heart": heart,
                "sun": draws.number("sun", 3.5, 5.9),
                **waves,
                **phases,
            },
            "let": {
                "t": "lin(main0)",
                "band": "cdf(" + " + ".join(terms) + ")",
                "u": "0.04 + 0.92*(0.55*band + 0.45*clamp(t, 0, 1))",
                "stone": "A(u) + vec(0.05*(cdf(main1) - 0.5), 0, 0)",
                "glint": "dot(normal(facet0, 0.8), toward(sun, 0.7))",
                "quartz": "vec(0.58 + 0.36*clamp(glint, 0, 1), 0, 0) + A(0.6)*vec(0, 0.7, 0.7)",
            },
            "oklab": "mix(stone, quartz, smoothstep(heart, heart + 0.01, t))",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )  # fmt: skip
