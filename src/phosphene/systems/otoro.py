"""cppn-tensorflow (2016) and the generator of cppn-gan-vae (2016), both by otoro.

Inputs are z, x, y and r; x and y run from -scale to scale, both included, whatever the shape of the
picture; z is multiplied by 8 or 10. PNGs are written as 1 - v, rounded down.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from phosphene.catalogue.activations import ACTIVATIONS
from phosphene.core.errors import InputError, unknown
from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, choose
from phosphene.systems.drawing import ENDS, INVERTED, colour, stretched, uniform_z
from phosphene.systems.loading import colours, explicit_network, layer, plain_recipe, scaled
from phosphene.systems.weights import Weights

# The post's variations: hidden activations, output, kind of network.
VARIATIONS: dict[str, tuple[list[str], str, str]] = {
    "tanh": (["tanh"], "sigmoid", "mlp"),
    "spike": (["tanh"], "sqrt_one_minus_abs_tanh", "mlp"),
    "softplus": (["tanh", "softplus", "tanh", "softplus"], "sigmoid", "mlp"),
    "sine": (["tanh", "softplus", "tanh", "softplus"], "half_sin", "mlp"),
    "residual": (["tanh"], "sigmoid", "residual"),
}

CPPN_TENSORFLOW: Dials = {
    "channels": (1, "1 for grey, 3 for colour (c_dim)"),
    "variation": ("tanh", f"one of the post's: {', '.join(VARIATIONS)}"),
    "z_scale": (10.0, "factor of z (the sampler's scale)"),
}
CPPN_GAN_VAE: Dials = {
    "channels": (1, "1 for grey, 3 for colour (c_dim)"),
    "stretch": (True, "stretch the levels to the full range: untrained, it is nearly flat"),
}


def cppn_tensorflow(seed: Seed, *, channels: int, variation: str, z_scale: float) -> Recipe:
    activations, output, kind = VARIATIONS[choose("variation", variation, VARIATIONS)]
    z = uniform_z(seed, "cppn-tensorflow", 8)
    return Recipe(
        seed=seed,
        style="cppn-tensorflow",
        networks={
            "main": {
                "kind": kind,
                "residual_scale": 1.0,
                "inputs": ["x", "y", "r"],
                "scale": 10.0,
                "latent": {"size": 8, "gain": z_scale, "values": z},
                "width": 32,
                "depth": 4,
                "outputs": channels,
                "activations": activations,
                "output": output,
                "weights": {"kind": "normal", "fan_in": False},
                "biases": {"kind": "normal", "gain": 1.0},
            }
        },
        shading=colour(channels),
        view=ENDS,
        finish=INVERTED,
    )


def cppn_gan_vae(seed: Seed, *, channels: int, stretch: bool) -> Recipe:
    return Recipe(
        seed=seed,
        style="cppn-gan-vae",
        networks={
            "main": {
                "inputs": ["x", "y", "r"],
                "scale": 8.0,
                "latent": {"size": 32, "gain": 8.0},
                "width": 128,
                "depth": 4,
                "outputs": channels,
                "activations": ["softplus", "tanh"],
                "output": "sigmoid",
                "weights": {"kind": "normal", "fan_in": False, "gain": [0.1]},
                "biases": {"kind": "normal", "gain": 0.1},
            }
        },
        shading=stretched(channels) if stretch else colour(channels),
        view=ENDS,
        finish=INVERTED,
    )


Layer = dict[str, Any]


def load_cppn_tensorflow(weights: Weights) -> Recipe:
    scale = weights.number("scale", 10.0)
    hidden = _names(weights, r"g_(tanh|softplus)_\d+")
    return _otoro(
        weights, "g_0", hidden, "g_final", "tanh(U),3x tanh,sigmoid", scale,
        weights.number("scale_z", scale),
    )  # fmt: skip


def load_cppn_gan_vae(weights: Weights) -> Recipe:
    hidden = _names(weights, r"cppnvae_g_tanh_\d+")
    return _otoro(
        weights, "cppnvae_g_0", hidden, "cppnvae_g_{}", "softplus(U), 3x tanh, sigmoid",
        weights.number("scale_coords", weights.number("scale", 8.0)),
        weights.number("scale_z", 8.0),
    )  # fmt: skip


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
    """The first layer, which sees z, x, y and r through separate matrices; and z."""
    from_z = weights.matrix(f"{name}_z.Matrix", None, None, "io")
    sides = [weights.matrix(f"{name}_{side}.Matrix", len(from_z), 1, "io") for side in "xyr"]
    biases = weights.vector(f"{name}_z.bias", len(from_z))
    z = weights.latent(from_z.shape[1])
    return layer(np.hstack([from_z, *sides]), biases, activation), z


def picture(last: str, z: list[float], layers: Any, scale: float, by: float, finish: Any) -> Recipe:
    """The recipe. `last` names the array of the outputs; z is multiplied by `by`."""
    return plain_recipe(
        explicit_network([*scaled(z, by), "x", "y", "r"], layers, z),
        colours(last, len(layers[-1]["weights"])),
        view={"span": 2 * scale, "sampling": "ends", "aspect": "stretch"},
        finish=finish,
    )


def _names(weights: Weights, pattern: str) -> list[str]:
    """The names of the hidden layers, in the order of the file."""
    found = (re.fullmatch(rf"({pattern})\.Matrix", name) for name in weights.arrays)
    return [m[1] for m in found if m]


def _expected(hidden: list[str], first: str, activations: list[str]) -> list[str]:
    """The expected names of layers, so that errors can name a missing one."""
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
        raise InputError(f"settings.arch '{text}': expected text like 'tanh(U),3x tanh,sigmoid'")
    return found
