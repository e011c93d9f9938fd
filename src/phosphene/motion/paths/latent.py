"""Helpers of the paths through latent space."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.compiler import latents
from phosphene.core.rng import AnySeed
from phosphene.motion.paths.path import Spec
from phosphene.recipe import Network, Recipe

Point = NDArray[np.float64]


def dot(a: Point, b: Point) -> float:
    """The dot product, summed in index order."""
    return float(np.add.accumulate(a * b)[-1])


def path_seed(recipe: Recipe, spec: Spec) -> AnySeed:
    """The seed of the path or, if it has none, of the recipe."""
    return recipe.seed if spec["seed"] is None else spec["seed"]


def ensure_latent(recipe: Recipe, size: int = 8) -> Recipe:
    """The recipe, with a latent vector of zeros added to its drawn networks if it has none. Zeros
    do not change the picture.
    """
    if latents(recipe):
        return recipe
    changes: dict[str, Any] = {}
    for name, network in recipe.networks.items():
        if isinstance(network, Network):
            where = f"networks.{name}.latent"
            changes[where] = {"size": size, "values": [0.0] * size}
    return recipe.replace(changes) if changes else recipe
