"""Draws from N(0, 1) by compiled kernels, bit-identical to `weight_sources.plain_normal`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phosphene.core.rng import Stream
from phosphene.engines.cpu.kernels import kernel


def compiled_normal(stream: Stream, rows: int, columns: int) -> NDArray[np.float64]:
    """A table of shape (rows, columns) drawn from N(0, 1) with `stream`."""
    table = np.empty((rows, columns))
    kernel("fill_table")(*stream.key, table)
    kernel("to_normal")(table)
    return table
