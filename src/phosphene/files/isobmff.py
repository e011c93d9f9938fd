"""Reading EXIF and XMP in an AVIF: boxes of ISO 14496-12 (ISOBMFF) and 23008-12 (HEIF)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from phosphene.files.bounded import TextBudget

MAX_BOXES = 10_000
EXIF, MIME = b"Exif", b"mime"  # types of items
XMP = b"application/rdf+xml"


def read_items(path: Any, data: BinaryIO) -> tuple[bytes, bytes]:
    """The contents of the items of EXIF, from its TIFF header on, and of XMP; b"" for one that is
    missing.

    Raises `ValueError`, `IndexError` or `struct.error` if boxes are damaged.
    """
    for kind, size in _top(data):
        if kind != b"meta":
            data.seek(size, io.SEEK_CUR)
            continue
        budget = TextBudget(path)
        boxes = dict(_boxes(budget.take(data, size)[4:]))
        numbers = _item_numbers(boxes.get(b"iinf", b""))
        places = _places(boxes.get(b"iloc", b"")) if numbers else {}
        exif, xmp = (
            _contents(data, budget, places.get(numbers.get(kind, -1))) for kind in (EXIF, MIME)
        )
        return exif and exif[4 + struct.unpack_from(">I", exif)[0] :], xmp
    return b"", b""


def _contents(data: BinaryIO, budget: TextBudget, place: tuple[int, int] | None) -> bytes:
    if place is None:
        return b""
    data.seek(place[0])
    return budget.take(data, place[1])


def _top(data: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield type and size of the boxes of a file; `data` is then at the contents of the box."""
    for _ in range(MAX_BOXES):
        head = data.read(8)
        if len(head) < 8:
            return
        size, kind = struct.unpack(">I4s", head)
        if size == 1:
            yield kind, struct.unpack(">Q", data.read(8))[0] - 16
        elif size >= 8:
            yield kind, size - 8
        else:  # to the end of the file, or damaged
            return


def _boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(body):
        size, kind = struct.unpack_from(">I4s", body, at)
        if size < 8:
            return
        yield kind, body[at + 8 : at + size]
        at += size


def _item_numbers(iinf: bytes) -> dict[bytes, int]:
    """The numbers of the first items of EXIF and of XMP, by their types."""
    found: dict[bytes, int] = {}
    for _, entry in _boxes(iinf[6 if iinf[:1] == b"\0" else 8 :]):
        number, _, kind = struct.unpack_from(">HH4s" if entry[0] == 2 else ">IH4s", entry, 4)
        if kind == EXIF or (kind == MIME and XMP in entry):
            found.setdefault(kind, number)
    return found


def _places(iloc: bytes) -> dict[int, tuple[int, int]]:
    """Offset and length in the file of each item that is in one piece."""
    data = io.BytesIO(iloc)

    def number(size: int) -> int:
        found = data.read(size)
        if len(found) < size:
            raise ValueError("a box is truncated")
        return int.from_bytes(found, "big")

    version, _, sizes, more = number(1), number(3), number(1), number(1)
    places: dict[int, tuple[int, int]] = {}
    for _ in range(number(4 if version == 2 else 2)):
        item = number(4 if version == 2 else 2)
        method = number(2) if version else 0
        _, base, extents = number(2), number(more >> 4), number(2)
        for _ in range(extents):
            number(more & 15 if version else 0)
            place = base + number(sizes >> 4), number(sizes & 15)
            if extents == 1 and method == 0:
                places[item] = place
    return places
