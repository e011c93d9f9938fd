"""netart-js (2016): the web demo of the otoro post. Two latent numbers, five ways to colour.

The program sums in float64 and stores in float32.
"""

from __future__ import annotations

from phosphene.core.rng import Seed, Stream
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, choose
from phosphene.systems.loading import explicit_network, layer, plain_recipe
from phosphene.systems.weights import Weights

# Colour modes: (colour space, formulas, outputs of the network besides opacity).
MODES: dict[str, tuple[str, list[str], int]] = {
    "bw": ("grey", ["main0"], 1),
    "rgb": ("rgb", ["main0", "main1", "main2"], 3),
    "cmyk": ("rgb", [f"(1 - main{c})*abs(2*main3 - 1)" for c in range(3)], 4),
    "hsv": ("hsv", ["main0", "main1", "main2"], 3),
    "hsl": ("hsl", ["main0", "main1", "main2"], 5),  # two unused outputs, as in the original
}
OPACITY = "0.25 + 0.75*(1 - abs(2*main{0} - 1))"

NETART: Dials = {
    "colour": ("rgb", f"one of {', '.join(MODES)}"),
    "alpha": (False, "another output is the opacity"),
}


def netart(seed: Seed, *, colour: str, alpha: bool) -> Recipe:
    """width is the demo's network size, from 12 to 19; depth its 24 - size hidden layers and one
    before.

    x runs down and y across; the longer side is not centred.
    """
    space, formulas, outputs = MODES[choose("colour mode", colour, MODES)]
    draw = Stream(seed, "style/netart").uniform(3)
    size = 12 + int(draw[0] * 8)
    return Recipe(
        seed=seed,
        style="netart",
        networks={
            "main": {
                "inputs": ["x", "y", "r", "bias"],
                "latent": {
                    "size": 2, "inject": "concat",
                    "values": [round(float(2 * u - 1), 3) for u in draw[1:]],
                },
                "width": size,
                "depth": 24 - size + 1,
                "outputs": outputs + alpha,
                "activations": ["tanh"],
                "output": "sigmoid",
                "weights": {"kind": "uniform", "fan_in": False},
                "biases": {"kind": "none"},
            }
        },
        shading={
            space: formulas,
            "alpha": OPACITY.format(outputs) if alpha else None,
        },
        view={"span": 1.0, "sampling": "start", "origin": "corner", "axes": "yx"},
        finish={"rounding": "half_even"},
    )  # fmt: skip


def load_netart(weights: Weights) -> Recipe:
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
    return plain_recipe(
        explicit_network(["x", "y", "r", "z0", "z1", "bias"], layers, z),
        {space: formulas, "alpha": alpha},
        view={
            "span": 1.0, "origin": "corner", "sampling": "start", "axes": "yx", "positions": "f32",
        },
        finish={"rounding": "half_even"},
        precision="f64",
    )  # fmt: skip
