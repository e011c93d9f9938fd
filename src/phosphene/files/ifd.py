"""Tags in the directories of TIFF, BigTIFF and EXIF: reading them, and writing EXIF. TIFF 6.0;
BigTIFF: libtiff; EXIF 2.32 (CIPA DC-008).
"""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from typing import Any, BinaryIO

from phosphene.core.errors import InputError
from phosphene.files.bounded import read_text
from phosphene.files.texts import unpack

DESCRIPTION, XMP, EXIF, USER_COMMENT = 270, 700, 0x8769, 0x9286
ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 2, 3, 4, 5, 7  # types of values
X_RESOLUTION, Y_RESOLUTION, UNIT, SOFTWARE, VERSION, INCH = 282, 283, 296, 305, 0x9000, 2
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}  # fmt: skip  # noqa: E501
MAX_ENTRIES = 4096
# first bytes: byte order, then the `struct` formats of an offset, a directory's count and an entry
SHAPES = {
    b"II*\0": ("<", "I", "H", "HHI4s"),
    b"MM\0*": (">", "I", "H", "HHI4s"),
    b"II+\0": ("<", "Q", "Q", "HHQ8s"),
    b"MM\0+": (">", "Q", "Q", "HHQ8s"),
}


def find_tag(data: BinaryIO, *tags: int, where: Any = "") -> bytes | None:
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
        value = _value(data, start, tag, pointer, order + count, f"{order}{entry}", where)
        if value is None:
            return None
        if tag != tags[-1]:
            if len(value) != struct.calcsize(pointer):
                raise ValueError("a pointer of the wrong size")
            place = struct.unpack(pointer, value)[0]
    return value


def _value(
    data: BinaryIO, start: int, tag: int, pointer: str, count: str, entry: str, where: Any
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
            data.seek(start + struct.unpack(pointer, held)[0])
            return _take(data, size, where)
    return None


def _take(data: BinaryIO, size: int, where: Any = "") -> bytes:
    found = read_text(where, data, size)
    if len(found) < size:
        raise ValueError("cut off")
    return found


def exif_bytes(comment: str, dpi: float | None = None, *, start: int = 8) -> bytes:
    """EXIF with a text as its UserComment and pixels per inch, from its TIFF header on; b"" without
    either. The first directory is at `start`.
    """
    first: list[tuple[int, int, bytes]] = []
    own: list[tuple[int, int, bytes]] = []
    if dpi:
        ratio = struct.pack(">2I", *Fraction(dpi).limit_denominator(1000).as_integer_ratio())
        first += [(X_RESOLUTION, RATIONAL, ratio), (Y_RESOLUTION, RATIONAL, ratio)]
        first += [(UNIT, SHORT, struct.pack(">H", INCH))]
    if comment:
        text = b"ASCII\0\0\0" + comment.encode()
        first += [(SOFTWARE, ASCII, b"Phosphene\0"), (EXIF, LONG, bytes(4))]
        place = struct.pack(">I", start + len(_directory(first, start)))
        first[-1] = EXIF, LONG, place
        own = [(VERSION, UNDEFINED, b"0232"), (USER_COMMENT, UNDEFINED, text)]
    if not first:
        return b""
    head = struct.pack(">2sHI", b"MM", 42, start).ljust(start, b"\0") + _directory(first, start)
    return head + (_directory(own, len(head)) if own else b"")


def _directory(entries: list[tuple[int, int, bytes]], at: int) -> bytes:
    """A directory at offset `at`, followed by the values that are longer than 4 bytes."""
    held, values = b"", b""
    end = at + 2 + 12 * len(entries) + 4
    for tag, kind, value in entries:
        held += struct.pack(">HHI", tag, kind, len(value) // SIZES[kind])
        held += value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(">I", end + len(values))
        values += b"" if len(value) <= 4 else value + bytes(len(value) % 2)
    return struct.pack(">H", len(entries)) + held + bytes(4) + values


def read_comment(path: Any, exif: bytes) -> dict[str, str]:
    """Our texts in the UserComment of EXIF, from its TIFF header on; empty if another program wrote
    it.
    """
    return read_tag(path, io.BytesIO(exif), EXIF, USER_COMMENT) if exif else {}


def read_tag(path: Any, data: BinaryIO, *tags: int) -> dict[str, str]:
    """Our texts in a tag, as in `find_tag`; empty if another program wrote it. Raises
    `InputError`.
    """
    value = tag_bytes(path, data, *tags)
    packed = value.removeprefix(b"ASCII\0\0\0").rstrip(b"\0")
    return unpack(path, packed) if packed.startswith(b'{"phosphene') else {}


def tag_bytes(path: Any, data: BinaryIO, *tags: int) -> bytes:
    """The bytes of a tag as in `find_tag`, b"" if it is missing. Raises `InputError`."""
    try:
        return find_tag(data, *tags, where=path) or b""
    except (ValueError, OverflowError, OSError, struct.error) as error:
        raise InputError(f"{path}: the file is damaged ({error}); get the whole file") from None
