"""phosphene paint"""

from __future__ import annotations

import re
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
    SeedText,
    Size,
    Threads,
    style_options,
)
from phosphene.cli.progress import progress_bar
from phosphene.cli.talk import result, say, written
from phosphene.errors import UserError
from phosphene.files import FORMATS
from phosphene.pipeline import render_file
from phosphene.recipe import Recipe, fresh_seed, seed_after
from phosphene.styles import style
from phosphene.view import parse_size

EXAMPLES = {"paint": "phosphene paint silk --seed 7 --size 640x360 -o silk.png"}


@style_options
def paint_command(
    style_name: Annotated[
        str | None, typer.Argument(metavar="STYLE", help="default: one that the seed picks")
    ] = None,
    seed: SeedText = None,
    size: Size = "1024x1024",
    output: Output = None,
    count: Annotated[
        int, typer.Option("--count", help="this many seeds, into a folder", min=1)
    ] = 1,
    crop: Crop = None,
    force: Force = False,
    threads: Threads = None,
    engine: Engine = "cpu",
    as_json: Json = False,
    *,
    fields: dict[str, Any],
) -> None:
    """Paint a picture from a seed. Without --seed a new one is drawn and said."""
    first = str(fresh_seed()) if seed is None else seed
    made = []
    parse_size(size)  # before a folder is made
    folder = _folder(output, count)
    for k in range(count):
        recipe = style(style_name, seed=seed_after(first, k), **dict(fields))
        if seed is None and k == 0:
            say(f"seed {first}")
        path = _path(recipe, output, folder)
        with progress_bar(path) as progress:
            start = time.monotonic()
            rect = render_file(
                recipe, path, size, crop=crop, threads=threads, engine=engine, force=force,
                progress=progress,
            )  # fmt: skip
        line, data = written(path, (rect.width, rect.height), recipe, time.monotonic() - start)
        say(line)
        made.append(data)
    if output != "-":
        paths = "\n".join(d["path"] for d in made)
        result(paths, made if count > 1 else made[0], as_json)


def _folder(output: str | None, count: int) -> Path | None:
    """The folder to paint into, made if it is new; None for a single file."""
    if output is None:
        return Path(".") if count > 1 else None
    path = Path(output)
    if count == 1 and not output.endswith("/") and not path.is_dir():
        return None
    if output == "-" or path.suffix in FORMATS:
        raise UserError(f"{output}: one file; --count writes into a folder: -o {path.stem}/")
    if path.exists() and not path.is_dir():
        raise UserError(f"{output}: is a file; --count writes into a folder")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{output}: the folder cannot be made ({error.strerror})") from None
    return path


def _path(recipe: Recipe, output: str | None, folder: Path | None) -> str:
    if output is not None and folder is None:
        return output
    name = re.sub(r"[^\w.-]+", "-", f"{recipe.style or 'picture'}-{recipe.seed}").lstrip(".")
    short = name.encode()[:120].decode(errors="ignore")
    return str((folder or Path(".")) / f"{short}.png")
