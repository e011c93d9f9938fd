"""npainter (2017): a deep network of unusual activations, twelve styles, on a browser's canvas."""

from __future__ import annotations

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, choose, within
from phosphene.systems.loading import colours, explicit_network, layer, plain_recipe
from phosphene.systems.weights import Weights

_LOG10 = 0.4342944819032518  # log10(t) = _LOG10 ln(t)
# Styles as functions of a unit's sum h; {s} is 10^-strength.
FUNCTIONS = {
    "tanh": "tanh",
    "tanhabs": "tanh(abs(h))",
    "logfn": f"{_LOG10}*log(abs(h) + {{s}})",
    "logfnex": f"{_LOG10}*log(abs(h) + {{s}})",
    "squar": "square",
    "inv": "h*abs(1/h)",
    "xlogxsq": f"{_LOG10}*h*log(h*h + {{s}})",
    "invxlogx": "abs(1/h)*h*log(abs(h) + 0.9)",
    "logx1": "log_abs_p1",
    "logxp1": "log(abs(h) + 0.1)",
    "tanhlog": f"{_LOG10}*abs(1/tanh(h))*h*log(abs(h) + 0.85)",
    "invlogxp1": f"{_LOG10}*abs(1/h)*h*log(abs(h) + 0.1)",
}

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
    "strength": (0, "1 to 32: 10^-strength is added inside logarithms; 0: the style's own"),
}


def npainter(seed: Seed, *, style: str, strength: int) -> Recipe:
    """width is the program's number of neurons, depth its hidden layers + 1."""
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


def load_npainter(weights: Weights) -> Recipe:
    style = weights.choice("style", "tanh", FUNCTIONS)
    strength = weights.number("sstrength", 10.0 ** -weights.number("strength", 2.0))
    activation = FUNCTIONS[style].format(s=repr(strength))
    first = weights.matrix("w_in", None, 3)
    hidden = weights.numbered("w_{}", count=weights.count("hidden", None))
    layers = [layer(first, None, activation)]
    for name in hidden:
        layers.append(layer(weights.matrix(name, len(first), len(first)), None, activation))
    layers.append(layer(weights.matrix("w_out", 3, len(first)), None, "sigmoid"))
    return plain_recipe(
        explicit_network(["x", "y", "bias"], layers),
        colours("w_out", 3),
        view={"span": 1.0, "sampling": "start", "aspect": "stretch"},
        finish={"rounding": "half_even"},
        precision="f64",
    )
