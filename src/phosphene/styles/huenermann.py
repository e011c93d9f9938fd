"""Huenermann's two generators (the script and the page), and the cppn-keras that it grew from.

x, y, r and one latent number; the variance of the weights is the dial of complexity. Weights are
truncated normals; Keras widens them to the spread that was asked for, the page does not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.catalogue.weights import WEIGHTS
from phosphene.core.errors import UserError
from phosphene.core.rng import Seed, Stream
from phosphene.recipe import Recipe
from phosphene.styles.dials import Dials, choose

CUT = 0.8796256610342398  # spread of N(0, 1) cut at two deviations

VARIANCE = "weights are drawn with variance / inputs: 50 is calm, 8192 is wild"
HUENERMANN_PYTHON: Dials = {
    "variance": (None, f"{VARIANCE}; drawn from 50..150"),
    "bw": (False, "black and white"),
}
CPPN_KERAS = HUENERMANN_PYTHON
TOPOLOGIES = ("densenet", "perceptron", "resnet")
HUENERMANN_BROWSER: Dials = {
    "variance": (256.0, VARIANCE),
    "topology": ("densenet", f"one of {', '.join(TOPOLOGIES)}"),
    "bw": (False, "black and white"),
}


def _positive(variance: float) -> float:
    if variance <= 0:
        raise UserError(f"variance: got {variance:g}; expected a number above 0")
    return variance


def drawn_variance(seed: Seed, style: str = "huenermann-python") -> float:
    """The variance of a seed that is given none, from 50 to 150."""
    return float(Stream(seed, f"style/{style}/variance").uniform(1, 50.0, 150.0)[0])


def _script(seed: Seed, style: str, depth: int, variance: float | None, bw: bool) -> Recipe:
    if variance is None:
        variance = drawn_variance(seed, style)
    outputs = 1 if bw else 3
    gain = _positive(variance) ** 0.5 / CUT
    glorot = (2 * 32 / (32 + outputs)) ** 0.5 / CUT
    raw = {f"t{c}": f"tanh(out*main{c})" for c in range(outputs)}
    level = "(t{c} - least(t{c}))/(greatest(t{c}) - least(t{c}))"
    levels = [level.format(c=c) for c in range(outputs)]
    return Recipe(
        seed=seed,
        style=style,
        networks={
            "main": {
                "inputs": ["x", "y", "r"],
                "latent": {"size": 1, "inject": "concat"},
                "width": 32,
                "depth": depth,
                "outputs": outputs,
                "activations": ["tanh"],
                "weights": {"kind": "truncated_normal", "gain": [gain]},
                "biases": {"kind": "none"},
            }
        },
        # The last layer's weights are smaller than the others' by the factor `out`.
        shading={"params": {"out": glorot / gain}, "let": raw}
        | ({"grey": levels, "channels": 1} if bw else {"hsv": levels}),
        view={"sampling": "ends", "aspect": "mean"},
        finish={"rounding": "truncate"},
    )


def huenermann_python(seed: Seed, *, variance: float | None, bw: bool) -> Recipe:
    return _script(seed, "huenermann-python", 8, variance, bw)


def cppn_keras(seed: Seed, *, variance: float | None, bw: bool) -> Recipe:
    return _script(seed, "cppn-keras", 3, variance, bw)


def huenermann_browser(seed: Seed, *, variance: float, topology: str, bw: bool) -> Recipe:
    choose("topology", topology, TOPOLOGIES)
    outputs, gain = 1 if bw else 3, _positive(variance) ** 0.5
    width = 8 if topology == "densenet" else 32
    last = 4 + 8 * width if topology == "densenet" else width
    factor = (2 * last / (last + outputs)) ** 0.5 / gain
    network: dict[str, Any] = {
        "kind": "densenet" if topology == "densenet" else "mlp",
        "inputs": ["x", "y", "r"],
        "latent": {"size": 1, "inject": "concat", "values": [0.0]},
        "width": width,
        "depth": 8,
        "outputs": outputs,
        "activations": ["sigmoid" if topology == "densenet" else "tanh"],
        "weights": {"kind": "truncated_normal", "gain": [gain]},
        "biases": {"kind": "none"},
    }
    if topology == "resnet":
        network = {
            "kind": "explicit",
            "inputs": ["x", "y", "r", "z0"],
            "latent": {"size": 1, "values": [0.0]},
            "layers": _resnet(seed, gain, outputs),
        }
    names = {f"t{c}": f"0.5*tanh(out*main{c}) + 0.5" for c in range(outputs)}
    return Recipe(
        seed=seed,
        style="huenermann-browser",
        networks={"main": network},
        shading={"params": {"out": factor}, "let": names}
        | ({"grey": "t0", "channels": 1} if bw else {"rgb": ["t0", "t1", "t2"]}),
        view={"sampling": "start", "aspect": "mean"},
    )


def _resnet(seed: Seed, gain: float, outputs: int) -> list[dict[str, Any]]:
    """tanh layers, each added to what it saw (the first through a matrix), then tanh of the sum."""

    def drawn(label: str, units: int, inputs: int) -> NDArray[np.float32]:
        uniforms = Stream(seed, f"style/huenermann-browser/{label}").table(units, inputs)
        weights = WEIGHTS["truncated_normal"].formula(uniforms, inputs, units, 0) * gain
        return weights.astype(np.float32)

    first = {"weights": drawn("hidden.0", 32, 4), "shortcut": drawn("shortcut", 32, 4)}
    layers: list[dict[str, Any]] = [first]
    layers += [{"weights": drawn(f"hidden.{k}", 32, 32)} for k in range(1, 8)]
    layers = [{**layer, "activation": "tanh", "then": "add"} for layer in layers]
    layers.append({"weights": np.eye(32, dtype=np.float32), "activation": "tanh"})
    layers.append({"weights": drawn("output", outputs, 32)})
    return layers
