"""Reading tags from the directories of TIFF, BigTIFF and EXIF. TIFF 6.0; BigTIFF: libtiff."""

from __future__ import annotations

import io
import struct
from typing import Any, BinaryIO

from phosphene.core.errors import InputError
from phosphene.files.texts import MAX_TEXT, unpack

DESCRIPTION, EXIF, USER_COMMENT = 270, 0x8769, 0x9286
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}  # fmt: skip  # noqa: E501
MAX_ENTRIES = 4096
# first bytes: byte order, then the `struct` formats of an offset, a directory's count and an entry
SHAPES = {
    b"II*\0": ("<", "I", "H", "HHI4s"),
    b"MM\0*": (">", "I", "H", "HHI4s"),
    b"II+\0": ("<", "Q", "Q", "HHQ8s"),
    b"MM\0+": (">", "Q", "Q", "HHQ8s"),
}


def find_tag(data: BinaryIO, *tags: int) -> bytes | None:
    """The bytes of a tag in the first directory; of several `tags`, each but the last points to the
    directory of the next.

    None if there is no such tag. Raises `ValueError` if a directory is damaged.
    """
    start = data.tell()
    shape = SHAPES.get(_take(data, 4))
    if shape is None:
        raise ValueError("no directory of tags")
    order, offset, count, entry = shape
    if offset == "Q":
        _take(data, 4)
    pointer = order + offset
    place = struct.unpack(pointer, _take(data, struct.calcsize(pointer)))[0]
    value = None
    for tag in tags:
        data.seek(start + place)
        value = _value(data, start, tag, pointer, order + count, f"{order}{entry}")
        if value is None:
            return None
        if tag != tags[-1]:
            if len(value) != struct.calcsize(pointer):
                raise ValueError("a pointer of the wrong size")
            place = struct.unpack(pointer, value)[0]
    return value


def _value(
    data: BinaryIO, start: int, tag: int, pointer: str, count: str, entry: str
) -> bytes | None:
    entries = struct.unpack(count, _take(data, struct.calcsize(count)))[0]
    if entries > MAX_ENTRIES:
        raise ValueError("too many tags")
    for _ in range(entries):
        found, kind, number, held = struct.unpack(entry, _take(data, struct.calcsize(entry)))
        if found == tag:
            size = SIZES.get(kind, 1) * number
            if size <= len(held):
                return held[:size]
            if size > MAX_TEXT:
                raise ValueError("a text is too long")
            data.seek(start + struct.unpack(pointer, held)[0])
            return _take(data, size)
    return None


def _take(data: BinaryIO, size: int) -> bytes:
    found = data.read(size)
    if len(found) < size:
        raise ValueError("cut off")
    return found


def read_description(path: Any, data: BinaryIO) -> dict[str, str]:
    """Our texts in the ImageDescription of a TIFF; empty if another program wrote it."""
    return _texts(path, data, DESCRIPTION)


def read_comment(path: Any, exif: bytes) -> dict[str, str]:
    """Our texts in the UserComment of EXIF; empty if another program wrote it."""
    return _texts(path, io.BytesIO(exif), EXIF, USER_COMMENT)


def _texts(path: Any, data: BinaryIO, *tags: int) -> dict[str, str]:
    try:
        value = find_tag(data, *tags) or b""
    except (ValueError, OverflowError, OSError) as error:
        raise InputError(f"{path}: the file is damaged ({error}); get the whole file") from None
    packed = value.removeprefix(b"ASCII\0\0\0").rstrip(b"\0")
    return unpack(path, packed) if packed.startswith(b'{"phosphene') else {}
