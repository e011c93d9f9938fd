"""The one pipeline: recipe -> program -> engine -> pixels -> file."""

from __future__ import annotations

import numpy as np

from phosphene.core.errors import SizeError
from phosphene.raster import Picture, resolve_finish, to_float
from phosphene.raster.painter import Painter
from phosphene.raster.view import Size, parse_frame
from phosphene.recipe import Recipe
from phosphene.render.export import Progress
from phosphene.render.export import render_file as render_file
from phosphene.render.first_pass import make_program


def render(
    recipe: Recipe,
    size: str | int | Size = (800, 800),
    *,
    crop: str | tuple[int, int, int, int] | None = None,
    bleed: str | int | None = None,
    threads: int | None = None,
    engine: str = "cpu",
    progress: Progress | None = None,
) -> Picture:
    """The picture of a recipe at a size, or the window `crop` (x, y, width, height) of it.

    With `bleed` ("3mm", pixels) it reaches so far beyond the picture on every side. The same bits
    for any number of threads and any crop. `progress(done, total)` is called with rows. Raises
    `SizeError`, `RecipeError`, `EngineError`.
    """
    frame = parse_frame(size, crop, bleed)
    rect = frame.rect
    program, kept = make_program(recipe, frame.size, engine, threads, not frame.bleed)
    painter = Painter(
        program, recipe.view, frame.size, engine, to_float, recipe.finish.antialias, kept
    )
    try:
        pixels = np.empty((rect.height, rect.width, program.channels), painter.dtype)
    except MemoryError:
        size = "x".join(map(str, frame.size))
        raise SizeError(
            f"{size} does not fit in memory; render to a file, or a crop of it", argument="size"
        ) from None
    top = 0
    for rows in painter.strips(rect, threads):
        pixels[top : top + len(rows)] = rows
        top += len(rows)
        if progress:
            progress(top, rect.height)
    finish = resolve_finish(recipe, program)
    window = None if crop is None and not frame.bleed else rect
    return Picture(pixels, recipe, frame.size, window, finish)
