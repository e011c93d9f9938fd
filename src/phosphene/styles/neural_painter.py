"""neural-painter: pixels in the unit square, a wild choice of nonlinearities, levels stretched.

The weights are those of the program itself (NumPy's RandomState), so its published pictures come
from their seeds, bit for bit. Layers alternate with a nonlinearity drawn from the program's table
in the order in which Python 2 listed it.
"""

from __future__ import annotations

from typing import Any

from phosphene.catalogue.legacy_tables import NONLINEARITIES as PY2
from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.styles.dials import Dials, choose

RANDOM = {"random_once": "once", "random_every_time": "layer"}

NEURAL_PAINTER: Dials = {
    "nonlin": ("random_every_time", "one of its 24, random_once or random_every_time"),
    "output_nonlin": ("identity", "one of its 24, before levels are stretched"),
    "channels": (3, "3 for colour, 1 for grey"),
    "recurrent": (False, "the same hidden layer again and again"),
    "coord_bias": (True, "a third input that is 1"),
    "use_bias": (False, "biases from N(0, 1) in every layer"),
    "batch_norm": (False, "units of a pixel put to mean 0 and spread 1"),
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
    """width is the program's hidden_size; depth its nr_hidden + 1."""
    choose("nonlinearity", nonlin, [*PY2, *RANDOM])
    choose("output nonlinearity", output_nonlin, PY2)
    choose("position", batch_norm_position, ["before_nonlin", "after_nonlin"])
    choose("number of channels", str(channels), ["1", "3"])
    drawn: Any = {"random": RANDOM[nonlin], "of": PY2} if nonlin in RANDOM else [nonlin]
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
