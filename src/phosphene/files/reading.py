"""Reading recipes from pictures and films. A file's format is known by its first bytes, not its
name.

No pixels are decoded, and no more text is read than the limits in force allow.
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

from phosphene.core.errors import InputError, RecipeError
from phosphene.core.json_text import check_size, read_json, unique_keys
from phosphene.core.limits import Limits, with_limits
from phosphene.files import zarr_format as zarrs
from phosphene.files.atomic_folder import FILM
from phosphene.files.bounded import most_text, read_text
from phosphene.files.formats import FILM_READERS, READERS
from phosphene.files.opening import opened
from phosphene.files.opening import source_name as source_name
from phosphene.files.options import Readable, StrPath
from phosphene.files.places import has_recipe
from phosphene.files.texts import find, rendering
from phosphene.recipe import Recipe, bare_recipe

BOM = b"\xef\xbb\xbf"


def read_metadata(source: Readable) -> dict[str, str]:
    """The texts inside a picture, film or folder of ours, or `{"phosphene": text}` for a JSON
    recipe. `-` is stdin; an open file stays open at its position.

    Raises `InputError` if the file cannot be read, or has no recipe inside.
    """
    name = source_name(source)
    if isinstance(source, str | PathLike) and name != "-" and os.path.isdir(source):
        folder = Path(source)
        if (folder / FILM).exists():
            frames = import_module("phosphene.files.film.frames")
            return _ours(name, "a folder of frames", frames.read_texts(folder))
        return _ours(name, "a Zarr array", zarrs.read_texts(folder))
    with opened(source) as data:
        start = data.read(16)
        data.seek(0)
        for reader in (*READERS, *FILM_READERS):
            if reader.knows(start):
                module, function = reader.texts
                read = getattr(import_module(module), function)
                return _ours(name, reader.what, read(name, data))
        return _read_text(name, start, data)


def _read_text(name: str, start: bytes, data: BinaryIO) -> dict[str, str]:
    """The texts of a JSON recipe, or in the beginning of a file of XML or HTML."""
    start = start.removeprefix(BOM).lstrip()
    if start[:1] == b"<":
        return _ours(name, "an XML text", find(name, data.read(most_text())))
    if start[:1] not in (b"{", b""):
        raise InputError(f"{name}: neither a Phosphene picture nor a JSON recipe")
    body = read_text(name, data).removeprefix(BOM).lstrip()
    if not body:
        raise InputError(f"{name}: the file is empty")
    if body[:1] != b"{":
        raise InputError(f"{name}: neither a Phosphene picture nor a JSON recipe")
    return _json_texts(name, body)


def _ours(name: str, what: str, texts: dict[str, str]) -> dict[str, str]:
    if has_recipe(texts):
        return texts
    raise InputError(
        f"{name}: {what} without a recipe. Pictures lose it when another program saves them, or "
        "were saved with `metadata=none`; look for the original file"
    )


def _json_texts(name: str, body: bytes) -> dict[str, str]:
    check_size(body, name)
    try:
        found, _ = json.JSONDecoder(object_pairs_hook=unique_keys).raw_decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: the JSON cannot be read ({error})") from None
    if "zarr_format" in found:
        return _ours(name, "a Zarr array", zarrs.attributes(name, found))
    return {"phosphene": json.dumps(bare_recipe(found))}


def recorded_size(path: StrPath) -> str | None:
    """The size at which a picture was rendered, `WIDTHxHEIGHT`; None if it is not recorded."""
    if not (os.path.isfile(path) or os.path.isdir(path)):  # stdin or a pipe: read once
        return None
    size = rendering(read_metadata(path)).get("size")
    return f"{size[0]}x{size[1]}" if size else None


def recorded_map(path: StrPath) -> str | None:
    """The name of the texture map that a picture file is; None if it is a picture."""
    if not (os.path.isfile(path) or os.path.isdir(path)):
        return None
    found = rendering(read_metadata(path)).get("map")
    return found if isinstance(found, str) else None


@with_limits
def open_recipe(file: Readable, pick: int | None = None, *, limits: Limits | None = None) -> Recipe:
    """The recipe inside a picture, a film (its still's) or a JSON file. `file` is a path or an open
    binary file that can seek; of a contact sheet, or films in a grid, the recipe of number `pick`,
    from 1 on.

    Raises `InputError` (no recipe inside), `RecipeError` (an invalid recipe), or `LimitError` if it
    would take more to read than `limits`, or those in force, allow.
    """
    texts, name = read_metadata(file), source_name(file)
    try:
        page, one, several = _several(texts)
        if not page:
            return Recipe.from_json(texts["phosphene"])
        last = len(several)
        if isinstance(pick, int) and 1 <= pick <= last:
            return Recipe.checked(several[pick - 1]["recipe"])
    except RecipeError as error:
        raise RecipeError(f"{name}: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{name}: the list of recipes inside is damaged") from None
    came = "" if pick is None else f" there is no {one} {pick!r};"
    raise InputError(
        f"{name}: a {page} of {last} {one}s;{came} choose one with `pick`, 1 to {last}"
    )


def _several(texts: dict[str, str]) -> tuple[str, str, list[Any]]:
    """What a file of several recipes is, what each of them is, and their entries; "" for a file of
    one recipe.
    """
    if "phosphene-sheet" in texts:
        return "sheet", "picture", read_json(texts["phosphene-sheet"])["pictures"]
    film = read_json(texts.get("phosphene-film", "{}"))
    return ("grid", "film", film["grid"]["films"]) if "grid" in film else ("", "", [])
