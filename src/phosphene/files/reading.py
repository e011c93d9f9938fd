"""Reading recipes from pictures and films. A file's format is known by its first bytes, not its
name.

No pixels are decoded, and no text is read beyond `MAX_TEXT` bytes.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

from phosphene.core.errors import InputError, RecipeError, reading
from phosphene.core.json_text import read_json, unique_keys
from phosphene.files import zarr_format as zarrs
from phosphene.files.atomic_folder import FILM
from phosphene.files.format_types import Reader
from phosphene.files.formats import READERS
from phosphene.files.options import Readable, StrPath
from phosphene.files.places import has_recipe
from phosphene.files.texts import MAX_TEXT, find
from phosphene.recipe import Recipe, bare_recipe

FILM_READERS = (  # tried after those of pictures, since an AVIF begins like an MP4
    Reader(
        "a video", (b"....ftyp", b"\x1aE\xdf\xa3"), ("phosphene.files.film.reading", "read_video")
    ),
    Reader("a GIF", (b"GIF8",), ("phosphene.files.film.gif", "read_texts")),
)


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
    with _opened(source) as data:
        start = data.read(16)
        data.seek(0)
        for reader in (*READERS, *FILM_READERS):
            if reader.knows(start):
                module, function = reader.texts
                read = getattr(import_module(module), function)
                return _ours(name, reader.what, read(name, data))
        body = data.read(MAX_TEXT).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body:
        raise InputError(f"{name}: the file is empty")
    if body[:1] == b"<":
        return _ours(name, "an XML text", find(name, body))
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
    try:
        found, _ = json.JSONDecoder(object_pairs_hook=unique_keys).raw_decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: the JSON cannot be read ({error})") from None
    if "zarr_format" in found:
        return _ours(name, "a Zarr array", zarrs.attributes(name, found))
    return {"phosphene": json.dumps(bare_recipe(found))}


def source_name(source: Readable) -> str:
    """The name of a source in messages: its path, or the name of an open file."""
    if isinstance(source, str | PathLike):
        return str(source)
    if not hasattr(source, "read"):
        return f"{source!r:.60}"
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "the file object"


@contextmanager
def _opened(path: Readable) -> Generator[BinaryIO]:
    if not isinstance(path, str | PathLike):
        with _rewound(path) as file:
            yield file
        return
    if str(path) == "-":
        yield io.BytesIO(sys.stdin.buffer.read())
        return
    with reading(path), open(path, "rb") as file:
        yield file if file.seekable() else io.BytesIO(file.read())


@contextmanager
def _rewound(file: BinaryIO) -> Generator[BinaryIO]:
    """A context manager with the file at its start; its position is restored afterwards."""
    try:
        place = file.tell()
        file.seek(0)
        binary = isinstance(file.read(0), bytes)
    except (AttributeError, OSError, ValueError) as error:
        raise InputError(
            f"{source_name(file)}: expected a path, or an open, seekable binary file, such as "
            f"open(path, 'rb') or io.BytesIO(data) ({error})"
        ) from None
    if not binary:
        raise InputError(f"{source_name(file)}: is open in text mode; open it in binary mode, 'rb'")
    try:
        yield file
    finally:
        file.seek(place)


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


def rendering(texts: Mapping[str, str]) -> dict[str, Any]:
    """How a picture was rendered, from the texts of its file: `size`, width and height in pixels,
    `dither`, ... Empty if the texts do not tell, or are damaged.
    """
    try:
        found = read_json(texts.get("phosphene-render", "{}"))
        width, height = found["size"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    sides = [side for side in (width, height) if type(side) is int and side > 0]
    return found if isinstance(found, dict) and len(sides) == 2 else {}


def open_recipe(file: Readable, pick: int | None = None) -> Recipe:
    """The recipe inside a picture, a film (its still's) or a JSON file. `file` is a path or an open
    binary file that can seek; of a contact sheet, or films in a grid, the recipe of number `pick`,
    from 1 on.

    Raises `InputError` (no recipe inside) or `RecipeError` (an invalid recipe).
    """
    texts, name = read_metadata(file), source_name(file)
    try:
        page, one, several = _several(texts)
        if not page:
            return Recipe.from_json(texts["phosphene"])
        if isinstance(pick, int) and 1 <= pick <= len(several):
            return Recipe.checked(several[pick - 1]["recipe"])
    except RecipeError as error:
        raise RecipeError(f"{name}: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{name}: the list of recipes inside is damaged") from None
    came = "" if pick is None else f" there is no {one} {pick!r};"
    last = len(several)
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
