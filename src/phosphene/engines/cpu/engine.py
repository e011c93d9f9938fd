"""The cpu engine: numba kernels. Its float32 results define the pixels of a picture."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import EngineError
from phosphene.engines.cpu.kernel_table import BLOCK
from phosphene.engines.cpu.kernels import kernel
from phosphene.ir.program import Program

SUMS = (2, 16)  # the shape of scratch memory for `moments`


class CpuEngine:
    """Evaluates programs. The bits of a point's values do not depend on the number, order or
    grouping of points.
    """

    name = "cpu"
    precisions = ("f32", "f64")

    def __init__(self) -> None:
        self.local = threading.local()

    def evaluate(
        self,
        program: Program,
        points: NDArray[np.floating],
        into: NDArray[np.floating] | None = None,
    ) -> NDArray[np.floating]:
        """Values of shape (channels, n), in the program's precision, at points of shape
        (inputs, n).

        Releases the GIL while it works, so threads can share a program. `into` is memory to use for
        the values.
        """
        dtype = program.numbers.dtype
        wanted = program.channels, points.shape[1]
        if len(points) != program.inputs or (into is not None and into.shape != wanted):
            got = len(points) if into is None else (len(points), into.shape)
            raise EngineError(
                f"a program of {program.inputs} inputs and {wanted[0]} channels got {got}"
            )
        points = np.ascontiguousarray(points, dtype)
        results = np.empty(wanted, dtype) if into is None else into
        rows = self._rows((program.rows + 1) * BLOCK, dtype)
        evaluate = kernel("evaluate" if dtype == np.float32 else "evaluate64")
        evaluate(program.code, program.numbers, rows, points, program.outputs, results)
        return results

    def moments(
        self, values: NDArray[np.floating]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation of each row's finite values; `values` of shape
        (rows, points), which are rounded to float32.
        """
        results = np.zeros((2, len(values)))
        kernel("moments")(np.ascontiguousarray(values, np.float32), np.empty(SUMS), results)
        return results[0], results[1]

    def _rows(self, size: int, dtype: np.dtype[Any]) -> NDArray[np.floating]:
        """This thread's rows: at least `size` numbers aligned to 64 bytes, not cleared."""
        rows = getattr(self.local, dtype.name, None)
        if rows is None or len(rows) < size:
            memory = np.zeros(size + 16, dtype)
            start = (-memory.ctypes.data // dtype.itemsize) % (64 // dtype.itemsize)
            rows = memory[start : start + size]
            setattr(self.local, dtype.name, rows)
        return rows[:size]
