"""Rendering any window of a picture: points, program, anti-aliasing, finish."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import EngineError
from phosphene.engines import get_engine
from phosphene.engines.plan import RenderPlan
from phosphene.jobs.executor import Executor
from phosphene.jobs.job import Piece, Scratch
from phosphene.jobs.threads import on_threads
from phosphene.raster.frame import Rect
from phosphene.raster.rendering import render_values

# A few milliseconds of work in each tile: progress, cancelling and balance.
JOB_PIXELS, JOB_WORK = 1 << 15, 1 << 29
TALL = 64  # rows of a tile with anti-aliasing

Pixels = NDArray[Any]
Finish = Callable[[Pixels, Rect], Pixels]


class Painter:
    """Renders finished pixels of any window of a plan's picture, in any thread; a pixel does not
    depend on the window.

    `finish` turns values (channels, n) of a rectangle into pixels (height, width, channels); it
    stands for the plan's own. `kept` holds the program's inputs after x and y (channels, height,
    width) for the whole picture. Raises `EngineError`.
    """

    def __init__(self, plan: RenderPlan, engine: str, finish: Finish, kept: Pixels | None = None):
        self.made_of = (plan, engine, finish, kept)
        self.engine = get_engine(engine)
        precision = plan.program.precision
        if precision not in self.engine.precisions:
            raise EngineError(f"engine '{engine}' does not compute in precision {precision}")
        self.plan, self.finish, self.kept = plan, finish, kept
        self.dtype = np.float64 if precision == "f64" else np.float32
        self.pixels = max(1, min(JOB_PIXELS, JOB_WORK // plan.program.cost))

    def __reduce__(self) -> tuple[Any, ...]:  # engines are not pickled
        return Painter, self.made_of

    def tile(self, rect: Rect, scratch: Scratch) -> Pixels:
        """The finished pixels of a small window."""
        return self.finish(render_values(self.engine, self.plan, rect, scratch, self.kept), rect)

    def paint(
        self, rect: Rect, into: Pixels | None = None, scratch: Scratch | None = None
    ) -> Pixels:
        """The pixels of a window of any size, rendered tile by tile, into `into` of shape (height,
        width, channels) if given.

        Raises `JobCancelledError` between tiles if the scratch's run is cancelled.
        """
        scratch = scratch or Scratch()
        tiles = self.tiles(rect)
        if into is None:
            first = next(tiles)
            made = self.tile(first, scratch)
            if first == rect:
                return made
            into = np.empty((rect.height, rect.width, made.shape[2]), made.dtype)
            into[: first.height, : first.width] = made
        for tile in tiles:
            scratch.check()
            x, y = tile.x - rect.x, tile.y - rect.y
            into[y : y + tile.height, x : x + tile.width] = self.tile(tile, scratch)
        return into

    def tiles(self, rect: Rect) -> Iterator[Rect]:
        """The tiles of a window: whole rows if they fit; with anti-aliasing, which evaluates one
        more pixel on every side, nearly square.
        """
        if not self.plan.antialiased:
            width = min(rect.width, self.pixels)
            height = max(1, self.pixels // width)
        else:
            height = min(TALL, rect.height)
            width = min(rect.width, max(TALL, self.pixels // (2 * height)))
        for y in range(0, rect.height, height):
            for x in range(0, rect.width, width):
                w, h = min(width, rect.width - x), min(height, rect.height - y)
                yield Rect(rect.x + x, rect.y + y, w, h)

    def strips(self, rect: Rect, threads: int | None = None) -> Generator[Pixels]:
        """Yield a window as strips of whole rows from the top, rendered ahead by some threads."""
        with closing(on_threads(threads)) as executor:
            yield from self.strips_on(executor, rect)

    def strips_on(self, executor: Executor, rect: Rect) -> Generator[Pixels]:
        """Like `strips`, with an executor of this process."""
        some = 4 if rect.width * rect.height > JOB_PIXELS else 1  # strips per thread
        share = -(-rect.height // (some * executor.workers))
        height = max(1, min(self.pixels // rect.width, share))
        if self.plan.antialiased:
            height = max(height, min(max(share, 16), TALL, rect.height))
        with closing(executor.run(StripsJob(self, rect, height), ordered=True)) as made:
            for _, pixels in made:
                yield pixels


@dataclass(frozen=True)
class StripsJob:
    """A job: a window of a picture as strips of finished rows. A piece is (top, height)."""

    painter: Painter
    rect: Rect
    height: int

    def pieces(self) -> Iterator[Piece]:
        return bands(self.rect.height, self.height)

    def make(self, piece: Piece, scratch: Scratch) -> Pixels:
        top, height = piece
        place = Rect(self.rect.x, self.rect.y + top, self.rect.width, height)
        return self.painter.paint(place, scratch=scratch)


def bands(height: int, rows: int) -> Iterator[Piece]:
    """Yield bands (top, height) of `rows` rows that cover a height; the last may be shorter."""
    return ((top, min(rows, height - top)) for top in range(0, height, rows))
