"""Compiled kernels as files: NAME.o, on Linux NAME.so where it could be linked, and NAME.json.

NAME is a group of kernels. The JSON file holds the sha256 of the others, the digest of the sources
and the target. Nothing is loaded whose digest differs, and no file holds a pickle.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

LARGEST = 1 << 24  # bytes of a file; objects have some 100 kB


class BadObjectError(Exception):
    """A file of compiled kernels is missing, damaged, or made from other sources."""


class Code(NamedTuple):
    """Machine code: an object file for llvmlite, and the same as a shared library or None."""

    object: bytes
    library: bytes | None


def read_code(folder: Path, group: str, about: dict[str, str]) -> Code:
    """The code of a group; `about` is what its JSON file must say of sources and target.

    Raises `BadObjectError`.
    """
    try:
        said = json.loads(_read(folder / f"{group}.json"))
        if not isinstance(said, dict) or {k: said.get(k) for k in about} != about:
            raise BadObjectError(f"{folder}: {group} was compiled from other sources")
        library = None
        if said.get("library") is not None:
            library = _checked(folder / f"{group}.so", said["library"])
        return Code(_checked(folder / f"{group}.o", said.get("object")), library)
    except (OSError, ValueError, RecursionError) as error:  # UnicodeError is a ValueError
        raise BadObjectError(f"{folder}: {group} cannot be read ({error})") from None


def write_code(folder: Path, group: str, about: dict[str, str], code: Code) -> None:
    """Save the code of a group; the JSON file comes last. Raises `OSError`."""
    said = about | {"object": _sha256(code.object)}
    files = {f"{group}.o": code.object}
    if code.library is not None:
        files[f"{group}.so"], said["library"] = code.library, _sha256(code.library)
    files[f"{group}.json"] = json.dumps(said).encode()
    for name, data in files.items():
        descriptor, part = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.replace(part, folder / name)  # of two processes, the later wins: with equal bytes
        except OSError:
            os.unlink(part)
            raise


def link(code: bytes) -> bytes | None:
    """An object as a shared library; None without a linker, or if linking fails.

    The library needs no other library: what it calls (memset) is in every process.
    """
    linker = shutil.which("cc") if sys.platform == "linux" else None
    if linker is None:
        return None
    try:
        with tempfile.TemporaryDirectory() as folder:
            source, made = Path(folder, "kernels.o"), Path(folder, "kernels.so")
            source.write_bytes(code)
            command: list[Any] = [linker, "-shared", "-nostdlib", "-s", "-o", made, source]
            done = subprocess.run(command, capture_output=True, check=False)
            return made.read_bytes() if done.returncode == 0 else None  # fails for other CPUs
    except OSError:  # such as a full disk
        return None


def _read(path: Path) -> bytes:
    """A regular file, read without following a link or waiting for a pipe."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            raise BadObjectError(f"{path}: no file of kernels")
        return file.read(LARGEST)


def _checked(path: Path, digest: Any) -> bytes:
    data = _read(path)
    if _sha256(data) != digest:
        raise BadObjectError(f"{path}: the file is damaged")
    return data


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
