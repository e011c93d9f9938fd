"""Draws from N(0, 1) by compiled kernels: the bits of `architectures.draws.plain_normal`."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.engines.cache import kernel_cache
from phosphene.rng import Stream


def quick_normal(stream: Stream, rows: int, columns: int) -> NDArray[np.float64]:
    """A stream's table of so many rows and columns, its numbers from N(0, 1)."""
    kernels, table = _kernels(), np.empty((rows, columns))
    first, second = stream.key
    kernels.fill_table(np.uint64(first), np.uint64(second), table)
    kernels.to_normal(table)
    return table


@cache
def _kernels() -> Any:
    with kernel_cache(what="drawing"):
        from phosphene.engines import draws64
    return draws64
