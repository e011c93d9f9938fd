"""Files: one writer per format, and the reader of the recipes inside.

A writer takes rows from the top in pieces of any height: `write(pixels)`, `finish()`, and `wants`
says "bytes" or "float". Adding a format is one file and one row.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from phosphene.errors import InputError, RecipeError, UserError, unknown
from phosphene.files.atomic import whole_file
from phosphene.files.npy import NpyWriter
from phosphene.files.png import SIGNATURE, PngWriter, read_texts
from phosphene.recipe import Recipe


class Writer(Protocol):
    wants: str

    def write(self, pixels: Any) -> None: ...

    def finish(self) -> None: ...


# suffix: (writer, what it is)
FORMATS: dict[str, tuple[Any, str]] = {
    ".png": (PngWriter, "PNG, 8-bit sRGB, the recipe inside"),
    ".npy": (NpyWriter, "NumPy array of the float pixels (height, width, channels)"),
}


def check_suffix(path: str | PathLike[str]) -> str:
    """The suffix of an output path, which must name a format; `-` is a PNG on stdout."""
    if str(path) == "-":
        return ".png"
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        name = suffix or Path(path).name
        raise UserError(f"{path}: {unknown('format', name, FORMATS, list_with='formats')}")
    return suffix


@contextmanager
def create(
    path: str | PathLike[str],
    size: tuple[int, int],
    channels: int,
    texts: dict[str, str],
    *,
    force: bool = False,
) -> Generator[Writer]:
    """A writer for a picture of `size`; the file takes its name when the block ends without an
    error.
    """
    kind, _ = FORMATS[check_suffix(path)]
    with whole_file(Path(path), force) as file:
        writer = kind(file, size, channels, texts)
        yield writer
        writer.finish()


def read_metadata(path: str | PathLike[str]) -> dict[str, str]:
    """The texts of a PNG, or `{"phosphene": text}` of a JSON recipe. `-` is stdin.

    Raises `InputError` where there is nothing to read or no recipe inside.
    """
    with _source(path) as data:
        start = data.read(8)
        data.seek(0)
        if start == SIGNATURE:
            texts = read_texts(str(path), data)
            if not {"phosphene", "phosphene-sheet"} & set(texts):
                raise InputError(
                    f"{path}: a PNG without a recipe. Pictures keep their recipe unless another "
                    "program has saved them again; look for the original file"
                )
            return texts
        body = data.read().removeprefix(b"\xef\xbb\xbf")
    if not body.strip():
        raise InputError(f"{path}: the file is empty")
    if body.lstrip()[:1] != b"{":
        raise InputError(f"{path}: neither a PNG nor a JSON recipe")
    try:
        found, _ = json.JSONDecoder().raw_decode(body.decode().lstrip())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: the JSON cannot be read ({error})") from None
    if isinstance(found, dict) and isinstance(found.get("recipe"), dict):
        found = found["recipe"]  # what `phosphene show --json` prints
    return {"phosphene": json.dumps(found)}


@contextmanager
def _source(path: str | PathLike[str]) -> Generator[BinaryIO]:
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


def recorded_size(path: str | PathLike[str]) -> str | None:
    """The size that a picture was rendered at, `WIDTHxHEIGHT`; None if the file does not say."""
    if not Path(path).is_file():  # stdin or a pipe, which is read once
        return None
    render = json.loads(read_metadata(path).get("phosphene-render", "{}"))
    return "x".join(map(str, render["size"])) if "size" in render else None


def open_recipe(path: str | PathLike[str], pick: int | None = None) -> Recipe:
    """The recipe inside a PNG or a JSON file; of a contact sheet, the recipe of picture `pick`.

    Raises `InputError` (no recipe to be had) or `RecipeError` (a recipe that cannot be).
    """
    texts = read_metadata(path)
    try:
        if "phosphene" in texts:
            return Recipe.from_json(texts["phosphene"])
        pictures = json.loads(texts["phosphene-sheet"])["pictures"]
        if pick is not None and 1 <= pick <= len(pictures):
            return Recipe(**pictures[pick - 1]["recipe"])
    except RecipeError as error:
        raise RecipeError(f"{path}: {error}") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path}: the list of recipes inside is damaged") from None
    came = "" if pick is None else f" there is no picture {pick};"
    last = len(pictures)
    raise InputError(f"{path}: a sheet of {last} pictures;{came} choose one with --pick 1..{last}")
