"""Memory for values on the probe: one arena per thread, kept between builds, because page faults
of new arrays take longer than evaluating the networks.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

MAX_NUMBERS = 1 << 23  # float32 numbers that an arena holds


class Arena(threading.local):
    """Allocates arrays consecutively from one block of memory, which grows as needed.

    Arrays are valid until the next `clear`. Every measurement clears the arena first and keeps only
    copies and numbers, so no result depends on earlier contents.
    """

    def __init__(self) -> None:
        self.memory, self.used = np.empty(0, np.float32), 0

    def clear(self) -> None:
        """Free all arrays."""
        self.used = 0

    def take(self, rows: int, points: int) -> Array:
        """An uninitialised float32 array of shape (rows, points)."""
        size = rows * points
        if self.used + size > len(self.memory):
            if self.used + size > MAX_NUMBERS:
                return np.empty((rows, points), np.float32)
            # Arrays taken earlier keep the old memory alive.
            more = min(2 * (self.used + size), MAX_NUMBERS)
            self.memory, self.used = np.empty(more, np.float32), 0
        self.used += size
        return self.memory[self.used - size : self.used].reshape(rows, points)

    def give_back(self, last: Array) -> None:
        """Free the end of the arena, given the array that was taken last or its last rows."""
        if last.base is self.memory:
            self.used -= last.size

    def stack(self, parts: list[Array]) -> Array:
        """Arrays of shape (rows, points) concatenated along rows."""
        into = self.take(sum(map(len, parts)), parts[0].shape[1])
        return np.concatenate(parts, out=into)


ARENA = Arena()
