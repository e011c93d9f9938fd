"""Arrays and settings of another program, asked for by name, shape and range.

Every answer is checked, so what a system's function gets can be used; every fault is an
`InputError` that names the array or the setting, what came and what was expected.
"""

from __future__ import annotations

import json
import lzma
import re
import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import InputError, unknown

Array = NDArray[Any]
Settings = dict[str, Any]
MAX_BYTES = 1 << 28  # of one array: the widest layer has 1024 x 2048 numbers
# What zipfile and numpy.load raise of bytes that make no sense.
DAMAGED = (
    ValueError, TypeError, KeyError, EOFError, SyntaxError, OverflowError, MemoryError,
    NotImplementedError, RuntimeError, struct.error, tokenize.TokenError, lzma.LZMAError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def read_weights(path: str | PathLike[str]) -> tuple[dict[str, Array], Settings]:
    """The arrays of an .npz file, and its `settings`, a JSON text (empty where there is none).

    Raises `InputError` for a file that is missing, damaged, of another kind or holds pickled
    objects.
    """
    try:
        with open(path, "rb") as file:
            if not zipfile.is_zipfile(file):
                raise InputError(f"{path}: not an .npz file of arrays, as numpy.savez writes them")
            file.seek(0)
            with warnings.catch_warnings(), np.load(file, allow_pickle=False) as stored:
                warnings.simplefilter("ignore", UserWarning)  # files of Python 2 read as well
                _check_sizes(stored.zip)
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


def _check_sizes(archive: Any) -> None:
    """An array says how large it is before it is unpacked."""
    for entry in archive.infolist():
        if entry.file_size > MAX_BYTES:
            raise InputError(
                f"array '{entry.filename.removesuffix('.npy')}': {entry.file_size:,} bytes; "
                f"an array may have {MAX_BYTES:,}"
            )


def _read(stored: Any, name: str) -> Array:
    try:
        value = stored[name]
    except ValueError as error:
        if "pickle" in str(error):
            raise InputError(
                f"array '{name}': holds pickled objects, which could run any program when read; "
                "save plain arrays of numbers"
            ) from None
        raise InputError(f"array '{name}': cannot be read ({error})") from None
    if not isinstance(value, np.ndarray):
        raise InputError(f"'{name}': not an array of NumPy's")
    return value


def _settings(stored: Array | None) -> Settings:
    if stored is None:
        return {}
    expected = "settings: expected one text, a JSON object"
    if stored.dtype.kind != "U" or stored.ndim != 0:
        raise InputError(f"{expected}, got an array of {stored.dtype}, shape {stored.shape}")
    try:
        found = json.loads(str(stored))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{expected} ({error})") from None
    if not isinstance(found, dict):
        raise InputError(f"{expected}, got {found!r}")
    return found


class Weights:
    """What a system's function asks. Nothing that it does not ask for is looked at."""

    def __init__(self, arrays: Mapping[str, Array], settings: Mapping[str, Any]):
        self.arrays, self.settings = arrays, settings

    def array(self, name: str, *shape: int | None) -> Array:
        """The array of that name and shape (None: any size), its numbers finite."""
        if name not in self.arrays:
            shown = [n for n in self.arrays if not n.startswith("pixels")]
            raise InputError(f"array '{name}' is missing. {unknown('array', name, shown)}")
        found = np.asarray(self.arrays[name])
        if found.dtype.kind not in "fiu":
            raise InputError(f"array '{name}': of {found.dtype}; expected real numbers")
        fits = found.ndim == len(shape) and all(
            w is None or w == n for w, n in zip(shape, found.shape, strict=True)
        )
        if not fits or not found.size:
            wanted = ", ".join("any" if n is None else str(n) for n in shape)
            raise InputError(f"array '{name}': shape {found.shape}; expected ({wanted})")
        if not np.isfinite(found).all():
            where = [int(i) for i in np.argwhere(~np.isfinite(found))[0]]
            raise InputError(f"array '{name}': a number that is not finite at {where}")
        return found

    def matrix(self, name: str, units: int | None, inputs: int | None, layout: str = "oi") -> Array:
        """Weights as (units, inputs); `layout` "io" where they are stored the other way round."""
        if layout == "io":
            return self.array(name, inputs, units).T
        return self.array(name, units, inputs)

    def vector(self, name: str, units: int | None) -> Array:
        """Biases of shape (units,) or (1, units)."""
        flat = name not in self.arrays or np.ndim(self.arrays[name]) != 2
        return self.array(name, units) if flat else self.array(name, 1, units)[0]

    def numbered(
        self, pattern: str, first: int = 0, step: int = 1, count: int | None = None
    ) -> list[str]:
        """The names that a pattern such as "w_{}" has for first, first + step, ...

        As many as there are, or `count`; a gap in them is a missing array.
        """
        digits = re.escape(pattern).replace(r"\{\}", r"(\d+)")
        found = sorted(int(m[1]) for n in self.arrays if (m := re.fullmatch(digits, n)))
        wide = {len(m[1]) for n in self.arrays if (m := re.fullmatch(digits, n))}
        if count is None:
            count = (found[-1] - first) // step + 1 if found else 1
        width = wide.pop() if len(wide) == 1 else 0
        names: list[str] = []
        for k in range(count):
            names.append(pattern.format(str(first + step * k).zfill(width)))
            if names[-1] not in self.arrays:
                self.array(names[-1])  # says that it is missing
        return names

    def number(self, name: str, default: float) -> float:
        value = self.settings.get(name, default)
        real = isinstance(value, int | float) and not isinstance(value, bool)
        if not real or not abs(value) < 1e300:
            raise InputError(f"settings.{name}: got {value!r}; expected a finite number")
        return float(value)

    def count(self, name: str, default: int | None) -> int | None:
        """How many layers a setting says there are; `default` where it says nothing."""
        value = self.settings.get(name, default)
        whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 256
        if value is not None and not whole:
            raise InputError(
                f"settings.{name}: got {value!r}; expected a whole number from 0 to 256"
            )
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.settings.get(name, default)
        if value not in (0, 1):
            raise InputError(f"settings.{name}: got {value!r}; expected true or false")
        return bool(value)

    def choice(self, name: str, default: str, known: Any) -> str:
        value = self.settings.get(name, default)
        if not isinstance(value, str) or value not in known:
            raise InputError(f"settings.{name}: {unknown(name.replace('_', ' '), value, known)}")
        return value

    def latent(self, size: int | None) -> list[float]:
        """z, however its axes are nested; of `size` parts, if that is known."""
        if "z" not in self.arrays:
            return [float(v) for v in self.array("z", size)]
        flat = Weights({"z": np.ravel(self.arrays["z"])}, {})
        return [float(v) for v in flat.array("z", size)]
