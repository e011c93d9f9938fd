"""The one pipeline: recipe -> program -> engine -> pixels -> file."""

from __future__ import annotations

from typing import Unpack

import numpy as np

from phosphene.compiler.complexity import with_complexity
from phosphene.core.arguments import check_functions
from phosphene.core.errors import SizeError
from phosphene.core.limits import Limits, with_limits
from phosphene.core.rng import Seed
from phosphene.raster import Picture, to_float
from phosphene.raster.frame import Size, parse_frame
from phosphene.raster.painter import Painter
from phosphene.render.export import Progress
from phosphene.render.export import render_file as render_file
from phosphene.render.first_pass import plan_and_inputs
from phosphene.render.tiling import tiled
from phosphene.sources import Fields, Source, as_recipe, read_keywords


@with_limits
def render(
    recipe: Source,
    size: str | int | Size = (800, 800),
    *,
    seed: Seed | None = None,
    files: bool = True,
    complexity: float | None = None,
    tile: str | None = None,
    crop: str | tuple[int, int, int, int] | None = None,
    bleed: str | int | None = None,
    threads: int | None = None,
    engine: str = "cpu",
    limits: Limits | None = None,
    progress: Progress | None = None,
    **fields: Unpack[Fields],
) -> Picture:
    """The picture of a recipe at a size, or the window `crop` (x, y, width, height) of it.

    `recipe` is a `Recipe`, or anything that means one: a style's name with its `seed`, a file
    (unless `files=False`), a dict, JSON text (see `as_recipe`). `fields` change it by name, such as
    `palette="ember"` or `antialias=16`; then `complexity` as in `with_complexity`, and `tile` as in
    `phosphene.render.tiling.tiled`: "both", "x", "y" or "panorama". The result is
    `picture.recipe`.

    With `bleed` ("3mm", pixels) the picture reaches so far beyond its size on every side. The same
    bits for any number of threads and any crop. `progress(done, total)` is called with rows. Raises
    `UserError` (`SizeError`, `RecipeError`, `InputError`), `EngineError`.
    """
    put = read_keywords(render, fields)
    check_functions(progress=progress)
    frame = parse_frame(size, crop, bleed)
    recipe = with_complexity(as_recipe(recipe, seed=seed, fields=put, files=files), complexity)
    if tile is not None:
        recipe = tiled(recipe, frame.size, tile)
    rect = frame.rect
    plan, kept = plan_and_inputs(recipe, frame.size, engine, threads, keeps=not frame.bleed)
    painter = Painter(plan, engine, to_float, kept)
    try:
        pixels = np.empty((rect.height, rect.width, plan.program.channels), painter.dtype)
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
    window = None if crop is None and not frame.bleed else rect
    return Picture(
        pixels,
        recipe,
        frame.size,
        window,
        plan.finish,
        frame.paper,
        bleed_length=frame.bleed_length,
    )
