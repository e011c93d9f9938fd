"""Atomic output: a file appears complete or not at all."""

from __future__ import annotations

import glob
import hashlib
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from phosphene.core.errors import OutputError, UserError
from phosphene.files.file_lock import lock

LONGEST_NAME = 200  # bytes of a name from which hidden names are made as they are


def check_free(path: Path, overwrite: bool) -> None:
    """Raise `UserError` if the file exists and `overwrite` is false, or if its folder does not
    exist. A pipe or a device is always free: it is written to, not replaced.
    """
    path = _target(path)
    try:
        os.lstat(path)
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UserError(f"{str(path)[:60]!r}: not a name for a file ({why})") from None
    taken, inside = path.exists(), path.parent.is_dir()
    if is_stream(path):
        return
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

    `-` is stdout. A link stays a link; its target is written. A replaced file keeps its
    permissions. A pipe or a device is written to directly.
    """
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    check_free(path, overwrite)
    path = _target(path)
    if is_stream(path):
        try:
            with open(path, "wb") as file:
                yield file
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
        return
    clear_parts(path)
    part = _new_part(path)
    try:
        with held(part), open(part, "wb") as file:  # named: writers put temporary files next to it
            yield file
        copy_permissions(path, part)
        _give_name(part, path, overwrite)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def held(part: Path) -> Generator[None]:
    """A context manager that locks a part, so that no other process removes it as abandoned."""
    handle = lock(part)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def clear_parts(path: Path, before: Callable[[Path], None] = lambda part: None) -> None:
    """Remove the parts of a file or folder that killed processes left behind; `before(part)` is
    called before each removal.
    """
    for part in path.parent.glob(f"{glob.escape(hidden_name(path))}.*.part"):
        handle = lock(part)
        if handle is not None:
            before(part)
            shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)
            os.close(handle)


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
    except FileNotFoundError:  # the folder was removed
        raise
    except OSError:  # a file system without hard links
        check_free(path, overwrite)
        os.replace(part, path)


def is_stream(path: str | os.PathLike[str]) -> bool:
    """Whether a path is `-` (stdout), a pipe or a device: something that cannot be replaced or read
    back.
    """
    if str(path) == "-":
        return True
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def hidden_name(path: Path) -> str:
    """The start of the names of hidden files next to a path."""
    if len(os.fsencode(path.name)) <= LONGEST_NAME:
        return f".{path.name}"
    return f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:32]}"


def copy_permissions(path: Path, part: Path) -> None:
    """Give a new file or folder the permissions of the one that it replaces, if there is one."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return
    os.chmod(part, stat.S_IMODE(mode))


def _target(path: Path) -> Path:
    """The file that a link points to, or the path itself."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else path


def _new_part(path: Path) -> Path:
    """A new empty file next to a path, with the permissions of any new file."""
    while True:
        part = path.with_name(f"{hidden_name(path)}.{secrets.token_hex(4)}.part")
        try:
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        except FileExistsError:
            continue
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
        return part
