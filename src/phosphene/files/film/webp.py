"""Animated WebP: frames are encoded one by one by Pillow, and the container is written here.

Pillow's own writer needs all frames at once. RFC 9649, section 2.7.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phosphene.core.errors import OutputError
from phosphene.files.film.formats import Clip
from phosphene.files.ifd import exif_bytes
from phosphene.files.texts import pack
from phosphene.files.xmp import xmp

ANIMATION, XMP, EXIF, ALPHA = 2, 4, 8, 16  # flags of VP8X
NO_BLEND = 2  # a frame replaces what was there, opacity too
LONGEST = 2**32 - 1024
PIXELS = (b"VP8 ", b"VP8L", b"ALPH")


class WebpFilmWriter:
    """Writes frames of uint8 (height, width, 3 or 4), looping forever.

    Delays are whole milliseconds, rounded so that their sum is never off by more than half of one.
    """

    sample_format = "bytes"

    def __init__(self, target: Path, clip: Clip):
        self.clip, self.count = clip, 0
        self.how = {k: clip.options[k] for k in ("quality", "lossless")}
        self.how["method"] = clip.options["effort"]
        self.file = open(target, "wb")  # noqa: SIM115 (closed by `close`)
        self.file.write(b"RIFF\0\0\0\0WEBP")
        flags = ANIMATION | (XMP | EXIF if clip.texts else 0)
        flags |= ALPHA if clip.channels == 4 else 0
        sides = b"".join(_three(side - 1) for side in clip.size)
        self._chunk(b"VP8X", struct.pack("<I", flags) + sides)
        self._chunk(b"ANIM", bytes(6))  # a transparent background; 0: forever

    def write(self, frame: NDArray[np.uint8]) -> None:
        """Write the next frame."""
        body = io.BytesIO()
        Image.fromarray(frame).save(body, "WEBP", exact=True, **self.how)
        width, height = self.clip.size
        shown = self._time(self.count + 1) - self._time(self.count)
        head = b"".join(_three(n) for n in (0, 0, width - 1, height - 1, shown))
        self._chunk(b"ANMF", head + bytes([NO_BLEND]) + b"".join(_pixels(body.getvalue())))
        self.count += 1
        if self.file.tell() > LONGEST:
            raise OutputError(
                f"the film exceeds 4 GB at frame {self.count}, the limit of WebP; "
                "choose another format, or a smaller size or quality"
            )

    def finish(self) -> None:
        if self.clip.texts:
            self._metadata()
        length = self.file.tell() - 8
        self.file.seek(4)
        self.file.write(struct.pack("<I", length))
        self.file.close()

    def _metadata(self) -> None:
        self._chunk(b"EXIF", exif_bytes(pack(self.clip.texts)))
        self._chunk(b"XMP ", xmp(self.clip.texts, copied=True).encode())

    def close(self) -> None:
        self.file.close()

    def _time(self, frame: int) -> int:
        return round(frame * 1000 / self.clip.rate)

    def _chunk(self, kind: bytes, body: bytes) -> None:
        self.file.write(kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2))


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")


def _pixels(still: bytes) -> Iterator[bytes]:
    """Yield the chunks of a still WebP that hold pixels."""
    at = 12
    while at < len(still):
        kind, length = struct.unpack_from("<4sI", still, at)
        end = at + 8 + length + length % 2
        if kind in PIXELS:
            yield still[at:end]
        at = end
