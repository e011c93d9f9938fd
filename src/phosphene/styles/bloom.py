"""bloom: colours that blend into each other, soft as if out of focus."""

from __future__ import annotations

import numpy as np

from phosphene.colour.gamut import RADIANS, inside_srgb
from phosphene.colour.palette_generator import Anchors, olive, plain
from phosphene.core import exact
from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import Draws, network

BLOOM: Dials = {
    "swirl": (None, "how much the colours are folded, 0.3 to 3"),
    "dark": (None, "position of the darkest colour in the palette, 0 to 0.8"),
    "glow": (0.85, "amount of the second colour, 0 to 1"),
}
NAMES = "dusk sky orchid ember rose lilac abyss ultramarine glacier cherry"


def bloom(seed: Seed, *, swirl: float | None, dark: float | None, glow: float) -> Recipe:
    draws = Draws("bloom", seed)
    swirl = draws.number("swirl", 0.8, 1.25, swirl)
    ramp = draws.pick("ramp", ("full", "light"))
    # A light ramp is shown whole, since its colours are close to each other.
    dark = draws.number("dark", 0.1, 0.4, dark) if ramp == "full" else dark or 0.0
    within("swirl", swirl, 0.3, 3)
    within("dark", dark, 0, 0.8)
    within("glow", glow, 0, 1)
    gains = [round(swirl * g, 5) for g in (0.75, 0.95, 0.8)]
    # Slow waves, so that the ends of a long picture are not empty.
    waves = {"kind": "fourier", "count": 4, "low": 0.3, "high": 1.1, "falloff": 0.8}
    petals = network(
        [*draws.plane(0.6, reach=1.1), waves], 16, gains, ["tanh", "tanh", "gauss"], 3,
        biases=0.7, standardise="together",
    )  # fmt: skip
    first = draws.palette(
        "palette",
        NAMES,
        ramp=ramp,
        share=0.6,
        scheme=draws.pick("scheme", ("analog", "painter", "mono")),
        saturation=1.0,
    )
    turn = draws.number("turn", 35, 80) * (-1 if draws.chance("side", 0.5) else 1)
    return Recipe(
        seed=seed,
        style="bloom",
        networks={"main": petals},
        palettes={"A": first, "tips": _second(first, turn)},
        shading={
            "params": {"dark": dark, "glow": glow},
            "let": {
                "u": "level(main0, 0.35)",
                "v": "smoothstep(0.4, 1, level(main1, 0.5))*smoothstep(-0.2, 0.5, u)",
                "first": "A(dark + (0.98 - dark)*u)",
            },
            "oklab": "mix(first, tips(level(main2, 0.3)), glow*v)",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )


def _second(first: Anchors, turn: float) -> Anchors:
    """Three light colours at a hue `turn` degrees from the middle of a palette, in the direction
    with less olive.
    """
    _, a, b = first[len(first) // 2]
    k = 0.3 / max(float(np.sqrt(a * a + b * b)), 0.01)
    angle = np.array([[side * turn + more for more in (0, 8, 16)] for side in (1, -1)]) * RADIANS
    cos, sin = exact.cos(angle), exact.sin(angle)
    lightness = np.array([[0.72, 0.82, 0.91]] * 2)
    both = np.stack([lightness, k * (a * cos - b * sin), k * (a * sin + b * cos)], axis=-1)
    light = inside_srgb(both.reshape(6, 3)).reshape(2, 3, 3) * np.array([1.0, 0.78, 0.78])
    best = int(np.argmin(olive(light.transpose(1, 0, 2))))
    return plain(light[best])
