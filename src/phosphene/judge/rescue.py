"""Rescue of dull seeds: other colours, a smaller scale, other seeds, until a picture passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from phosphene.compiler.complexity import with_complexity
from phosphene.core.rng import Seed, Stream
from phosphene.judge.check import judge
from phosphene.recipe import Network, Recipe, recolour
from phosphene.styles import STYLES, style

WIDER = (0.5, 0.25, 0.12)  # factors of the networks' scale to try while a picture is noisy
NOISY = {"noise", "alias"}
SEEDS = 8  # derived seeds to try; the first is nearly always good
# Faults of colours. If colours are given, another seed rarely helps, so only a few are tried.
COLOURED, FEW = {"contrast", "rainbow", "clip", "garish", "mud", "dark"}, 2

Again = Callable[[Seed], Recipe]


def house_styles() -> list[str]:
    """The names of the house styles: all styles except seed systems and classic, which shows what
    those have in common.
    """
    return [name for name, entry in STYLES.items() if entry.year is None and name != "classic"]


def accept(
    name: str | None,
    seed: Seed,
    fields: Mapping[str, Any],
    gate: bool | None = None,
    complexity: float | None = None,
    nearest: bool = False,
) -> Recipe:
    """The recipe of a style and seed, rescued if its picture is dull.

    `gate`: None judges house styles only, True all styles, False none. `fields` as in `style`;
    rescue does not change colours or a scale that they set, nor the seed if `complexity` is given.
    `complexity` and `nearest` as in `with_complexity`.
    """

    def make(name: str | None, seed: Seed) -> Recipe:
        recipe = style(name, seed=seed, **dict(fields))
        return with_complexity(recipe, complexity, nearest=nearest)

    recipe = make(name, seed)
    if not gated(recipe, gate):
        return recipe
    paths = [*fields, *(fields.get("set") or {})]
    return rescue(
        recipe,
        lambda s: make(recipe.style, s),
        colours=not any(path.startswith(("palette", "shading")) for path in paths),
        widen=complexity is None and not any(path.endswith("scale") for path in paths),
        seeds=SEEDS if complexity is None else 0,
    )


def gated(recipe: Recipe, gate: bool | None) -> bool:
    """Whether `accept` judges a recipe; if `gate` is None, it judges those of house styles."""
    return bool(gate) or (gate is None and recipe.style in house_styles())


def rescue(
    recipe: Recipe,
    again: Again | None = None,
    *,
    colours: bool = True,
    widen: bool = True,
    seeds: int = SEEDS,
) -> Recipe:
    """The recipe if it passes the gate; otherwise the first variation that does, whose `rescued`
    lists the changes; or the recipe unchanged if none does.

    Variations are tried in this order: other `colours` (the palettes of the next derived seed; a
    recipe without palettes is recoloured, unless it has a house style), a smaller scale while the
    picture is noisy (`widen`), then the derived seeds SEED~1, SEED~2, ..., each with the same
    variations. There are `seeds` of these, or fewer if given colours are at fault. `again` makes
    the recipe of another seed.
    """
    if not judge(recipe):
        return recipe
    if not colours and COLOURED & {fault.name for fault in judge(recipe)}:
        seeds = min(seeds, FEW)
    again = again or (lambda seed: recipe.replace({"seed": seed}))
    for k in range(seeds + 1):
        start = again(derived_seed(recipe, k)) if k else recipe
        reseeded = (f"{_names(recipe)}: seed {start.seed}",) if k else ()
        for found, did in _tries(start, again if colours else None, widen):
            if not judge(found):
                return found.replace({"rescued": [*reseeded, *did]})
    return recipe


def derived_seed(recipe: Recipe, k: int) -> Seed:
    """The k-th seed to try instead of the recipe's: SEED~k, or a number where the generator of the
    weights takes only numbers.
    """
    generated = [n for n in recipe.networks.values() if isinstance(n, Network)]
    if any(n.weights.draws == "numpy_randomstate" for n in generated):
        return int(Stream(recipe.seed, f"gate/{k}").pick(1, 2**32)[0])
    return f"{recipe.seed}~{k}"


def _tries(
    recipe: Recipe, again: Again | None, widen: bool
) -> Iterator[tuple[Recipe, tuple[str, ...]]]:
    """The recipe and its variations, each with what was changed."""
    yield recipe, ()
    done: tuple[str, ...] = ()
    other, what = _other_colours(recipe, again) if again else (recipe, "")
    if other != recipe:
        recipe, done = other, (f"{_names(recipe)}: {what}",)
        yield recipe, done
    found = recipe
    for factor in WIDER if widen else ():
        if not NOISY & {fault.name for fault in judge(found)}:
            return
        found = recipe.replace(
            {f"networks.{name}.scale": n.scale * factor for name, n in recipe.networks.items()}
        )
        yield found, (*done, f"{_names(recipe)}: scale x {factor}")


def _other_colours(recipe: Recipe, again: Again) -> tuple[Recipe, str]:
    seed = derived_seed(recipe, 1)
    if recipe.palettes:
        palettes = {**recipe.palettes, **again(seed).palettes}
        return recipe.replace({"palettes": palettes, "shares": {}}), f"palettes of seed {seed}"
    if recipe.style in house_styles():
        return recipe, ""
    return recolour(recipe), "recoloured"


def _names(recipe: Recipe) -> str:
    return ", ".join(fault.name for fault in judge(recipe))
