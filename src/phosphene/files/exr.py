"""OpenEXR: half or float, in linear light, ZIP-compressed scan lines. Our own writer.

The OpenEXR library only writes whole pictures from memory (openexr #2165), 3 GB for 16384 x 16384.
This writer streams any height and needs no extra, and the tests use the library as an independent
decoder. Format: "The OpenEXR File Layout", openexr.com. Colours are premultiplied by opacity, as is
usual in EXR; with the option `raw`, samples are unchanged: sRGB-encoded, or data.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import numpy as np

from phosphene.core import deflate
from phosphene.core.errors import InputError
from phosphene.files.bounded import TextBudget
from phosphene.files.format_types import Still
from phosphene.files.options import Options
from phosphene.files.row_buffer import Bands, Pixels
from phosphene.files.xmp import xmp

SIGNATURE = b"\x76\x2f\x31\x01"
LINES, ZIP = 16, 3  # rows of a block, and the code of this compression
KINDS = {"half": (1, np.dtype("<f2")), "float": (2, np.dtype("<f4"))}
NAMES = {1: "Y", 2: "YA", 3: "RGB", 4: "RGBA"}
REC_709 = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329)
MAX_ATTRIBUTES = 4096
LENGTH = struct.Struct("<I")


class ExrWriter:
    """Writes grey or RGB, with or without alpha; the option `depth` is half or float. Pass rows to
    `write`, or pieces made by `encode` to `append`.
    """

    sample_format = "linear"

    def __init__(self, file: BinaryIO, still: Still):
        self.file, self.options, self.top = file, still.options, 0
        head = _head(still)
        self.table = len(head)
        self.offsets = [len(head) + 8 * -(-still.size[1] // LINES)]  # of the blocks
        file.write(head + bytes(self.offsets[0] - len(head)))
        self.bands = Bands(LINES, self._write_band)

    @staticmethod
    def step(options: Options) -> int:
        return LINES

    @staticmethod
    def encode(pixels: Pixels, options: Options) -> bytes:
        """Encode a band of rows (any, width, channels) as a piece for `append`: blocks with
        lengths.
        """
        rows = pixels.astype(np.float32, copy=False)
        blocks = [_encode(rows[at : at + LINES], options) for at in range(0, len(rows), LINES)]
        return b"".join(part for block in blocks for part in (LENGTH.pack(len(block)), block))

    def append(self, piece: bytes) -> None:
        """Append the next rows, encoded by `encode`."""
        at = 0
        while at < len(piece):
            (size,) = LENGTH.unpack_from(piece, at)
            at += LENGTH.size
            self.file.write(struct.pack("<ii", self.top, size))
            self.file.write(piece[at : at + size])
            self.offsets.append(self.offsets[-1] + 8 + size)
            self.top, at = self.top + LINES, at + size

    def write(self, rows: Pixels) -> None:
        self.bands.write(rows)

    def finish(self) -> None:
        self.bands.finish()
        self.file.seek(self.table)
        self.file.write(struct.pack(f"<{len(self.offsets) - 1}Q", *self.offsets[:-1]))

    def _write_band(self, band: Pixels) -> None:
        self.append(self.encode(band, self.options))
        self.bands.recycle(band)


def _encode(block: Pixels, options: Options) -> bytes:
    """The contents of a block of up to `LINES` float32 rows (any, width, channels)."""
    names = NAMES[block.shape[-1]]
    if "A" in names and not options["raw"]:
        block = np.concatenate([block[..., :-1] * block[..., -1:], block[..., -1:]], -1)
    lines = np.empty((len(block), len(names), block.shape[1]), KINDS[options["depth"]][1])
    for k, name in enumerate(sorted(names)):
        lines[:, k] = block[..., names.index(name)]
    words = lines.view("<u2").ravel()  # low bytes first, then high bytes
    parted = np.empty((2, len(words)), np.uint8)
    np.copyto(parted[0], words, casting="unsafe")
    np.right_shift(words, 8, out=parted[1], casting="unsafe")
    steps = np.empty(parted.size, np.uint8)
    steps[0] = parted[0, 0]
    np.subtract(parted.ravel()[1:], parted.ravel()[:-1], out=steps[1:])
    steps[1:] += np.uint8(128)
    packed = deflate.compress(steps)
    return packed if len(packed) < lines.nbytes else lines.tobytes()


def _head(still: Still) -> bytes:
    """The bytes before the table of blocks."""
    code, size, names = KINDS[still.options["depth"]][0], still.size, sorted(NAMES[still.channels])
    channels = b"".join(n.encode() + struct.pack("<xiB3xii", code, 0, 1, 1) for n in names)
    window = struct.pack("<4i", 0, 0, size[0] - 1, size[1] - 1)
    attributes = [
        ("channels", "chlist", channels + b"\0"), ("compression", "compression", bytes([ZIP])),
        ("dataWindow", "box2i", window), ("displayWindow", "box2i", window),
        ("lineOrder", "lineOrder", b"\0"), ("pixelAspectRatio", "float", struct.pack("<f", 1)),
        ("screenWindowCenter", "v2f", struct.pack("<2f", 0, 0)),
        ("screenWindowWidth", "float", struct.pack("<f", 1)), ("software", "string", b"Phosphene"),
    ]  # fmt: skip
    if not (still.options["raw"] or still.data):
        attributes.append(("chromaticities", "chromaticities", struct.pack("<8f", *REC_709)))
    if still.dpi:
        attributes.append(("xDensity", "float", struct.pack("<f", still.dpi)))
    texts = {**still.texts, "xmp": xmp(still.texts)} if still.texts else {}
    attributes += [(name, "string", text.encode()) for name, text in texts.items()]
    parts = [SIGNATURE + struct.pack("<i", 2)]
    for name, kind, value in attributes:
        parts.append(f"{name}\0{kind}\0".encode() + struct.pack("<i", len(value)) + value)
    return b"".join([*parts, b"\0"])


def read_texts(path: Any, data: BinaryIO) -> dict[str, str]:
    """The attributes of type string, by name. Raises `InputError` if the header is damaged."""
    found = read_attributes(path, data).items()
    return {n: value.decode(errors="replace") for n, (kind, value) in found if kind == "string"}


def read_attributes(path: Any, data: BinaryIO) -> dict[str, tuple[str, bytes]]:
    """Type and bytes of every attribute, by name; `data` is left at the position after them."""
    data.seek(8)
    found: dict[str, tuple[str, bytes]] = {}
    budget = TextBudget(path)
    for _ in range(MAX_ATTRIBUTES):
        name = _word(path, data)
        if not name:
            return found
        kind = _word(path, data)
        size = int.from_bytes(data.read(4), "little")
        value = budget.take(data, size)
        if len(value) < size:
            break
        found[name] = kind, value
    raise InputError(f"{path}: the header of the OpenEXR file is damaged or cut off")


def _word(path: Any, data: BinaryIO) -> str:
    word = b""
    while len(word) < 256:
        letter = data.read(1)
        if letter == b"\0":
            return word.decode(errors="replace")
        if not letter:
            break
        word += letter
    raise InputError(f"{path}: the header of the OpenEXR file is damaged or cut off")
