"""contour: a map of hills in layered tints, with contour lines and a soft hillshade."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, whole, within
from phosphene.styles.named_draws import Draws, network

CONTOUR: Dials = {
    "layers": (None, "number of layers, 3 to 40"),
    "line": (None, "half the width of the lines, 0.0005 to 0.03"),
    "rough": (0.07, "roughness of the ground, 0 to 1"),
    "relief": (0.6, "strength of the hillshade, 0 to 3"),
}
TINTS = "sand moss glacier sky indigo teal_rust peach dusk abyss kelp rose copper"


def contour(
    seed: Seed, *, layers: float | None, line: float | None, rough: float, relief: float
) -> Recipe:
    draws = Draws("contour", seed)
    layers = draws.whole("layers", 9, 14, whole("layers", layers, 3, 40))
    line = draws.number("line", 0.0028, 0.0042, line)
    within("line", line, 0.0005, 0.03)
    within("rough", rough, 0, 1)
    within("relief", relief, 0, 3)
    ramp = "paper" if draws.chance("paper", 0.6) else "full"
    return Recipe(
        seed=seed,
        style="contour",
        networks={
            "main": network(
                draws.plane(0.3), 16, [1.0, 1.2, 1.2], ["tanh", "gauss", "tanh"], 1, 0.6
            ),
            "fine": network(["x", "y"], 10, [5.0, 1.6], ["sin", "tanh"], 1, 1.0),
        },
        palettes={"A": draws.palette("tints", TINTS, ramp, saturation=0.85)},
        shading={
            "params": {
                "layers": layers,
                "line": line,
                "rough": rough,
                "relief": relief,
                "sun": draws.number("sun", 3.7, 4.6),
            },
            "let": {
                "ground": "main0 + rough*fine0",
                "height": "layers*(0.6*lin(ground) + 0.4*cdf(ground))",
                "layer": "floor(height)",
                "part": "height - layer",
                "steep": "slope(height) + 0.001",
                "d": "min(part, 1 - part)/steep",
                "broad": "line*(1 + 0.8*(mod(floor(height + 0.5) + 0.1, 4) < 1))",
                "ink": "0.85*(1 - smoothstep(0.6*broad, 1.3*broad, d))*min(45/steep, 1)",
                "e": "abs(fract(4*height) - 0.5)/(4*steep)",
                "hair": "0.3*(1 - smoothstep(0.2*line, 0.5*line, e))*min(30/steep, 1)**2",
                "lit": "dot(normal(ground, relief), toward(sun, 0.7)) - 0.644",
                "shade": "0.2*lit - 0.06*exp(-part/steep/0.03)",
                "tint": "A(0.14 + 0.84*(layer + 0.5)/layers) + vec(shade, 0, 0)",
            },
            "oklab": "mix(tint, A(0)*vec(0.9, 1, 1), max(ink, hair))",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )
