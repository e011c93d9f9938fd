"""cppn-tensorflow and the generator of cppn-gan-vae: coordinates, radius and a latent vector.

x and y reach from -scale to scale, ends included, whatever the shape of the picture; z is
multiplied by 8 or 10 and added to the first layer. PNGs are written as 1 - v, rounded down.
"""

from __future__ import annotations

from typing import Any

from phosphene.core.rng import Seed, Stream
from phosphene.recipe import Recipe
from phosphene.styles.dials import Dials, choose

ENDS: dict[str, Any] = {"sampling": "ends", "aspect": "stretch"}
INVERTED: dict[str, Any] = {"rounding": "truncate", "invert": True}

# As the post tries them: hidden activations, output, kind of network.
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
    "z_scale": (10.0, "what z is multiplied by (the sampler's scale)"),
}
CPPN_GAN_VAE: Dials = {
    "channels": (1, "1 for grey, 3 for colour (c_dim)"),
    "stretch": (True, "levels stretched over the image: untrained, it is nearly flat"),
}


def uniform_z(seed: Seed, name: str, size: int, low: float = -1.0) -> list[float]:
    """z as a style draws it, from U(low, 1)."""
    return [float(v) for v in Stream(seed, f"style/{name}/z").uniform(size, low, 1.0)]


def colour(channels: int, field: str = "main{c}") -> dict[str, Any]:
    """The fields as they are: red, green and blue, or one grey channel."""
    choose("number of channels", str(channels), ["1", "3"])
    if channels == 1:
        return {"grey": field.format(c=0), "channels": 1}
    return {"rgb": [field.format(c=c) for c in range(3)]}


def stretched(channels: int) -> dict[str, Any]:
    """The same, from the least value of all channels over the image to the greatest."""
    if channels == 1:
        low, high = "least(main0)", "greatest(main0)"
    else:
        low = "min(least(main0), min(least(main1), least(main2)))"
        high = "max(greatest(main0), max(greatest(main1), greatest(main2)))"
    ends = {"low": low, "high": high}
    return colour(channels, "(main{c} - low)/(high - low)") | {"let": ends}


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
