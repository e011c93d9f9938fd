"""npainter: a deep network of odd functions, twelve styles, on a browser's canvas."""

from __future__ import annotations

from phosphene.recipe import Recipe
from phosphene.rng import Seed
from phosphene.styles.dials import Dials, choose, within

LOG10 = 0.4342944819032518  # log10(t) = LOG10 ln(t)

# style: (function of a unit's sum h, {s} = 10^-strength; neurons, hidden layers, strength)
FUNCTIONS: dict[str, tuple[str, int, int, int]] = {
    "tanh": ("tanh", 16, 8, 2),
    "tanhabs": ("tanh(abs(h))", 20, 8, 2),
    "logfn": (f"{LOG10}*log(abs(h) + {{s}})", 4, 2, 8),
    "logfnex": (f"{LOG10}*log(abs(h) + {{s}})", 12, 1, 2),
    "squar": ("square", 16, 8, 2),
    "inv": ("h*abs(1/h)", 24, 2, 2),
    "xlogxsq": (f"{LOG10}*h*log(h*h + {{s}})", 6, 8, 8),
    "invxlogx": ("abs(1/h)*h*log(abs(h) + 0.9)", 9, 2, 2),
    "logx1": ("log_abs_p1", 12, 1, 2),
    "logxp1": ("log(abs(h) + 0.1)", 8, 2, 2),
    "tanhlog": (f"{LOG10}*abs(1/tanh(h))*h*log(abs(h) + 0.85)", 9, 4, 2),
    "invlogxp1": (f"{LOG10}*abs(1/h)*h*log(abs(h) + 0.1)", 8, 1, 2),
}

NPAINTER: Dials = {
    "style": ("tanh", f"one of {', '.join(FUNCTIONS)}"),
    "strength": (0, "1 to 32: 10^-strength is added under a logarithm; 0 takes the style's own"),
}


def npainter(seed: Seed, *, style: str, strength: int) -> Recipe:
    """width is the program's neurons; depth its hidden layers + 1."""
    function, neurons, hidden, own = FUNCTIONS[choose("npainter style", style, FUNCTIONS)]
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
                "activations": [function.format(s=10.0 ** -(strength or own))],
                "output": "sigmoid",
                "weights": {"kind": "uniform", "fan_in": False},
                "biases": {"kind": "none"},
            }
        },
        shading={"rgb": ["main0", "main1", "main2"]},
        view={"span": 1.0, "sampling": "start", "aspect": "stretch"},
        finish={"rounding": "half_even"},
    )
