"""Seed systems: the weights of another program to a recipe that paints as that program does.

A system is a function of `Weights` (arrays and settings, checked as they are asked for), and one
row of the table. It writes down the program's coordinates, network, colours and bytes in the words
of the grammar; everything after that is as for any other recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any

from phosphene.core.errors import InputError, RecipeError, UserError, unknown
from phosphene.recipe import Recipe
from phosphene.systems.cppn_art import cppn_art
from phosphene.systems.huenermann import cppn_keras, huenermann_browser, huenermann_python
from phosphene.systems.ichko import ichko, ichko_keras, ichko_uv
from phosphene.systems.netart import netart
from phosphene.systems.neurogram import neurogram
from phosphene.systems.otoro import cppn_gan_vae, cppn_tensorflow, neale
from phosphene.systems.otoro_relatives import resnet_cppn, rppn
from phosphene.systems.painters import convnetjs, neural_painter, npainter
from phosphene.systems.weights import Weights
from phosphene.systems.weights import read_weights as read_weights


@dataclass(frozen=True)
class System:
    make: Callable[[Weights], Recipe]
    says: str


SYSTEMS: dict[str, System] = {
    "neural-painter": System(neural_painter, "zxytim 2016: W0.., b0.., of shape (in, out)"),
    "npainter": System(npainter, "rupeshs 2017: w_in, w_0.., w_out, of shape (out, in)"),
    "cppn-tensorflow": System(cppn_tensorflow, "hardmaru 2016: g_0_z.Matrix.. g_final.bias, z"),
    "cppn-gan-vae": System(cppn_gan_vae, "hardmaru 2016: the generator, cppnvae_g_0_z.Matrix.., z"),
    "resnet-cppn": System(resnet_cppn, "hardmaru 2016: cppnvae_g_relu_skip_0_0.Matrix.., z"),
    "rppn": System(rppn, "w4nderlust 2017: iter_linear.weights, iter_norm.LayerNorm.gamma.., z"),
    "cppn-art": System(cppn_art, "johnguibas 2018: ln1_weight.. ln4_weight, z"),
    "ichko": System(ichko, "ichko 2021, the post's network: net_0_weight, net_0_bias.."),
    "ichko-uv": System(ichko_uv, "ichko 2021, the network of the UV map: 0_W, 0_b.., z"),
    "ichko-keras": System(ichko_keras, "ichko 2021, the fit's network: 00.dense.kernel.."),
    "huenermann-python": System(huenermann_python, "Huenermann 2018: dense.kernel.., z"),
    "huenermann-browser": System(huenermann_browser, "Huenermann 2018: L01_dense_Dense1_.._0.., z"),
    "cppn-keras": System(cppn_keras, "wottpal 2017: dense.kernel.. dense_3.bias, z"),
    "netart": System(netart, "hardmaru 2016: w_in, w_0.., w_out, z"),
    "neurogram": System(neurogram, "hardmaru 2015: nodes, connections, genome"),
    "neale": System(neale, "neale 2018: linear_z_weight.. linear_out_bias, z"),
    "convnetjs": System(convnetjs, "karpathy 2014, image regression: fc01_W, fc01_b.."),
}


def system_recipe(
    system: str, arrays: Mapping[str, Any], settings: Mapping[str, Any] | None = None
) -> Recipe:
    """The recipe of a program's weights. `settings` are the program's own options, by its names.

    Raises `UserError` for a system that nobody knows, `InputError` for arrays or settings that are
    missing or do not fit, `RecipeError` for what a recipe cannot hold.
    """
    if system not in SYSTEMS:
        raise UserError(unknown("system", system, SYSTEMS))
    return SYSTEMS[system].make(Weights(arrays, settings or {}))


def import_weights(path: str | PathLike[str], system: str) -> Recipe:
    """`system_recipe` of an .npz file; errors begin with its name."""
    if system not in SYSTEMS:
        raise UserError(unknown("system", system, SYSTEMS))
    arrays, settings = read_weights(path)
    try:
        return system_recipe(system, arrays, settings)
    except (InputError, RecipeError) as error:
        raise InputError(f"{path}: {error}") from None
