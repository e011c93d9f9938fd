"""phosphene strip"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from phosphene.cli.animate import film_of
from phosphene.cli.console import result, say
from phosphene.cli.film_options import Source, film_options
from phosphene.cli.options import (
    Gate,
    Json,
    Output,
    Overwrite,
    Pick,
    SeedText,
    metadata_options,
    style_fields,
    takes,
)
from phosphene.cli.tiling_options import closing_options
from phosphene.files import check_suffix, create
from phosphene.files.atomic import check_free
from phosphene.motion import Film
from phosphene.raster.frame import Size as Pixels
from phosphene.raster.frame import parse_size
from phosphene.render.thumbnails import smooth

EXAMPLE = "phosphene strip silk --seed 7 --seconds 4 --thumbnails 6 --size 120 -o strip.png"
GAP = 4  # pixels between the frames of a strip


@takes(film=film_options, tile=closing_options, metadata=metadata_options, fields=style_fields)
def strip_command(
    source: Source = None,
    seed: SeedText = None,
    thumbnails: Annotated[
        int, typer.Option("--thumbnails", help="how many frames to show", min=1, max=200)
    ] = 8,
    size: Annotated[str, typer.Option("--size", help="of each frame")] = "240x135",
    output: Output = None,
    overwrite: Overwrite = False,
    gate: Gate = None,
    pick: Pick = None,
    as_json: Json = False,
    *,
    film: dict[str, Any],
    tile: str | None,
    metadata: str,
    fields: dict[str, Any],
) -> None:
    """Show frames of a film side by side in one picture, as an overview of it."""
    where = output or "strip.png"
    check_suffix(where)
    if where != "-":
        check_free(Path(where), overwrite)
    made = film_of(source, seed, gate, pick, size, film, fields, tile)
    shown = min(thumbnails, made.count)
    chosen = chosen_frames(made, shown)
    page = strip_pixels(made, chosen, parse_size(size))
    texts = made.texts(made.size, metadata)
    shape = page.shape[1], page.shape[0]
    with create(where, shape, page.shape[2], texts, overwrite=overwrite) as writer:
        writer.write(page)
    say(f"{where}  {shape[0]}x{shape[1]}  {shown} of {made.count} frames, "
        f"`frame` {', '.join(map(str, chosen))}")  # fmt: skip
    if where != "-":
        found = {"path": where, "size": list(shape), "frames": made.count, "shown": chosen}
        result(where, found, as_json)


def chosen_frames(film: Film, shown: int) -> list[int]:
    """The numbers of `shown` evenly spread frames, from 0 on."""
    last = film.count if film.closed else film.count - 1
    return [min(k * last // max(shown - (not film.closed), 1), film.count - 1)
            for k in range(shown)]  # fmt: skip


def strip_pixels(film: Film, chosen: list[int], size: Pixels) -> Any:
    """The chosen frames side by side, as bytes of shape (height, width, channels)."""
    renderer = replace(film, recipe=smooth(film.recipe)).renderer(size)
    frames = [renderer.frame(film.states(k)) for k in chosen]
    white = np.full((size[1], GAP, frames[0].shape[2]), 255, np.uint8)
    parts = [part for frame in frames for part in (frame, white)][:-1]
    return np.concatenate(parts, axis=1)
