"""What the paths through latent space share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.compiler import latents
from phosphene.core.rng import Seed
from phosphene.motion.paths.path import Spec
from phosphene.recipe import Network, Recipe

Point = NDArray[np.float64]


def dot(a: Point, b: Point) -> float:
    """Summed in index order."""
    return float(np.add.accumulate(a * b)[-1])


def path_seed(recipe: Recipe, spec: Spec) -> Seed:
    """The path's own seed, else the recipe's."""
    return recipe.seed if spec["seed"] is None else spec["seed"]


def ensure_latent(recipe: Recipe, size: int = 8) -> Recipe:
    """The recipe; where it has no latent vector but a drawn network could have one, with one of
    zeros, which changes no pixel as long as it stays there.
    """
    if latents(recipe):
        return recipe
    changes: dict[str, Any] = {}
    for name, network in recipe.networks.items():
        if isinstance(network, Network):
            where = f"networks.{name}.latent"
            changes[where] = {"size": size, "values": [0.0] * size}
    return recipe.replace(changes) if changes else recipe
