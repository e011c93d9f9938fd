"""Memory for values on the probe: an arena for each thread, kept from build to build, because fresh
arrays cost page faults, which take longer than the networks.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

MAX_NUMBERS = 1 << 23  # float32 numbers that an arena holds


class Arena(threading.local):
    """Arrays one after the other from one block of memory, which grows as needed.

    They are valid until the next `clear`, so whoever measures something clears it first and keeps
    only copies and numbers: no result depends on what the arena held before.
    """

    def __init__(self) -> None:
        self.memory, self.used = np.empty(0, np.float32), 0

    def clear(self) -> None:
        self.used = 0

    def take(self, rows: int, points: int) -> Array:
        """A float32 array of this shape, not initialised."""
        size = rows * points
        if self.used + size > len(self.memory):
            if self.used + size > MAX_NUMBERS:
                return np.empty((rows, points), np.float32)
            # Arrays taken before keep the old memory.
            more = min(2 * (self.used + size), MAX_NUMBERS)
            self.memory, self.used = np.empty(more, np.float32), 0
        self.used += size
        return self.memory[self.used - size : self.used].reshape(rows, points)

    def give_back(self, last: Array) -> None:
        """Free the last rows of the array that was taken last."""
        if last.base is self.memory:
            self.used -= last.size

    def stack(self, parts: list[Array]) -> Array:
        """Arrays of (rows, points) one below the other."""
        into = self.take(sum(map(len, parts)), parts[0].shape[1])
        return np.concatenate(parts, out=into)


ARENA = Arena()
