"""The source of a command: a style and a seed, or a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from phosphene.cli.console import hold
from phosphene.core.errors import UserError, unknown
from phosphene.judge import accept, gated, house_styles, judge
from phosphene.recipe import Recipe, fresh_seed, off_centre_fold
from phosphene.styles import STYLES


def style_names(incomplete: str) -> list[str]:
    """The styles that begin with a text, for the completion of shells, which add files."""
    return [name for name in STYLES if name.startswith(incomplete)]


def is_file(source: str | None) -> bool:
    """Whether `source` is a file: not a style's name, and with a suffix or existing."""
    if source is None or source in STYLES:
        return False
    return source == "-" or bool(Path(source).suffix) or Path(source).exists()


def refuse_style(source: str) -> None:
    """Raises `UserError` for the name of a style where only a file will do."""
    if source in STYLES and not os.path.exists(source):
        raise UserError(f"{source}: no such file; for the style: phosphene paint {source}")


def note_recoloured(recipe: Recipe, fields: dict[str, Any]) -> None:
    """Hold a note if recolouring replaces the shading of a house style."""
    asked = str(fields.get("recolour") or "no").lower()
    if asked not in ("no", "false") and recipe.style in house_styles():
        hold(f"`recolour` replaces the shading of {recipe.style}; `palette` keeps it")


def note_off_centre(recipe: Recipe, fields: dict[str, Any]) -> None:
    """Hold a note if the features or folds that were given do not make the picture symmetric."""
    paths = fields.get("set") or {}
    if "features" in fields or any(p.endswith(("fold", "fold.kind", "inputs")) for p in paths):
        note = off_centre_fold(recipe)
        if note:
            hold(f"note: {note}")


def resolve_seed(seed: str | None, style: str | None) -> str:
    """The seed that was given, or a random one, which is printed when work begins. Raises
    `UserError` for an unknown style.
    """
    if style is not None and style not in STYLES:
        hint = f" To render a file again: phosphene render {style}" if is_file(style) else ""
        raise UserError(unknown("style", style, STYLES, list_with="styles") + hint)
    if seed is None:
        seed = str(fresh_seed())
        hold(f"seed {seed}")
    return seed


def recipe_for_seed(
    style: str | None,
    seed: str | int,
    fields: dict[str, Any],
    gate: bool | None,
    complexity: float | None = None,
) -> Recipe:
    """The recipe of a seed, through the gate if `gate` says so. Prints how it was rescued, or what
    is still wrong with it.
    """
    recipe = accept(style, seed, fields, gate, complexity)
    note_recoloured(recipe, fields)
    note_off_centre(recipe, fields)
    if recipe.rescued:
        hold(f"rescued (`gate=False` keeps the original): {'; '.join(recipe.rescued)}")
    elif gated(recipe, gate):
        for name, message, advice in judge(recipe):
            hold(f"{name}: {message}\n    try {advice}")
    return recipe
