"""Paths over the recipe's numbers, and into another recipe: sweep, morph."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from phosphene.core.errors import RecipeError, UserError
from phosphene.motion.paths.frame_state import FrameState, Move, Spec, there_and_back
from phosphene.motion.paths.parameters import check_value, numbers_at, path_of, put
from phosphene.recipe import Recipe

# "auto": by numbers, weight by weight, where the structures are one, else "fields"; "fields": one
# program of mixed fields; "pixels": a plain fade of the two pictures in linear light.
BLENDS = ("auto", "fields", "pixels")


def sweep(recipe: Recipe, spec: Spec) -> Move:
    """Every number from one value to another; a list of several by a factor. Between whole widths
    and depths units and layers grow in; between other whole numbers is a cross-fade in linear
    light.
    """
    ends: dict[str, list[float]] = {}
    for name, pair in spec["values"].items():
        path = path_of(recipe, name, "--path sweep")
        numbers_at(recipe, path, "--path sweep")
        for end in pair:
            check_value(recipe, path, end)
        ends[path] = pair

    def move(state: FrameState, t: float) -> FrameState:
        along = there_and_back(t, spec["back"])
        for path, (first, last) in ends.items():
            state = put(state, recipe, path, first * (1.0 - along) + last * along)
        return state

    return move


def read_ends(name: str, text: Any) -> list[float]:
    """From and to of `0.5..2`."""
    ends = list(text) if isinstance(text, list | tuple) else str(text).split("..")
    try:
        first, last = (float(end) for end in ends)
    except ValueError:
        raise UserError(
            f"--path sweep {name}={text}: expected from..to, such as {name}=0.5..2"
        ) from None
    if not abs(first) + abs(last) < 1e9:
        raise UserError(f"--path sweep {name}={text}: expected two numbers")
    return [first, last]


def morph(recipe: Recipe, spec: Spec) -> Move:
    """Towards the recipe `to`."""
    to = Recipe.checked(spec["to"])
    if to.precision != recipe.precision:
        raise RecipeError(
            f"--path morph: one recipe has precision {recipe.precision}, the other {to.precision}; "
            "--precision makes them alike"
        )
    here, there = (_channels(r) for r in (recipe, to))
    if here != there:
        raise RecipeError(
            f"--path morph: one picture has {here} channels, the other {there}; both need the same "
            "(--channels 3, and opacity in both or in none)"
        )

    if spec.get("blend") == "pixels" and to.finish.invert != recipe.finish.invert:
        raise RecipeError(
            "--path morph blend=pixels: one picture is inverted, the other is not; "
            "--set finish.invert makes them alike, and blend=fields needs none of that"
        )

    def move(state: FrameState, t: float) -> FrameState:
        return replace(state, morph=there_and_back(t, spec["back"]))

    return move


def _channels(recipe: Recipe) -> int:
    return recipe.shading.channels + (recipe.shading.alpha is not None)
