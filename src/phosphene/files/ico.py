"""ICO: a picture as an icon in several sizes, each stored as a PNG.

Microsoft, "Icons" (1995), with PNG entries as Windows has them since Vista and browsers always.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phosphene.core.errors import InputError
from phosphene.files import png_reading
from phosphene.files.format_types import Still
from phosphene.files.png import png_bytes
from phosphene.files.row_image import RowImage

LARGEST = 256
HEAD, ENTRY = struct.Struct("<3H"), struct.Struct("<4B2H2I")


class IcoWriter:
    """Collects rows of uint8; `finish` reduces the picture to every size and writes the file."""

    sample_format = "bytes"

    def __init__(self, file: BinaryIO, still: Still):
        self.file, self.still = file, still
        self.rows = RowImage(still.size, still.channels, "ICO")

    def write(self, rows: NDArray[np.uint8]) -> None:
        self.rows.write(rows)

    def finish(self) -> None:
        whole = self.rows.image.convert("RGBA")
        pictures = [_reduced(whole, side) for side in self._sides()]
        bodies = [
            png_bytes(np.asarray(picture), dict(self.still.texts) if k == len(pictures) - 1 else {})
            for k, picture in enumerate(pictures)
        ]
        self.file.write(HEAD.pack(0, 1, len(bodies)))
        place = HEAD.size + ENTRY.size * len(bodies)
        for picture, body in zip(pictures, bodies, strict=True):
            width, height = (side % LARGEST for side in picture.size)  # 0 is 256
            self.file.write(ENTRY.pack(width, height, 0, 0, 1, 32, len(body), place))
            place += len(body)
        for body in bodies:
            self.file.write(body)

    def _sides(self) -> list[int]:
        """The longer sides of the icons, from small to large."""
        longest = min(max(self.still.size), LARGEST)
        asked = sorted({int(side) for side in self.still.options["sizes"].split(",")})
        return [side for side in asked if side <= longest] or [longest]


def _reduced(picture: Image.Image, side: int) -> Image.Image:
    share = side / max(picture.size)
    size = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    return picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS)


def read_texts(path: Any, data: BinaryIO) -> dict[str, str]:
    """The texts of an icon, from the largest of its PNGs."""
    try:
        _, _, count = HEAD.unpack(data.read(HEAD.size))
        entries = [ENTRY.unpack(data.read(ENTRY.size)) for _ in range(min(count, 256))]
        *_, place = max(entries, key=lambda e: max((side - 1) % LARGEST for side in e[:2]))
        data.seek(place)
        start = data.read(4)
        data.seek(place)
    except (struct.error, ValueError, OSError):
        raise InputError(f"{path}: the icon is damaged or cut off") from None
    return png_reading.read_texts(path, data) if start == b"\x89PNG" else {}
