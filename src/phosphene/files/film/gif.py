"""GIF: one palette for the whole film, and a dither pattern that does not move.

The palette depends on all frames, so they are first stored, compressed, in a temporary file next to
the film; memory holds one frame and the samples for the palette (under 1 MB). GIF89a, CompuServe
1990; the loop is Netscape's application block.
"""

from __future__ import annotations

import io
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phosphene.core import deflate
from phosphene.core.errors import InputError
from phosphene.files.bounded import TextBudget
from phosphene.files.film.formats import Clip, shown
from phosphene.files.texts import pack, unpack
from phosphene.files.xmp import xmp

COLOURS = 256
SAMPLED, SAMPLE = 64, 2048  # at most this many frames are sampled for the palette; pixels of each
EXTENSION, IMAGE, COMMENT = 0x21, 0x2C, 0xFE
XMP = b"\x21\xff\x0bXMP DataXMP"
# after a packet that is not split into blocks: a reader of blocks reaches the end from any byte
XMP_END = bytes([1, *range(255, -1, -1), 0])
LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"  # 0: forever


class GifWriter:
    """Writes frames of uint8 (height, width, 3)."""

    sample_format = "bytes"

    def __init__(self, target: Path, clip: Clip):
        self.target, self.size, self.rate = target, clip.size, clip.rate
        self.texts, self.dither = clip.texts, clip.options["dither"] == "ordered"
        self.spool = tempfile.TemporaryFile(dir=target.parent)  # noqa: SIM115 (`close`)
        self.lengths: list[int] = []
        self.samples: list[NDArray[np.uint8]] = []
        self.every = 1
        self.step = max(1, round((clip.size[0] * clip.size[1] / SAMPLE) ** 0.5))

    def write(self, frame: NDArray[np.uint8]) -> None:
        """Write the next frame."""
        if len(self.lengths) % self.every == 0:
            self.samples.append(frame[:: self.step, :: self.step].reshape(-1, 3).copy())
        if len(self.samples) > SAMPLED:
            self.samples, self.every = self.samples[::2], self.every * 2
        above = np.concatenate([np.zeros_like(frame[:1]), frame[:-1]])
        body = deflate.compress(frame - above)
        self.spool.write(body)
        self.lengths.append(len(body))

    def finish(self) -> None:
        palette, strength = make_palette(np.concatenate(self.samples))
        offset = pattern(self.size, strength if self.dither else 0)
        with open(self.target, "wb") as file:
            colours = bytes(palette.getpalette() or ()).ljust(3 * COLOURS, b"\0")
            file.write(b"GIF89a" + struct.pack("<2H3B", *self.size, 0xF7, 0, 0) + colours + LOOP)
            if self.texts:
                comment = _blocks(pack(self.texts).encode())
                file.write(bytes([EXTENSION, COMMENT]) + b"".join(comment))
                file.write(XMP + xmp(self.texts).encode() + XMP_END)
            for k, frame in enumerate(self._frames()):
                wait = shown(self.rate, 100, k + 1) - shown(self.rate, 100, k)
                shades = np.clip(frame + offset, 0, 255).astype(np.uint8)
                file.write(struct.pack("<4BH2B", EXTENSION, 0xF9, 4, 4, wait, 0, 0))
                file.write(_image(quantise(shades, palette)))
            file.write(b";")

    def close(self) -> None:
        self.spool.close()

    def _frames(self) -> Iterator[NDArray[np.int16]]:
        self.spool.seek(0)
        for length in self.lengths:
            body = np.frombuffer(deflate.decompress(self.spool.read(length)), np.uint8)
            steps = body.reshape(self.size[1], self.size[0], 3)
            yield np.add.accumulate(steps, 0, np.uint8).astype(np.int16)


def make_palette(samples: NDArray[np.uint8]) -> tuple[Image.Image, float]:
    """A palette for samples (n, 3) by median cut, as a Pillow image, and half the distance of its
    colours, estimated from the rms error: a uniform quantiser of step s has s / sqrt(12).
    """
    rows = samples[: len(samples) // 64 * 64].reshape(-1, 64, 3) if len(samples) > 64 else None
    square = samples[None] if rows is None else rows
    enough = len(samples) // 100  # k-means stops when at most this many samples change clusters
    palette = Image.fromarray(square).quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=enough)
    near = np.asarray(quantise(square, palette).convert("RGB"), np.float64)
    return palette, float((3 * np.mean((near - square) ** 2)) ** 0.5)


def pattern(size: tuple[int, int], strength: float) -> NDArray[np.int16]:
    """The pattern to add before quantising, shape (height, width, 1), from -strength to strength:
    Bayer's 8 x 8 ordered dither (1973).
    """
    order = np.zeros((1, 1))
    for _ in range(3):
        order = np.block([[4 * order, 4 * order + 2], [4 * order + 3, 4 * order + 1]])
    offset = np.rint(((order + 0.5) / 32 - 1) * strength).astype(np.int16)
    width, height = size
    return np.tile(offset, (-(-height // 8), -(-width // 8)))[:height, :width, None]


def quantise(pixels: NDArray[np.uint8], palette: Image.Image) -> Image.Image:
    """The pixels as a Pillow image of the nearest colours of a palette."""
    return Image.fromarray(pixels).quantize(palette=palette, dither=Image.Dither.NONE)


def _blocks(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), 255):
        part = body[at : at + 255]
        yield bytes([len(part)]) + part
    yield b"\0"


def _image(image: Image.Image) -> bytes:
    """The image block of a still GIF, compressed by Pillow, without its palette."""
    file = io.BytesIO()
    image.save(file, "GIF", optimize=False, interlace=False)
    file.seek(0)
    for kind in _walk(file):
        if kind == IMAGE:
            file.seek(-1, io.SEEK_CUR)
            head = bytearray(file.read(10))
            table = head[9]
            if table & 0x80:  # skip the local palette, a copy of the global one
                file.seek(3 << (1 + (table & 7)), io.SEEK_CUR)
            head[9] = 0
            return bytes(head) + file.read()[:-1]
    raise AssertionError("Pillow wrote a GIF without an image")


def _walk(data: BinaryIO) -> Iterator[int]:
    """The kinds of the blocks of a GIF up to its first image: a label, or `IMAGE`."""
    head = data.read(13)
    if len(head) == 13 and head[10] & 0x80:
        data.seek(3 << (1 + (head[10] & 7)), io.SEEK_CUR)
    while mark := data.read(1):
        if mark[0] == IMAGE:
            yield IMAGE
            return
        label = data.read(1)
        if mark[0] != EXTENSION or not label:
            return
        yield label[0]
        _skip(data)


def _skip(data: BinaryIO) -> None:
    while length := data.read(1):
        if not length[0]:
            return
        data.seek(length[0], io.SEEK_CUR)


def read_texts(path: Any, data: BinaryIO) -> dict[str, str]:
    """The texts of a GIF, from its comments before the first frame."""
    for kind in _walk(data):
        if kind == COMMENT:
            body = _comment(path, data)
            if body.startswith(b"{"):
                return unpack(path, body)
    return {}


def _comment(path: Any, data: BinaryIO) -> bytes:
    """A comment, without the block of length 0 that ends it, which `_skip` reads."""
    body, budget = bytearray(), TextBudget(path)
    while True:
        length = data.read(1)
        if not length:
            break
        if not length[0]:
            data.seek(-1, io.SEEK_CUR)
            return bytes(body)
        body += budget.take(data, length[0])
    raise InputError(f"{path}: the GIF is cut off, or its comment has no end")
