"""A file appears whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from phosphene.errors import OutputError, UserError


def check_free(path: Path, force: bool) -> None:
    """Raises `UserError` where a file stands and `force` is not given, `OutputError` for no
    folder.
    """
    try:
        taken, inside = path.exists(), path.parent.is_dir()
    except (OSError, ValueError) as error:
        raise UserError(f"{str(path)[:60]!r}: not a name for a file ({error})") from None
    if path.is_dir():
        raise UserError(f"{path}: is a folder; name a file in it, such as {path / 'art.png'}")
    if taken and not force:
        raise UserError(f"{path}: exists already; choose another name or add --force")
    if not inside:
        raise UserError(f"{path}: the folder '{path.parent}' does not exist; create it first")


@contextmanager
def whole_file(path: Path, force: bool = False) -> Generator[BinaryIO]:
    """A binary file that takes its name when the block ends without an error, and is gone
    otherwise.

    `-` is stdout.
    """
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    check_free(path, force)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.chmod(part, 0o666 & ~_umask())
        _give_name(part, path, force)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
    finally:
        part.unlink(missing_ok=True)


def _give_name(part: Path, path: Path, force: bool) -> None:
    if force:
        os.replace(part, path)
        return
    try:
        os.link(part, path)
    except FileExistsError:
        raise UserError(f"{path}: appeared meanwhile; choose another name or add --force") from None
    except OSError:  # a file system without hard links
        check_free(path, force)
        os.replace(part, path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
