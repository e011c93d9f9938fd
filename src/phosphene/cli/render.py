"""phosphene render"""

from __future__ import annotations

import shlex
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import result, say, written
from phosphene.cli.copies import Copy, WithInverted, copies, read_sizes
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
from phosphene.recipe import Recipe, with_fields

WHOLE = ("crop", "bleed", "sidecar", "resume", "workers", "cluster")  # not for frames
EXAMPLE = "phosphene render silk.png --size 1280x720 -o silk-large.png"


@takes(tile=closing_options, output_as=output_options, fields=recipe_fields)
def render_command(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="a picture, a film, a .json recipe, -")
    ],
    size: Annotated[
        str | None, typer.Option("--size", help=f"{PRINT_SIZES}; several: 2x,50%; default: its own")
    ] = None,
    output: Output = None,
    pick: Pick = None,
    frame: Annotated[
        int | None, typer.Option("--frame", help="a frame of a film (default: its still)", min=0)
    ] = None,
    complexity: Complexity = None,
    with_inverted: WithInverted = False,
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
    sizes = read_sizes(size or recorded or "1024x1024", recorded)
    stem = Path(source).stem if source != "-" else "picture"
    if frame is not None:
        _refuse(tile, output_as)
        stem = f"{stem}-{frame}"
    single = f"{stem}-{sizes[0]}.png" if len(sizes) == 1 else f"{stem}.png"
    again = output_as["overwrite"] or output_as["resume"]
    made = [
        _write(copy, found, frame, copy.recipe(recipe), tile, output_as)
        for copy in copies(output or single, sizes, with_inverted, again)
    ]
    if output != "-":
        result("\n".join(d["path"] for d in made), made if len(made) > 1 else made[0], as_json)


def _write(
    copy: Copy, found: Recipe | Film, frame: int | None, recipe: Recipe, tile: str | None,
    output_as: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    if isinstance(found, Film) and frame is not None:
        return _write_frame(replace(found, recipe=recipe), frame, copy.path, copy.size, output_as)
    pixels = check_frame(copy.size, output_as).size
    recipe = with_tiling(recipe, pixels, tile)
    data = write_picture(recipe, copy.path, copy.size, output_as)
    return data | measured(recipe, pixels, output_as)


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
