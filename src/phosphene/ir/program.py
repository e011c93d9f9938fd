"""Programs: networks, shading and frozen statistics as operations on rows of pixels.

Numbers only, and all that an engine knows of a picture.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from phosphene.ir.operations import INDEX


@dataclass(frozen=True)
class Program:
    """Straight-line code over rows of pixels.

    `code` is int32 of shape (operations, 8): operation, target row, source rows a, b, c, count, i,
    j. Element-wise operations work on `count` rows; `i` and `j` place their constants in `numbers`.
    dense: a = source row, b = inputs, count = outputs, i = weights (outputs x inputs), j = biases.
    table: i = first entry, j = entries. `numbers` is float32, or float64 for precision f64. Rows
    0.. hold the inputs (x, y); `outputs` are the rows of the picture.
    """

    code: NDArray[np.int32]
    numbers: NDArray[np.floating]
    rows: int
    inputs: int
    outputs: NDArray[np.int32]

    @property
    def cost(self) -> int:
        """Roughly how many multiply-adds a pixel takes."""
        dense = self.code[:, 0] == INDEX["dense"]
        count = self.code[:, 5].astype(np.int64)
        return int((count * np.where(dense, self.code[:, 3], 16)).sum()) + 1

    @property
    def channels(self) -> int:
        return len(self.outputs)

    @cached_property
    def digest(self) -> str:
        """sha256 of everything above."""
        parts = hashlib.sha256(f"{self.rows} {self.inputs} {self.numbers.dtype}".encode())
        for array in (self.code, self.numbers, self.outputs):
            parts.update(array.astype(array.dtype.newbyteorder("<")).tobytes())
        return parts.hexdigest()
