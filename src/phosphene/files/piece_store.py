"""The store of an export: finished pieces of a job on disk, so that no work is lost.

A hidden folder next to the output (`.art.png.phosphene`) holds a job.json, which identifies the
job, and one file for each finished piece: named after the job and the piece, written under a
temporary name and then renamed, with a checksum of its whole contents. A piece depends only on the
job and its own number, so it may be written twice, from anywhere. An export that runs holds a lock
on its store, so that a second one with the same output is refused.
"""

from __future__ import annotations

import json
import os
import struct
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import Any

from phosphene.core.deflate import crc32
from phosphene.core.errors import OutputError, UserError
from phosphene.files.atomic import hidden_name
from phosphene.files.file_lock import OwnerLock, owner_of
from phosphene.jobs.job import Piece

CHECK = struct.Struct(">I")  # CRC-32 of everything before it
MAGIC = b"phPiece1"
ABOUT = "job.json"
LOCK = "running.lock"
MOST_TEXT = 1 << 20  # characters of job.json
PIECES = ("*.piece", "*.band")  # older versions wrote the second


class Store:
    """The pieces of one job in an existing folder. `job` is a digest of 64 hexadecimal digits."""

    def __init__(self, folder: Path, job: str, lock: OwnerLock | None = None):
        self.folder, self.job, self.lock = folder, job, lock
        self.memory = bytearray()

    def write(self, piece: Piece, data: bytes | memoryview) -> None:
        """Store a piece. Raises `OutputError` if it cannot be written."""
        head = self._head(piece, len(data))
        check = crc32(data, crc32(head))
        whole = self._path(piece)
        part = whole.with_suffix(f".{uuid.uuid4().hex}.tmp")  # other machines may write here too
        try:
            with open(part, "wb", buffering=0) as file:
                for part_data in (head, data, CHECK.pack(check)):
                    _write_all(file, part_data)
            os.replace(part, whole)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise OutputError(f"{whole}: cannot be written ({error.strerror or error})") from None

    def read(self, piece: Piece) -> memoryview | None:
        """A piece as it was written, valid until the next call; None if missing or damaged."""
        try:
            with open(self._path(piece), "rb", buffering=0) as file:
                size = os.fstat(file.fileno()).st_size
                if len(self.memory) < size:
                    self.memory = bytearray(size)
                data = memoryview(self.memory)[:size]
                if file.readinto(data) != size:
                    return None
        except OSError:
            return None
        start = len(self._head(piece, 0))
        length = size - start - CHECK.size
        if length < 0 or data[:start] != self._head(piece, length):
            return None
        if CHECK.pack(crc32(data[: -CHECK.size])) != data[-CHECK.size :]:
            return None
        return data[start : -CHECK.size]

    def has(self, piece: Piece) -> bool:
        """Whether there is a file for this piece; it may be damaged."""
        return self._path(piece).exists()

    def to_bytes(self) -> bytes:
        """The store serialised for another process that can access the folder."""
        return json.dumps([str(self.folder.absolute()), self.job]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Store:
        folder, job = json.loads(data)
        return cls(Path(folder), job)

    @contextmanager
    def token(self) -> Generator[str]:
        """A context manager with a token in the folder, by which another machine can check that it
        sees the same folder.

        Raises `OutputError` if it cannot be written.
        """
        token = uuid.uuid4().hex
        file = self.folder / f"{token}.tmp"
        try:
            file.write_text(token)
        except OSError as error:
            raise OutputError(f"{file}: cannot be written ({error.strerror or error})") from None
        try:
            yield token
        finally:
            with suppress(OSError):
                file.unlink(missing_ok=True)

    def sees(self, token: str) -> bool:
        """Whether the token is in this folder."""
        try:
            return (self.folder / f"{token}.tmp").read_text() == token
        except (OSError, ValueError):
            return False

    def close(self, keep: bool = False) -> None:
        """End the export: remove the store and its contents, or with `keep` only a store without
        pieces. Another process can use the store from now on.
        """
        if not keep or not _count(self.folder):
            _clear(self.folder)
        if self.lock is not None:
            self.lock.release()
        with suppress(OSError):  # it has pieces, or files that are not ours, or another owner
            self.folder.rmdir()

    def _path(self, piece: Piece) -> Path:
        return self.folder / f"{self.job[:16]}-{'-'.join(map(str, piece))}.piece"

    def _head(self, piece: Piece, length: int) -> bytes:
        numbers = len(piece)
        return struct.pack(
            f">8s32sB{numbers}QQ", MAGIC, bytes.fromhex(self.job), numbers, *piece, length
        )


def _write_all(file: Any, data: bytes | memoryview) -> None:
    left = memoryview(data)
    while len(left):
        left = left[file.write(left) :]


def store_folder(path: str | PathLike[str]) -> Path:
    """The folder of an output's store."""
    path = Path(path)
    return path.with_name(f"{hidden_name(path)}.phosphene")


def open_store(path: Path, about: dict[str, Any], resume: bool, overwrite: bool) -> Store:
    """The store for a job that writes `path`: a new one, or with `resume` that of an earlier run.

    `about` is what the job depends on: plain data by the names of options, and "job", the digest.
    An existing store is only removed with `overwrite`, and never while an export uses it. Raises
    `UserError` for the store of a running export or of another job, or of an unfinished export
    without `resume`; `OutputError` if the folder cannot be created.
    """
    folder = store_folder(path)
    try:
        lock = OwnerLock(folder / LOCK)
    except BlockingIOError:
        raise UserError(f"{path}: {_is_running(folder)}") from None
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror or error})") from None
    try:
        _prepare(folder, path, about, resume, overwrite)
    except BaseException:
        lock.release()
        raise
    return Store(folder, about["job"], lock)


def _prepare(
    folder: Path, path: Path, about: dict[str, Any], resume: bool, overwrite: bool
) -> None:
    if overwrite and not resume:
        _clear(folder)
    found = _read_about(folder)
    if found is not None and found.get("job") != about["job"]:
        raise UserError(f"{path}: {_differs(found, about)}")
    if found is not None and not resume:
        done, total, unit = _count(folder), found.get("pieces"), found.get("unit", "pieces")
        raise UserError(
            f"{path}: an earlier export was interrupted after {done} of {total} {unit}; "
            "`resume=True` continues it, `overwrite=True` starts over"
        )
    if found is not None:
        return
    try:
        folder.mkdir(exist_ok=True)
        part = folder / f"{os.getpid()}.tmp"
        part.write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")
        os.replace(part, folder / ABOUT)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror or error})") from None


def _is_running(folder: Path) -> str:
    owner = owner_of(folder / LOCK)
    who = f" ({owner})" if owner else ""
    return f"an export to this file is running{who}; wait until it ends, or stop it first"


def _differs(found: dict[str, Any], about: dict[str, Any]) -> str:
    if "code" in found and found["code"] != about.get("code"):
        return (
            "an earlier export by another version of Phosphene was interrupted here, and its "
            "pieces cannot be mixed with those of this one. Finish it with that version, or start "
            "over with `overwrite=True` alone"
        )
    known = ("job", "pieces", "unit")
    names = [n for n in about if n not in known and n in found and found[n] != about[n]]
    was, now = (", ".join(f"{n} {values[n]}" for n in names[:3]) for values in (found, about))
    how = f"it had {was}; now {now}" if names else f"its {ABOUT} is damaged"
    return (
        f"an earlier export of another picture was interrupted here ({how}); "
        "`resume=True` needs the same picture; `overwrite=True` alone starts over"
    )


def count_pieces(folder: Path) -> tuple[int, int] | None:
    """How many pieces a store holds, and the job's total; None if there is no store."""
    about = _read_about(folder)
    if about is None:
        return None
    return _count(folder), about.get("pieces", 0)


def stored_bytes(folder: Path) -> int:
    """The size of a store in bytes. Files may vanish while it is read: a worker that outlives its
    parent process may still rename its last piece.
    """
    total = 0
    with suppress(OSError):
        for file in folder.iterdir():
            with suppress(OSError):
                total += file.stat().st_size
    return total


def _count(folder: Path) -> int:
    return sum(1 for pattern in PIECES for _ in folder.glob(pattern))


def _read_about(folder: Path) -> dict[str, Any] | None:
    try:
        with open(folder / ABOUT, encoding="utf-8") as file:
            found = json.loads(file.read(MOST_TEXT))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _clear(folder: Path) -> None:
    """Remove the files of a store, but not its lock and no files that are not ours."""
    for _ in range(2):  # a worker that outlives its parent process may write once more
        for file in [f for pattern in (*PIECES, "*.tmp", ABOUT) for f in folder.glob(pattern)]:
            with suppress(OSError):
                file.unlink(missing_ok=True)
