"""Several copies of a recipe in one file: which one is used, and the warning if they differ."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from phosphene.core.errors import InputError, RecipeWarning

HOLDS = ("phosphene", "phosphene-sheet")  # the names of texts that hold recipes
Place = tuple[str, Callable[[], dict[str, str]]]  # its name, and what reads its texts


def first_good(path: Any, places: Sequence[Place]) -> dict[str, str]:
    """The texts of the first place that has a recipe; if none has one, the first other texts.

    Warns (`RecipeWarning`) if a place is damaged or has another recipe than the one that is used.
    Raises `InputError` if places are damaged and none is good.
    """
    good: list[tuple[str, dict[str, str]]] = []
    damaged: list[tuple[str, InputError]] = []
    other: dict[str, str] = {}
    for name, read in places:
        try:
            texts = read()
        except InputError as error:
            damaged.append((name, error))
            continue
        if has_recipe(texts):
            good.append((name, texts))
        other = other or texts
    if not good:
        if damaged:
            raise damaged[0][1]
        return other
    used, texts = good[0]
    others = [f"the recipe in {name} is damaged" for name, _ in damaged]
    others += [f"the recipe in {name} differs" for name, held in good[1:] if _differ(texts, held)]
    if others:
        warnings.warn(
            f"{path}: {'; '.join(others)}; used the one in {used}", RecipeWarning, stacklevel=2
        )
    return texts


def has_recipe(texts: Mapping[str, str]) -> bool:
    return any(name in texts for name in HOLDS)


def _differ(a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    """Whether two places have different recipes or films."""
    names = [name for name in (*HOLDS, "phosphene-film") if name in a or name in b]
    return any(_data(a.get(name, "")) != _data(b.get(name, "")) for name in names)


def _data(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
