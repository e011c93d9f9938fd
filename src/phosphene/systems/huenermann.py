"""Huenermann's generators (2018): the script and the page; and cppn-keras (2017), its base."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from phosphene.catalogue.activations import ACTIVATIONS
from phosphene.core.errors import InputError
from phosphene.recipe import Recipe
from phosphene.systems.explicit import colours, given, layer, paint
from phosphene.systems.weights import Array, Weights

Layer = dict[str, Any]


def huenermann_python(weights: Weights) -> Recipe:
    return _keras(weights, 8, ["x", "y", "z0", "r"])


def cppn_keras(weights: Weights) -> Recipe:
    """wottpal's, from which Huenermann's script grew."""
    return _keras(weights, 3, ["x", "y", "r", "z0"])


def _keras(weights: Weights, depth: int, inputs: list[str]) -> Recipe:
    """Every channel stretched over the whole image, then taken for hue, saturation and value."""
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
    return paint(
        given(inputs, layers, z),
        shading,
        view={"span": 2 * scale, "sampling": "ends", "aspect": "mean"},
        finish={"rounding": "truncate"},
    )


def huenermann_browser(weights: Weights) -> Recipe:
    """Topologies densenet, perceptron and resnet; layers stand in the order of their numbers.

    The page sums in float64 and stores in float32.
    """
    topology = weights.choice("topology", "densenet", ("densenet", "perceptron", "resnet"))
    layers = {"densenet": _densenet, "perceptron": _perceptron, "resnet": _resnet}[topology](
        weights
    )
    inputs = ["x", "y", "r", "z0", *(["bias"] if topology == "resnet" else [])]
    return paint(
        given(inputs, layers, weights.latent(1)),
        colours(f"{_dense(weights)[-1][0]}_0", len(layers[-1]["weights"])),
        view={"span": 2.0, "sampling": "start", "aspect": "mean", "positions": "f32"},
        finish={"rounding": "nearest"},
        precision="f64",
    )


def _dense(weights: Weights) -> list[tuple[str, str]]:
    """Name and activation of every dense layer, by the number of its making; none left out."""
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


def _resnet(weights: Weights) -> list[Layer]:
    """The first layer goes around through a linear one, whose biases are weights of a constant
    input.
    """
    *blocks, out = _dense(weights)
    linear = [name for name, activation in blocks if activation == "linear"]
    blocks = [block for block in blocks if block[1] != "linear"]
    if len(linear) != 1 or not blocks:
        raise InputError("array 'L.._dense_.._linear_0' is missing: the way around the first layer")
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
