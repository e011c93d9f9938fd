"""Programs: networks, shading and frozen statistics as operations on rows of pixels.

A program consists of arrays of numbers, and is all that an engine needs of a picture.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from phosphene.ir.document import Contents, pack, structure_key, unpack
from phosphene.ir.labels import Labels
from phosphene.ir.operations import INDEX


@dataclass(frozen=True)
class Program:
    """Straight-line code over rows of pixels.

    `code` is int32 of shape (operations, 8): operation, target row, source rows a, b, c, count, i,
    j. Element-wise operations work on `count` rows; `i` and `j` place their constants in `numbers`.
    dense: a = source row, b = inputs, count = outputs, i = weights (outputs x inputs), j = biases.
    table: i = first entry, j = entries. `numbers` is float32, or float64 for precision f64. Rows
    0.. hold the inputs (x, y); `outputs` are the rows of the picture. Arrays are read-only.
    `labels`, if present, describe numbers and rows.
    """

    code: NDArray[np.int32]
    numbers: NDArray[np.floating]
    rows: int
    inputs: int
    outputs: NDArray[np.int32]
    labels: Labels | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for array in (self.code, self.numbers, self.outputs):  # threads and caches share them
            array.flags.writeable = False

    @property
    def precision(self) -> str:
        """ "f32" or "f64"."""
        return "f64" if self.numbers.dtype == np.float64 else "f32"

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
    def structure(self) -> str:
        """sha256 of code, outputs and inputs: the key of what depends on the structure alone, such
        as a shader. Programs of one form have one structure where constants are not shared, as in
        a live program.
        """
        return structure_key(self.code, self.outputs, self.inputs)

    @cached_property
    def digest(self) -> str:
        """sha256 of code, numbers, outputs, rows and inputs."""
        parts = hashlib.sha256(f"{self.rows} {self.inputs} {self.numbers.dtype}".encode())
        for array in (self.code, self.numbers, self.outputs):
            parts.update(array.astype(array.dtype.newbyteorder("<")).tobytes())
        return parts.hexdigest()

    def __eq__(self, other: object) -> bool:
        """Whether both are the same document: equal in code, numbers and labels."""
        if not isinstance(other, Program):
            return NotImplemented
        return self is other or self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.digest)

    def to_bytes(self) -> bytes:
        """The program with its labels as one document, as `phosphene.ir.document` describes it."""
        rest = self.rows, self.inputs, self.outputs, self.labels
        return pack(Contents(self.code, self.numbers, *rest))

    @classmethod
    def from_bytes(cls, data: bytes | bytearray | memoryview) -> Program:
        """The program of a document, equal in code, numbers, outputs and labels.

        Every index is checked, so it may come from anywhere. Raises `ProgramError` for what is no
        document, is cut short, damaged, of another version, or cannot be run.
        """
        return cls(*unpack(data))
