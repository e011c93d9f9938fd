"""The cpu engine: float32 by numba kernels. It is the definition of the picture."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from phosphene.engines.cache import kernel_cache
from phosphene.program import Program

with kernel_cache():
    from phosphene.engines import machine32
    from phosphene.engines.lanes import BLOCK


class CpuEngine:
    """Evaluates float32 programs; the same bits for any number, order and grouping of points."""

    name = "cpu"
    precisions = ("f32",)

    def __init__(self) -> None:
        self.local = threading.local()

    def evaluate(
        self, program: Program, points: NDArray[np.floating], into: NDArray[np.floating] | None = None
    ) -> NDArray[np.floating]:
        """Values of shape (channels, n), float32, at points of shape (inputs, n).

        Releases the GIL while it works, so threads may share a program. `into` is memory to use for the values.
        """
        points = np.ascontiguousarray(points, np.float32)
        results = np.empty((program.channels, points.shape[1]), np.float32) if into is None else into
        rows = self._rows((program.rows + 1) * BLOCK)
        machine32.evaluate(program.code, program.numbers, rows, points, program.outputs, results)
        return results

    def _rows(self, size: int) -> NDArray[np.float32]:
        """This thread's rows: at least `size` floats from a 64-byte boundary, contents left over."""
        rows = getattr(self.local, "rows", None)
        if rows is None or len(rows) < size:
            memory = np.zeros(size + 16, np.float32)
            start = (-memory.ctypes.data // 4) % 16
            rows = self.local.rows = memory[start : start + size]
        return rows[:size]
