"""What writers of tiles share: bands of rows, halving, and a background thread.

A writer takes rows as they are rendered; a background thread encodes them, at most a few bands
late, so neither waits for the other and memory stays bounded.
"""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from queue import Queue
from threading import Thread
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
END, STOP = object(), object()
ENCODERS = min(4, os.cpu_count() or 1)  # threads that encode tiles


class Bands:
    """Collects rows in pieces of any height, and calls `give` with bands of `height` rows; the last
    may be shorter.

    Each band is a separate array. Return used ones with `recycle`, since new memory is slow.
    """

    def __init__(self, height: int, give: Callable[[Pixels], None]):
        self.height, self.give, self.filled = height, give, 0
        self.band: Pixels | None = None
        self.used: deque[Pixels] = deque(maxlen=2)

    def write(self, rows: Pixels) -> None:
        while len(rows):
            if self.band is None:
                self.band = self._new((self.height, *rows.shape[1:]), rows.dtype)
            n = min(self.height - self.filled, len(rows))
            self.band[self.filled : self.filled + n] = rows[:n]
            self.filled, rows = self.filled + n, rows[n:]
            if self.filled == self.height:
                self.finish()

    def finish(self) -> None:
        if self.band is not None:
            band, self.band = self.band[: self.filled], None
            self.filled = 0
            self.give(band)

    def recycle(self, band: Pixels) -> None:
        """Return a band that is no longer used, from any thread, for reuse."""
        if band.base is not None:
            self.used.append(band.base)

    def _new(self, shape: tuple[int, ...], kind: np.dtype[Any]) -> Pixels:
        while self.used:
            band = self.used.popleft()
            if band.shape == shape and band.dtype == kind:
                return band
        return np.empty(shape, kind)


def halve(band: Pixels) -> Pixels:
    """Means of 2 x 2 pixels, rounded half up; an odd last row or column is repeated. The means are
    of encoded values, as in other writers of pyramids.
    """
    if len(band) % 2:
        band = np.concatenate([band, band[-1:]])
    if band.shape[1] % 2:
        band = np.concatenate([band, band[:, -1:]], axis=1)
    if band.dtype.kind == "f":
        pairs = band[0::2] + band[1::2]
        return (pairs[:, 0::2] + pairs[:, 1::2]) * band.dtype.type(0.25)
    pairs = np.add(band[0::2], band[1::2], dtype=np.uint16 if band.itemsize == 1 else np.uint32)
    sums = pairs[:, 0::2] + pairs[:, 1::2]
    sums += 2
    sums >>= 2
    return sums.astype(band.dtype)


def half(size: tuple[int, int]) -> tuple[int, int]:
    """The size of the next smaller level: halves, rounded up."""
    return (size[0] + 1) // 2, (size[1] + 1) // 2


class Behind:
    """A background thread that runs `work(items)`; `put` queues an item, with at most `ahead`
    waiting.

    Errors in `work` are raised by `put` or `finish`. `close` stops the thread at any time.
    """

    def __init__(self, work: Callable[[Iterator[Any]], None], ahead: int = 2):
        self.items: Queue[Any] = Queue(ahead)
        self.error: BaseException | None = None
        self.ended = False
        self.thread = Thread(target=self._run, args=(work,), name="phosphene-file", daemon=True)
        self.thread.start()

    def _run(self, work: Callable[[Iterator[Any]], None]) -> None:
        try:
            work(self._each())
        except BaseException as error:  # noqa: BLE001 - raised again by `put` or `finish`
            self.error = error
        while not self.ended:
            self._next()

    def _next(self) -> Any:
        item = self.items.get()
        self.ended = item is END or item is STOP
        return item

    def _each(self) -> Iterator[Any]:
        while (item := self._next()) is not END:
            if item is STOP:
                raise InterruptedError("stopped")
            yield item

    def put(self, item: Any) -> None:
        if self.error:
            raise self.error
        self.items.put(item)

    def finish(self) -> None:
        self.items.put(END)
        self.thread.join()
        if self.error:
            raise self.error

    def close(self) -> None:
        if self.thread.is_alive():
            self.items.put(STOP)
            self.thread.join()


class Spool:
    """A sequence of blobs in an anonymous temporary file next to a file being written."""

    def __init__(self, target: BinaryIO):
        name = getattr(target, "name", None)
        folder = os.path.dirname(name) if isinstance(name, str) else None
        self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `close`
        self.sizes: list[int] = []

    def add(self, blob: bytes) -> None:
        self.file.write(blob)
        self.sizes.append(len(blob))

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(0)
        for size in self.sizes:
            yield self.file.read(size)

    def close(self) -> None:
        self.file.close()
