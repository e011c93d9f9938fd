"""neural-painter (2016), npainter (2017) and convnetjs' image regression (2014): in float64."""

from __future__ import annotations

from typing import Any

import numpy as np

from phosphene.catalogue.legacy_tables import NONLINEARITIES
from phosphene.catalogue.legacy_tables import NPAINTER as FUNCTIONS
from phosphene.core.errors import InputError, unknown
from phosphene.recipe import Recipe
from phosphene.systems.explicit import UNIT, colours, given, layer, paint
from phosphene.systems.weights import Weights


def neural_painter(weights: Weights) -> Recipe:
    """Each channel stretched over the whole image; PNGs hold blue, green, red."""
    acts = weights.settings.get("acts")
    single = weights.settings.get("nonlin", "tanh")
    if acts is not None and not isinstance(acts, list):
        raise InputError(f"settings.acts: got {acts!r}; expected a list, one name per layer")
    names = weights.numbered("W{}", count=None if acts is None else len(acts) + 1)
    activations = [single] * (len(names) - 1) if acts is None else acts
    for name in activations:
        _check(name, "settings.acts" if acts else "settings.nonlin")
    norm: dict[str, Any] = {}
    if weights.flag("batch_norm"):
        position = weights.choice(
            "batch_norm_position", "before_nonlin", ("before_nonlin", "after_nonlin")
        )
        position = position.removesuffix("_nonlin")
        norm = {"norm": "layer", "norm_position": position, "epsilon": 0.0}
    inputs = ["x", "y", "bias"] if weights.flag("coord_bias", _inputs(weights) == 3) else ["x", "y"]
    output = _check(weights.settings.get("output_nonlin", "identity"), "settings.output_nonlin")
    biased = weights.flag("use_bias", "b0" in weights.arrays)
    layers, before = [], len(inputs)
    for k, name in enumerate(names):
        last = k == len(names) - 1
        matrix = weights.matrix(name, None, before, "io")
        before = len(matrix)
        biases = weights.vector(f"b{k}", before) if biased or f"b{k}" in weights.arrays else None
        more = {} if last else norm
        layers.append(layer(matrix, biases, output if last else activations[k], **more))
    stretch = "(main{0} - least(main{0}))/(greatest(main{0}) - least(main{0}) + 1e-8)"
    return paint(
        given(inputs, layers),
        colours(names[-1], before, stretch, order=(2, 1, 0)),
        view={**UNIT, "aspect": "stretch", "axes": "yx", "positions": "f32"},
        finish={"rounding": "truncate"},
        precision="f64",
    )


def _inputs(weights: Weights) -> int:
    return np.shape(weights.arrays.get("W0", [0, 0, 0]))[0]


def _check(name: Any, path: str) -> str:
    if name not in NONLINEARITIES:
        raise InputError(f"{path}: {unknown('nonlinearity', str(name), NONLINEARITIES)}")
    return name


def npainter(weights: Weights) -> Recipe:
    style = weights.choice("style", "tanh", FUNCTIONS)
    strength = weights.number("sstrength", 10.0 ** -weights.number("strength", 2.0))
    activation = FUNCTIONS[style].format(s=repr(strength))
    first = weights.matrix("w_in", None, 3)
    hidden = weights.numbered("w_{}", count=weights.count("hidden", None))
    layers = [layer(first, None, activation)]
    for name in hidden:
        layers.append(layer(weights.matrix(name, len(first), len(first)), None, activation))
    layers.append(layer(weights.matrix("w_out", 3, len(first)), None, "sigmoid"))
    return paint(
        given(["x", "y", "bias"], layers),
        colours("w_out", 3),
        view={"span": 1.0, "sampling": "start", "aspect": "stretch"},
        finish={"rounding": "half_even"},
        precision="f64",
    )


def convnetjs(weights: Weights) -> Recipe:
    """The network of the image regression demo: relu layers, then one linear layer."""
    names = weights.numbered("fc{}_W", first=1, step=2)
    layers, before = [], 2
    for name in names:
        matrix = weights.matrix(name, None, before)
        before = len(matrix)
        biases = weights.vector(f"{name.removesuffix('_W')}_b", before)
        layers.append(layer(matrix, biases, "identity" if name == names[-1] else "relu"))
    return paint(
        given(["x", "y"], layers),
        colours(names[-1], before),
        view={"span": 1.0, "sampling": "start", "aspect": "stretch"},
        finish={"rounding": "truncate"},
        precision="f64",
    )
