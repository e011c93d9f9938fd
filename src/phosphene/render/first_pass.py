"""From a recipe to a render plan, with a first pass over the whole picture if it needs one."""

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
    """The render plan of a recipe's picture at a size. With `live` it has the recipe's live
    program, which has labels. Dither is off unless `sample_format`, that of the file, is "bytes".
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
    """A render plan, and the inputs of its program after x and y for the whole picture, of shape
    (channels, height, width): None if it has none or `keeps` is false.

    A first pass always runs on the cpu engine, so that every engine gets the same numbers; on
    `executor` if given, else on `threads`.
    """
    finish = recipe.finish  # anti-aliasing and the choice of dither sample other positions
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
