"""PNG: a streaming writer.

Rows pass through the Up filter and deflate as they arrive, so memory does not grow with the
picture. `encode` compresses bands of rows independently,
in any thread or process; `append` joins the pieces. PNG Specification, Third Edition (W3C 2025);
zlib: RFC 1950.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.display_p3 import converter
from phosphene.colour.icc import icc
from phosphene.core import deflate
from phosphene.files.format_types import Still
from phosphene.files.ifd import exif_bytes
from phosphene.files.options import Options
from phosphene.files.row_buffer import Bands
from phosphene.files.texts import COPIED, pack
from phosphene.files.xmp import xmp

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # channels: grey, grey and alpha, RGB, RGB and alpha
ADLER = 65521
PIECE = struct.Struct(">IQ")  # before a piece: Adler-32 and length of its filtered rows
SLICE = 1 << 19  # bytes filtered at a time
# Pillow rejects a picture with a text chunk of over 2^20 letters, but ignores our private chunk.
LONG_TEXT, OWN_CHUNK = 1_000_000, b"phTx"
XMP = "XML:com.adobe.xmp"
RAW_EXIF = "Raw profile type exif"  # where ImageMagick 6 and Exiv2 look for EXIF

Rows = NDArray[np.uint8] | NDArray[np.uint16]


class Deflate:
    """Filters and compresses rows of samples, without a zlib header and trailer."""

    def __init__(self) -> None:
        self.compressor = deflate.Compressor()
        self.above: NDArray[np.uint8] | None = None
        self.filtered = np.empty((0, 0), np.uint8)
        self.adler, self.length = 1, 0

    def add(self, pixels: Rows) -> list[bytes]:
        """Add rows (any, width, channels), uint8 or uint16; returns the compressed bytes so far."""
        step = pixels.shape[2] * pixels.itemsize
        height = max(1, SLICE // (pixels.shape[1] * step))
        found = [
            self._slice(pixels[top : top + height], step) for top in range(0, len(pixels), height)
        ]
        return [data for data in found if data]

    def _slice(self, pixels: Rows, step: int) -> bytes:
        rows = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder(">")).view(np.uint8)
        rows = rows.reshape(len(pixels), -1)
        if len(self.filtered) < len(rows):
            self.filtered = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
        filtered = self.filtered[: len(rows)]
        filtered[:, 0] = 2  # Up
        if self.above is None:  # the first row has no row above: Sub
            filtered[0, 0] = 1
            filtered[0, 1 : step + 1] = rows[0, :step]
            np.subtract(rows[0, step:], rows[0, :-step], out=filtered[0, step + 1 :])
        else:
            np.subtract(rows[0], self.above, out=filtered[0, 1:])
        np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
        self.above = rows[-1].copy()
        self.adler = deflate.adler32(filtered.data, self.adler)
        self.length += filtered.size
        return self.compressor.compress(filtered.data)

    def end(self, last: bool) -> bytes:
        """The remaining bytes; unless `last`, other pieces can follow."""
        return self.compressor.end(last)


class PngWriter:
    """Writes grey or RGB, with or without alpha, in 8 or 16 bits, with texts in iTXt chunks.

    Options are `depth` ("8", "16") and `profile` ("srgb", "p3"), see the table of formats; the dpi
    are stored in pHYs. Pass all rows to `write`, or all as pieces made by `encode` to `append`.
    """

    def __init__(self, file: BinaryIO, still: Still):
        self.file, self.pending, self.adler = file, deflate.ZLIB, 1
        options, depth = still.options, int(still.options.get("depth", 8))
        self.sample_format = {8: "bytes", 16: "words"}[depth]
        self.convert = converter(options.get("profile", "srgb"))
        self.stream, colours = Deflate(), COLOUR_TYPES[still.channels]
        self.bands: Bands | None = None
        file.write(SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">2I5B", *still.size, depth, colours, 0, 0, 0))
        for kind, data in [
            *(() if still.data else _profile(options, still.channels)),
            *_resolution(still.dpi),
            *text_chunks(still.texts),
        ]:
            self._chunk(kind, data)

    @staticmethod
    def step(options: Options) -> int:
        return 1

    @staticmethod
    def encode(pixels: Rows, options: Options | None = None) -> bytes:
        """Encode a band of rows (any, width, channels) as a piece for `append`."""
        convert, stream = converter((options or {}).get("profile", "srgb")), Deflate()
        data = [*stream.add(convert(pixels)), stream.end(last=False)]
        return b"".join([PIECE.pack(stream.adler, stream.length), *data])

    def append(self, piece: bytes) -> None:
        """Append the next rows, encoded by `encode`."""
        adler, length = PIECE.unpack_from(piece)
        self.adler = join_adler(self.adler, adler, length)
        self._data([memoryview(piece)[PIECE.size :]])

    def write(self, pixels: Rows) -> None:
        """Write the next rows, of shape (any, width, channels), from top to bottom. The file does
        not depend on how many come at a time.
        """
        if self.bands is None:
            row_bytes = pixels.shape[1] * pixels.shape[2] * pixels.itemsize
            self.bands = Bands(max(1, SLICE // row_bytes), self._write_band)
        self.bands.write(pixels)

    def finish(self) -> None:
        self._flush()
        self.bands = None  # it refers to this writer, so its memory would wait for the collector
        adler = join_adler(self.adler, self.stream.adler, self.stream.length)
        self._data([self.stream.end(last=True), struct.pack(">I", adler)])
        self._chunk(b"IEND", b"")

    def _flush(self) -> None:
        """Write the rows that have come so far."""
        if self.bands is not None:
            self.bands.finish()

    def _write_band(self, pixels: Rows) -> None:
        assert self.bands is not None
        self._data(self.stream.add(self.convert(pixels)))
        self.bands.recycle(pixels)

    def _data(self, parts: list[Any]) -> None:
        if parts:
            self._chunk(b"IDAT", self.pending, *parts)
            self.pending = b""

    def _chunk(self, kind: bytes, *parts: Any) -> None:
        check = deflate.crc32(kind)
        self.file.write(struct.pack(">I", sum(map(len, parts))) + kind)
        for part in parts:
            self.file.write(part)
            check = deflate.crc32(part, check)
        self.file.write(struct.pack(">I", check))


def join_adler(first: int, second: int, length: int) -> int:
    """The Adler-32 of two concatenated byte strings; `length` is the second's. RFC 1950, 8.2."""
    low, high = first & 0xFFFF, first >> 16
    high = (high + (second >> 16) + (length % ADLER) * (low - 1)) % ADLER
    return high << 16 | (low + (second & 0xFFFF) - 1) % ADLER


def _profile(options: Mapping[str, Any], channels: int) -> Iterator[tuple[bytes, bytes]]:
    """The chunks that identify the colour space. A grey picture is the same in both, and must not
    have a profile of RGB.
    """
    if options.get("profile") == "p3" and channels > 2:
        yield b"cICP", bytes([12, 13, 0, 1])  # H.273: P3-D65, the sRGB curve, RGB, full range
        yield b"iCCP", b"Display P3\0\0" + zlib.compress(icc("p3"), 9)
    else:
        yield b"sRGB", b"\0"


def _resolution(dpi: float | None) -> Iterator[tuple[bytes, bytes]]:
    if dpi:
        per_metre = round(dpi / 0.0254)
        yield b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)


def text_chunks(texts: Mapping[str, str]) -> Iterator[tuple[bytes, bytes]]:
    """The chunks that hold the texts, XMP, and copies of our texts: their kinds and contents."""
    for keyword, text in texts.items():
        packed = zlib.compress(text.encode(), 9)
        kind = b"iTXt" if len(text) < LONG_TEXT else OWN_CHUNK
        yield kind, keyword.encode("latin-1") + b"\0\1\0\0\0" + packed
    if not any(keyword.startswith("phosphene") for keyword in texts):
        return
    comment = pack(texts)
    if len(comment) <= COPIED:
        yield b"eXIf", exif_bytes(comment)
        # ExifTool takes a second block for the first if their directories start at one offset.
        again = b"Exif\0\0" + exif_bytes(comment, start=16)
        yield b"zTXt", RAW_EXIF.encode() + b"\0\0" + zlib.compress(_raw_profile(again), 9)
    yield b"iTXt", XMP.encode("latin-1") + b"\0\0\0\0\0" + xmp(texts, copied=True).encode()


def _raw_profile(body: bytes) -> bytes:
    """Bytes as ImageMagick writes them into a text: their number, then hexadecimal digits."""
    digits = body.hex()
    lines = [digits[at : at + 72] for at in range(0, len(digits), 72)]
    return "\n".join(["", "exif", f"{len(body):8}", *lines, ""]).encode()


def png_bytes(pixels: NDArray[np.uint8], texts: dict[str, str]) -> bytes:
    """A whole PNG of pixels (height, width, channels) in memory."""
    memory = io.BytesIO()
    height, width, channels = pixels.shape
    writer = PngWriter(memory, Still((width, height), channels, texts))
    writer.write(pixels)
    writer.finish()
    return memory.getvalue()
