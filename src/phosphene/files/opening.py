"""Opening what is to be read: a path, stdin, a pipe, or a file that is open already."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from os import PathLike
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from phosphene.core.errors import InputError, reading
from phosphene.files.bounded import most_text
from phosphene.files.formats import FILM_READERS, READERS
from phosphene.files.options import Readable

MOST_PIPED = 1 << 30  # bytes of a picture through a pipe; a file may have any size
IN_MEMORY = 1 << 24  # bytes; more are kept in a temporary file
PIECE, START = 1 << 20, 16
WAIT_S = 5.0  # for a program that writes to a pipe


def source_name(source: Readable) -> str:
    """The name of a source in messages: its path, or the name of an open file."""
    if isinstance(source, str | PathLike):
        return str(source)
    if not hasattr(source, "read"):
        return f"{source!r:.60}"
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "the file object"


@contextmanager
def opened(source: Readable) -> Generator[BinaryIO]:
    """A context manager with the source as a binary file that can seek, at its start. `-` is stdin.
    An open file stays open at its position. Raises `InputError`.
    """
    if not isinstance(source, str | PathLike):
        with _rewound(source) as file:
            yield file
        return
    name = str(source)
    with reading(name):
        if name == "-":
            with _kept(name, sys.stdin.buffer) as file:
                yield file
        elif stat.S_ISFIFO(os.stat(source).st_mode):
            with _pipe(name) as pipe, _kept(name, pipe) as file:
                yield file
        elif os.path.isfile(source) or os.path.isdir(source):
            with open(source, "rb") as file:
                yield file
        else:
            with open(source, "rb", buffering=0) as device, _kept(name, device) as file:
                yield file


@contextmanager
def _rewound(file: BinaryIO) -> Generator[BinaryIO]:
    """A context manager with the file at its start; its position is restored afterwards."""
    try:
        place = file.tell()
        file.seek(0)
        binary = isinstance(file.read(0), bytes)
    except (AttributeError, OSError, ValueError) as error:
        raise InputError(
            f"{source_name(file)}: expected a path, or an open, seekable binary file, such as "
            f"open(path, 'rb') or io.BytesIO(data) ({error})"
        ) from None
    if not binary:
        raise InputError(f"{source_name(file)}: is open in text mode; open it in binary mode, 'rb'")
    try:
        yield file
    finally:
        file.seek(place)


@contextmanager
def _pipe(name: str) -> Generator[_After]:
    """A context manager with an open pipe. Raises `InputError` if nothing opens it for writing."""
    place = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    with open(place, "rb", buffering=0) as file:
        first, end = b"", time.monotonic() + WAIT_S
        while not first:
            try:
                first = os.read(place, PIECE)
            except BlockingIOError:  # a program has opened it, but not written yet
                break
            if not first and time.monotonic() > end:
                raise InputError(
                    f"{name}: a pipe to which no program writes; waited {WAIT_S:g} s. Start the "
                    "program that writes to it first"
                )
            time.sleep(0.0 if first else 0.02)
        os.set_blocking(place, True)
        yield _After(first, file)


class _After:
    """What was read from a file already, then its rest."""

    def __init__(self, first: bytes, rest: Any):
        self.first, self.rest = first, rest

    def read(self, count: int) -> bytes:
        found, self.first = self.first[:count], self.first[count:]
        return found or self.rest.read(count)


@contextmanager
def _kept(name: str, stream: Any) -> Generator[BinaryIO]:
    """A context manager with the rest of a stream as a temporary file: all of a picture, of
    anything else only as much as a text may have.
    """
    with SpooledTemporaryFile(IN_MEMORY) as kept:
        start = _read(stream, START)
        picture = any(reader.knows(start) for reader in (*READERS, *FILM_READERS))
        most = MOST_PIPED if picture else min(MOST_PIPED, most_text() + 1)
        piece = start
        while piece:
            kept.write(piece)
            piece = stream.read(min(PIECE, most - kept.tell())) if kept.tell() < most else b""
        if picture and kept.tell() == most:
            raise InputError(f"{name}: over {MOST_PIPED >> 30} GiB came; save it to a file first")
        kept.seek(0)
        yield kept  # type: ignore[misc]


def _read(stream: Any, count: int) -> bytes:
    """That many bytes of a stream, which may give them in pieces; fewer if it ends."""
    found = b""
    while len(found) < count and (piece := stream.read(count - len(found))):
        found += piece
    return found
