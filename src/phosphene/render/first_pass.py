"""Recipe to program, with a first pass over the whole picture where a shading asks for one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.compiler import build
from phosphene.core.threads import ahead, thread_count
from phosphene.ir.program import Program
from phosphene.raster.painter import Painter
from phosphene.raster.view import Rect, Size
from phosphene.recipe import Recipe

KEEP_BYTES = 1 << 28  # a first pass keeps its values up to this size, else the second repeats it

Pixels = NDArray[Any]


class FirstPass:
    """Extremes of a program over the whole picture, tile by tile, on the cpu engine."""

    def __init__(self, recipe: Recipe, size: Size, threads: int | None, keeps: bool):
        self.recipe, self.size, self.threads, self.keeps = recipe, size, threads, keeps
        self.kept: Pixels | None = None

    def __call__(self, part: Program) -> tuple[Pixels, Pixels]:
        width, height = self.size
        keep = self.keeps and part.channels * width * height * 8 <= KEEP_BYTES
        dtype = part.numbers.dtype
        self.kept = np.empty((part.channels, height, width), dtype) if keep else None
        least, greatest = np.full(part.channels, np.inf), np.full(part.channels, -np.inf)
        painter = Painter(part, self.recipe.view, self.size, "cpu", self._see)
        tiles = painter.tiles(Rect(0, 0, width, height))
        for low, high in ahead(painter.tile, tiles, thread_count(self.threads)):
            least, greatest = np.fmin(least, low), np.fmax(greatest, high)
        return least, greatest

    def _see(self, values: Pixels, rect: Rect) -> Pixels:
        if self.kept is not None:
            down, across = slice(rect.y, rect.y + rect.height), slice(rect.x, rect.x + rect.width)
            self.kept[:, down, across] = values.reshape(len(values), rect.height, rect.width)
        return np.stack([np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)])


def make_program(
    recipe: Recipe, size: Size, engine: str, threads: int | None, keeps: bool = True
) -> tuple[Program, Pixels | None]:
    """The recipe's program; and perhaps, with `keeps`, the values (channels, height, width) of the
    whole picture that are its inputs after x and y.

    A first pass is always on the cpu engine, so that every engine receives the same numbers.
    """
    finish = recipe.finish  # anti-aliasing and the choice of dither look at places of their own
    plain = finish.antialias == "none" and finish.dither != "auto"
    first_pass = FirstPass(recipe, size, threads, keeps and plain and engine == "cpu")
    program = build(recipe, first_pass)
    return program, first_pass.kept if program.inputs > 2 else None
