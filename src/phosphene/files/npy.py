"""NPY: the float pixels. The recipe follows them, where NumPy does not read.

After the array: the texts as JSON, their length in 8 bytes (little-endian), and `MARK`. `np.load`
and its `mmap_mode` read as many bytes as the header says, so they see only the array.
"""

from __future__ import annotations

import io
import struct
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import InputError
from phosphene.files.bounded import read_text
from phosphene.files.format_types import Still
from phosphene.files.formats import check_shape
from phosphene.files.options import StrPath
from phosphene.files.texts import pack, unpack

MARK = b"phosphene-texts\n"


class NpyWriter:
    """Writes (height, width, channels), float32 or float64, C order; the header is written with the
    first rows.
    """

    sample_format = "data"

    def __init__(self, file: BinaryIO, still: Still):
        width, height = still.size
        self.file, self.shape, self.texts = file, (height, width, still.channels), still.texts
        self.started = False

    def write(self, pixels: NDArray[np.floating]) -> None:
        if not self.started:
            header = {"descr": np.lib.format.dtype_to_descr(pixels.dtype), "fortran_order": False}
            np.lib.format.write_array_header_1_0(self.file, {**header, "shape": self.shape})
            self.started = True
        self.file.write(np.ascontiguousarray(pixels).reshape(-1).view(np.uint8).data)

    def finish(self) -> None:
        if not self.texts:
            return
        packed = pack(self.texts).encode()
        self.file.write(packed + struct.pack("<Q", len(packed)) + MARK)


def read_texts(path: Any, data: BinaryIO) -> dict[str, str]:
    """The texts after the array; empty if another program wrote the file."""
    end = data.seek(0, io.SEEK_END)
    tail = 8 + len(MARK)
    data.seek(max(0, end - tail))
    last = data.read(tail)
    if last[8:] != MARK:
        return {}
    length = struct.unpack("<Q", last[:8])[0]
    if length > end - tail:
        raise InputError(f"{path}: the recipe after the array is damaged")
    data.seek(end - tail - length)
    return unpack(path, read_text(path, data, length))


def read_pixels(path: StrPath, most: int) -> NDArray[Any]:
    """The array of a file, floats (height, width, channels). Raises `InputError`."""
    try:
        stored = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError as error:
        raise InputError(f"{path}: the array cannot be read ({error})") from None
    if stored.ndim != 3 or stored.dtype.kind != "f":
        raise InputError(f"{path}: expected floats of shape (height, width, channels)")
    check_shape(path, stored.shape, most)
    return np.array(stored)
