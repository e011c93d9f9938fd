"""phosphene render"""

from __future__ import annotations

import shlex
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import result, say, written
from phosphene.cli.options import Complexity, Json, Output, Pick, recipe_fields, takes
from phosphene.cli.output import (
    PRINT_SIZES,
    check_frame,
    output_options,
    write_picture,
)
from phosphene.cli.source import note_off_centre, note_recoloured, refuse_style
from phosphene.cli.tiling_options import closing_options, measured, with_tiling
from phosphene.compiler.complexity import with_complexity
from phosphene.core.errors import UserError
from phosphene.files import recorded_map, recorded_size
from phosphene.motion import Film
from phosphene.motion.frame_file import save_frame
from phosphene.motion.load import film_size, frame_in, open_file
from phosphene.recipe import with_fields

WHOLE = ("crop", "bleed", "sidecar", "resume", "workers", "cluster")  # not for frames
EXAMPLE = "phosphene render silk.png --size 1280x720 -o silk-large.png"


@takes(tile=closing_options, output_as=output_options, fields=recipe_fields)
def render_command(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="a picture, a film, a .json recipe, -")
    ],
    size: Annotated[
        str | None, typer.Option("--size", help=f"{PRINT_SIZES}; default: its own")
    ] = None,
    output: Output = None,
    pick: Pick = None,
    frame: Annotated[
        int | None, typer.Option("--frame", help="a frame of a film (default: its still)", min=0)
    ] = None,
    complexity: Complexity = None,
    as_json: Json = False,
    *,
    tile: str | None,
    output_as: dict[str, Any],
    fields: dict[str, Any],
) -> None:
    """Render the recipe inside a file again: larger, or a window of it, with the same pixels. Of a
    film, its still or one frame.
    """
    refuse_style(source)
    found = open_file(source, pick)
    kind = recorded_map(source)
    if kind is not None:
        raise UserError(
            f"{source} is the texture map '{kind}', computed from a picture's height; "
            f"`phosphene textures {shlex.quote(source)} --size ... -o FOLDER` makes its maps again"
        )
    if isinstance(found, Film):
        frame = frame_in(source) if frame is None else frame
        was = film_size(source) if pick is None else None
        recorded: str | None = "x".join(map(str, was or found.size))
        recipe = found.recipe
    elif frame is None:
        recipe, recorded = found, recorded_size(source)
    else:
        raise UserError(f"{source} is not a film; leave it out", argument="frame")
    note_recoloured(recipe, fields)
    recipe = with_complexity(with_fields(recipe, fields), complexity)
    note_off_centre(recipe, fields)
    size = size or recorded or "1024x1024"
    stem = Path(source).stem if source != "-" else "picture"
    if isinstance(found, Film) and frame is not None:
        _refuse(tile, output_as)
        path = output or f"{stem}-{frame}-{size}.png"
        data = _write_frame(replace(found, recipe=recipe), frame, path, size, output_as)
    else:
        path = output or f"{stem}-{size}.png"
        pixels = check_frame(size, output_as).size
        recipe = with_tiling(recipe, pixels, tile)
        data = write_picture(recipe, path, size, output_as) | measured(recipe, pixels, output_as)
    if path != "-":
        result(path, data, as_json)


def _refuse(tile: str | None, output_as: dict[str, Any]) -> None:
    """Raises `UserError` for options that do not apply to a frame of a film."""
    asked = [f"`{name}`" for name in WHOLE if output_as[name]] + (
        [f"`tile={tile}`"] if tile else []
    )
    if asked:
        raise UserError(f"{asked[0]}: applies to pictures of a recipe, not to a `frame` of a film")


def _write_frame(
    film: Film, frame: int, path: str, size: str, output_as: dict[str, Any]
) -> dict[str, Any]:
    start = time.monotonic()
    pixels = check_frame(size, output_as).size
    names = ("overwrite", "dpi", "threads", "engine", "metadata")
    how: dict[str, Any] = {name: output_as[name] for name in names}
    save_frame(film, frame, path, pixels, **how, **output_as["format_option"])
    line, data = written(path, pixels, film.recipe, time.monotonic() - start)
    say(f"{line}  frame {frame}")
    return data | {"frame": frame}
