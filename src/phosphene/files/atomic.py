"""Atomic output: a file appears complete or not at all."""

from __future__ import annotations

import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from phosphene.core.errors import OutputError, UserError


def check_free(path: Path, overwrite: bool) -> None:
    """Raise `UserError` if the file exists and `overwrite` is false, `OutputError` if its folder
    does not exist.
    """
    try:
        os.lstat(path)
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UserError(f"{str(path)[:60]!r}: not a name for a file ({why})") from None
    taken, inside = path.exists(), path.parent.is_dir()
    if path.is_dir():
        raise UserError(f"{path}: is a folder; name a file in it, such as {path / 'art.png'}")
    if taken and not overwrite:
        raise UserError(f"{path}: already exists; choose another name or add `overwrite=True`")
    if not inside:
        raise UserError(f"{path}: the folder '{path.parent}' does not exist; create it first")


@contextmanager
def whole_file(path: Path, overwrite: bool = False) -> Generator[BinaryIO]:
    """A context manager with a binary file that appears under its name when the block ends without
    an error, and is removed otherwise.

    `-` is stdout.
    """
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    check_free(path, overwrite)
    clear_parts(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
    part = Path(name)
    try:
        os.close(handle)
        with held(part), open(part, "wb") as file:  # named: writers put temporary files next to it
            yield file
        os.chmod(part, 0o666 & ~read_umask())
        _give_name(part, path, overwrite)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def held(part: Path) -> Generator[None]:
    """A context manager that locks a part, so that no other process removes it as abandoned."""
    handle = _lock(part)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def clear_parts(path: Path, before: Callable[[Path], None] = lambda part: None) -> None:
    """Remove the parts of a file or folder that killed processes left behind; `before(part)` is
    called before each removal.
    """
    for part in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        handle = _lock(part)
        if handle is not None:
            before(part)
            shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)
            os.close(handle)


def _lock(part: Path) -> int | None:
    """An open handle that locks the part; None if another process has it, or without locks."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = None
    try:
        handle = os.open(part, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if handle is not None:
            os.close(handle)
        return None
    return handle


def _give_name(part: Path, path: Path, overwrite: bool) -> None:
    if overwrite:
        os.replace(part, path)
        return
    try:
        os.link(part, path)
    except FileExistsError:
        raise UserError(
            f"{path}: was created in the meantime; choose another name or add `overwrite=True`"
        ) from None
    except OSError:  # a file system without hard links
        check_free(path, overwrite)
        os.replace(part, path)


def read_umask() -> int:
    """The file mode bits that this process leaves out of new files."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
