"""Initialisers: they turn uniform random numbers into weights.

`formula(u, fan_in, fan_out, layer)` maps uniforms in (0, 1) of shape (units, inputs) to weights;
`fan_in` is None where the recipe turns scaling by it off. Each weight comes from one number, so a
unit keeps its weights when a layer grows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from phosphene.core import rng

Array = NDArray[np.float64]


class Initialiser(NamedTuple):
    formula: Callable[[Array, int | None, int, int], Array]
    description: str
    source: str


def _by(fan_in: int | None) -> float:
    return 1.0 if fan_in is None else 1.0 / math.sqrt(fan_in)


# P(N(0,1) < -2). The normal is truncated through its quantiles, so no number is redrawn.
_CUT = 0.022750131948179195


def _truncated(u: Array, fan_in: int | None, fan_out: int, layer: int) -> Array:
    return rng.normal_quantile(_CUT + (1 - 2 * _CUT) * u) * _by(fan_in)


def _glorot_uniform(u: Array, fan_in: int | None, fan_out: int, layer: int) -> Array:
    return (2 * u - 1) * math.sqrt(6 / ((fan_in or u.shape[1]) + fan_out))


def _glorot_normal(u: Array, fan_in: int | None, fan_out: int, layer: int) -> Array:
    return rng.normal_quantile(u) * math.sqrt(2 / ((fan_in or u.shape[1]) + fan_out))


def _siren(u: Array, fan_in: int | None, fan_out: int, layer: int) -> Array:
    inputs = fan_in or u.shape[1]
    return (2 * u - 1) * (1 / inputs if layer == 0 else math.sqrt(6 / inputs))


WEIGHTS: dict[str, Initialiser] = {
    "normal": Initialiser(
        lambda u, fan_in, fan_out, layer: rng.normal_quantile(u) * _by(fan_in),
        "N(0, 1)", "neural-painter, 2016",
    ),
    "uniform": Initialiser(
        lambda u, fan_in, fan_out, layer: (2 * u - 1) * _by(fan_in), "U(-1, 1)", "npainter, 2017"
    ),
    "truncated_normal": Initialiser(_truncated, "N(0, 1) truncated at +-2", "Huenermann 2017"),
    "glorot_uniform": Initialiser(
        _glorot_uniform, "U(-a, a), a = sqrt(6 / (inputs + units))", "Glorot & Bengio 2010"
    ),
    "glorot_normal": Initialiser(
        _glorot_normal, "N(0, 2 / (inputs + units))", "Glorot & Bengio 2010"
    ),
    "siren": Initialiser(
        _siren, "U(-a, a), a = 1 / inputs, then sqrt(6 / inputs); for sin", "Sitzmann et al. 2020"
    ),
}  # fmt: skip

BIASES: dict[str, str] = {
    "none": "0", "normal": "N(0, gain)", "uniform": "U(-gain, gain)", "constant": "gain itself",
}  # fmt: skip
