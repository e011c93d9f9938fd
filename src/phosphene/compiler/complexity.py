"""The complexity dial: finds the gain that gives a network a requested kappa.

kappa = rms|grad f| / sd(f) of field 0 of the network `main`, over the frozen probe. It measures how
often the field oscillates: about kappa / 4 times across the picture. 3 is calm, 10 lively, 30 wild,
60 noise on a thumbnail.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import isfinite, sqrt
from typing import Any

import numpy as np

from phosphene.compiler import prepare
from phosphene.core.errors import RecipeError, UserError
from phosphene.core.limits import Limits, with_limits
from phosphene.core.rng import Seed
from phosphene.formula import Tape, lower
from phosphene.recipe import Network, Recipe
from phosphene.sources import Source, as_recipe

GAIN = "networks.main.weights.gain"
# Factors of the gain that are tried first, in order of distance from 1.
FACTORS = (1.0, 0.5, 2.0, 0.25, 4.0, 0.125, 8.0)
CLOSE = 1e-4  # relative to the requested kappa
STEPS = 24
SAME = 0.02  # a network whose kappa changes by less over all factors is scale-free


def complexity(recipe: Recipe) -> float:
    """kappa of the recipe's field main0, per half of the picture's shorter side.

    0 for a constant field. Raises `RecipeError` for a recipe without a network
    `main`.
    """
    if "main" not in recipe.networks:
        others = ", ".join(recipe.networks)
        raise RecipeError(f"complexity acts on the network 'main'; this recipe has {others}")
    changes: dict[str, Any] = {"palettes": {}, "precision": "f32"}
    changes["shading"] = {"rgb": ["rms_grad(main0)", "sd(main0)", "0"]}
    for name in recipe.networks:  # z does not affect values on the probe
        changes |= {f"networks.{name}.latent.{what}": None for what in ("values", "seed")}
    return _kappa(recipe.replace(changes))


@with_limits
def with_complexity(
    recipe: Source,
    wanted: float | None,
    *,
    nearest: bool = False,
    seed: Seed | None = None,
    files: bool = True,
    limits: Limits | None = None,
) -> Recipe:
    """The recipe with `networks.main.weights.gain` scaled by one factor so that its kappa is
    `wanted`: 3 is calm, 10 lively, 30 wild. `recipe`, `seed` and `files` as in `as_recipe`.

    With `wanted` None the recipe is returned unchanged. If several factors fit, one near 1 is used.
    Raises `UserError` unless `wanted` is a number above 0, and `RecipeError` for a kappa that the
    network does not reach; with `nearest`, the nearest kappa found is used instead.
    """
    recipe = as_recipe(recipe, seed=seed, files=files)
    if wanted is None:
        return recipe
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        raise UserError(f"got {wanted!r}; expected a number, such as 8", argument="complexity")
    if not isfinite(wanted) or wanted <= 0:
        raise UserError(
            f"got {wanted:g}; expected a number above 0, such as 8", argument="complexity"
        )
    if not isinstance(recipe.networks.get("main"), Network):
        complexity(recipe)  # raises if there is no such network
        raise RecipeError(
            "the weights of 'main' are fixed; only drawn weights have a gain", argument="complexity"
        )
    reached: dict[float, float] = {}
    for factor in FACTORS:
        reached[factor] = complexity(_scaled(recipe, factor))
        if _close(reached[factor], wanted):
            return _scaled(recipe, factor)
        around = _around(reached, wanted)
        if around is not None:
            return _scaled(recipe, _bisect(recipe, *around, wanted))
    if nearest:
        return _scaled(recipe, min(reached, key=lambda factor: abs(reached[factor] - wanted)))
    least, most = min(reached.values()), max(reached.values())
    problem = _out_of_reach(_whose(recipe), least, most, wanted)
    if wanted < least < most:
        problem += _calmer(recipe)
    raise RecipeError(problem, argument="complexity")


def missed_complexity(recipe: Recipe, wanted: float | None) -> float | None:
    """The kappa of a recipe if it differs from `wanted` by more than 1 %; otherwise None."""
    kappa = None if wanted is None else complexity(recipe)
    return None if kappa is None or wanted is None or _close(kappa, wanted, 0.01) else kappa


@lru_cache(64)
def _kappa(recipe: Recipe) -> float:
    with np.errstate(all="ignore"):
        channels = prepare(recipe).channels
    slope, spread, _ = lower(channels, {}, Tape(), fused=frozenset())
    assert isinstance(slope, float) and isinstance(spread, float)
    return slope / spread if spread > 0 and isfinite(slope / spread) else 0.0


def _scaled(recipe: Recipe, factor: float) -> Recipe:
    """The recipe with its gains multiplied by `factor` and rounded to 6 digits."""
    if factor == 1.0:
        return recipe
    return recipe.replace({GAIN: [float(f"{g * factor:.6g}") for g in recipe.get(GAIN)]})


def _close(kappa: float, wanted: float, share: float = CLOSE) -> bool:
    return abs(kappa - wanted) <= share * wanted


def _around(reached: dict[float, float], wanted: float) -> tuple[float, float] | None:
    """Neighbouring factors with a kappa below and one above the requested, or None."""
    tried = sorted(reached)
    for first, second in pairwise(tried):
        low, high = sorted((first, second), key=lambda factor: reached[factor])
        if reached[low] < wanted < reached[high]:
            return low, high
    return None


def _bisect(recipe: Recipe, low: float, high: float, wanted: float) -> float:
    """A factor between two: two steps of the secant method for each geometric bisection."""
    below, above = (complexity(_scaled(recipe, factor)) for factor in (low, high))
    factor = low
    for step in range(STEPS):
        share = (wanted - below) / (above - below)
        factor = sqrt(low * high) if step % 3 == 2 else low + (high - low) * share
        kappa = complexity(_scaled(recipe, factor))
        if _close(kappa, wanted):
            break
        if kappa < wanted:
            low, below = factor, kappa
        else:
            high, above = factor, kappa
    return factor


def _calmer(recipe: Recipe) -> str:
    """Advice for a network that is busy at any gain: its activation in the first layer only."""
    found = recipe.get("networks.main.activations")
    name = found[0] if isinstance(found, list) else None
    if len(found) > 1 or not isinstance(name, str) or name == "tanh":
        return ""
    return f". Calmer: {name} in the first layer only, `activation={name},tanh`"


def _whose(recipe: Recipe) -> str:
    return f"{recipe.style} of seed {recipe.seed}" if recipe.style else "this network"


def _out_of_reach(whose: str, least: float, most: float, wanted: float) -> str:
    if most - least > SAME * most:
        return f"{whose} reaches {least:.3g} to {most:.3g}; got {wanted:g}"
    why = "main0 has no slope: it is a constant or all steps"
    if most > 0:
        why = "piecewise linear activations (relu, abs, maxmin) look the same at any scale"
    return (
        f"{whose} has {most:.3g} at any gain; got {wanted:g} ({why}). "
        "Change its depth or its activations"
    )
