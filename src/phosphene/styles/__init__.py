"""Styles: from a seed to a recipe, one file each.

A style draws from streams named `style/...` and writes an explicit recipe, so a saved picture never
depends on the style's code. The table is literal, and so is the list from which a bare seed picks:
a picture never depends on what is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from phosphene.errors import UserError, unknown
from phosphene.recipe import Recipe, with_fields
from phosphene.rng import Seed, Stream
from phosphene.styles.classic import classic
from phosphene.styles.drift import drift
from phosphene.styles.silk import silk


@dataclass(frozen=True)
class Style:
    make: Callable[[Seed], Recipe]
    says: str


STYLES: dict[str, Style] = {
    "drift": Style(drift, "two palettes drifting through each other, softly lit"),
    "silk": Style(silk, "folded cloth under a low light"),
    "classic": Style(classic, "a plain tanh network in raw RGB, as in 2016"),
}

# From which a seed without a style picks, per edition.
PICKS: dict[int, tuple[str, ...]] = {1: ("drift", "silk")}


def style(name: str | None = None, *, seed: Seed = 0, **fields: Any) -> Recipe:
    """The recipe that a style makes of a seed; without a name, of the style that the seed picks.

    `fields` put in values by name (`width=42`, `depth=4`, `activation="sin"`, `z=[...]`), or by
    dotted path in a dict `set={"networks.main.width": 42}`. Raises `UserError` for an unknown
    style, `RecipeError` for what a recipe cannot hold.
    """
    if name is None:
        picks = PICKS[1]
        name = picks[int(Stream(seed, "style").pick(1, len(picks))[0])]
    if name not in STYLES:
        raise UserError(unknown("style", name, STYLES, list_with="styles"))
    changes = fields.pop("set", {})
    recipe = with_fields(STYLES[name].make(Recipe(seed=seed).seed), fields)
    return recipe.replace(changes) if changes else recipe
