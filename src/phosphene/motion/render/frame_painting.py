"""Paints one frame in strips of rows, on several threads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.jobs.executor import Executor
from phosphene.jobs.job import Piece, Scratch
from phosphene.raster.frame import Rect
from phosphene.raster.painter import TALL, Painter, bands

Pixels = NDArray[Any]
LEAST = 1 << 12  # pixels of a strip; smaller ones cost more to schedule than to paint
SHARE = 4  # strips per thread, so that all threads finish at about the same time


@dataclass
class FrameJob:
    """The strips of a frame. A piece is the index of its first row and its number of rows."""

    painter: Painter
    rows: int

    def pieces(self) -> Iterator[Piece]:
        return bands(self.painter.plan.size[1], self.rows)

    def make(self, piece: Piece, scratch: Scratch) -> Pixels:
        top, height = piece
        return self.painter.paint(Rect(0, top, self.painter.plan.size[0], height), scratch=scratch)


def paint_frame(painter: Painter, executor: Executor) -> Pixels:
    """The whole picture of a painter, of shape (height, width, channels), painted by an executor of
    this process. Raises what the painter raises.
    """
    width, height = painter.plan.size
    rows = strip_rows(painter, executor.workers)
    if rows == height:
        return painter.paint(Rect(0, 0, width, height))
    job = FrameJob(painter, rows)
    whole: Pixels | None = None
    with closing(executor.run(job)) as strips:
        for (top, rows), pixels in strips:
            if whole is None:
                whole = np.empty((height, width, pixels.shape[2]), pixels.dtype)
            whole[top : top + rows] = pixels
    assert whole is not None
    return whole


def strip_rows(painter: Painter, workers: int) -> int:
    """The number of rows of a strip: several strips per worker if the frame is large enough."""
    width, height = painter.plan.size
    share = max(-(-height // (SHARE * workers)), -(-LEAST // width))
    rows = max(1, min(painter.pixels // width, share))
    if painter.plan.antialiased:  # evaluates one more pixel on every side
        rows = max(rows, min(max(share, 16), TALL))
    return min(rows, height)
