"""drift: two palettes drifting through each other, softly lit from one side."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import Draws, network
from phosphene.styles.two_palettes import two_palettes

DRIFT: Dials = {
    "flow": (None, "how far a second field displaces the picture, 0 to 1"),
    "relief": (1.2, "depth of the relief, 0 to 3"),
    "blend": (0.14, "softness of the border between the palettes: half its width, 0.02 to 0.5"),
}


def drift(seed: Seed, *, flow: float | None, relief: float, blend: float) -> Recipe:
    draws = Draws("drift", seed)
    flow = draws.number("flow", 0.1, 0.3, flow)
    within("flow", flow, 0, 1)
    within("relief", relief, 0, 3)
    within("blend", blend, 0.02, 0.5)
    waves = {"kind": "fourier", "count": 8, "low": 0.3, "high": 1.5, "falloff": 1.0}
    eddies = {"kind": "fourier", "count": 10, "low": 0.5, "high": 3.0, "falloff": 0.9}
    gains = [1.1, draws.number("fold", 1.6, 2.4), 1.2]
    colours = network(
        [*draws.plane(0.4), waves], 20, gains, ["tanh", "sin", "tanh"], 2,
        standardise="together",
        warp=[f"x + {flow}*current0", f"y + {flow}*current1"],
    )  # fmt: skip
    first, second = two_palettes(draws, drawn=0.1)
    return Recipe(
        seed=seed,
        style="drift",
        networks={
            "main": colours,
            "current": network([eddies], 10, [0.9], ["tanh"], 2, standardise="together"),
        },
        palettes={"A": first, "B": second},
        shading={
            "params": {
                "relief": relief,
                "blend": blend,
                "sun": draws.number("sun", 3.5, 5.9),
            },
            "let": {
                "lit": "dot(normal(main0, relief), toward(sun, 0.6))",
                # Light shifts the position in the palettes, so shadows take their colours.
                "u": "0.7*level(main0, 0.5) + 0.3*smoothstep(-0.2, 1, lit)",
                "v": "smoothstep(0.5 - blend, 0.5 + blend, cdf(main1))",
                "shine": "0.12*clamp(lit, 0, 1)**20",
            },
            "linear": "(1 + shine)*linear(mix(A(0.04 + 0.94*u), B(0.04 + 0.94*u), v))",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )
