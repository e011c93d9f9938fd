"""Reading weights from .npz files, as written by numpy.savez."""

from __future__ import annotations

import lzma
import struct
import tokenize
import warnings
import zipfile
import zlib
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import InputError, RecipeError, UserError, refuse_pipe, unknown
from phosphene.core.json_text import read_json
from phosphene.core.limits import require
from phosphene.recipe import Recipe
from phosphene.systems import SYSTEMS, system_recipe

Array = NDArray[Any]
Settings = dict[str, Any]
MOST_ARRAYS = 10_000
# What zipfile and numpy.load raise for invalid data.
DAMAGED = (
    ValueError, TypeError, KeyError, EOFError, SyntaxError, OverflowError, MemoryError,
    NotImplementedError, RuntimeError, struct.error, tokenize.TokenError, lzma.LZMAError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def import_weights(path: str | PathLike[str], system: str) -> Recipe:
    """`system_recipe` for an .npz file; its errors begin with the file's name."""
    if system not in SYSTEMS:
        raise UserError(unknown("system", system, SYSTEMS))
    arrays, settings = read_weights(path)
    try:
        return system_recipe(system, arrays, settings)
    except (InputError, RecipeError) as error:
        raise InputError(f"{path}: {error}") from None


def read_weights(path: str | PathLike[str]) -> tuple[dict[str, Array], Settings]:
    """The arrays of an .npz file, and its `settings`, a JSON text (empty if there is none).

    Raises `InputError` if the file is missing, damaged, of another kind or holds pickled objects.
    """
    refuse_pipe(path)
    try:
        with open(path, "rb") as file:
            if not zipfile.is_zipfile(file):
                raise InputError(f"{path}: not an .npz file of arrays, as written by numpy.savez")
            file.seek(0)
            with warnings.catch_warnings(), np.load(file, allow_pickle=False) as stored:
                warnings.simplefilter("ignore", UserWarning)  # files of Python 2
                _check_sizes(path, stored.zip)
                arrays = {name: _read(stored, name) for name in stored.files}
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except InputError as error:
        raise InputError(str(error) if str(path) in str(error) else f"{path}: {error}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except DAMAGED as error:
        raise InputError(f"{path}: the file is damaged ({error or type(error).__name__})") from None
    try:
        settings = _settings(arrays.pop("settings", None))
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return arrays, settings


def _check_sizes(path: str | PathLike[str], archive: Any) -> None:
    """Raise `LimitError` or `InputError` for too much or too many, before it is unpacked."""
    entries = archive.infolist()
    require(str(path), arrays=sum(entry.file_size for entry in entries))
    if len(entries) > MOST_ARRAYS:
        raise InputError(f"got {len(entries):,} arrays; expected {MOST_ARRAYS:,} at most")


def _read(stored: Any, name: str) -> Array:
    try:
        value = stored[name]
    except ValueError as error:
        if "pickle" in str(error):
            raise InputError(
                f"array '{name}': holds pickled objects, which could run any code when read; "
                "save plain arrays of numbers"
            ) from None
        raise InputError(f"array '{name}': cannot be read ({error})") from None
    if not isinstance(value, np.ndarray):
        raise InputError(f"'{name}': not a NumPy array")
    return value


def _settings(stored: Array | None) -> Settings:
    if stored is None:
        return {}
    expected = "settings: expected one text, a JSON object"
    if stored.dtype.kind != "U" or stored.ndim != 0:
        raise InputError(f"{expected}, got an array of {stored.dtype}, shape {stored.shape}")
    try:
        found = read_json(str(stored))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{expected} ({error})") from None
    if not isinstance(found, dict):
        raise InputError(f"{expected}, got {found!r}")
    return found
