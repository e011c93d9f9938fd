"""Reading the texts of a file: in all at most as many bytes as the limits in force allow."""

from __future__ import annotations

import io
import math
import sys
import zlib
from typing import Any, BinaryIO

from phosphene.core.limits import exceed, limits_in_force, require

PIECE = 1 << 20  # bytes read at a time


def most_text() -> int:
    """The most bytes of text in a file, by the limits in force."""
    limit = limits_in_force().text
    return sys.maxsize - 1 if math.isinf(limit) else int(limit)


class TextBudget:
    """How much text may still be read from the file of that name."""

    def __init__(self, path: Any):
        self.where, self.used = str(path), 0

    @property
    def left(self) -> int:
        return max(0, most_text() - self.used)

    def take(self, data: BinaryIO, length: int | None = None) -> bytes:
        """The next `length` bytes, or all to the end; fewer if the file ends. Raises
        `LimitError`.
        """
        if length is not None:
            length = min(length, _rest(data)) if length > PIECE else length
            self._spend(length)
            return _pieces(data, length)
        found = _pieces(data, self.left + 1)
        if len(found) > self.left:
            exceed("text", self.where)
        self._spend(len(found))
        return found

    def count(self, text: bytes) -> bytes:
        """A text that has been read already. Raises `LimitError`."""
        self._spend(len(text))
        return text

    def inflate(self, body: bytes) -> bytes:
        """The text in a zlib stream. Raises `zlib.error`, `LimitError`."""
        inflater = zlib.decompressobj()
        found = inflater.decompress(body, self.left + 1)
        if len(found) > self.left:
            exceed("text", self.where)
        self._spend(len(found))
        return found

    def _spend(self, count: int) -> None:
        self.used += count
        require(self.where, text=self.used)


def read_text(path: Any, data: BinaryIO, length: int | None = None) -> bytes:
    """The next `length` bytes of a file that holds one text, or all to the end. Raises
    `LimitError`.
    """
    return TextBudget(path).take(data, length)


def _rest(data: BinaryIO) -> int:
    """The number of bytes to the end of a file. A length in a damaged file may be any number."""
    here = data.tell()
    end = data.seek(0, io.SEEK_END)
    data.seek(here)
    return end - here


def _pieces(data: BinaryIO, length: int) -> bytes:
    found = bytearray()
    while len(found) < length and (piece := data.read(min(PIECE, length - len(found)))):
        found += piece
    return bytes(found)
