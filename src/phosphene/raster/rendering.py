"""Renders the values of a plan: by the engine's `render` if it has one, otherwise by `evaluate`."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.engines import Engine, can_render
from phosphene.engines.plan import RenderPlan, Steps
from phosphene.ir.program import Program
from phosphene.jobs.job import Scratch
from phosphene.raster.antialias import STEPS, every_pixel, where_colours_bend
from phosphene.raster.finish import PLAIN
from phosphene.raster.frame import Rect, Size
from phosphene.raster.view import affine, places, points
from phosphene.recipe import Finish, View

Pixels = NDArray[Any]


def render_plan(
    program: Program,
    view: View,
    size: Size,
    mode: str | int = "none",
    finish: Finish = PLAIN,
    first_pass: bool = False,
) -> RenderPlan:
    """The plan of a picture. `mode` is its anti-aliasing: a recipe's `finish.antialias`, or "part"
    for one of many sub-frames. The rest of `finish` is resolved.
    """
    samples, steps = anti_aliasing(mode)
    return RenderPlan(program, size, view, affine(view, size), samples, steps, finish, first_pass)


def anti_aliasing(mode: str | int) -> tuple[int, Steps]:
    """The `samples` and `steps` of a `RenderPlan` for a mode of anti-aliasing."""
    if isinstance(mode, int):
        return mode, ()
    return 1, () if mode == "none" else STEPS[mode]


def render_values(
    engine: Engine, plan: RenderPlan, rect: Rect, scratch: Scratch, kept: Pixels | None = None
) -> Pixels:
    """Values (channels, width * height) of a rectangle, in the program's precision; valid until the
    scratch is used again.

    An engine with the capability "render" computes them itself, except for symmetric pictures; any
    other evaluates the program at points that are computed here. `kept`, if given, holds the
    program's inputs after x and y for the whole picture.
    """
    if kept is None and can_render(engine) and plan.view.symmetry is None:
        values = engine.render(plan, rect)
    elif plan.samples > 1:
        values = every_pixel(partial(_sample, engine, plan, scratch), rect, plan.samples)
    elif plan.steps:
        values, _ = where_colours_bend(partial(_sample, engine, plan, scratch), rect, plan.steps)
    else:
        values = _centres(engine, plan, rect, scratch, kept)
    return values.astype(plan.program.numbers.dtype, copy=False)


def _centres(
    engine: Engine, plan: RenderPlan, rect: Rect, scratch: Scratch, kept: Pixels | None
) -> Pixels:
    """One sample of each pixel."""
    n, dtype = rect.width * rect.height, plan.program.numbers.dtype
    plane = points(plan.view, plan.size, rect, scratch.array("points", (2, n), dtype))
    if kept is not None:
        down, across = slice(rect.y, rect.y + rect.height), slice(rect.x, rect.x + rect.width)
        plane = np.concatenate([plane, kept[:, down, across].reshape(len(kept), n)])
    into = scratch.array("values", (plan.program.channels, n), dtype)
    return engine.evaluate(plan.program, plane, into)


def _sample(
    engine: Engine, plan: RenderPlan, scratch: Scratch, columns: Pixels, rows: Pixels
) -> Pixels:
    """Values (channels, n) at pixel positions that broadcast; they hold until the next call."""
    shape, dtype = np.broadcast_shapes(columns.shape, rows.shape), plan.program.numbers.dtype
    n = math.prod(shape)
    at = scratch.array("points", (2, n), dtype)
    into = scratch.array("values", (plan.program.channels, n), dtype)
    places(plan.view, plan.size, columns, rows, at.reshape(2, *shape))
    return engine.evaluate(plan.program, at, into).astype(np.float32, copy=False)
