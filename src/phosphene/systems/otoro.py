"""cppn-tensorflow (2016), the generator of cppn-gan-vae (2016), neale's CPPN (2018).

The three share their inputs: z, x, y and r, each through a matrix of its own, with x and y from
-scale to scale, both ends included, whatever the shape of the picture.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from phosphene.catalogue.activations import ACTIVATIONS
from phosphene.core.errors import InputError, unknown
from phosphene.recipe import Recipe
from phosphene.systems.explicit import colours, given, layer, paint, scaled
from phosphene.systems.weights import Weights

Layer = dict[str, Any]
INVERTED = {"rounding": "truncate", "invert": True}


def cppn_tensorflow(weights: Weights) -> Recipe:
    scale = weights.number("scale", 10.0)
    hidden = _names(weights, r"g_(tanh|softplus)_\d+")
    return _otoro(
        weights, "g_0", hidden, "g_final", "tanh(U),3x tanh,sigmoid", scale,
        weights.number("scale_z", scale),
    )  # fmt: skip


def cppn_gan_vae(weights: Weights) -> Recipe:
    hidden = _names(weights, r"cppnvae_g_tanh_\d+")
    return _otoro(
        weights, "cppnvae_g_0", hidden, "cppnvae_g_{}", "softplus(U), 3x tanh, sigmoid",
        weights.number("scale_coords", weights.number("scale", 8.0)),
        weights.number("scale_z", 8.0),
    )  # fmt: skip


def neale(weights: Weights) -> Recipe:
    """One hidden layer, used three times."""
    scale = weights.number("scale", 10.0)
    first = weights.matrix("linear_z_weight", None, None)
    size = len(first)
    sides = [weights.matrix(f"linear_{side}_weight", size, 1) for side in "xyr"]
    again = weights.matrix("linear_h_weight", size, size)
    biases = weights.vector("linear_h_bias", size)
    out = weights.matrix("linear_out_weight", None, size)
    z = weights.latent(first.shape[1])
    layers = [
        layer(np.hstack([first, *sides]), weights.vector("linear_z_bias", size), "tanh"),
        *(layer(again, biases, activation) for activation in ("elu", "softplus", "tanh")),
        layer(out, weights.vector("linear_out_bias", len(out)), "half_sin"),
    ]
    return picture("linear_out_weight", z, layers, scale, scale, {"rounding": "truncate"})


def _otoro(
    weights: Weights, first: str, hidden: list[str], last: str, arch: str, scale: float, by: float
) -> Recipe:
    activations = _read_arch(weights.settings.get("arch", arch))
    if len(hidden) != len(activations) - 2:
        hidden = _expected(hidden, first, activations)
    into, z = first_layer(weights, first, activations[0])
    size, layers = len(into["weights"]), [into]
    last = last.format(len(hidden) + 1)
    for name, activation in zip([*hidden, last], activations[1:], strict=True):
        into = weights.matrix(f"{name}.Matrix", None if name == last else size, size, "io")
        layers.append(layer(into, weights.vector(f"{name}.bias", len(into)), activation))
    return picture(f"{last}.Matrix", z, layers, scale, by, INVERTED)


def first_layer(weights: Weights, name: str, activation: str) -> tuple[Layer, list[float]]:
    """The layer that sees z, x, y and r, each through a matrix of its own; and z."""
    from_z = weights.matrix(f"{name}_z.Matrix", None, None, "io")
    sides = [weights.matrix(f"{name}_{side}.Matrix", len(from_z), 1, "io") for side in "xyr"]
    biases = weights.vector(f"{name}_z.bias", len(from_z))
    z = weights.latent(from_z.shape[1])
    return layer(np.hstack([from_z, *sides]), biases, activation), z


def picture(last: str, z: list[float], layers: Any, scale: float, by: float, finish: Any) -> Recipe:
    """`last` is the array of the outputs; z is multiplied by `by`."""
    return paint(
        given([*scaled(z, by), "x", "y", "r"], layers, z),
        colours(last, len(layers[-1]["weights"])),
        view={"span": 2 * scale, "sampling": "ends", "aspect": "stretch"},
        finish=finish,
    )


def _names(weights: Weights, pattern: str) -> list[str]:
    """The hidden layers, in the order of the file."""
    found = (re.fullmatch(rf"({pattern})\.Matrix", name) for name in weights.arrays)
    return [m[1] for m in found if m]


def _expected(hidden: list[str], first: str, activations: list[str]) -> list[str]:
    """The names that layers should have, so that the missing one is named."""
    start = 1 if first.startswith("cppnvae") else 0
    prefix = first.removesuffix("_0")
    wanted = [f"{prefix}_{a}_{k + start}" for k, a in enumerate(activations[1:-1])]
    unwanted = [name for name in hidden if name not in wanted]
    if unwanted:
        raise InputError(
            f"array '{unwanted[0]}.Matrix' is one layer too many; settings.arch says "
            f"{len(wanted)} hidden layers"
        )
    return wanted


def _read_arch(text: Any) -> list[str]:
    """The activations of `tanh(U),3x tanh,sigmoid`, first to last."""
    found: list[str] = []
    for part in str(text).split(","):
        match = re.fullmatch(r"\s*(?:(\d{1,2})\s*x\s+)?(\w+)(?:\(U\))?\s*", part)
        if not match or match[2] not in ACTIVATIONS:
            name = match[2] if match else part.strip()
            raise InputError(f"settings.arch '{text}': {unknown('activation', name, ACTIVATIONS)}")
        found += [match[2]] * int(match[1] or 1)
    if len(found) < 2:
        raise InputError(f"settings.arch '{text}': expected such as 'tanh(U),3x tanh,sigmoid'")
    return found
