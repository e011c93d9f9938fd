"""netart-js (2016): rows are x, z in two numbers, five ways to a colour, opacity.

It sums in float64 and stores in float32.
"""

from __future__ import annotations

from typing import Any

from phosphene.recipe import Recipe
from phosphene.systems.explicit import given, layer, paint
from phosphene.systems.weights import Weights

# Outputs that a mode has besides opacity (hsl allots five and reads three), and what it paints.
_KEY = "abs(2*main3 - 1)"
MODES: dict[str, tuple[int, dict[str, Any]]] = {
    "bw": (1, {"grey": "main0"}),
    "rgb": (3, {"rgb": ["main0", "main1", "main2"]}),
    "cmyk": (4, {"rgb": [f"(1 - main{i})*{_KEY}" for i in range(3)]}),
    "hsv": (3, {"hsv": ["main0", "main1", "main2"]}),
    "hsl": (5, {"hsl": ["main0", "main1", "main2"]}),
}


def netart(weights: Weights) -> Recipe:
    outputs, shading = MODES[weights.choice("color_mode", "rgb", MODES)]
    into = weights.matrix("w_in", None, 6)
    size = len(into)
    hidden = weights.numbered("w_{}", count=weights.count("depth", None))
    layers = [layer(into, None, "tanh")]
    layers += [layer(weights.matrix(name, size, size), None, "tanh") for name in hidden]
    layers.append(layer(weights.matrix("w_out", outputs + 1, size), None, "sigmoid"))
    alpha = f"0.25 + 0.75*(1 - abs(2*main{outputs} - 1))" if weights.flag("alpha_mode") else "1"
    second, first = (0.0, 0.0) if "z1" in weights.settings else weights.latent(2)
    z = [weights.number("z1", first), weights.number("z2", second)]
    return paint(
        given(["x", "y", "r", "z0", "z1", "bias"], layers, z),
        {**shading, "alpha": alpha},
        view={
            "span": 1.0, "origin": "corner", "sampling": "start", "axes": "yx", "positions": "f32",
        },
        finish={"rounding": "half_even"},
        precision="f64",
    )  # fmt: skip
