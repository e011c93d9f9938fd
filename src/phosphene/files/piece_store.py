"""The store of an export: finished pieces of a picture on disk, so that no work is lost.

A hidden folder beside the output (`.art.png.phosphene`) holds a job.json, which says what the
pieces belong to, and one file for each finished piece: named by the job and its rows, written
whole (temporary name, then its own), with a checksum over all it says. Pieces are functions of job
and rows, so writing one twice, from anywhere, is harmless.
"""

from __future__ import annotations

import json
import os
import struct
import threading
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from phosphene.core.errors import OutputError, UserError

try:
    from isal.isal_zlib import crc32
except ImportError:  # no wheel for this machine
    from zlib import crc32

HEAD = struct.Struct(">8s32sQQQ")  # MAGIC, job, top, height, bytes; then the bytes and their CRC-32
CHECK = struct.Struct(">I")
MAGIC = b"phBand1\n"
ABOUT = "job.json"


class Band(NamedTuple):
    """Rows of a picture."""

    top: int
    height: int


class Store:
    """The pieces of one job, a digest of 64 hexadecimal digits, in a folder that exists."""

    def __init__(self, folder: Path, job: str):
        self.folder, self.job = folder, job
        self.memory = bytearray()

    def write(self, band: Band, piece: bytes | memoryview) -> None:
        """Keep a piece. Raises `OutputError` where it cannot be written."""
        head = HEAD.pack(MAGIC, bytes.fromhex(self.job), *band, len(piece))
        check = crc32(piece, crc32(head))
        whole = self._path(band)
        part = whole.with_suffix(f".{os.getpid()}-{threading.get_ident()}.tmp")
        try:
            with open(part, "wb", buffering=0) as file:
                for data in (head, piece, CHECK.pack(check)):
                    _write_all(file, data)
            os.replace(part, whole)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise OutputError(f"{whole}: cannot be written ({error.strerror or error})") from None

    def read(self, band: Band) -> memoryview | None:
        """A piece as it was written, until the next is read; None where there is none, or one that
        is damaged.
        """
        try:
            with open(self._path(band), "rb", buffering=0) as file:
                size = os.fstat(file.fileno()).st_size
                if len(self.memory) < size:
                    self.memory = bytearray(size)
                data = memoryview(self.memory)[:size]
                if file.readinto(data) != size or size < HEAD.size + CHECK.size:
                    return None
        except OSError:
            return None
        length = size - HEAD.size - CHECK.size
        head = HEAD.pack(MAGIC, bytes.fromhex(self.job), *band, length)
        if (
            data[: HEAD.size] != head
            or CHECK.pack(crc32(data[: -CHECK.size])) != data[-CHECK.size :]
        ):
            return None
        return data[HEAD.size : -CHECK.size]

    def has(self, band: Band) -> bool:
        """Is there a file for this piece? It may be damaged."""
        return self._path(band).exists()

    def remove(self, only_empty: bool = False) -> None:
        """Remove the store and what is in it; or only one without pieces."""
        if not only_empty or not _count(self.folder):
            remove_store(self.folder)

    def _path(self, band: Band) -> Path:
        return self.folder / f"{self.job[:16]}-{band.top}-{band.height}.band"


def _write_all(file: Any, data: bytes | memoryview) -> None:
    left = memoryview(data)
    while len(left):
        left = left[file.write(left) :]


def store_folder(path: str | PathLike[str]) -> Path:
    """Where the store of an output stands."""
    path = Path(path)
    return path.with_name(f".{path.name}.phosphene")


def open_store(path: Path, about: dict[str, Any], resume: bool, overwrite: bool) -> Store:
    """The store for a job that writes `path`; new, or with `resume` that of an earlier run.

    `about` is what the job depends on: plain data, in the words of the options, and its "job", the
    digest. What stands there already is only removed with `overwrite`: raises `UserError` for a
    store of an unfinished export that is not to be resumed, or of another job; `OutputError` where
    the folder cannot be made.
    """
    folder = store_folder(path)
    if overwrite and not resume:
        remove_store(folder)
    found = _read_about(folder)
    if found is not None and found.get("job") != about["job"]:
        raise UserError(f"{path}: {_differs(found, about)}")
    if found is not None and not resume:
        done, total = _count(folder), found.get("bands")
        pieces = found.get("pieces", "bands")
        raise UserError(
            f"{path}: an earlier export was interrupted after {done} of {total} {pieces}; "
            "`resume=True` continues it, `overwrite=True` starts again"
        )
    try:
        folder.mkdir(exist_ok=True)
        if found is None:
            part = folder / f"{os.getpid()}.tmp"
            part.write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")
            os.replace(part, folder / ABOUT)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror or error})") from None
    return Store(folder, about["job"])


def _differs(found: dict[str, Any], about: dict[str, Any]) -> str:
    names = [n for n in about if n not in ("job", "bands") and n in found and found[n] != about[n]]
    was, now = (", ".join(f"{n} {says[n]}" for n in names[:3]) for says in (found, about))
    how = f"it had {was}; now {now}" if names else f"its {ABOUT} is damaged"
    return (
        f"an earlier export of another picture was interrupted here ({how}); "
        "`resume=True` needs the same picture; `overwrite=True` alone starts again"
    )


def count_bands(folder: Path) -> tuple[int, int] | None:
    """How many pieces a store holds, and of how many; None where there is no store."""
    about = _read_about(folder)
    if about is None:
        return None
    return _count(folder), about.get("bands", 0)


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.glob("*.band"))


def _read_about(folder: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def remove_store(folder: Path) -> None:
    """Remove a store and nothing that is not ours."""
    for _ in range(3):  # a worker that outlives its master may write once more
        with suppress(OSError):
            for file in [*folder.glob("*.band"), *folder.glob("*.tmp"), folder / ABOUT]:
                file.unlink(missing_ok=True)
            folder.rmdir()
            return
