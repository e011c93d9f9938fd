"""phosphene strip"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from phosphene.cli.animate import film_of
from phosphene.cli.console import result, say
from phosphene.cli.film_options import Energy, Fps, Frames, Paths, Seconds, Source, Speed
from phosphene.cli.options import Force, Gate, Json, Output, Pick, SeedText, style_options
from phosphene.cli.tiling_options import Tile, TileX, TileY, chosen_way
from phosphene.files import check_suffix, create
from phosphene.files.atomic import check_free
from phosphene.motion import Film
from phosphene.raster.view import Size as Pixels
from phosphene.raster.view import parse_size

EXAMPLES = {
    "strip": "phosphene strip silk --seed 7 --seconds 4 --frames-shown 6 --size 120 -o strip.png",
}
GAP = 4  # pixels between the frames of a strip


@style_options
def strip_command(
    source: Source = None,
    path: Paths = None,
    seed: SeedText = None,
    shown: Annotated[
        int, typer.Option("--frames-shown", help="how many of the frames", min=1, max=200)
    ] = 8,
    frames: Frames = None,
    seconds: Seconds = None,
    fps: Fps = None,
    speed: Speed = None,
    energy: Energy = None,
    tile: Tile = False,
    tile_x: TileX = False,
    tile_y: TileY = False,
    size: Annotated[str, typer.Option("--size", help="of each frame")] = "240x135",
    output: Output = None,
    overwrite: Force = False,
    gate: Gate = None,
    pick: Pick = None,
    as_json: Json = False,
    *,
    fields: dict[str, Any],
) -> None:
    """A row of a film's frames as a still picture, to see where it goes."""
    where = output or "strip.png"
    check_suffix(where)
    if where != "-":
        check_free(Path(where), overwrite)
    how = {"frames": frames, "seconds": seconds, "fps": fps, "speed": speed, "energy": energy,
           "even": True}  # fmt: skip
    way = chosen_way(tile, tile_x, tile_y, False)
    film = film_of(source, seed, gate, pick, path, size, how, fields, way)
    page = strip_pixels(film, min(shown, film.count), parse_size(size))
    texts = film.texts(film.size)
    shape = page.shape[1], page.shape[0]
    with create(where, shape, page.shape[2], texts, overwrite=overwrite) as writer:
        writer.write(page)
    say(f"{where}  {shape[0]}x{shape[1]}  {min(shown, film.count)} of {film.count} frames")
    if where != "-":
        result(where, {"path": where, "size": list(shape), "frames": film.count}, as_json)


def strip_pixels(film: Film, shown: int, size: Pixels) -> Any:
    """The frames side by side, evenly spread, bytes (height, width, channels)."""
    renderer = film.renderer(size)
    last = film.count if film.closed else film.count - 1
    at = [min(k * last // max(shown - (not film.closed), 1), film.count - 1)
          for k in range(shown)]  # fmt: skip
    frames = [renderer.frame(film.states(k)) for k in at]
    white = np.full((size[1], GAP, frames[0].shape[2]), 255, np.uint8)
    parts = [part for frame in frames for part in (frame, white)][:-1]
    return np.concatenate(parts, axis=1)
