"""The path morph: into another recipe."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from phosphene.core.errors import RecipeError
from phosphene.core.rng import seed_text
from phosphene.files import open_recipe
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.path import BACK, Argument, Move, Path, Spec, one_of, there_and_back
from phosphene.recipe import Recipe
from phosphene.sources import SUFFIXES
from phosphene.styles import STYLES, style

# "auto": interpolates all numbers if the structures are equal, otherwise "fields"; "fields": one
# program of mixed fields; "pixels": a plain cross-fade of the two pictures in linear light.
BLENDS = ("auto", "fields", "pixels")


def morph(recipe: Recipe, spec: Spec) -> Move:
    """Changes into the recipe `to`."""
    to = Recipe.checked(spec["to"])
    if to.precision != recipe.precision:
        raise RecipeError(
            f"morph: one recipe has precision {recipe.precision}, the other {to.precision}; "
            f"`precision={recipe.precision}` for both makes them equal",
            argument="path",
        )
    here, there = (r.shading.all_channels for r in (recipe, to))
    if here != there:
        raise RecipeError(
            f"morph: one picture has {here} channels, the other {there}; both need the same "
            "(`channels=3`, and opacity in both or in none)",
            argument="path",
        )
    turned = to.view.symmetry != recipe.view.symmetry
    if turned and spec.get("blend") == "fields":
        raise RecipeError(
            "morph blend=fields: the pictures have different symmetries; use blend=pixels, or give "
            "both the same (`mirror=none` removes one)",
            argument="path",
        )
    if (turned or spec.get("blend") == "pixels") and to.finish.invert != recipe.finish.invert:
        raise RecipeError(
            "morph blend=pixels: one picture is inverted, the other is not; "
            "set finish.invert in both or in neither" + ("" if turned else ", or use blend=fields"),
            argument="path",
        )

    def move(state: FrameState, t: float) -> FrameState:
        return replace(state, morph=there_and_back(t, spec["back"]))

    return move


def _read_other(name: str, given: Any) -> dict[str, Any]:
    """The recipe of a file, of `STYLE:SEED`, or a given one, as data."""
    if isinstance(given, dict):
        return given
    if _is_file(given):
        given = open_recipe(str(given))
    elif not isinstance(given, Recipe):
        text, _, seed = str(given).partition(":")
        given = style(text, seed=seed or 0)
    return given.model_dump(mode="json")


def _is_file(given: Any) -> bool:
    if isinstance(given, dict | Recipe):
        return False
    text = str(given)
    named = text.partition(":")[0] in STYLES
    return os.path.exists(text) or (not named and os.path.splitext(text)[1].lower() in SUFFIXES)


def _write_other(name: str, value: dict[str, Any]) -> str:
    seed = seed_text(value.get("seed", 0))
    return f"{name}={value.get('style') or 'recipe'}{':' if seed else ''}{seed}"


MORPH = Path(
    morph,
    "into another recipe: by all numbers if the structures are equal, else by mixed fields",
    example="silk --seed 7 --path 'morph marble:6'",
    arguments={
        "to": Argument(
            "a file, or STYLE:SEED", _read_other, needed=True, write=_write_other, is_file=_is_file
        ),
        "blend": Argument(
            "auto; fields: mix fields in any case; pixels: cross-fade the two pictures",
            one_of(*BLENDS),
            "auto",
        ),
        "back": BACK,
    },
    even=True,
    bare="to",
    # films saved before this argument existed faded pixels
    blend=lambda spec: spec.get("blend", "pixels"),
    other=lambda recipe, spec: Recipe.checked(spec["to"]),
)
