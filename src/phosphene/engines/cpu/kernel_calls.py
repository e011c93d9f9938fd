"""Machine code as Python functions.

On Linux the system loads a shared library in a millisecond; llvmlite links an object file wherever
numba runs.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from phosphene.engines.cpu.kernel_files import BadObjectError, Code

DTYPES = {"int32": "i4", "float32": "f4", "float64": "f8", "uint8": "u1", "uint16": "u2"}
FORMATS = {"uint64": "Q"}  # the `struct` format of a number; any other type is "q", a signed word
_loaded: list[Any] = []  # keeps the code in memory until the process ends: threads may be using it


def load(code: Code, types: Mapping[str, str]) -> dict[str, Callable[..., None]]:
    """The kernels in machine code as functions by name. `types` holds the types of their arguments.

    Raises `BadObjectError` if it cannot be loaded or has no such kernel.
    """
    found = _by_system(code.library, types) if code.library is not None else None
    found = found or _by_llvm(code.object, types)
    return {name: _caller(name, kinds, found[name]) for name, kinds in types.items()}


def _by_system(library: bytes, names: Iterable[str]) -> dict[str, int] | None:
    """The addresses of kernels in a shared library; None if the system does not load it.

    It is loaded from memory, so a folder mounted noexec does not matter, and what runs are the
    bytes whose digest was compared. The descriptor stays open: the system takes two libraries
    with the same path for one.
    """
    if not hasattr(os, "memfd_create"):
        return None
    try:
        descriptor = os.memfd_create("phosphene")
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(library)
        loaded = ctypes.CDLL(f"/proc/self/fd/{descriptor}")
        _loaded.append(loaded)
        found = {name: ctypes.cast(loaded[name], ctypes.c_void_p).value or 0 for name in names}
    except (OSError, AttributeError):  # no /proc, execution of memory files forbidden, no such name
        return None
    return found


def _by_llvm(data: bytes, names: Iterable[str]) -> dict[str, int]:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    try:
        machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
        engine.add_object_file(llvm.ObjectFileRef.from_data(data))
        engine.finalize_object()
    except RuntimeError as error:
        raise BadObjectError(f"the object cannot be loaded ({error})") from None
    _loaded.append(engine)
    return {name: engine.get_function_address(name) for name in names}


def _caller(name: str, types: str, address: int) -> Callable[..., None]:
    """A function that checks its arguments and calls machine code with them, without the GIL.

    Each argument becomes 64-bit words: one for a number; for an array the fields of numba's array
    struct, which are two nulls (no owner, no parent), number of items, item size, address, shape,
    strides.
    """
    if not address:
        raise BadObjectError(f"there is no kernel {name}")
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
