"""Animated PNG: the streaming PNG writer, once for each frame. PNG Specification, Third Edition
(W3C 2025), 11.3.6; programs without animation support show the first frame.

The texts follow the frames: FFmpeg takes a file for a still PNG if its first 2 kB end before IDAT.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from phosphene.core.deflate import ZLIB
from phosphene.files.film.formats import LARGEST, Clip, nearest_rate
from phosphene.files.format_types import Still
from phosphene.files.png import PngWriter, Rows, text_chunks


class ApngWriter(PngWriter):
    """Writes frames of uint8 (height, width, 3 or 4), lossless, looping forever."""

    def __init__(self, target: Path, clip: Clip):
        self.out = open(target, "wb")  # noqa: SIM115 (closed by `close`)
        super().__init__(self.out, Still(clip.size, clip.channels, {}))
        self.size, self.texts = clip.size, clip.texts
        self.rate = nearest_rate(clip.rate, LARGEST)
        self.count, self.number = 0, 0  # of frames, and of the chunks of the animation
        self.place = self.out.tell()
        self._control()

    def _control(self) -> None:
        self._chunk(b"acTL", struct.pack(">II", self.count, 0))

    def write(self, pixels: Rows) -> None:
        """Write the next frame."""
        shown = 1 / self.rate
        head = struct.pack(
            ">5I2H2B", self._next(), *self.size, 0, 0, shown.numerator, shown.denominator, 0, 0
        )
        self._chunk(b"fcTL", head)
        self.stream, self.adler, self.pending = type(self.stream)(), 1, ZLIB
        super().write(pixels)
        self._flush()
        self._data([self.stream.end(last=True), struct.pack(">I", self.stream.adler)])
        self.count += 1

    def finish(self) -> None:
        for kind, data in text_chunks(self.texts):
            self._chunk(kind, data)
        self._chunk(b"IEND", b"")
        self.out.seek(self.place)
        self._control()
        self.out.close()

    def close(self) -> None:
        self.out.close()

    def _data(self, parts: list[Any]) -> None:
        if parts and self.count:
            self._chunk(b"fdAT", struct.pack(">I", self._next()), self.pending, *parts)
            self.pending = b""
        else:
            super()._data(parts)

    def _next(self) -> int:
        self.number += 1
        return self.number - 1
