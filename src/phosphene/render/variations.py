"""The pictures of a contact sheet: different seeds of a style, or variations of one recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from typing import Any

from numpy.typing import NDArray

from phosphene.catalogue.palettes import PALETTES
from phosphene.compiler.complexity import with_complexity
from phosphene.core.errors import RecipeError, UserError
from phosphene.core.rng import AnySeed
from phosphene.jobs.ahead import ahead
from phosphene.judge import LIMITS, accept, distance, probe, thumbnail
from phosphene.recipe import Network, Recipe, seed_after, with_fields
from phosphene.render.grids import Labelled


def different_seeds(
    names: list[str | None] | list[str],
    first: int | str,
    count: int,
    gate: bool | None,
    fields: Mapping[str, Any],
    complexity: float | None,
    threads: int = 1,
) -> list[Labelled]:
    """`count` pictures of each style, of the seeds from `first` on that pass the gate and do not
    look like an earlier one. After four times as many seeds any picture is taken. Seeds are judged
    by several `threads`, ahead of their turn; the result does not depend on them.
    """

    def judged(name: str | None, k: int) -> tuple[Recipe, NDArray[Any] | None]:
        recipe = accept(name, seed_after(first, k), fields, gate, complexity, nearest=True)
        return recipe, None if gate is False else thumbnail(probe(recipe))

    shown: list[Labelled] = []
    seen: list[NDArray[Any]] = []
    for name in names:
        left = count
        found = ahead(partial(judged, name), range(4 * count), min(threads, count))
        with closing(found):
            for k, (recipe, small) in enumerate(found):
                if small is not None:
                    near = any(distance(small, other) < LIMITS["apart"] for other in seen)
                    if near and 4 * count - k > left:
                        continue
                    seen.append(small)
                shown.append((f"{recipe.style} {seed_after(first, k)}", recipe))
                left -= 1
                if not left:
                    break
    return shown


def variations(base: Recipe, vary: str, count: int, complexity: float | None) -> list[Labelled]:
    """`count` variations of a recipe, as `VARIATIONS` names them, each with the `complexity` if one
    is given, or the nearest that it reaches. Raises `RecipeError` for a recipe that has nothing to
    vary.
    """
    made = [VARIATIONS[vary](base, key) for key in _keys(vary, base.seed, count)]
    return [(label, with_complexity(recipe, complexity, nearest=True)) for label, recipe in made]


def _keys(vary: str, seed: AnySeed, count: int) -> list[int | str]:
    """Consecutive seeds from `seed`; palettes by their place in the catalogue; other variations are
    numbered as `pick` does, from 1.
    """
    if vary == "palette" and count > len(PALETTES):
        raise UserError(f"got {count}; there are {len(PALETTES)} palettes", argument="count")
    if vary != "seed":
        return list(range(count)) if vary == "palette" else list(range(1, count + 1))
    return [seed_after(seed, k) for k in range(count)]


def _vary_seed(base: Recipe, key: int | str) -> Labelled:
    return f"seed {key}", base.replace({"seed": key, "rescued": ()})


def _vary_latent(base: Recipe, key: int | str) -> Labelled:
    named = [n for n, network in base.networks.items() if network.latent.size]
    if not named:
        raise RecipeError(
            "got latent; the recipe has no latent vector: add `latent_size=8`", argument="vary"
        )
    changes: dict[str, Any] = {}
    for name in named:
        changes[f"networks.{name}.latent.values"] = None
        changes[f"networks.{name}.latent.seed"] = key
    return f"z {key}", base.replace(changes)


def _vary_weights(base: Recipe, key: int | str) -> Labelled:
    drawn = [n for n, network in base.networks.items() if isinstance(network, Network)]
    if not drawn:
        raise RecipeError(
            "got weights; those of the recipe are given, not drawn from a seed", argument="vary"
        )
    return f"weights {key}", base.replace({f"networks.{n}.weights.seed": key for n in drawn})


def _vary_palette(base: Recipe, key: int | str) -> Labelled:
    """The recipe with the key-th palette of the catalogue, set as by the field `palette`."""
    if not base.palettes:
        raise RecipeError(
            "got palette; the recipe uses no palette: add `recolour=auto`", argument="vary"
        )
    name = list(PALETTES)[int(key)]
    return name, with_fields(base, {"palette": name})


VARIATIONS: dict[str, Callable[[Recipe, int | str], Labelled]] = {
    "seed": _vary_seed,
    "latent": _vary_latent,
    "weights": _vary_weights,
    "palette": _vary_palette,
}
