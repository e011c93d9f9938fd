"""Recipe to program, with a first pass over the whole picture where a shading asks for one."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from phosphene.compiler import build
from phosphene.compiler.live import live_program
from phosphene.engines.plan import RenderPlan
from phosphene.ir.program import Program
from phosphene.jobs.executor import Executor
from phosphene.raster.dither import resolve_finish
from phosphene.raster.first_pass import FirstPass
from phosphene.raster.frame import Size
from phosphene.raster.rendering import render_plan
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


def make_plan(
    recipe: Recipe, size: Size, threads: int | None = None, live: bool = False
) -> RenderPlan:
    """Everything that decides the pixels of a recipe's picture at a size, as data.

    `live`: with the recipe's live program, which has labels.
    """
    first_pass = FirstPass(recipe, size, threads, keeps=False)
    program = (live_program if live else build)(recipe, first_pass)
    finish = resolve_finish(recipe, program)
    return render_plan(program, recipe.view, size, recipe.finish.antialias, finish, first_pass.ran)
