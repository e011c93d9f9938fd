"""Huenermann's two generators (2018), the script and the page; and cppn-keras (2017), their base.

Inputs are x, y, r and one latent number; the variance of the weights controls the complexity. A
seed's weights are truncated normals; Keras rescales them to the requested standard deviation, the
page does not.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.catalogue.activations import ACTIVATIONS
from phosphene.catalogue.weights import WEIGHTS
from phosphene.core.errors import DialError, InputError
from phosphene.core.rng import Seed, Stream
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, choose
from phosphene.systems.loading import colours, explicit_network, layer, plain_recipe
from phosphene.systems.weights import Array, Weights

CUT = 0.8796256610342398  # standard deviation of N(0, 1) truncated at +-2

VARIANCE = "the variance of weights is this / inputs: 50 is calm, 8192 is wild"
HUENERMANN_PYTHON: Dials = {
    "variance": (None, f"{VARIANCE}; random in 50..150"),
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
        raise DialError(f"got {variance:g}; expected a number above 0", argument="variance")
    return variance


def drawn_variance(seed: Seed, style: str = "huenermann-python") -> float:
    """The default variance for a seed, from 50 to 150."""
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
        # The factor `out` makes the last layer's weights smaller than the others'.
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
    """tanh layers, each added to its input (the first through a matrix), then tanh of the sum."""

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


Layer = dict[str, Any]


def load_huenermann_python(weights: Weights) -> Recipe:
    return _keras(weights, 8, ["x", "y", "z0", "r"])


def load_cppn_keras(weights: Weights) -> Recipe:
    """wottpal's program, the base of Huenermann's script."""
    return _keras(weights, 3, ["x", "y", "r", "z0"])


def _keras(weights: Weights, depth: int, inputs: list[str]) -> Recipe:
    """Every channel is stretched over the whole image, then used as hue, saturation and value."""
    scale = weights.number("scale", 1.0)
    activation = weights.choice("activation", "tanh", ACTIVATIONS)
    depth = weights.count("depth", depth) or 0
    names = ["dense", *(f"dense_{k}" for k in range(1, depth + 1))]
    z, layers, before = weights.latent(1), [], 4
    for name in names:
        last = name == names[-1]
        matrix = weights.matrix(f"{name}.kernel", None, before, "io")
        before = len(matrix)
        biases = weights.vector(f"{name}.bias", before)
        layers.append(layer(matrix, biases, "tanh" if last else activation))
    stretch = "(main{0} - least(main{0}))/(greatest(main{0}) - least(main{0}))"
    shading = colours(f"{names[-1]}.kernel", before, stretch)
    if "rgb" in shading:
        shading = {"hsv": shading["rgb"]}
    return plain_recipe(
        explicit_network(inputs, layers, z),
        shading,
        view={"span": 2 * scale, "sampling": "ends", "aspect": "mean"},
        finish={"rounding": "truncate"},
    )


def load_huenermann_browser(weights: Weights) -> Recipe:
    """Topologies densenet, perceptron and resnet; layers are ordered by their numbers.

    The page sums in float64 and stores in float32.
    """
    topology = weights.choice("topology", "densenet", ("densenet", "perceptron", "resnet"))
    layers = {"densenet": _densenet, "perceptron": _perceptron, "resnet": _stored_resnet}[topology](
        weights
    )
    inputs = ["x", "y", "r", "z0", *(["bias"] if topology == "resnet" else [])]
    return plain_recipe(
        explicit_network(inputs, layers, weights.latent(1)),
        colours(f"{_dense(weights)[-1][0]}_0", len(layers[-1]["weights"])),
        view={"span": 2.0, "sampling": "start", "aspect": "mean", "positions": "f32"},
        finish={"rounding": "nearest"},
        precision="f64",
    )


def _dense(weights: Weights) -> list[tuple[str, str]]:
    """Name and activation of every dense layer, ordered by number, without gaps."""
    pattern = r"(L\d+_dense_Dense(\d+)_(\w+))_0"
    found = sorted(
        (int(m[2]), m[1], m[3]) for n in weights.arrays if (m := re.fullmatch(pattern, n))
    )
    wanted = 10 if weights.settings.get("topology") == "resnet" else 9
    have = {number for number, _, _ in found}
    for number in range(1, max([wanted, *have]) + 1):
        if number not in have:
            raise InputError(f"array 'L.._dense_Dense{number}_.._0' is missing")
    return [(name, activation) for _, name, activation in found]


def _densenet(weights: Weights) -> list[Layer]:
    *hidden, out = _dense(weights)
    layers, seen = [], 4
    for name, activation in hidden:
        matrix, biases = _layer(weights, name, seen)
        layers.append(layer(matrix, biases, activation, then="join"))
        seen += len(matrix)
    return [*layers, _output(weights, out[0], seen)]


def _perceptron(weights: Weights) -> list[Layer]:
    *hidden, out = _dense(weights)
    layers, seen = [], 4
    for name, activation in hidden:
        matrix, biases = _layer(weights, name, seen)
        layers.append(layer(matrix, biases, activation))
        seen = len(matrix)
    return [*layers, _output(weights, out[0], seen)]


def _stored_resnet(weights: Weights) -> list[Layer]:
    """The skip connection of the first layer is a linear layer, whose biases are weights of a
    constant input.
    """
    *blocks, out = _dense(weights)
    linear = [name for name, activation in blocks if activation == "linear"]
    blocks = [block for block in blocks if block[1] != "linear"]
    if len(linear) != 1 or not blocks:
        raise InputError("array 'L.._dense_.._linear_0' is missing: the first skip connection")
    matrix, biases = _layer(weights, blocks[0][0], 4)
    size = len(matrix)
    around, constant = _layer(weights, linear[0], 4, size)
    inner = np.hstack([matrix, np.zeros((size, 1), matrix.dtype)])
    shortcut = np.hstack([around, constant[:, None]])
    layers = [layer(inner, biases, blocks[0][1], then="add", shortcut=shortcut)]
    for name, activation in blocks[1:]:
        matrix, biases = _layer(weights, name, size, size)
        layers.append(layer(matrix, biases, activation, then="add"))
    layers.append(layer(np.eye(size), None, "tanh"))
    return [*layers, _output(weights, out[0], size)]


def _layer(
    weights: Weights, name: str, inputs: int, units: int | None = None
) -> tuple[Array, Array]:
    matrix = weights.matrix(f"{name}_0", units, inputs, "io")
    return matrix, weights.vector(f"{name}_1", len(matrix))


def _output(weights: Weights, name: str, inputs: int) -> Layer:
    matrix, biases = _layer(weights, name, inputs)
    return layer(matrix, biases, "half_tanh")
