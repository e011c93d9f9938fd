"""netart: the web demo of the otoro post. Two latent numbers, five ways to colour."""

from __future__ import annotations

from phosphene.catalogue.legacy_tables import NETART as MODES
from phosphene.catalogue.legacy_tables import OPACITY
from phosphene.core.rng import Seed, Stream
from phosphene.recipe import Recipe
from phosphene.styles.dials import Dials, choose

NETART: Dials = {
    "colour": ("rgb", f"one of {', '.join(MODES)}"),
    "alpha": (False, "a further output makes the picture partly transparent"),
}


def netart(seed: Seed, *, colour: str, alpha: bool) -> Recipe:
    """width is the demo's network size, from 12 to 19; depth its 24 - size, and the layer before.

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
