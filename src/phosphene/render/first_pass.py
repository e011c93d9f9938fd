"""Recipe to plan, with a first pass over the whole picture where a shading asks for one."""

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


def make_plan(
    recipe: Recipe,
    size: Size,
    threads: int | None = None,
    *,
    live: bool = False,
    sample_format: str = "bytes",
) -> RenderPlan:
    """Everything that decides the pixels of a recipe's picture at a size, as data.

    `live`: with the recipe's live program, which has labels. The dither is that of files of a
    `sample_format`: only "bytes" are dithered.
    """
    first_pass = FirstPass(recipe, size, threads, keeps=False)
    program = (live_program if live else build)(recipe, first_pass)
    return _plan(recipe, program, first_pass, sample_format)


def plan_and_inputs(
    recipe: Recipe,
    size: Size,
    engine: str,
    threads: int | None = None,
    *,
    keeps: bool = True,
    sample_format: str = "bytes",
    executor: Executor | None = None,
) -> tuple[RenderPlan, Pixels | None]:
    """A plan to render at once; and perhaps, with `keeps`, the values (channels, height, width) of
    the whole picture that are its program's inputs after x and y: they are computed once.

    A first pass is always on the cpu engine, so that every engine receives the same numbers; an
    `executor` makes it instead of threads.
    """
    finish = recipe.finish  # anti-aliasing and the choice of dither look at places of their own
    plain = finish.antialias == "none" and finish.dither != "auto"
    keeps = keeps and plain and engine == "cpu"
    first_pass = FirstPass(recipe, size, threads, keeps, executor)
    program = build(recipe, first_pass)
    plan = _plan(recipe, program, first_pass, sample_format)
    return plan, first_pass.kept if program.inputs > 2 else None


def _plan(
    recipe: Recipe, program: Program, first_pass: FirstPass, sample_format: str
) -> RenderPlan:
    finish, mode = resolve_finish(recipe, program, sample_format), recipe.finish.antialias
    return render_plan(program, recipe.view, first_pass.size, mode, finish, first_pass.ran)
