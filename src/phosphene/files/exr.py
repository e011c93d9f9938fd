"""OpenEXR: half or float, in linear light, ZIP-compressed scan lines. A writer of our own.

The OpenEXR library writes only whole pictures from memory (openexr #2165), 3 GB for 16384 x 16384;
these lines stream any height, need no extra, and leave the library as the second decoder of the
tests. "The OpenEXR File Layout", openexr.com. Colours are multiplied by opacity, as is the custom
there; with the option `raw` the numbers stay as they are: sRGB-encoded, or data.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

import numpy as np

from phosphene.errors import InputError
from phosphene.files.bands import ENCODERS, Bands, Behind, Pixels
from phosphene.files.png import deflate
from phosphene.files.texts import MAX_TEXT

SIGNATURE = b"\x76\x2f\x31\x01"
LINES, ZIP = 16, 3  # rows of a block, and what this compression is called
KINDS = {"half": (1, np.dtype("<f2")), "float": (2, np.dtype("<f4"))}
NAMES = {1: "Y", 2: "YA", 3: "RGB", 4: "RGBA"}
REC_709 = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329)
MAX_ATTRIBUTES = 4096


class ExrWriter:
    """Grey or RGB, perhaps with alpha; `depth` says half or float."""

    wants = "linear"

    def __init__(
        self,
        file: BinaryIO,
        size: tuple[int, int],
        channels: int,
        texts: Mapping[str, str],
        options: Mapping[str, Any],
        dpi: float | None,
    ):
        self.file, self.raw = file, options["raw"]
        code, self.kind = KINDS[options["depth"]]
        self.order = [NAMES[channels].index(name) for name in sorted(NAMES[channels])]
        head = _head(size, sorted(NAMES[channels]), code, self.raw, texts, dpi)
        self.offsets = [len(head)]  # of the blocks, after a table of themselves
        self.offsets[0] += 8 * -(-size[1] // LINES)
        self.table = len(head)
        file.write(head + bytes(self.offsets[0] - len(head)))
        self.pool = ThreadPoolExecutor(ENCODERS, thread_name_prefix="phosphene-exr")
        self.behind = Behind(self._write_blocks)
        self.bands = Bands(4 * LINES, self.behind.put)

    def write(self, rows: Pixels) -> None:
        self.bands.write(rows.astype(np.float32, copy=False))

    def finish(self) -> None:
        self.bands.finish()
        self.behind.finish()
        self.file.seek(self.table)
        self.file.write(struct.pack(f"<{len(self.offsets) - 1}Q", *self.offsets[:-1]))

    def close(self) -> None:
        self.behind.close()
        self.pool.shutdown()

    def _write_blocks(self, bands: Iterator[Pixels]) -> None:
        top = 0
        for band in bands:
            blocks = [band[at : at + LINES] for at in range(0, len(band), LINES)]
            for block, body in zip(blocks, self.pool.map(self._encode, blocks), strict=True):
                self.file.write(struct.pack("<ii", top, len(body)) + body)
                self.offsets.append(self.offsets[-1] + 8 + len(body))
                top += len(block)

    def _encode(self, block: Pixels) -> bytes:
        if block.shape[-1] % 2 == 0 and not self.raw:
            block = np.concatenate([block[..., :-1] * block[..., -1:], block[..., -1:]], -1)
        lines = block.astype(self.kind).transpose(0, 2, 1)[:, self.order]
        plain = np.ascontiguousarray(lines).view(np.uint8).ravel()
        parted = np.concatenate([plain[0::2], plain[1::2]])
        parted[1:] -= parted[:-1] - np.uint8(128)
        packed = deflate.compress(parted.tobytes(), 1)
        return packed if len(packed) < len(plain) else plain.tobytes()


def _head(
    size: tuple[int, int], names: list[str], code: int, raw: bool,
    texts: Mapping[str, str], dpi: float | None,
) -> bytes:  # fmt: skip
    """All that comes before the table of blocks."""
    channels = b"".join(n.encode() + struct.pack("<xiB3xii", code, 0, 1, 1) for n in names)
    window = struct.pack("<4i", 0, 0, size[0] - 1, size[1] - 1)
    attributes = [
        ("channels", "chlist", channels + b"\0"), ("compression", "compression", bytes([ZIP])),
        ("dataWindow", "box2i", window), ("displayWindow", "box2i", window),
        ("lineOrder", "lineOrder", b"\0"), ("pixelAspectRatio", "float", struct.pack("<f", 1)),
        ("screenWindowCenter", "v2f", struct.pack("<2f", 0, 0)),
        ("screenWindowWidth", "float", struct.pack("<f", 1)), ("software", "string", b"Phosphene"),
    ]  # fmt: skip
    if not raw:
        attributes.append(("chromaticities", "chromaticities", struct.pack("<8f", *REC_709)))
    if dpi:
        attributes.append(("xDensity", "float", struct.pack("<f", dpi)))
    attributes += [(name, "string", text.encode()) for name, text in texts.items()]
    parts = [SIGNATURE + struct.pack("<i", 2)]
    for name, kind, value in attributes:
        parts.append(f"{name}\0{kind}\0".encode() + struct.pack("<i", len(value)) + value)
    return b"".join([*parts, b"\0"])


def read_texts(path: Any, data: BinaryIO) -> dict[str, str]:
    """The attributes of type string. Raises `InputError` where the header is damaged."""
    data.seek(8)
    texts: dict[str, str] = {}
    for _ in range(MAX_ATTRIBUTES):
        name = _word(path, data)
        if not name:
            return texts
        kind = _word(path, data)
        size = int.from_bytes(data.read(4), "little")
        if size > MAX_TEXT:
            break
        value = data.read(size)
        if len(value) < size:
            break
        if kind == "string":
            texts[name] = value.decode(errors="replace")
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
