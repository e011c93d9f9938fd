"""Pictures as lazy Dask arrays, whose chunks are rendered when they are computed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.arguments import whole_number
from phosphene.core.errors import SizeError, UserError
from phosphene.core.extras import missing_extra
from phosphene.core.limits import Limits, with_limits
from phosphene.core.rng import Seed
from phosphene.raster import to_float
from phosphene.raster.frame import Rect, Size, parse_size
from phosphene.raster.painter import Painter
from phosphene.render.first_pass import make_plan
from phosphene.sources import Source, as_recipe

MOST_CHUNKS = 1_000_000  # Dask keeps a task of a few hundred bytes for each


@with_limits
def as_dask_array(
    recipe: Source,
    size: str | int | Size,
    chunks: int = 512,
    *,
    engine: str = "cpu",
    seed: Seed | None = None,
    files: bool = True,
    limits: Limits | None = None,
) -> Any:
    """A picture of any size as a lazy Dask array (height, width, channels): sRGB-encoded, 0..1,
    float32 (float64 for precision f64).

    `recipe`, `seed` and `files` as in `as_recipe`. A window of the array equals that window of
    `ph.render(recipe, size)`, bit for bit. A chunk is `chunks` x `chunks` pixels and is rendered by
    one thread. Raises `UserError` if Dask is not installed, and as `render` does.
    """
    try:
        import dask.array as da
    except ImportError as error:
        raise UserError(missing_extra("as_dask_array", "dask", "dask", error)) from None
    recipe = as_recipe(recipe, seed=seed, files=files)
    if whole_number(chunks, "chunks") < 1:
        raise UserError(f"got {chunks}; expected at least 1 pixel", argument="chunks")
    width, height = parse_size(size)
    if -(-width // chunks) * -(-height // chunks) > MOST_CHUNKS:
        least = 1 << math.ceil(math.log2(math.sqrt(width * height / MOST_CHUNKS)))
        raise SizeError(
            f"{width}x{height} pixels in chunks of {chunks} are more than {MOST_CHUNKS:,} chunks; "
            f"expected {least} or more",
            argument="chunks",
        )
    plan = make_plan(recipe, (width, height), sample_format="float")
    painter = Painter(plan, engine, to_float)

    def block(block_info: Any = None) -> NDArray[Any]:
        (top, bottom), (left, right), _ = block_info[None]["array-location"]
        return painter.paint(Rect(left, top, right - left, bottom - top))

    sides = [
        tuple(min(chunks, side - at) for at in range(0, side, chunks)) for side in (height, width)
    ]
    shape = (*sides, (plan.program.channels,))
    dtype = np.dtype(painter.dtype)
    return da.map_blocks(
        block, chunks=shape, dtype=dtype, meta=np.empty((0, 0, 0), dtype),
        name=f"phosphene-{recipe.digest[:16]}-{width}x{height}-{chunks}-{engine}",
    )  # fmt: skip
