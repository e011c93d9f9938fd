"""No dull seed: other colours, a wider look, the next seed, until a picture passes the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from phosphene.compiler.complexity import with_complexity
from phosphene.core.rng import Seed, Stream
from phosphene.judge.check import judge
from phosphene.recipe import Generated, Recipe, recolour
from phosphene.styles import STYLES, style

WIDER = (0.5, 0.25, 0.12)  # what the networks' scale is multiplied with, while noisy
NOISY = {"noise", "alias"}
SEEDS = 8  # derived seeds to try; nearly always the first is good
# What colours bring about: while they are given, another seed rarely mends it, and few are tried.
COLOURED, FEW = {"contrast", "rainbow", "clip", "garish", "mud", "dark"}, 2

Again = Callable[[Seed], Recipe]


def house_styles() -> list[str]:
    """The styles of our own, by name. The seed systems' are theirs, and classic is what they had
    in common.
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
    """The recipe of a style and seed, rescued where its picture is dull.

    `gate` None: only house styles are judged; True: seed systems' too; False: none. `fields` as in
    `style`; colours and a scale that they set stay as they are set, and of a wanted `complexity`
    the seed does, too. `complexity` and `nearest` as in `with_complexity`.
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
    """Whether the recipe of a style is judged: house styles where `gate` is None."""
    return bool(gate) or (gate is None and recipe.style in house_styles())


def rescue(
    recipe: Recipe,
    again: Again | None = None,
    *,
    colours: bool = True,
    widen: bool = True,
    seeds: int = SEEDS,
) -> Recipe:
    """The recipe itself if it passes the gate; else the first that does, and `rescued` tells what
    was done.

    In turn: other `colours` (palettes of the next derived seed; a recipe without palettes is
    recoloured, if it is of no house style), a wider look while noisy (`widen`), the derived seeds
    SEED~1, SEED~2, ... and the same with each: so many as `seeds`, or fewer where given colours are
    at fault. `again` makes the recipe of another seed. Where nothing helps, the recipe as it came.
    """
    if not judge(recipe):
        return recipe
    if not colours and COLOURED & {fault.name for fault in judge(recipe)}:
        seeds = min(seeds, FEW)
    again = again or (lambda seed: recipe.replace({"seed": seed}))
    for k in range(seeds + 1):
        start = again(derived_seed(recipe, k)) if k else recipe
        told = (f"{_names(recipe)}: seed {start.seed}",) if k else ()
        for found, did in _tries(start, again if colours else None, widen):
            if not judge(found):
                return found.replace({"rescued": [*told, *did]})
    return recipe


def derived_seed(recipe: Recipe, k: int) -> Seed:
    """The k-th seed to take instead of the recipe's: a text that tells, or a number where the
    weights' generator takes only those.
    """
    generated = [n for n in recipe.networks.values() if isinstance(n, Generated)]
    if any(n.weights.draws == "numpy_randomstate" for n in generated):
        return int(Stream(recipe.seed, f"gate/{k}").pick(1, 2**32)[0])
    return f"{recipe.seed}~{k}"


def _tries(
    recipe: Recipe, again: Again | None, widen: bool
) -> Iterator[tuple[Recipe, tuple[str, ...]]]:
    """The recipe and what might save it, each with what was done."""
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
        return recipe.replace({"palettes": palettes}), f"palettes of seed {seed}"
    if recipe.style in house_styles():
        return recipe, ""
    return recolour(recipe), "recoloured"


def _names(recipe: Recipe) -> str:
    return ", ".join(fault.name for fault in judge(recipe))
