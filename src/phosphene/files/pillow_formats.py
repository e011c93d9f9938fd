"""JPEG, WebP and AVIF, written by Pillow from the whole picture in memory.

The texts are in the EXIF UserComment, with a copy in XMP, which says how the picture was made. An
EXIF segment of JPEG holds at most 64 kB: longer texts are compressed into our own APP15 segments.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.display_p3 import converter
from phosphene.colour.icc import icc
from phosphene.core.errors import InputError
from phosphene.files import ifd
from phosphene.files.bounded import TextBudget
from phosphene.files.format_types import Still
from phosphene.files.isobmff import read_items
from phosphene.files.places import Place, first_good
from phosphene.files.row_image import RowImage
from phosphene.files.texts import COPIED, pack, unpack
from phosphene.files.xmp import read_copy, xmp

XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\0"  # the start of a segment APP1
SEGMENT, OWN = 65_000, b"phosphene\0"


class PhotoWriter:
    """Collects rows of uint8; `finish` encodes them and writes the file."""

    sample_format = "bytes"
    name = ""

    def __init__(self, file: BinaryIO, still: Still):
        self.file, self.options, self.dpi = file, still.options, still.dpi
        self.channels, self.data = still.channels, still.data
        self.packed = pack(still.texts) if still.texts else ""
        self.xmp = xmp(still.texts, copied=True).encode() if still.texts else b""
        self.convert = converter(self.options["profile"])
        self.rows = RowImage(still.size, still.channels, self.name)

    def write(self, rows: NDArray[np.uint8]) -> None:
        self.rows.write(self.convert(rows))

    def finish(self) -> None:
        body = io.BytesIO()
        coloured = self.channels > 2 and not self.data
        profile = icc(self.options["profile"]) if coloured else None
        chosen = {**self.settings(), "xmp": self.xmp, "icc_profile": profile}
        self.rows.image.save(body, self.name, **chosen)
        self.file.write(body.getbuffer())

    def settings(self) -> dict[str, Any]:
        """The arguments of Pillow's `save`."""
        return {**self.options, "exif": self.exif(self.packed)}

    def exif(self, comment: str) -> bytes:
        body = ifd.exif_bytes(comment, self.dpi)
        return b"Exif\0\0" + body if body else b""


class JpegWriter(PhotoWriter):
    name = "JPEG"

    def settings(self) -> dict[str, Any]:
        long = len(self.packed) > COPIED
        chosen = {
            "quality": self.options["quality"],
            "subsampling": _subsampling(self.options),
            "exif": self.exif("" if long else self.packed),
            "extra": _segments(self.packed) if long else b"",
        }
        return chosen | ({"dpi": (self.dpi, self.dpi)} if self.dpi else {})


class WebpWriter(PhotoWriter):
    name = "WEBP"

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "exact": True, "method": self.options["effort"]}


class AvifWriter(PhotoWriter):
    name = "AVIF"

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "subsampling": _subsampling(self.options)}


def _subsampling(options: Mapping[str, Any]) -> str:
    return ":".join(options["subsampling"])


def _segments(packed: str) -> bytes:
    """The texts as APP15 segments: mark, number, total, a part of the compressed text."""
    body = zlib.compress(packed.encode(), 9)
    parts = [body[at : at + SEGMENT] for at in range(0, len(body), SEGMENT)]
    return b"".join(
        struct.pack(">HH", 0xFFEF, 2 + len(OWN) + 4 + len(part))
        + OWN + struct.pack(">HH", number, len(parts)) + part
        for number, part in enumerate(parts)
    )  # fmt: skip


def read_jpeg(path: Any, data: BinaryIO) -> dict[str, str]:
    """The texts of a JPEG, from its segments before the pixels."""
    data.seek(2)
    exif, copy = b"", b""
    parts: list[bytes] = []
    budget = TextBudget(path)
    while len(head := data.read(4)) == 4:
        mark, length = struct.unpack(">HH", head)
        if mark == 0xFFDA or mark < 0xFFC0 or length < 2:  # the pixel data start, or it is damaged
            break
        body = data.read(length - 2)  # up to 64 kB
        if mark == 0xFFE1 and body.startswith(b"Exif\0\0"):
            exif = exif or body
        elif mark == 0xFFE1 and body.startswith(XMP_SEGMENT):
            copy = copy or body.removeprefix(XMP_SEGMENT)
        elif mark == 0xFFEF and body.startswith(OWN):
            parts.append(budget.count(body[len(OWN) :]))
    own = [("segments APP15", lambda: _joined(path, parts, budget))] if parts else []
    return first_good(path, [*own, *_copies(path, exif, copy)])


def _joined(path: Any, parts: list[bytes], budget: TextBudget) -> dict[str, str]:
    places = [struct.unpack(">HH", part[:4].ljust(4, b"\0")) for part in parts]
    if places != [(number, len(parts)) for number in range(len(parts))]:
        raise InputError(f"{path}: parts of the recipe inside are missing")
    try:
        body = budget.inflate(b"".join(p[4:] for p in parts))
    except zlib.error:
        raise InputError(f"{path}: the recipe inside is damaged") from None
    return unpack(path, body)


def read_webp(path: Any, data: BinaryIO) -> dict[str, str]:
    """The texts of a WebP, from its EXIF chunk or its XMP."""
    data.seek(12)
    found: dict[bytes, bytes] = {}
    budget = TextBudget(path)
    while len(head := data.read(8)) == 8:
        kind, length = struct.unpack("<4sI", head)
        if kind in (b"EXIF", b"XMP ") and kind not in found:
            found[kind] = budget.take(data, length)
            data.seek(length % 2, io.SEEK_CUR)
        else:
            data.seek(length + length % 2, io.SEEK_CUR)
    return first_good(path, _copies(path, found.get(b"EXIF", b""), found.get(b"XMP ", b"")))


def read_avif(path: Any, data: BinaryIO) -> dict[str, str]:
    """The texts of an AVIF, from its items of EXIF or XMP."""
    try:
        exif, copy = read_items(path, data)
    except (ValueError, OverflowError, IndexError, OSError, struct.error) as error:
        raise InputError(f"{path}: the AVIF is damaged ({error}); get the whole file") from None
    return first_good(path, _copies(path, exif, copy))


def _copies(path: Any, exif: bytes, copy: bytes) -> list[Place]:
    exif = exif.removeprefix(b"Exif\0\0")
    return [
        ("EXIF", lambda: ifd.read_comment(path, exif)), ("XMP", lambda: read_copy(path, copy))
    ]  # fmt: skip
