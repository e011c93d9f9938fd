"""Activations: functions applied to the weighted sum of a unit, or to a whole layer.

An entry has a name, a formula, a one-line description and a source. `formula(m, x)` works on one
unit; an entry of `ACROSS` takes the list of all units of a layer and returns the new list.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

CLASSIC = "Stanley 2007, Compositional pattern producing networks"
PAINTER = "neural-painter, 2016"
OTORO = "cppn-tensorflow, 2016"


class Activation(NamedTuple):
    formula: Callable[..., Any]
    description: str
    source: str = ""


_GELU_SLOPE = math.sqrt(2 / math.pi)
_GELU_CUBE = 0.044715 * _GELU_SLOPE


def _xlogx(m: Any, t: Any) -> Any:
    return t * m.log(t)


ACTIVATIONS: dict[str, Activation] = {
    "identity": Activation(lambda m, x: x, "the sum, unchanged", CLASSIC),
    "tanh": Activation(lambda m, x: m.tanh(x), "smooth steps: silky folds", CLASSIC),
    "sigmoid": Activation(lambda m, x: m.sigmoid(x), "smooth step from 0 to 1", CLASSIC),
    "relu": Activation(lambda m, x: m.maximum(x, 0.0), "flat facets with creases", PAINTER),
    "leaky_relu": Activation(
        lambda m, x: m.maximum(x, x * 0.01), "facets with creases, no part flat", "Maas et al. 2013"
    ),
    "elu": Activation(
        lambda m, x: m.select(m.less(x, 0.0), m.exp(m.minimum(x, 0.0)) - 1.0, x),
        "linear above 0, approaching -1 below", "Clevert et al. 2015",
    ),
    "softplus": Activation(lambda m, x: m.softplus(x), "a rounded relu", OTORO),
    "swish": Activation(
        lambda m, x: x * m.sigmoid(x), "a rounded relu with a dip below 0",
        "Ramachandran et al. 2017",
    ),
    "gelu": Activation(
        lambda m, x: 0.5 * x * (1.0 + m.tanh(x * (x * x * _GELU_CUBE + _GELU_SLOPE))),
        "a swish with a sharper bend, by its tanh formula", "Hendrycks & Gimpel 2016",
    ),
    "sin": Activation(lambda m, x: m.sin(x), "waves that fold over and over", CLASSIC),
    "cos": Activation(lambda m, x: m.cos(x), "waves, symmetric about 0", PAINTER),
    "tan": Activation(lambda m, x: m.tan(x), "sharp, broken edges", "ichko 2021"),
    "gauss": Activation(lambda m, x: m.gauss(x), "soft spots; rings with r", CLASSIC),
    "abs": Activation(lambda m, x: m.abs(x), "mirrors with a crease", CLASSIC),
    "square": Activation(lambda m, x: m.square(x), "parabolas: bowls and saddles", PAINTER),
    "sqrt_abs": Activation(lambda m, x: m.sqrt(m.abs(x)), "cusps at 0", "npainter, 2017"),
    "sgn": Activation(lambda m, x: m.sign(x), "flat regions of one colour", PAINTER),
    "step": Activation(lambda m, x: m.less(0.0, x), "0 or 1: hard cut-outs", CLASSIC),
    "triangle": Activation(
        lambda m, x: 4.0 * m.abs(x - m.round(x)) - 1.0, "zigzag of period 1", "classic waveform"
    ),
    "sawtooth": Activation(
        lambda m, x: 2.0 * (x - m.round(x)), "ramps of period 1 with a jump", "classic waveform"
    ),
    "hard_sigmoid": Activation(
        lambda m, x: m.clamp(0.2 * x + 0.5, 0.0, 1.0), "a ramp with two corners", PAINTER
    ),
    "softsign": Activation(
        lambda m, x: x / (1.0 + m.abs(x)), "a slow tanh with a soft corner", "Turian et al. 2009"
    ),
    "sinc": Activation(
        lambda m, x: m.select(m.less(m.abs(x), 1e-4), 1.0, m.sin(x) / m.select(x, x, 1.0)),
        "a bump with fading ripples", "classic waveform",
    ),
    "atan": Activation(lambda m, x: m.atan(x), "a tanh with long tails", "classic"),
    "exp": Activation(lambda m, x: m.exp(x), "steep on one side, flat on the other", CLASSIC),
    "finer": Activation(
        lambda m, x: m.sin((m.abs(x) + 1.0) * x), "waves that get finer away from 0",
        "Liu et al. 2024, FINER",
    ),
    "log_abs": Activation(lambda m, x: m.log(m.abs(x) + 1e-8), "deep fissures at 0", PAINTER),
    "log_abs_p1": Activation(lambda m, x: m.log(m.abs(x) + 1.0), "a soft valley at 0", PAINTER),
    "log_relu": Activation(
        lambda m, x: m.log(m.maximum(x, 0.0) + 1e-8), "a cliff at 0", PAINTER
    ),
    "log_square": Activation(lambda m, x: m.log(x * x + 1e-8), "fissures twice as deep", PAINTER),
    "xlogx_abs": Activation(lambda m, x: _xlogx(m, m.abs(x) + 1e-8), "t ln t of |x|", PAINTER),
    "xlogx_abs_p1": Activation(
        lambda m, x: _xlogx(m, m.abs(x) + 1.0), "t ln t of |x| + 1", PAINTER
    ),
    "xlogx_relu": Activation(
        lambda m, x: _xlogx(m, m.maximum(x, 0.0) + 1e-8), "t ln t of relu", PAINTER
    ),
    "xlogx_relu_p1": Activation(
        lambda m, x: _xlogx(m, m.maximum(x, 0.0) + 1.0), "t ln t of relu + 1", PAINTER
    ),
    "xlogx_square": Activation(lambda m, x: _xlogx(m, x * x + 1e-8), "t ln t of x^2", PAINTER),
    "abs_tanh": Activation(lambda m, x: m.abs(m.tanh(x)), "soft creases", PAINTER),
    "sqrt_one_minus_abs_tanh": Activation(
        lambda m, x: m.sqrt(1.0 - m.abs(m.tanh(x))), "a spike at 0 that fades", OTORO
    ),
    "half_sin": Activation(lambda m, x: 0.5 * m.sin(x) + 0.5, "waves from 0 to 1", OTORO),
    "half_tanh": Activation(
        lambda m, x: 0.5 * m.tanh(x) + 0.5, "tanh from 0 to 1", "Huenermann 2017"
    ),
    "sigmoid_sin": Activation(
        lambda m, x: m.sigmoid(m.sin(x)), "muted waves, 0.27 to 0.73", "cppn-art, 2018"
    ),
}  # fmt: skip


def _sort(m: Any, xs: list[Any]) -> list[Any]:
    """Batcher's odd-even merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2 M)."""
    xs = list(xs)
    top = 1 << max(0, (len(xs) - 1).bit_length())
    p = top // 2
    while p > 0:
        q, r, gap = top // 2, 0, p
        while True:
            for j in range(len(xs) - gap):
                if j & p == r:
                    a, b = xs[j], xs[j + gap]
                    xs[j], xs[j + gap] = m.minimum(a, b), m.maximum(a, b)
            if q == p:
                break
            gap, q, r = q - p, q // 2, p
        p //= 2
    return xs


def _in_order(combine: Callable[[Any, Any], Any], xs: list[Any]) -> Any:
    total = xs[0]
    for x in xs[1:]:
        total = combine(total, x)
    return total


def _shifted(m: Any, xs: list[Any]) -> tuple[list[Any], list[Any], Any]:
    """x - max, its exponentials, and their sum."""
    top = _in_order(m.maximum, xs)
    lower = [x - top for x in xs]
    powers = [m.exp2(x * (1 / math.log(2))) for x in lower]
    return lower, powers, _in_order(lambda a, b: a + b, powers)


def _softmax(m: Any, xs: list[Any]) -> list[Any]:
    _, powers, total = _shifted(m, xs)
    return [p / total for p in powers]


def _logsoftmax(m: Any, xs: list[Any]) -> list[Any]:
    lower, _, total = _shifted(m, xs)
    return [x - m.log(total) for x in lower]


LAYER_NORM_TINY = 1e-5


def _layer_norm(m: Any, xs: list[Any], tiny: float = LAYER_NORM_TINY) -> list[Any]:
    mean = _in_order(lambda a, b: a + b, xs) / float(len(xs))
    centred = [x - mean for x in xs]
    total = _in_order(lambda a, b: a + b, [x * x for x in centred])
    spread = m.sqrt(total / float(len(xs)) + tiny)
    return [x / spread for x in centred]


def _maxmin(m: Any, xs: list[Any]) -> list[Any]:
    pairs = [(m.maximum(a, b), m.minimum(a, b)) for a, b in zip(xs[0::2], xs[1::2], strict=False)]
    return [x for pair in pairs for x in pair] + ([xs[-1]] if len(xs) % 2 else [])


ACROSS: dict[str, Activation] = {
    "sort": Activation(
        _sort, "the units of a pixel sorted in ascending order: crystal facets", PAINTER
    ),
    "softmax": Activation(_softmax, "shares that sum to 1: soft cells", PAINTER),
    "logsoftmax": Activation(_logsoftmax, "logarithm of the shares", PAINTER),
    "layer_norm": Activation(
        _layer_norm, "mean 0, standard deviation 1 over the units of a pixel", "Ba et al. 2016"
    ),
    "maxmin": Activation(
        _maxmin, "sorted pairs of units: facets that preserve gradients", "Anil et al. 2019"
    ),
}
