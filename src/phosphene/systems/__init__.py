"""Seed systems, one file each: how an earlier program drew, and how its weights become a recipe.

In NAME.py, `NAME(seed, **dials)` is the style, a row of `styles.STYLES`; `load_NAME(weights)` is a
row of `SYSTEMS`. It takes `Weights` (arrays and settings, checked when read) and expresses the
program's coordinates, network, colours and rounding as a recipe, which is then like any other.
Commands with a program's own options (neural-painter, huenermann) render and write files, so they
are in cli/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from phosphene.core.errors import UserError, unknown
from phosphene.recipe import Recipe
from phosphene.systems.convnetjs import load_convnetjs
from phosphene.systems.cppn_art import load_cppn_art
from phosphene.systems.huenermann import (
    load_cppn_keras,
    load_huenermann_browser,
    load_huenermann_python,
)
from phosphene.systems.ichko import load_ichko, load_ichko_keras, load_ichko_uv
from phosphene.systems.neale import load_neale
from phosphene.systems.netart import load_netart
from phosphene.systems.neural_painter import load_neural_painter
from phosphene.systems.neurogram import load_neurogram
from phosphene.systems.npainter import load_npainter
from phosphene.systems.otoro import load_cppn_gan_vae, load_cppn_tensorflow
from phosphene.systems.resnet_cppn import load_resnet_cppn
from phosphene.systems.rppn import load_rppn
from phosphene.systems.weights import Weights


@dataclass(frozen=True)
class System:
    load: Callable[[Weights], Recipe]
    description: str


SYSTEMS: dict[str, System] = {
    "neural-painter": System(load_neural_painter, "zxytim 2016: W0.., b0.., of shape (in, out)"),
    "npainter": System(load_npainter, "rupeshs 2017: w_in, w_0.., w_out, of shape (out, in)"),
    "cppn-tensorflow": System(
        load_cppn_tensorflow, "hardmaru 2016: g_0_z.Matrix.. g_final.bias, z"
    ),
    "cppn-gan-vae": System(
        load_cppn_gan_vae, "hardmaru 2016: the generator, cppnvae_g_0_z.Matrix.., z"
    ),
    "resnet-cppn": System(load_resnet_cppn, "hardmaru 2016: cppnvae_g_relu_skip_0_0.Matrix.., z"),
    "rppn": System(
        load_rppn, "w4nderlust 2017: iter_linear.weights, iter_norm.LayerNorm.gamma.., z"
    ),
    "cppn-art": System(load_cppn_art, "johnguibas 2018: ln1_weight.. ln4_weight, z"),
    "ichko": System(load_ichko, "ichko 2021, the post's network: net_0_weight, net_0_bias.."),
    "ichko-uv": System(load_ichko_uv, "ichko 2021, the network of the UV map: 0_W, 0_b.., z"),
    "ichko-keras": System(load_ichko_keras, "ichko 2021, the fit's network: 00.dense.kernel.."),
    "huenermann-python": System(load_huenermann_python, "Huenermann 2018: dense.kernel.., z"),
    "huenermann-browser": System(
        load_huenermann_browser, "Huenermann 2018: L01_dense_Dense1_.._0.., z"
    ),
    "cppn-keras": System(load_cppn_keras, "wottpal 2017: dense.kernel.. dense_3.bias, z"),
    "netart": System(load_netart, "hardmaru 2016: w_in, w_0.., w_out, z"),
    "neurogram": System(load_neurogram, "hardmaru 2015: nodes, connections, genome"),
    "neale": System(load_neale, "neale 2018: linear_z_weight.. linear_out_bias, z"),
    "convnetjs": System(load_convnetjs, "karpathy 2014, image regression: fc01_W, fc01_b.."),
}


def system_recipe(
    system: str, arrays: Mapping[str, Any], settings: Mapping[str, Any] | None = None
) -> Recipe:
    """The recipe for a program's weights. `settings` are the program's own options, by its names.

    Raises `UserError` for an unknown system, `InputError` for missing or invalid arrays or
    settings, `RecipeError` for what a recipe cannot hold.
    """
    if system not in SYSTEMS:
        raise UserError(unknown("system", system, SYSTEMS))
    return SYSTEMS[system].load(Weights(arrays, settings or {}))
