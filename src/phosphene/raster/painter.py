"""Any window of a picture, painted: points, program, anti-aliasing, finish."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import EngineError
from phosphene.core.threads import ahead, thread_count
from phosphene.engines import get_engine
from phosphene.ir.program import Program
from phosphene.raster.antialias import antialias
from phosphene.raster.view import Rect, Size, places, points
from phosphene.recipe import View

# A few milliseconds of work in each tile: progress, cancelling and balance.
JOB_PIXELS, JOB_WORK = 1 << 15, 1 << 29
TALL = 64  # rows of a tile with anti-aliasing

Pixels = NDArray[Any]
Finish = Callable[[Pixels, Rect], Pixels]


class Painter:
    """Finished pixels of windows of one picture, the same for any windows, in any thread.

    `finish` turns values (channels, n) of a rectangle into pixels (height, width, channels). `mode`
    is the recipe's `finish.antialias`; `kept` holds the program's inputs after x and y, for the
    whole picture. Scratch memory is one for each thread. Raises `EngineError`.
    """

    def __init__(
        self,
        program: Program,
        view: View,
        size: Size,
        engine: str,
        finish: Finish,
        mode: str | int = "none",
        kept: Pixels | None = None,
    ):
        self.made_of = (program, view, size, engine, finish, mode, kept)
        self.engine = get_engine(engine)
        precision = "f64" if program.numbers.dtype == np.float64 else "f32"
        if precision not in self.engine.precisions:
            raise EngineError(f"engine '{engine}' does not compute in precision {precision}")
        self.program, self.view, self.size = program, view, size
        self.finish, self.mode, self.kept = finish, mode, kept
        self.dtype = np.float64 if precision == "f64" else np.float32
        self.pixels = max(1, min(JOB_PIXELS, JOB_WORK // program.cost))
        self.memory = threading.local()  # fresh arrays for every tile would cost page faults

    def __reduce__(self) -> tuple[Any, ...]:  # to other processes it goes without its memory
        return Painter, self.made_of

    def tile(self, rect: Rect) -> Pixels:
        """The finished pixels of a small window."""
        if self.mode != "none":
            values, _ = antialias(self._sample, rect, self.mode)
            return self.finish(values.astype(self.dtype, copy=False), rect)
        n, channels = rect.width * rect.height, self.program.channels
        scratch = self._scratch((2 + channels) * n)
        plane = points(self.view, self.size, rect, scratch[: 2 * n].reshape(2, n))
        if self.kept is not None:
            down, across = slice(rect.y, rect.y + rect.height), slice(rect.x, rect.x + rect.width)
            plane = np.concatenate([plane, self.kept[:, down, across].reshape(len(self.kept), n)])
        into = scratch[2 * n :].reshape(channels, n)
        values = self.engine.evaluate(self.program, plane, into)
        return self.finish(values.astype(self.dtype, copy=False), rect)

    def paint(
        self, rect: Rect, into: Pixels | None = None, stop: threading.Event | None = None
    ) -> Pixels:
        """A window of any size, tile by tile, in `into` (height, width, channels) if given.

        Leaves early, the work undone, once `stop` is set.
        """
        tiles = self.tiles(rect)
        if into is None:
            first = next(tiles)
            made = self.tile(first)
            if first == rect:
                return made
            into = np.empty((rect.height, rect.width, made.shape[2]), made.dtype)
            into[: first.height, : first.width] = made
        for tile in tiles:
            if stop is not None and stop.is_set():
                break
            x, y = tile.x - rect.x, tile.y - rect.y
            into[y : y + tile.height, x : x + tile.width] = self.tile(tile)
        return into

    def tiles(self, rect: Rect) -> Iterator[Rect]:
        """The windows that are painted at once: whole rows where they fit; with anti-aliasing,
        which evaluates a pixel more on every side, rather square.
        """
        if self.mode == "none":
            width = min(rect.width, self.pixels)
            height = max(1, self.pixels // width)
        else:
            height = min(TALL, rect.height)
            width = min(rect.width, max(TALL, self.pixels // (2 * height)))
        for y in range(0, rect.height, height):
            for x in range(0, rect.width, width):
                w, h = min(width, rect.width - x), min(height, rect.height - y)
                yield Rect(rect.x + x, rect.y + y, w, h)

    def strips(self, rect: Rect, threads: int | None = None) -> Iterator[Pixels]:
        """A window as strips of whole rows from the top, painted ahead by so many threads."""
        count = thread_count(threads)
        some = 4 if rect.width * rect.height > JOB_PIXELS else 1  # strips for every thread
        share = -(-rect.height // (some * count))
        height = max(1, min(self.pixels // rect.width, share))
        if self.mode != "none":
            height = max(height, min(max(share, 16), TALL, rect.height))
        jobs = (
            Rect(rect.x, rect.y + top, rect.width, min(height, rect.height - top))
            for top in range(0, rect.height, height)
        )
        return ahead(self.paint, jobs, count)

    def _sample(self, columns: Pixels, rows: Pixels) -> Pixels:
        """Values (channels, n) at pixel positions that broadcast; they hold until the next call."""
        shape = np.broadcast_shapes(columns.shape, rows.shape)
        n, channels = math.prod(shape), self.program.channels
        scratch = self._scratch((2 + channels) * n)
        at, into = scratch[: 2 * n], scratch[2 * n :].reshape(channels, n)
        places(self.view, self.size, columns, rows, at.reshape(2, *shape))
        values = self.engine.evaluate(self.program, at.reshape(2, n), into)
        return values.astype(np.float32, copy=False)

    def _scratch(self, size: int) -> Pixels:
        found = getattr(self.memory, "scratch", None)
        if found is None or len(found) < size:
            found = self.memory.scratch = np.empty(size, self.dtype)
        return found[:size]
