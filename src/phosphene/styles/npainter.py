"""npainter: a deep network of odd functions, twelve styles, on a browser's canvas."""

from __future__ import annotations

from phosphene.catalogue.legacy_tables import NPAINTER as FUNCTIONS
from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.styles.dials import Dials, choose, within

# style: neurons, hidden layers, strength
DEFAULTS: dict[str, tuple[int, int, int]] = {
    "tanh": (16, 8, 2),
    "tanhabs": (20, 8, 2),
    "logfn": (4, 2, 8),
    "logfnex": (12, 1, 2),
    "squar": (16, 8, 2),
    "inv": (24, 2, 2),
    "xlogxsq": (6, 8, 8),
    "invxlogx": (9, 2, 2),
    "logx1": (12, 1, 2),
    "logxp1": (8, 2, 2),
    "tanhlog": (9, 4, 2),
    "invlogxp1": (8, 1, 2),
}

NPAINTER: Dials = {
    "style": ("tanh", f"one of {', '.join(DEFAULTS)}"),
    "strength": (0, "1 to 32: 10^-strength is added under a logarithm; 0 takes the style's own"),
}


def npainter(seed: Seed, *, style: str, strength: int) -> Recipe:
    """width is the program's neurons; depth its hidden layers + 1."""
    neurons, hidden, own = DEFAULTS[choose("npainter style", style, DEFAULTS)]
    within("strength", strength, 0, 32)
    return Recipe(
        seed=seed,
        style="npainter",
        precision="f64",
        networks={
            "main": {
                "inputs": ["x", "y", "bias"],
                "width": neurons,
                "depth": hidden + 1,
                "activations": [FUNCTIONS[style].format(s=10.0 ** -(strength or own))],
                "output": "sigmoid",
                "weights": {"kind": "uniform", "fan_in": False},
                "biases": {"kind": "none"},
            }
        },
        shading={"rgb": ["main0", "main1", "main2"]},
        view={"span": 1.0, "sampling": "start", "aspect": "stretch"},
        finish={"rounding": "half_even"},
    )
