"""Reading the pixels of a PNG in bands of rows, in little memory. PNG Specification (W3C 2025).

The filters of a band are undone by Pillow, in C: the band becomes a small PNG whose first row is
the last one of the band above. Filters work on bytes at the distance of a pixel, so the bytes of 6
or 8 to a pixel are two pictures of 3 or 4.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phosphene.files.png import SIGNATURE

BAND = 1 << 20  # bytes of rows that are decoded at a time
PIECE = 1 << 16
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # by channels
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
PALETTE = 3
CUT = "the PNG is damaged or cut off"

Bytes = NDArray[np.uint8]


class Header(NamedTuple):
    width: int
    height: int
    depth: int
    colours: int
    interlaced: bool
    palette: bytes = b""
    clear: bytes = b""  # the chunk tRNS

    @property
    def step(self) -> int:
        """Bytes from a pixel to the next, at least 1."""
        return max(1, CHANNELS[self.colours] * self.depth // 8)

    @property
    def row(self) -> int:
        """Bytes of a row, without that of its filter."""
        return -(-self.width * CHANNELS[self.colours] * self.depth // 8)


def read_header(file: BinaryIO) -> Header:
    """The header and what else stands before the pixels; `file` is left at the first of them.
    Raises `ValueError` if it is damaged.
    """
    if file.read(8) != SIGNATURE:
        raise ValueError("not a PNG")
    found: Header | None = None
    while len(head := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        if kind == b"IDAT":
            file.seek(-8, io.SEEK_CUR)
            if found is None or (found.colours == PALETTE and not found.palette):
                break
            return found
        if kind in (b"IHDR", b"PLTE", b"tRNS") and length <= 768:
            body = file.read(length)
            if kind == b"IHDR":
                found = _header(body)
            elif found:
                found = found._replace(**{"palette" if kind == b"PLTE" else "clear": body})
            file.seek(4, io.SEEK_CUR)
        else:
            file.seek(length + 4, io.SEEK_CUR)
    raise ValueError(CUT)


def _header(body: bytes) -> Header:
    if len(body) != 13:
        raise ValueError(CUT)
    width, height, depth, colours, packing, filters, interlace = struct.unpack(">2I5B", body)
    if not width or not height or depth not in DEPTHS.get(colours, ()) or packing or filters:
        raise ValueError(CUT)
    return Header(width, height, depth, colours, bool(interlace))


def read_bands(file: BinaryIO, header: Header) -> Iterator[NDArray[Any]]:
    """The rows after the header, (any, width, 1 to 4), bytes, or float32 0..1 of 16 bits. Raises
    `ValueError`, `zlib.error` or `OSError` if they are damaged.
    """
    above = np.zeros(header.row, np.uint8)
    line = header.row + 1
    for packed in _lines(file, line, header.height):
        lines = np.frombuffer(packed, np.uint8).reshape(-1, line)
        rows = unfiltered(lines, above, header.step)
        above = rows[-1].copy()
        yield _samples(rows, header)


def _lines(file: BinaryIO, line: int, height: int) -> Iterator[bytes]:
    """The bytes of the filtered rows, unpacked, several rows at a time."""
    inflater, pieces, kept, left = zlib.decompressobj(), _pieces(file), b"", height
    while left:
        wanted = line * min(left, max(1, BAND // line))
        band = bytearray()
        while len(band) < wanted:
            if not kept:
                kept = next(pieces, b"")
                if not kept:
                    raise ValueError(CUT)
            band += inflater.decompress(kept, wanted - len(band))
            kept = inflater.unconsumed_tail
            if inflater.eof and len(band) < wanted:
                raise ValueError(CUT)
        left -= wanted // line
        yield bytes(band)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """The contents of the chunks of pixels."""
    while len(head := file.read(8)) == 8:
        left, kind = struct.unpack(">I4s", head)
        if kind != b"IDAT":
            return
        while left:
            piece = file.read(min(PIECE, left))
            if not piece:
                return
            left -= len(piece)
            yield piece
        file.seek(4, io.SEEK_CUR)


def unfiltered(lines: Bytes, above: Bytes, step: int) -> Bytes:
    """The bytes of rows (any, row), from filtered ones (any, 1 + row) and the row above them."""
    wide = step if step in COLOUR_TYPES else step // 2
    parts = [_undone(lines, above, step, slice(k, k + wide)) for k in range(0, step, wide)]
    return np.concatenate(parts, -1).reshape(len(lines), -1)


def _undone(lines: Bytes, above: Bytes, step: int, part: slice) -> Bytes:
    """The bytes `part` of every pixel, (any, pixels, bytes)."""
    both = np.concatenate([np.concatenate([np.zeros(1, np.uint8), above])[None], lines])
    pixels = both[:, 1:].reshape(len(both), -1, step)[..., part]
    channels = pixels.shape[2]
    plain = np.concatenate([both[:, :1], pixels.reshape(len(both), -1)], 1)
    size = pixels.shape[1], len(both)
    head = struct.pack(">2I5B", *size, 8, COLOUR_TYPES[channels], 0, 0, 0)
    body = zlib.compress(plain.tobytes(), 0)
    chunks = [(b"IHDR", head), (b"IDAT", body), (b"IEND", b"")]
    made = SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    with Image.open(io.BytesIO(made)) as image:
        return np.asarray(image).reshape(len(both), -1, channels)[1:]


def _samples(rows: Bytes, header: Header) -> NDArray[Any]:
    """The channels of rows of bytes, with opacity where the PNG has any."""
    count = CHANNELS[header.colours]
    if header.depth == 16:
        words = rows.view(">u2").reshape(len(rows), header.width, count)
        shown: NDArray[Any] = words / np.float32(65535)
    else:
        words = _unpacked(rows, header.depth)[:, : header.width * count]
        words = words.reshape(len(rows), header.width, count)
        if header.colours == PALETTE:
            return _coloured(words[..., 0], header)
        shown = words * np.uint8(255 // (2**header.depth - 1))
    if not header.clear or header.colours not in (0, 2) or len(header.clear) < 2 * count:
        return shown
    key = np.frombuffer(header.clear[: 2 * count], ">u2")
    opaque = (words != key).any(axis=-1, keepdims=True)
    most = shown.dtype.type(255 if shown.dtype == np.uint8 else 1)
    return np.concatenate([shown, opaque * most], -1)


def _unpacked(rows: Bytes, depth: int) -> Bytes:
    """Samples of 1, 2, 4 or 8 bits, one to a byte; the highest bits come first."""
    if depth == 8:
        return rows
    shifts = np.arange(8 - depth, -1, -depth, dtype=np.uint8)
    return ((rows[..., None] >> shifts) & np.uint8(2**depth - 1)).reshape(len(rows), -1)


def _coloured(indices: Bytes, header: Header) -> Bytes:
    table = np.zeros((256, 4), np.uint8)
    table[:, 3] = 255
    colours = np.frombuffer(header.palette[: len(header.palette) // 3 * 3], np.uint8).reshape(-1, 3)
    table[: len(colours), :3] = colours
    opacity = np.frombuffer(header.clear[:256], np.uint8)
    table[: len(opacity), 3] = opacity
    return table[indices][..., : 4 if header.clear else 3]
