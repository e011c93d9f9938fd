"""Tests of whole pictures at 64x64: calm and chaotic, smooth and with jumps, of every architecture;
for the tier "close" also one with every activation, fold, colour space and kind of input.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.catalogue.colour_spaces import COLOUR_SPACES
from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.folds import FOLDS
from phosphene.compiler import build
from phosphene.engines import Engine
from phosphene.engines.reference import ReferenceEngine
from phosphene.ir.program import Program
from phosphene.raster.frame import Rect
from phosphene.raster.view import points
from phosphene.recipe import Recipe
from phosphene.testing.points import kind
from phosphene.testing.tolerance import (
    JUMPING,
    SMOOTH,
    Array,
    Closeness,
    allowance,
    compare,
    compare_close,
    is_smooth,
)

SIDE = 64

# Each with the share of values for which the rule must hold: where a picture jumps, a pixel exactly
# on the edge may be on either side.
ALL, NEARLY_ALL = 1.0, 0.999
PICTURES: dict[str, tuple[float, dict[str, Any]]] = {
    "calm": (ALL, {"networks": {"main": {"width": 20, "latent": {"size": 8}}}}),
    "chaotic": (
        ALL,
        {
            "networks": {
                "main": {"width": 25, "depth": 8, "activations": ["sin"], "weights": {"gain": 2.5}}
            }
        },
    ),
    "deep": (
        ALL,
        {
            "networks": {
                "main": {
                    "kind": "residual",
                    "width": 12,
                    "depth": 40,
                    "residual_scale": 0.95,
                    "activations": [["tanh", "gauss", "softplus", "elu"]],
                }
            }
        },
    ),
    "torn": (
        NEARLY_ALL,
        {"networks": {"main": {"activations": [["sgn", "step", "sawtooth", "tanh"]], "depth": 3}}},
    ),
    "broken": (
        NEARLY_ALL,
        {
            "networks": {
                "main": {
                    "kind": "tied",
                    "depth": 3,
                    "activations": ["tan", "softsign", "sgn"],
                    "weights": {"gain": [0.8, 0.8, 2.0]},
                }
            }
        },
    ),
    "dense": (
        ALL,
        {
            "networks": {
                "main": {
                    "kind": "densenet",
                    "inputs": ["theta", "x*y", {"kind": "waves", "frequencies": [2, 5]}],
                    "latent": {"size": 3, "inject": "concat"},
                    "width": 7,
                    "depth": 5,
                    "activations": {"random": "unit"},
                    "weights": {"kind": "glorot_uniform", "gain": 2.0},
                    "output": "sigmoid",
                }
            }
        },
    ),
    "given": (
        ALL,
        {
            "networks": {
                "main": {
                    "kind": "explicit",
                    "inputs": ["x", "y"],
                    "scale": 2.0,
                    "layers": [
                        {
                            "weights": [[1.5, -0.5], [0.25, 2.0], [-1.0, 1.0]],
                            "biases": [0.1, -0.2, 0.3],
                            "activation": "finer",
                        },
                        {
                            "weights": [[0.5, 0.25, -0.75], [1.0, -1.0, 0.5], [0.2, 0.3, 0.4]],
                            "activation": "half_tanh",
                        },
                    ],
                }
            }
        },
    ),
    "standardised": (
        ALL,
        {
            "networks": {
                "main": {
                    "norm": "batch",
                    "norm_position": "after",
                    "standardise": "each",
                    "activations": ["softsign", "log_abs_p1"],
                }
            }
        },
    ),
    "cells": (
        ALL,
        {
            "networks": {
                "main": {
                    "norm": "layer",
                    "activations": ["sort", "softmax", "tanh"],
                    "depth": 3,
                    "output": "logsoftmax",
                }
            },
            "shading": {"rgb": ["main0 + 1.5", "main1 + 1.5", "main2 + 1.5"]},
        },
    ),
    "folded": (
        ALL,
        {
            "networks": {
                "main": {
                    "fold": {"kind": "rotational", "order": 5},
                    "inputs": ["x", "y", {"kind": "fourier"}, {"kind": "rings"}],
                    "norm": "frozen",
                    "weights": {"gain": [0.9, 1.3]},
                }
            },
            "shading": {"hsv": ["main0", "0.5 + 0.3*main1", "0.7 + 0.2*main2"]},
        },
    ),
    "relief": (
        ALL,
        {
            "networks": {"main": {"norm": "frozen", "outputs": 1, "latent": {"size": 4}}},
            "palettes": {"A": "ember"},
            "shading": {
                "let": {"g": "dx(main0) / rms_grad(main0)", "l": "1 / sqrt(1 + g*g)"},
                "oklab": ["A(cdf(main0)) * vec(0.6 + 0.4*l, 1, 1)"],
            },
        },
    ),
    "measured": (
        ALL,
        {
            "networks": {"main": {}},
            "shading": {
                "let": {"v": "(main0 - mean(main0)) / sd(main0)"},
                "params": {"edge": 0.3},
                "grey": "smoothstep(q(v, 0.1) - edge, q(v, 0.9), v) * (1 - 0.5*slope(main1))",
                "channels": 1,
            },
        },
    ),
    "warped": (
        ALL,
        {
            "networks": {
                "warp": {"width": 8, "depth": 2, "outputs": 2},
                "main": {"inputs": ["x + 0.3*warp0", "y + 0.3*warp1"], "activations": ["sin"]},
            },
            "shading": {
                "rgb": ["0.5 + 0.3*main0", "0.5 + 0.2*dx(main1)", "0.5 + 0.2*dy(main2)"],
                "channels": 1,
            },
        },
    ),
}


def _more() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ACTIVATIONS | ACROSS:  # one layer: two of tan would enlarge any rounding
        network = {"width": 10, "depth": 1, "activations": [name], "output": "half_tanh"}
        yield f"activation {name}", {"networks": {"main": network}}
    for name in FOLDS:
        yield f"fold {name}", {"networks": {"main": {"fold": {"kind": name, "order": 5}}}}
    for name in COLOUR_SPACES:
        colour = [f"0.5 + 0.2*main{k}" for k in range(COLOUR_SPACES[name].components)]
        yield f"colour space {name}", {"networks": {"main": {}}, "shading": {name: colour}}
    inputs = [*FEATURES, {"kind": "fourier", "count": 4}, {"kind": "waves", "frequencies": [2]}]
    yield "inputs", {"networks": {"main": {"inputs": inputs, "depth": 2}}}


# The pictures for the tier "close": fields of recipes, by name.
CLOSE_PICTURES: dict[str, dict[str, Any]] = {
    **{name: fields for name, (_, fields) in PICTURES.items()}, **dict(_more()),
}  # fmt: skip


def check_picture(engine: Engine, name: str, precision: str = "f32") -> None:
    """Check one picture of `PICTURES` by the rule of `allowance`. Raises `Disagreement`."""
    share, _ = PICTURES[name]
    program, places = picture(name, precision)
    got = engine.evaluate(program, places)
    wanted, allowed = allowance(program, places, (SIDE, SIDE), got.dtype)
    compare(f"{engine.name} {precision}: picture {name}", places, got, wanted, allowed, share)


def check_close_picture(engine: Engine, name: str, precision: str = "f32") -> None:
    """Check one picture of `CLOSE_PICTURES` by the tier "close". Raises `Disagreement`."""
    program, places = picture(name, precision)
    got = engine.evaluate(program, places)
    wanted = ReferenceEngine().evaluate(program, places)
    what = f"{engine.name} {precision}: close picture {name}"
    compare_close(what, places, got, wanted, closeness(name))


def closeness(name: str) -> Closeness:
    """The rule of the tier "close" for a picture."""
    return SMOOTH if is_smooth(_recipe(name, "f32")) else JUMPING


@cache
def picture(name: str, precision: str = "f32") -> tuple[Program, Array]:
    """The program of one of `CLOSE_PICTURES`, and the points of its pixels."""
    recipe = _recipe(name, precision)
    places = np.empty((2, SIDE * SIDE), kind(precision))
    return build(recipe), points(recipe.view, (SIDE, SIDE), Rect(0, 0, SIDE, SIDE), places)


def _recipe(name: str, precision: str) -> Recipe:
    return Recipe(seed=name, precision=precision, **CLOSE_PICTURES[name])  # type: ignore[arg-type]
