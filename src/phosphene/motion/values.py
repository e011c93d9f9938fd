"""Paths over the recipe's numbers: sweep, morph, keys."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from phosphene.build import latents
from phosphene.errors import InputError, RecipeError, UserError, unknown
from phosphene.motion.moment import Moment, Move, Spec, there_and_back, z_names
from phosphene.recipe import FIELDS, Recipe

EASES = ("linear", "ease", "hold")


def path_of(name: str) -> str:
    """The dotted path of a field's short name (perhaps of an entry: `gain.0`), or the path."""
    first, dot, rest = name.partition(".")
    return f"{FIELDS[first].path}{dot}{rest}" if first in FIELDS else name


def number_at(recipe: Recipe, name: str, said: str) -> float | int:
    """The number that stands at a path. Raises `UserError` for anything else."""
    value = recipe.get(path_of(name))
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, int | float):
        hint = f"; one of its entries is {path_of(name)}.0" if isinstance(value, list) else ""
        raise UserError(f"{said}: '{name}' is {_short(value)}, no number that could move{hint}")
    return value


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def put(moment: Moment, recipe: Recipe, path: str, value: float) -> Moment:
    """The moment with a recipe value; those of the view go to the view as it is then."""
    if isinstance(recipe.get(path), list):
        return replace(moment, changes={**moment.changes, path: (value,)})
    if path.startswith("view."):
        seen = recipe.model_copy(update={"view": moment.view}).replace({path: value})
        return replace(moment, view=seen.view)
    return replace(moment, changes={**moment.changes, path: value})


def sweep(recipe: Recipe, spec: Spec) -> Move:
    """Every number from one value to another. Where the recipe has a whole number (width, depth),
    what lies between two is their cross-fade in linear light.
    """
    ends = {path_of(name): pair for name, pair in spec["values"].items()}
    for name, pair in spec["values"].items():
        whole = isinstance(number_at(recipe, name, "--path sweep"), int)
        for end in pair:
            recipe.replace({path_of(name): _as(recipe, path_of(name), int(end) if whole else end)})

    def move(moment: Moment, t: float) -> Moment:
        along = there_and_back(t, spec["back"])
        for path, (first, last) in ends.items():
            moment = put(moment, recipe, path, first * (1.0 - along) + last * along)
        return moment

    return move


def _as(recipe: Recipe, path: str, value: float) -> Any:
    return (value,) if isinstance(recipe.get(path), list) else value


def read_ends(name: str, text: Any) -> list[float]:
    """From and to of `0.5..2`."""
    ends = list(text) if isinstance(text, list | tuple) else str(text).split("..")
    try:
        first, last = (float(end) for end in ends)
    except ValueError:
        raise UserError(
            f"--path sweep {name}={text}: expected from..to, such as {name}=0.5..2"
        ) from None
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

    def move(moment: Moment, t: float) -> Moment:
        return replace(moment, morph=there_and_back(t, spec["back"]))

    return move


def _channels(recipe: Recipe) -> int:
    return recipe.shading.channels + (recipe.shading.alpha is not None)


def read_keys(name: str, given: Any) -> list[dict[str, Any]]:
    """Keyframes as data: a list, or the TOML or JSON file of that name.

    Each is a table with `at` (0..1, the share of the film), perhaps `ease` (how it is reached:
    "linear", "ease" or "hold"), `z`, and recipe values by path. Raises `UserError`, `InputError`.
    """
    keys = _load(given) if isinstance(given, str) else given
    if isinstance(keys, dict):
        keys = keys.get("key")
    if not isinstance(keys, list) or len(keys) < 2 or not all(isinstance(k, dict) for k in keys):
        raise UserError(
            f"--path keys: {given if isinstance(given, str) else 'the list'}: expected two or more "
            "tables [[key]], each with `at` and values by path"
        )
    return [_key(index, key) for index, key in enumerate(keys)]


def _key(index: int, key: dict[str, Any]) -> dict[str, Any]:
    at, ease = key.get("at"), key.get("ease", "linear")
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at <= 1:
        raise UserError(f"--path keys: key {index + 1}: at={at!r}; expected 0 to 1, of the film")
    if ease not in EASES:
        raise UserError(f"--path keys: key {index + 1}: {unknown('ease', str(ease), EASES)}")
    values = {name: value for name, value in key.items() if name not in ("at", "ease")}
    for name, value in values.items():
        parts = value if name == "z" else [value]
        numbers = isinstance(parts, list) and all(
            isinstance(v, int | float) and not isinstance(v, bool) for v in parts
        )
        if not numbers:
            raise UserError(f"--path keys: key {index + 1}: {name}={value!r}; expected a number")
    return {"at": float(at), "ease": ease, **values}


def _load(name: str) -> Any:
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"--path keys: {name}: cannot be read ({error})") from None
    try:
        return tomllib.loads(text) if name.lower().endswith(".toml") else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"--path keys: {name}: {error}") from None


def keys(recipe: Recipe, spec: Spec) -> Move:
    """From key to key; before its first and after its last a value stays."""
    tracks: dict[str, list[tuple[float, Any, str]]] = {}
    for key in sorted(spec["keys"], key=lambda k: k["at"]):
        for name in [n for n in key if n not in ("at", "ease")]:
            tracks.setdefault(name, []).append((key["at"], key[name], key["ease"]))
    names = z_names("keys", recipe) if "z" in tracks else []
    start = list(latents(recipe).values())
    for _, z, _ in tracks.get("z", []):
        if len(z) != len(names):
            raise UserError(f"--path keys: z of {len(z)} numbers; the recipe's has {len(names)}")
    for name in [n for n in tracks if n != "z"]:
        number_at(recipe, name, "--path keys")
        for _, value, _ in tracks[name]:
            recipe.replace({path_of(name): _as(recipe, path_of(name), value)})

    def move(moment: Moment, t: float) -> Moment:
        for name, track in tracks.items():
            value = _at(track, t)
            if name == "z":
                steps = (v - s for v, s in zip(value, start, strict=True))
                moment = moment.moved(dict(zip(names, steps, strict=True)))
            else:
                moment = put(moment, recipe, path_of(name), value)
        return moment

    return move


def _at(track: list[tuple[float, Any, str]], t: float) -> Any:
    after = next((k for k, key in enumerate(track) if key[0] > t), len(track))
    if after == 0 or after == len(track):
        return track[min(after, len(track) - 1)][1]
    (start, first, _), (end, last, ease) = track[after - 1], track[after]
    s = (t - start) / (end - start)
    s = {"linear": s, "ease": s * s * (3 - 2 * s), "hold": 0.0}[ease]
    if isinstance(first, list):
        return [a * (1 - s) + b * s for a, b in zip(first, last, strict=True)]
    return first * (1 - s) + last * s


def keys_close(recipe: Recipe, spec: Spec) -> bool:
    """Every value ends as it began."""
    found: dict[str, list[Any]] = {}
    for key in sorted(spec["keys"], key=lambda k: k["at"]):
        for name in [n for n in key if n not in ("at", "ease")]:
            found.setdefault(name, []).append(key[name])
    return all(values[0] == values[-1] for values in found.values())
