"""Recipes out of files: what a file is, its first bytes say, not its name.

Nothing here decodes pixels, and no text is read beyond `MAX_TEXT`.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from phosphene.core.errors import InputError, RecipeError
from phosphene.files import zarr_format as zarrs
from phosphene.files.formats import READERS
from phosphene.files.options import StrPath
from phosphene.files.texts import MAX_TEXT, find
from phosphene.recipe import Recipe


def read_metadata(path: StrPath) -> dict[str, str]:
    """The texts inside a picture (or folder) of ours, or `{"phosphene": text}` of a JSON recipe.
    `-` is stdin.

    Raises `InputError` where there is nothing to read or no recipe inside.
    """
    name = str(path)
    if name != "-" and Path(path).is_dir():
        return _ours(name, "a Zarr array", zarrs.read_texts(Path(path)))
    with _source(path) as data:
        start = data.read(16)
        data.seek(0)
        for reader in READERS:
            if reader.knows(start):
                module, function = reader.texts
                read = getattr(import_module(module), function)
                return _ours(name, reader.what, read(name, data))
        body = data.read(MAX_TEXT).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body:
        raise InputError(f"{name}: the file is empty")
    if body[:1] == b"<":
        return _ours(name, "a text in XML", find(name, body))
    if body[:1] != b"{":
        raise InputError(f"{name}: neither a picture of ours nor a JSON recipe")
    return _json_texts(name, body)


def _ours(name: str, what: str, texts: dict[str, str]) -> dict[str, str]:
    if {"phosphene", "phosphene-sheet"} & set(texts):
        return texts
    raise InputError(
        f"{name}: {what} without a recipe. Pictures keep their recipe unless another "
        "program has saved them again; look for the original file"
    )


def _json_texts(name: str, body: bytes) -> dict[str, str]:
    try:
        found, _ = json.JSONDecoder().raw_decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: the JSON cannot be read ({error})") from None
    if "zarr_format" in found:
        return _ours(name, "a Zarr array", zarrs.attributes(name, found))
    if isinstance(found.get("recipe"), dict):
        found = found["recipe"]  # what `phosphene show --json` prints
    return {"phosphene": json.dumps(found)}


@contextmanager
def _source(path: StrPath) -> Generator[BinaryIO]:
    if str(path) == "-":
        yield io.BytesIO(sys.stdin.buffer.read())
        return
    try:
        with open(path, "rb") as file:
            yield file if file.seekable() else io.BytesIO(file.read())
    except ValueError as error:
        raise InputError(f"{str(path)[:60]!r}: not a name for a file ({error})") from None
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def recorded_size(path: StrPath) -> str | None:
    """The size that a picture was rendered at, `WIDTHxHEIGHT`; None if the file does not say."""
    if not (Path(path).is_file() or Path(path).is_dir()):  # stdin or a pipe, which is read once
        return None
    render = json.loads(read_metadata(path).get("phosphene-render", "{}"))
    return "x".join(map(str, render["size"])) if "size" in render else None


def open_recipe(path: StrPath, pick: int | None = None) -> Recipe:
    """The recipe inside a picture or a JSON file; of a contact sheet, that of picture `pick`.

    Raises `InputError` (no recipe to be had) or `RecipeError` (a recipe that cannot be).
    """
    texts = read_metadata(path)
    try:
        if "phosphene" in texts:
            return Recipe.from_json(texts["phosphene"])
        pictures: list[Any] = json.loads(texts["phosphene-sheet"])["pictures"]
        if pick is not None and 1 <= pick <= len(pictures):
            return Recipe(**pictures[pick - 1]["recipe"])
    except RecipeError as error:
        raise RecipeError(f"{path}: {error}") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path}: the list of recipes inside is damaged") from None
    came = "" if pick is None else f" there is no picture {pick};"
    last = len(pictures)
    raise InputError(
        f"{path}: a sheet of {last} pictures;{came} choose one with `pick`, 1 to {last}"
    )
