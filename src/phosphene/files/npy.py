"""NPY: the float pixels themselves. The format has no room for a recipe."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray


class NpyWriter:
    """(height, width, channels), float32 or float64, C order; the header is written with the first
    rows.
    """

    wants = "float"

    def __init__(self, file: BinaryIO, size: tuple[int, int], channels: int, texts: dict[str, str]):
        self.file, self.shape, self.started = file, (size[1], size[0], channels), False

    def write(self, pixels: NDArray[np.floating]) -> None:
        if not self.started:
            header = {"descr": np.lib.format.dtype_to_descr(pixels.dtype), "fortran_order": False}
            np.lib.format.write_array_header_1_0(self.file, {**header, "shape": self.shape})
            self.started = True
        self.file.write(np.ascontiguousarray(pixels).tobytes())

    def finish(self) -> None:
        pass
