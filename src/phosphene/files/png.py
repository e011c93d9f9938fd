"""PNG: a streaming writer, and the reader of the texts inside.

Rows go through the Up filter and isal's deflate as they arrive (about 2 GB/s; zlib where isal is
missing), so memory does not grow with the picture. PNG Specification, Third Edition (W3C 2025).
"""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import InputError

try:
    from isal import isal_zlib as deflate
except ImportError:  # no wheel for this machine
    deflate = zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # channels: grey, grey and alpha, RGB, RGB and alpha
MAX_TEXT = 1 << 28
# Pillow refuses a whole picture for a text of over 2^20 letters; a chunk of our own it passes over.
LONG_TEXT, OWN_CHUNK = 1_000_000, b"phTx"


class PngWriter:
    """8-bit grey or RGB, perhaps with alpha, sRGB, texts in iTXt chunks, rows in any pieces."""

    wants = "bytes"

    def __init__(self, file: BinaryIO, size: tuple[int, int], channels: int, texts: dict[str, str]):
        self.file = file
        self.compressor = deflate.compressobj(1)
        self.above = np.zeros((1, size[0] * channels), np.uint8)
        file.write(SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, COLOUR_TYPES[channels], 0, 0, 0))
        self._chunk(b"sRGB", b"\0")
        for keyword, text in texts.items():
            packed = zlib.compress(text.encode(), 9)
            kind = b"iTXt" if len(text) < LONG_TEXT else OWN_CHUNK
            self._chunk(kind, keyword.encode("latin-1") + b"\0\1\0\0\0" + packed)

    def write(self, pixels: NDArray[np.uint8]) -> None:
        """Rows of shape (any, width, channels), from the top."""
        rows = pixels.reshape(len(pixels), -1)
        filtered = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
        filtered[:, 0] = 2
        np.subtract(rows[:1], self.above, out=filtered[:1, 1:])
        np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
        self.above = rows[-1:].copy()
        self._data(self.compressor.compress(filtered.data))

    def finish(self) -> None:
        self._data(self.compressor.flush())
        self._chunk(b"IEND", b"")

    def _data(self, data: bytes) -> None:
        if data:
            self._chunk(b"IDAT", data)

    def _chunk(self, kind: bytes, data: bytes) -> None:
        self.file.write(struct.pack(">I", len(data)) + kind)
        self.file.write(data)
        self.file.write(struct.pack(">I", deflate.crc32(data, deflate.crc32(kind))))


def png_bytes(pixels: NDArray[np.uint8], texts: dict[str, str]) -> bytes:
    """A whole PNG of pixels (height, width, channels) in memory."""
    memory = io.BytesIO()
    writer = PngWriter(memory, (pixels.shape[1], pixels.shape[0]), pixels.shape[2], texts)
    writer.write(pixels)
    writer.finish()
    return memory.getvalue()


def read_texts(path: Path | str, data: BinaryIO) -> dict[str, str]:
    """The iTXt and tEXt entries of a PNG. Raises `InputError` where it is cut off or damaged."""
    if data.read(8) != SIGNATURE:
        raise InputError(f"{path}: not a PNG")
    texts: dict[str, str] = {}
    while True:
        head = data.read(8)
        if len(head) < 8:
            raise InputError(f"{path}: the PNG is cut off; ask for the whole file again")
        length, kind = struct.unpack(">I4s", head)
        if kind not in (b"iTXt", b"tEXt", OWN_CHUNK):
            _skip(path, data, length)
            if kind == b"IEND":
                return texts
            continue
        body, check = data.read(length), data.read(4)
        if len(body) < length or len(check) < 4:
            raise InputError(f"{path}: the PNG is cut off; ask for the whole file again")
        if zlib.crc32(body, zlib.crc32(kind)) != struct.unpack(">I", check)[0]:
            raise InputError(f"{path}: the PNG is damaged (a text chunk fails its checksum)")
        keyword, _, rest = body.partition(b"\0")
        texts[keyword.decode("latin-1")] = _text(path, kind, rest)


def _skip(path: Path | str, data: BinaryIO, length: int) -> None:
    left = length + 4
    while left > 0:
        got = len(data.read(min(left, 1 << 20)))
        if not got:
            raise InputError(f"{path}: the PNG is cut off; ask for the whole file again")
        left -= got


def _text(path: Path | str, kind: bytes, rest: bytes) -> str:
    try:
        if kind == b"tEXt":
            return rest.decode("latin-1")
        packed, method, rest = rest[0], rest[1], rest[2:]
        _, _, rest = rest.partition(b"\0")
        _, _, text = rest.partition(b"\0")
        if packed and method == 0:
            text = zlib.decompressobj().decompress(text, MAX_TEXT)
        return text.decode()
    except (zlib.error, UnicodeDecodeError, IndexError):
        raise InputError(f"{path}: the PNG is damaged (a text chunk cannot be read)") from None
