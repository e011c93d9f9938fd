"""Saved kernels as Python functions.

A folder holds `kernels.o`, which llvmlite can link wherever numba runs; on Linux it may hold
`kernels.so`, which the system loads in a millisecond; and `kernels.json`, the sha256 of both and of
the sources that they were compiled from. No other file is ever loaded.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

DTYPES = {"int32": "i4", "float32": "f4", "float64": "f8", "uint8": "u1", "uint16": "u2"}
FORMATS = {"uint64": "Q"}  # the `struct` format of a number; any other type is "q", a signed word
_loaded: list[Any] = []  # keeps the code in memory until the process ends: threads may be using it


class BadObjectError(Exception):
    """A saved file is damaged, or was compiled from other sources."""


def load(folder: Path, sources: str, types: Mapping[str, str]) -> dict[str, Callable[..., None]]:
    """The kernels of a folder as functions by name. `types` holds the types of their arguments.

    `sources` is the expected `source_digest`. Raises `BadObjectError`, `OSError`, or `ValueError`
    and `KeyError` where `kernels.json` is damaged.
    """
    about = json.loads((folder / "kernels.json").read_text())
    if about["sources"] != sources:
        raise BadObjectError("the saved kernels were compiled from other sources")
    find = None
    if "library" in about:
        with suppress(OSError):  # the folder may be mounted noexec
            find = _by_system(folder / "kernels.so", about["library"])
    if find is None:
        find = _by_llvm(_checked(folder / "kernels.o", about["object"]))
    return {name: _caller(name, kinds, find(name)) for name, kinds in types.items()}


def _checked(path: Path, digest: str) -> bytes:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise BadObjectError("the saved kernels are damaged")
    return data


def _by_system(path: Path, digest: str) -> Callable[[str], int]:
    _checked(path, digest)
    library = ctypes.CDLL(str(path))
    _loaded.append(library)
    return lambda name: ctypes.cast(library[name], ctypes.c_void_p).value or 0


def _by_llvm(data: bytes) -> Callable[[str], int]:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(data))
    engine.finalize_object()
    _loaded.append(engine)
    return engine.get_function_address


def _caller(name: str, types: str, address: int) -> Callable[..., None]:
    """A function that checks its arguments and calls machine code with them, without the GIL.

    Each argument becomes 64-bit words: one for a number; for an array the fields of numba's array
    struct, which are two nulls (no owner, no parent), number of items, item size, address, shape,
    strides.
    """
    if not address:
        raise BadObjectError(f"the saved kernels have no {name}")
    code = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_char_p)(address)
    parts = split_types(types)
    kinds = [_kind(text) for text in parts]
    fields = [
        f"{5 + 2 * k[1]}q" if k else FORMATS.get(p, "q") for k, p in zip(kinds, parts, strict=True)
    ]
    layout = struct.Struct("=" + "".join(fields))

    def call(*arguments: Any) -> None:
        words: list[int] = []
        for given, kind in zip(arguments, kinds, strict=True):
            if kind is None:
                words.append(int(given))
                continue
            dtype, dimensions, contiguous = kind
            if given.dtype != dtype or given.ndim != dimensions:
                came = f"{given.dtype} of {given.ndim} dimensions"
                raise TypeError(f"{name}: got {came}; expected {dtype} of {dimensions}")
            if contiguous and not given.flags.c_contiguous:
                raise TypeError(f"{name}: an array is not contiguous; pass np.ascontiguousarray")
            words += (0, 0, given.size, given.itemsize, given.ctypes.data)
            words += given.shape
            words += given.strides
        status = code(layout.pack(*words))
        if status:
            raise RuntimeError(f"{name}: the kernel failed with {status}")

    call.__name__ = name
    return call


def _kind(text: str) -> tuple[np.dtype[Any], int, bool] | None:
    """Item type, number of dimensions, and whether contiguous; None for a number."""
    item, bracket, inside = text.partition("[")
    if not bracket:
        return None
    return np.dtype(DTYPES[item]), inside.count(":") - inside.count("::"), "::1" in inside


def split_types(text: str) -> list[str]:
    """The parts of a text such as `float32[:, ::1], int64`."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]
