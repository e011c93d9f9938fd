"""phosphene render"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.options import (
    Crop,
    Engine,
    Force,
    Json,
    Output,
    Pick,
    Threads,
    recipe_options,
)
from phosphene.cli.progress import progress_bar
from phosphene.cli.talk import result, say, written
from phosphene.files import open_recipe, recorded_size
from phosphene.pipeline import render_file
from phosphene.recipe import with_fields

EXAMPLES = {"render": "phosphene render silk.png --size 1280x720 -o silk-large.png"}


@recipe_options
def render_command(
    source: Annotated[str, typer.Argument(metavar="FILE", help="a picture, a .json recipe, or -")],
    size: Annotated[
        str | None, typer.Option("--size", help="WIDTHxHEIGHT, 800, 4k, ...; default: as it was")
    ] = None,
    output: Output = None,
    crop: Crop = None,
    pick: Pick = None,
    force: Force = False,
    threads: Threads = None,
    engine: Engine = "cpu",
    as_json: Json = False,
    *,
    fields: dict[str, Any],
) -> None:
    """Render the recipe inside a file again: larger, or a window of it, with the same pixels."""
    recipe = with_fields(open_recipe(source, pick), fields)
    size = size or recorded_size(source) or "1024x1024"
    path = output or f"{Path(source).stem if source != '-' else 'picture'}-{size}.png"
    with progress_bar(path) as progress:
        start = time.monotonic()
        rect = render_file(
            recipe, path, size, crop=crop, threads=threads, engine=engine, force=force,
            progress=progress,
        )  # fmt: skip
    line, data = written(path, (rect.width, rect.height), recipe, time.monotonic() - start)
    say(line)
    if path != "-":
        result(path, data, as_json)
