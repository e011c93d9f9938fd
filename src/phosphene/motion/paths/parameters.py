"""The numbers of a recipe that films can change, by name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from phosphene.compiler.growth import grows
from phosphene.core.errors import unknown
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.path import path_error
from phosphene.recipe import FIELDS, Recipe
from phosphene.styles import STYLES

Number = float | int
STILL = {  # numbers that cannot change in a film, by the last word of their path
    "channels": "channels of a file", "outputs": "outputs of a network",
    "size": "parts of a latent vector", "phosphene": "the edition of a recipe",
}  # fmt: skip


def path_of(recipe: Recipe, name: str, where: str) -> str:
    """The dotted path of a field or parameter given by its short name (or of an entry: `gain.0`);
    a dotted path is returned as it is. Raises `UserError` for an unknown name.
    """
    if "[" in name:
        plain = name.replace("[", ".").replace("]", "")
        raise path_error(f"{where}: '{name}': an entry follows a dot. Did you mean '{plain}'?")
    first, dot, rest = name.partition(".")
    if first in FIELDS:
        return f"{FIELDS[first].path}{dot}{rest}"
    if first in recipe.shading.params:
        return f"shading.params.{name}"
    if dot or name in type(recipe).model_fields:
        return name
    places = [path for path, _ in leaves(recipe) if path.rpartition(".")[2] == name]
    if places:
        more = f" (and {len(places) - 1} more places)" if places[1:] else ""
        raise path_error(f"{where}: '{name}' is at {places[0]}{more}; give the whole path")
    known = {*FIELDS, *recipe.shading.params, *(p.rpartition(".")[2] for p, _ in leaves(recipe))}
    words = [n for n in known if not n.isdecimal()]
    raise path_error(f"{where}: {unknown('field', name, words)}")


def leaves(recipe: Recipe) -> Iterator[tuple[str, Number]]:
    """Every number of a recipe, with its path."""
    yield from _leaves(recipe.model_dump(mode="json"), "")


def _leaves(data: Any, path: str) -> Iterator[tuple[str, Number]]:
    if _is_number(data):
        yield path, data
    elif isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _leaves(value, f"{path}.{key}" if path else str(key))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def numbers_at(recipe: Recipe, path: str, where: str) -> Number | list[Number]:
    """The number at a path, or the numbers of a list. Raises `UserError` for anything else, and for
    numbers that cannot change in a film.
    """
    last = path.rpartition(".")[2]
    if last == "seed":
        style = recipe.style if recipe.style in STYLES else "a.png"
        raise path_error(
            f"{where}: '{path}': seeds are labels and cannot be interpolated. "
            f"morph goes from one seed to another: 'morph {style}:9'"
        )
    if last in STILL or path.startswith("finish."):
        what = STILL.get(last, "how the pixels are made")
        raise path_error(f"{where}: '{path}' ({what}) is the same in all frames of a film")
    value = recipe.get(path)
    if isinstance(value, list) and value and all(map(_is_number, value)):
        return value[0] if len(value) == 1 else value
    if not _is_number(value):
        inside = [p for p, _ in _leaves(value, path) if p.rpartition(".")[2] != "seed"]
        hint = f"; one inside is {inside[0]}" if inside else ""
        if path.endswith("latent.values"):
            hint = "; paths through latent space move z"
        raise path_error(
            f"{where}: '{path}' is {_short(value)}, not a number that can change{hint}"
        )
    return value


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def as_in_recipe(recipe: Recipe, path: str, value: Number | list[Number]) -> Any:
    """The value to store at a path; for a list of several numbers, a number is a factor."""
    there = recipe.get(path)
    if not isinstance(there, list) or isinstance(value, list):
        return tuple(value) if isinstance(value, list) else value
    return (value,) if len(there) == 1 else tuple(v * value for v in there)


def check_value(recipe: Recipe, path: str, value: Number | list[Number]) -> None:
    """Raises `RecipeError` if the recipe does not accept the value."""
    value_there = as_in_recipe(recipe, path, value)
    whole = isinstance(recipe.get(path), int)
    if whole and path.startswith("view."):
        raise path_error(f"{path}: a whole number of the view, which cannot change gradually")
    ends = {int(value_there // 1), int(-(-value_there // 1))} if whole else {value_there}
    for end in ends:
        recipe.replace({path: end})


def put(state: FrameState, recipe: Recipe, path: str, value: Number | list[Number]) -> FrameState:
    """The state with a recipe value set; values of the view are set in the state's view."""
    value_there = as_in_recipe(recipe, path, value)
    if path.startswith("view."):
        seen = recipe.model_copy(update={"view": state.view}).replace({path: value_there})
        return replace(state, view=seen.view)
    return replace(state, changes={**state.changes, path: value_there})


def number_notes(recipe: Recipe, names: Iterable[str], alone: bool) -> list[str]:
    """Notes on numbers of the recipe that a path moves. `alone`: without another recipe."""
    paths = dict.fromkeys(path_of(recipe, name, "path") for name in names)
    return [line for line in (_note(recipe, path, alone) for path in paths) if line]


def _note(recipe: Recipe, path: str, alone: bool) -> str:
    """A note on how a number changes, if that is not obvious."""
    value = recipe.get(path)
    if isinstance(value, list) and len(value) > 1:
        return f"{path}: its {len(value)} numbers together, by a factor"
    if not isinstance(value, int):
        return ""
    if grows(recipe, path) and alone:
        what = "units" if path.endswith("width") else "layers"
        if recipe.get(f"{path.rpartition('.')[0]}.weights.draws") != "named":
            what = f"all weights turn into the next ones, and {what}"
        return f"{path}: between whole numbers {what} grow in, with statistics of their own"
    return f"{path}: between whole numbers a cross-fade of colours"
