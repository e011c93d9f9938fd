"""Which picture a command is about: a style and a seed, or a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phosphene.cli.console import say
from phosphene.judge import accept, gated, house_styles, judge
from phosphene.recipe import Recipe, fresh_seed
from phosphene.styles import STYLES


def is_file(source: str | None) -> bool:
    """Whether it is meant as a file: no style's name, and it has a suffix or is there."""
    if source is None or source in STYLES:
        return False
    return source == "-" or bool(Path(source).suffix) or Path(source).exists()


def say_recoloured(recipe: Recipe, fields: dict[str, Any]) -> None:
    """What is lost where a house style is recoloured, and what keeps it."""
    asked = str(fields.get("recolour") or "no").lower()
    if asked not in ("no", "false") and recipe.style in house_styles():
        say(f"recolour: shows the bare field of {recipe.style}; --palette keeps its own shading")


def resolve_seed(seed: str | None) -> str:
    """The seed that was given, or a new one, which is said."""
    if seed is None:
        seed = str(fresh_seed())
        say(f"seed {seed}")
    return seed


def recipe_for_seed(
    style: str | None,
    seed: str | int,
    fields: dict[str, Any],
    gate: bool | None,
    complexity: float | None = None,
) -> Recipe:
    """The recipe of a seed, through the gate as `gate` says; says it if it was rescued, and if
    what is given cannot be: what is wrong with it.
    """
    recipe = accept(style, seed, fields, gate, complexity)
    say_recoloured(recipe, fields)
    if recipe.rescued:
        say(f"rescued (`gate=False` keeps it as it was): {'; '.join(recipe.rescued)}")
    elif gated(recipe, gate):
        for name, says, advice in judge(recipe):
            say(f"{name}: {says}\n    try {advice}")
    return recipe
