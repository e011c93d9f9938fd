"""Several pictures of a file: variations of its recipe, or the pictures of a contact sheet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from phosphene.core.errors import UserError, unknown
from phosphene.files import open_recipe
from phosphene.judge import pictures_in
from phosphene.recipe import Recipe, with_fields
from phosphene.render.variations import VARIATIONS, variations


def recipes_of(
    source: str, vary: str | None, pick: str | None, count: int, complexity: float | None
) -> list[tuple[str, Recipe]]:
    """The recipes to paint from a file, with labels: `count` variations of its recipe (of a contact
    sheet, of picture `pick`), or all pictures of a sheet. Raises `UserError`.
    """
    if vary is not None and vary not in VARIATIONS:
        raise UserError(unknown("variation", vary, VARIATIONS), argument="vary")
    if pick == "all" and vary is None:
        if count > 1:
            raise UserError("the sheet has its own number; omit `count`", argument="pick")
        return [("", open_recipe(source, number)) for number in pictures_in(source)]
    if vary is None:
        raise UserError(
            f"{source}: is a file. To render a file again: phosphene render {source}; for "
            "variations add `vary=latent`, for all pictures of a sheet `pick=all`"
        )
    if pick is not None and not pick.isdecimal():
        raise UserError(f"got {pick}; expected the number of a picture", argument="pick")
    return variations(open_recipe(source, None if pick is None else int(pick)), vary, count,
                      complexity)  # fmt: skip


def numbered(recipes: list[tuple[str, Recipe]], fields: dict[str, Any]) -> list[tuple[str, Recipe]]:
    """File names without a suffix, which sort as the recipes do, and the recipes with fields."""
    wide = max(2, len(str(len(recipes))))
    found: list[tuple[str, Recipe]] = []
    for k, (label, recipe) in enumerate(recipes, 1):
        words = "" if not label else "-" + re.sub(r"[^\w.~-]+", "-", label).strip("-.")
        found.append((f"{k:0{wide}}{words.encode()[:100].decode(errors='ignore')}",
                      with_fields(recipe, fields)))  # fmt: skip
    return found


def folder_name(source: str, vary: str | None) -> str:
    """The folder for the pictures of a file if none is named: "art-latent/"."""
    return f"{Path(source).stem}-{vary or 'pictures'}/"
