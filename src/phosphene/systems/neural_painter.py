"""neural-painter (2016): pixels in the unit square, many nonlinearities, levels stretched.

A seed's weights are those of the program itself (NumPy's RandomState), so its published pictures
can be reproduced from their seeds, bit for bit. Each layer is followed by a nonlinearity drawn from
the program's table, in the order in which Python 2 iterated over it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from phosphene.core.errors import InputError, unknown
from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, choose
from phosphene.systems.loading import UNIT, colours, explicit_network, layer, plain_recipe
from phosphene.systems.weights import Weights

# In the order of a Python 2 dictionary, with which the published pictures were made.
NONLINEARITIES = (
    "sort", "square", "log_abs", "sigmoid", "cos", "xlogx_square", "hard_sigmoid", "sgn",
    "identity", "abs_tanh", "logsoftmax", "xlogx_relu_p1", "xlogx_abs_p1", "log_square", "tanh",
    "log_abs_p1", "relu", "xlogx_relu", "softplus", "abs", "softmax", "log_relu", "sin",
    "xlogx_abs",
)  # fmt: skip

RANDOM = {"random_once": "once", "random_every_time": "layer"}

NEURAL_PAINTER: Dials = {
    "nonlin": ("random_every_time", "one of its 24, or random_once, or random_every_time"),
    "output_nonlin": ("identity", "one of its 24, before levels are stretched"),
    "channels": (3, "3 for colour, 1 for grey"),
    "recurrent": (False, "repeat the same hidden layer"),
    "coord_bias": (True, "a third input that is 1"),
    "use_bias": (False, "biases from N(0, 1) in every layer"),
    "batch_norm": (False, "normalise the units of each pixel to mean 0, variance 1"),
    "batch_norm_position": ("before_nonlin", "before_nonlin or after_nonlin"),
}

LEVEL = "(main{c} - least(main{c}))/(greatest(main{c}) - least(main{c}) + 1e-8)"


def neural_painter(
    seed: Seed,
    *,
    nonlin: str,
    output_nonlin: str,
    channels: int,
    recurrent: bool,
    coord_bias: bool,
    use_bias: bool,
    batch_norm: bool,
    batch_norm_position: str,
) -> Recipe:
    """width is the program's hidden_size, depth its nr_hidden + 1."""
    choose("nonlinearity", nonlin, [*NONLINEARITIES, *RANDOM])
    choose("output nonlinearity", output_nonlin, NONLINEARITIES)
    choose("position", batch_norm_position, ["before_nonlin", "after_nonlin"])
    choose("number of channels", str(channels), ["1", "3"])
    drawn: Any = {"random": RANDOM[nonlin], "of": NONLINEARITIES} if nonlin in RANDOM else [nonlin]
    levels = [LEVEL.format(c=c) for c in range(channels)][::-1]  # cv2 writes blue, green, red
    return Recipe(
        seed=seed,
        style="neural-painter",
        precision="f64",
        networks={
            "main": {
                "kind": "tied" if recurrent else "mlp",
                "inputs": ["x", "y", "bias"] if coord_bias else ["x", "y"],
                "width": 42,
                "depth": 4,
                "outputs": channels,
                "activations": drawn,
                "output": output_nonlin,
                "weights": {"draws": "numpy_randomstate", "fan_in": False},
                "biases": {"kind": "normal", "gain": 1.0} if use_bias else {"kind": "none"},
                "norm": "layer" if batch_norm else "none",
                "norm_position": batch_norm_position.removesuffix("_nonlin"),
                "epsilon": 0.0,
            }
        },
        shading={"rgb": levels} if channels == 3 else {"grey": levels, "channels": 1},
        view={
            "span": 1.0, "centre": [0.5, 0.5], "origin": "corner", "sampling": "start",
            "aspect": "stretch", "axes": "yx", "positions": "f32",
        },
        finish={"rounding": "truncate"},
    )  # fmt: skip


def load_neural_painter(weights: Weights) -> Recipe:
    """Each channel is stretched over the whole image; PNGs hold blue, green, red."""
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
    return plain_recipe(
        explicit_network(inputs, layers),
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
