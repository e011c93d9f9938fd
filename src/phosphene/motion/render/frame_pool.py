"""Threads that paint frame after frame. They stay, and so does their memory: to start threads for a
frame takes longer than to hand it over, and their memory would be fresh pages every time.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.threads import thread_count
from phosphene.jobs.job import Scratch
from phosphene.raster.painter import TALL, Painter
from phosphene.raster.view import Rect, Size

Pixels = NDArray[Any]
LEAST = 1 << 12  # pixels of a strip: less is not worth handing over
SHARE = 4  # strips for each thread, so that all end at about the same time


class FramePool:
    """So many threads (all CPUs by default), the caller's among them."""

    def __init__(self, threads: int | None = None):
        self.count = thread_count(threads)
        self.pool = ThreadPoolExecutor(self.count - 1, "phosphene") if self.count > 1 else None
        self.memory = threading.local()

    def paint(self, painter: Painter, size: Size) -> Pixels:
        """The whole picture (height, width, channels). Raises what the painter raises."""
        width, height = size
        jobs = deque(strips(painter, size, self.count))
        found: list[Pixels] = []
        lock = threading.Lock()

        def work() -> None:
            if not hasattr(self.memory, "scratch"):
                self.memory.scratch = Scratch()
            while jobs:
                try:
                    rect = jobs.popleft()
                except IndexError:  # another was quicker
                    return
                rows = painter.paint(rect, scratch=self.memory.scratch)
                with lock:
                    if not found:
                        found.append(np.empty((height, width, rows.shape[2]), rows.dtype))
                found[0][rect.y : rect.y + rect.height] = rows

        others: list[Future[None]] = []
        if self.pool:
            others = [self.pool.submit(work) for _ in range(min(self.count, len(jobs)) - 1)]
        try:
            work()
        finally:
            jobs.clear()
            for other in others:
                other.result()
        return found[0]


def strips(painter: Painter, size: Size, threads: int) -> list[Rect]:
    """A picture in strips of whole rows, some for each thread where it is large enough."""
    width, height = size
    share = max(-(-height // (SHARE * threads)), -(-LEAST // width))
    tall = max(1, min(painter.pixels // width, share))
    if painter.mode != "none":  # which evaluates a pixel more on every side
        tall = max(tall, min(max(share, 16), TALL))
    return [Rect(0, top, width, min(tall, height - top)) for top in range(0, height, tall)]
