"""The path keys: interpolates between keyframes of a file, each with an easing."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any

from phosphene.compiler import latents
from phosphene.core.errors import InputError, unknown
from phosphene.core.json_text import read_json
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.parameters import check_value, number_notes, numbers_at, path_of, put
from phosphene.motion.paths.path import Argument, Move, Path, Spec, path_error
from phosphene.recipe import Recipe

# Easings towards a key: the progress of the value at the progress s of the time.
EASES: dict[str, Callable[[float], float]] = {
    "linear": lambda s: s,
    "ease": lambda s: s * s * (3.0 - 2.0 * s),
    "in": lambda s: s * s * s,
    "out": lambda s: 1.0 - (1.0 - s) * (1.0 - s) * (1.0 - s),
    "in-out": lambda s: 4.0 * s * s * s if s < 0.5 else 1.0 - 4.0 * (1 - s) * (1 - s) * (1 - s),
    "hold": lambda s: 0.0,
}
OWN = ("at", "ease")
TABLES = ("key", "keys")
EXAMPLE = '[[key]]\nat = 0\nscale = 1.0\n[[key]]\nat = 1\nscale = 2.0\nease = "in-out"'


def _read_keys(name: str, given: Any) -> list[dict[str, Any]]:
    """Keyframes as data: a list, or the TOML or JSON file of that name.

    Each is a table with `at` (0..1, the time as a share of the film), optionally `ease` (one of
    `EASES`) and `z`, and recipe values by path. Raises `UserError`, `InputError`.
    """
    keys = _load(given) if isinstance(given, str) else given
    if isinstance(keys, dict):
        found = [keys[word] for word in TABLES if word in keys]
        keys = found[0] if len(found) == 1 else None
    if not isinstance(keys, list) or len(keys) < 2 or not all(isinstance(k, dict) for k in keys):
        raise path_error(
            f"keys: {given if isinstance(given, str) else 'the list'}: expected two or more "
            f"tables, each with at (0 to 1, of the film) and values by name:\n{EXAMPLE}"
        )
    return [_key(index, key) for index, key in enumerate(keys)]


def _key(index: int, key: dict[str, Any]) -> dict[str, Any]:
    where = f"keys: key {index + 1}"
    at, ease = key.get("at"), key.get("ease", "linear")
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at <= 1:
        came = "lacks at" if at is None else f"at={at!r}"
        raise path_error(f"{where}: {came}; expected 0 to 1, of the film:\n{EXAMPLE}")
    if ease not in EASES:
        raise path_error(f"{where}: {unknown('ease', str(ease), EASES)}")
    values = _flat({name: value for name, value in key.items() if name not in OWN}, "")
    for name, value in values.items():
        parts = value if isinstance(value, list) else [value]
        if not parts or not all(
            isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e9 for v in parts
        ):
            raise path_error(f"{where}: {name}={value!r}; expected a number")
    return {"at": float(at), "ease": ease, **values}


def _flat(values: dict[str, Any], before: str) -> dict[str, Any]:
    """Values by dotted path. In TOML, `view.span = 2` without quotes is a nested table."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        inside = isinstance(value, dict)
        found |= _flat(value, f"{before}{name}.") if inside else {f"{before}{name}": value}
    return found


def _load(name: str) -> Any:
    try:
        text = FilePath(name).read_text(encoding="utf-8")
    except OSError as error:
        why = f"cannot be read: {error.strerror or error}".lower()
        raise InputError(
            f"keys: {name}: {why}; expected a TOML or JSON file of keyframes", argument="path"
        ) from None
    except ValueError:
        raise InputError(
            f"keys: {name}: not text; expected a TOML or JSON file", argument="path"
        ) from None
    try:
        return tomllib.loads(text) if name.lower().endswith(".toml") else read_json(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"keys: {name}: {error}", argument="path") from None


Track = list[tuple[float, Any, str]]  # at, value, ease


def keys(recipe: Recipe, spec: Spec) -> Move:
    """Interpolates between keys; values are constant before the first and after the last."""
    tracks = _tracks(spec)
    names, start = list(latents(recipe)), list(latents(recipe).values())
    if "z" in tracks and not names:
        raise path_error("keys: z: the recipe has no latent vector z; remove z from the keys")
    moving: list[tuple[str, Track]] = []
    for name, track in tracks.items():
        path = name if name == "z" else path_of(recipe, name, "keys")
        there = start if name == "z" else numbers_at(recipe, path, "keys")
        for _, value, _ in track:
            _check_length(name, value, there)
            if name != "z":
                check_value(recipe, path, value)
        moving.append((path, track))

    def move(state: FrameState, t: float) -> FrameState:
        for path, track in moving:
            value = _at(track, t)
            if path == "z":
                steps = (v - s for v, s in zip(value, start, strict=True))
                state = state.moved(dict(zip(names, steps, strict=True)))
            else:
                state = put(state, recipe, path, value)
        return state

    return move


def _tracks(spec: Spec) -> dict[str, Track]:
    """The keys of each value in order of time. Lists and factors of lists cannot be mixed."""
    tracks: dict[str, Track] = {}
    for key in sorted(spec["keys"], key=lambda k: k["at"]):
        for name in [n for n in key if n not in OWN]:
            tracks.setdefault(name, []).append((key["at"], key[name], key["ease"]))
    for name, track in tracks.items():
        if len({isinstance(value, list) for _, value, _ in track}) > 1:
            raise path_error(f"keys: {name}: a list in one key, a number in another")
    return tracks


def _check_length(name: str, value: Any, there: Any) -> None:
    have = len(there) if isinstance(there, list) else 1
    if name == "z" and not isinstance(value, list):
        raise path_error(f"keys: z={value!r}; expected {have} numbers")
    if isinstance(value, list) and len(value) != have:
        raise path_error(f"keys: {name} of {len(value)} numbers; the recipe's has {have}")


def _at(track: Track, t: float) -> Any:
    after = next((k for k, key in enumerate(track) if key[0] > t), len(track))
    if after == 0 or after == len(track):
        return track[min(after, len(track) - 1)][1]
    (start, first, _), (end, last, ease) = track[after - 1], track[after]
    s = EASES[ease]((t - start) / (end - start))
    if isinstance(first, list):
        return [a * (1 - s) + b * s for a, b in zip(first, last, strict=True)]
    return first * (1 - s) + last * s


def _closes(recipe: Recipe, spec: Spec) -> bool:
    """Whether every value ends as it began."""
    return all(track[0][1] == track[-1][1] for track in _tracks(spec).values())


def _notes(recipe: Recipe, spec: Spec, alone: bool) -> list[str]:
    names = [name for name in _tracks(spec) if name != "z"]
    return number_notes(recipe, names, alone)


KEYS = Path(
    keys,
    "between keyframes of a TOML or JSON file, each with an easing",
    arguments={
        "keys": Argument(
            "the TOML or JSON file",
            _read_keys,
            needed=True,
            write=lambda name, value: f"of {len(value)} keys",
            is_file=lambda value: isinstance(value, str),
        )
    },
    closes=_closes,
    bare="keys",
    notes=_notes,
)
