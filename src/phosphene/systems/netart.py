"""netart-js (2016): rows are x, z in two numbers, five ways to a colour, opacity.

It sums in float64 and stores in float32.
"""

from __future__ import annotations

from phosphene.catalogue.legacy_tables import NETART as MODES
from phosphene.catalogue.legacy_tables import OPACITY
from phosphene.recipe import Recipe
from phosphene.systems.explicit import given, layer, paint
from phosphene.systems.weights import Weights


def netart(weights: Weights) -> Recipe:
    space, formulas, outputs = MODES[weights.choice("color_mode", "rgb", MODES)]
    into = weights.matrix("w_in", None, 6)
    size = len(into)
    hidden = weights.numbered("w_{}", count=weights.count("depth", None))
    layers = [layer(into, None, "tanh")]
    layers += [layer(weights.matrix(name, size, size), None, "tanh") for name in hidden]
    layers.append(layer(weights.matrix("w_out", outputs + 1, size), None, "sigmoid"))
    alpha = OPACITY.format(outputs) if weights.flag("alpha_mode") else "1"
    second, first = (0.0, 0.0) if "z1" in weights.settings else weights.latent(2)
    z = [weights.number("z1", first), weights.number("z2", second)]
    return paint(
        given(["x", "y", "r", "z0", "z1", "bias"], layers, z),
        {space: formulas, "alpha": alpha},
        view={
            "span": 1.0, "origin": "corner", "sampling": "start", "axes": "yx", "positions": "f32",
        },
        finish={"rounding": "half_even"},
        precision="f64",
    )  # fmt: skip
