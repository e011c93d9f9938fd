"""A first pass over a whole picture: the extremes that a shading asks for, as `least(f)` does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.version import source_digest
from phosphene.engines.plan import RenderPlan, plan_from_bytes
from phosphene.ir.program import Program
from phosphene.jobs.executor import Executor
from phosphene.jobs.job import Piece, Scratch
from phosphene.jobs.threads import on_threads
from phosphene.raster.frame import Rect, Size
from phosphene.raster.painter import Painter, bands
from phosphene.raster.rendering import render_plan
from phosphene.recipe import Recipe

KEEP_BYTES = 1 << 28  # values up to this size are kept; larger ones are computed twice
PIECE_PIXELS = 1 << 20  # the most pixels of a piece
SMALL = 1 << 22  # up to this many pixels, local work is faster than sending it to other machines
SHARE = 8  # the least pieces per worker, so that all finish at about the same time

Pixels = NDArray[Any]


@dataclass(frozen=True)
class FirstPassJob:
    """The extremes of a plan's values over its whole picture. A piece is the first row and the
    number of rows; its result holds the least and the greatest value of each channel, float64.

    The values themselves go into `kept` (channels, height, width), where it is given.
    """

    plan: RenderPlan
    rows: int
    kept: Pixels | None = None

    @cached_property
    def painter(self) -> Painter:
        return Painter(self.plan, "cpu", self._extremes)

    def pieces(self) -> Iterator[Piece]:
        return bands(self.plan.size[1], self.rows)

    def make(self, piece: Piece, scratch: Scratch) -> bytes:
        least, greatest = _nothing(self.plan.program.channels)
        top, height = piece
        for tile in self.painter.tiles(Rect(0, top, self.plan.size[0], height)):
            scratch.check()
            low, high = self.painter.tile(tile, scratch)
            least, greatest = np.fmin(least, low), np.fmax(greatest, high)
        return np.stack([least, greatest]).tobytes()

    def describe(self, piece: Piece) -> str:
        return f"rows {piece[0]} to {piece[0] + piece[1] - 1} of the first pass"

    @property
    def fingerprint(self) -> str:
        exact = [self.rows, self.plan.header, self.plan.program.digest, source_digest()]
        return hashlib.sha256(json.dumps(exact, sort_keys=True).encode()).hexdigest()

    def to_bytes(self) -> bytes:
        return json.dumps(self.rows).encode() + b"\n" + self.plan.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> FirstPassJob:
        line, _, document = data.partition(b"\n")
        return cls(plan_from_bytes(document), json.loads(line))

    def _extremes(self, values: Pixels, rect: Rect) -> Pixels:
        if self.kept is not None:
            down, across = slice(rect.y, rect.y + rect.height), slice(rect.x, rect.x + rect.width)
            self.kept[:, down, across] = values.reshape(len(values), rect.height, rect.width)
        return np.stack([np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)])


class FirstPass:
    """Extremes of a program over the whole picture, on the cpu engine, by a number of threads or an
    executor. `ran` is true once a program has needed any.
    """

    def __init__(
        self,
        recipe: Recipe,
        size: Size,
        threads: int | None,
        keeps: bool,
        executor: Executor | None = None,
    ):
        self.recipe, self.size, self.threads, self.keeps = recipe, size, threads, keeps
        self.executor = executor
        self.kept: Pixels | None = None
        self.ran = False

    def __call__(self, part: Program) -> tuple[Pixels, Pixels]:
        self.ran = True
        width, height = self.size
        with ExitStack() as opened:
            executor = self.executor
            if executor is None or (executor.remote and width * height <= SMALL):
                executor = opened.enter_context(closing(on_threads(self.threads)))
            keep = self.keeps and not executor.remote
            keep = keep and part.channels * width * height * 8 <= KEEP_BYTES
            dtype = part.numbers.dtype
            self.kept = np.empty((part.channels, height, width), dtype) if keep else None
            rows = min(-(-height // (SHARE * executor.workers)), max(1, PIECE_PIXELS // width))
            job = FirstPassJob(render_plan(part, self.recipe.view, self.size), rows, self.kept)
            least, greatest = _nothing(part.channels)
            for _, made in opened.enter_context(closing(executor.run(job))):
                low, high = np.frombuffer(made).reshape(2, -1)
                least, greatest = np.fmin(least, low), np.fmax(greatest, high)
        return least, greatest


def _nothing(channels: int) -> tuple[Pixels, Pixels]:
    """The initial extremes: those of no values."""
    return np.full(channels, np.inf), np.full(channels, -np.inf)
