"""Reading pixels from OpenEXR files of the kind that we write: scan lines, ZIP or uncompressed.

"The OpenEXR File Layout", openexr.com.
"""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO, NamedTuple

import numpy as np

from phosphene.colour.channels import colour_channels
from phosphene.colour.curves import encode
from phosphene.core.errors import InputError
from phosphene.files.exr import KINDS, LINES, NAMES, SIGNATURE, read_attributes
from phosphene.files.formats import TOO_LARGE
from phosphene.files.options import StrPath
from phosphene.files.row_buffer import Pixels

BLOCKS = {0: 1, 2: 1, 3: LINES}  # rows of a block by compression: none, ZIPS, ZIP
TYPES = dict(KINDS.values())
LONG_NAMES = 4  # the one accepted flag; others are tiles, parts, deep pixels
CUT = "the OpenEXR file is damaged or cut off"


class Layout(NamedTuple):
    """The layout of the pixels, from the header; `names` of channels in storage order."""

    top: int
    width: int
    height: int
    names: list[str]
    kind: np.dtype[np.floating]
    lines: int
    linear: bool


def read_pixels(path: StrPath, most: int) -> Pixels:
    """The pixels of a file, float32 (height, width, channels), sRGB-encoded, not premultiplied; for
    a file written with `raw`, the stored samples.

    Raises `InputError` for unsupported files of other programs, damaged files, and more than `most`
    pixels.
    """
    with open(path, "rb") as file:
        if file.read(4) != SIGNATURE:
            raise InputError(f"{path}: not an OpenEXR file")
        try:
            layout = _layout(path, file)
            if layout.width * layout.height > most:
                raise InputError(f"{path}: {TOO_LARGE}")
            stored = _read_blocks(file, layout)
        except (struct.error, zlib.error, ValueError, IndexError):
            raise InputError(f"{path}: {CUT}") from None
    order = [layout.names.index(n) for n in NAMES[len(layout.names)]]
    return _shown(stored[..., order], layout.linear)


def _layout(path: StrPath, file: BinaryIO) -> Layout:
    found = {name: value for name, (_, value) in read_attributes(path, file).items()}
    version = struct.unpack("<I", _at(file, 4, 4))[0]
    try:
        names, kinds = _channels(found["channels"])
        left, top, right, bottom = struct.unpack("<4i", found["dataWindow"])
        compression = found["compression"][0]
    except KeyError:
        raise InputError(f"{path}: {CUT}") from None
    known = sorted(names) == sorted(NAMES.get(len(names), "")) and {*kinds} <= {*TYPES}
    simple = not (version >> 8) & ~LONG_NAMES and compression in BLOCKS
    if not (known and simple and len({*kinds}) == 1):
        raise InputError(
            f"{path}: unsupported OpenEXR file; supported are Y, YA, RGB and RGBA in one part, "
            "half or float, ZIP or uncompressed"
        )
    size = right - left + 1, bottom - top + 1
    if min(size) < 1:
        raise ValueError("an empty window")
    kind = np.dtype(TYPES[kinds[0]])
    return Layout(top, *size, names, kind, BLOCKS[compression], "chromaticities" in found)


def _at(file: BinaryIO, place: int, count: int) -> bytes:
    """`count` bytes at a position; the file's own position does not change."""
    here = file.tell()
    file.seek(place)
    found = file.read(count)
    file.seek(here)
    return found


def _channels(body: bytes) -> tuple[list[str], list[int]]:
    names: list[str] = []
    kinds: list[int] = []
    while body[0]:
        name, body = body.split(b"\0", 1)
        names.append(name.decode(errors="replace"))
        kinds.append(struct.unpack_from("<i", body)[0])
        body = body[16:]
    return names, kinds


def _read_blocks(file: BinaryIO, layout: Layout) -> Pixels:
    count = -(-layout.height // layout.lines)
    file.seek(8 * count, 1)  # skip the table of offsets: blocks are read in sequence
    made = np.zeros((layout.height, layout.width, len(layout.names)), np.float32)
    for _ in range(count):
        line, size = struct.unpack("<ii", file.read(8))
        line -= layout.top
        rows = made[line : line + layout.lines] if line >= 0 else made[:0]
        body = file.read(max(size, 0))
        if len(body) < size or not len(rows):
            raise ValueError("an invalid block")
        plain = _decoded(body, rows.size * layout.kind.itemsize)
        values = np.frombuffer(plain, layout.kind)
        rows[:] = values.reshape(len(rows), -1, layout.width).transpose(0, 2, 1)
    return made


def _decoded(body: bytes, size: int) -> bytes:
    """The inverse of `exr._encode`. A block that did not shrink is stored as it is."""
    if len(body) == size:
        return body
    steps = np.frombuffer(zlib.decompressobj().decompress(body, size), np.uint8).copy()
    if len(steps) != size:
        raise ValueError("a truncated block")
    steps[1:] -= np.uint8(128)
    parted = np.add.accumulate(steps, dtype=np.uint8)
    plain = np.empty_like(parted)
    middle = -(-size // 2)
    plain[0::2], plain[1::2] = parted[:middle], parted[middle:]
    return plain.tobytes()


def _shown(stored: Pixels, linear: bool) -> Pixels:
    if not linear:
        return np.clip(np.nan_to_num(stored), 0, 1)
    n = colour_channels(stored.shape[-1])
    for row in stored:
        light = np.nan_to_num(row[:, :n])
        if n < row.shape[-1]:
            light /= np.maximum(row[:, n:], np.float32(1e-6))
        row[:, :n] = encode(light)
    return np.clip(np.nan_to_num(stored), 0, 1)
