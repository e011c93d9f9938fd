"""Recipe to program, with a first pass over the whole picture where a shading asks for one."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from phosphene.compiler import build
from phosphene.ir.program import Program
from phosphene.jobs.executor import Executor
from phosphene.raster.first_pass import FirstPass
from phosphene.raster.view import Size
from phosphene.recipe import Recipe

Pixels = NDArray[Any]


def make_program(
    recipe: Recipe,
    size: Size,
    engine: str,
    threads: int | None,
    keeps: bool = True,
    executor: Executor | None = None,
) -> tuple[Program, Pixels | None]:
    """The recipe's program; and perhaps, with `keeps`, the values (channels, height, width) of the
    whole picture that are its inputs after x and y.

    A first pass is always on the cpu engine, so that every engine receives the same numbers; an
    `executor` makes it instead of threads.
    """
    finish = recipe.finish  # anti-aliasing and the choice of dither look at places of their own
    plain = finish.antialias == "none" and finish.dither != "auto"
    keeps = keeps and plain and engine == "cpu"
    first_pass = FirstPass(recipe, size, threads, keeps, executor)
    program = build(recipe, first_pass)
    return program, first_pass.kept if program.inputs > 2 else None
