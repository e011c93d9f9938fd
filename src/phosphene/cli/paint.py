"""phosphene paint"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import result
from phosphene.cli.options import (
    Complexity,
    Gate,
    Json,
    Output,
    SeedText,
    Size,
    style_fields,
    takes,
)
from phosphene.cli.output import check_frame, output_options, write_each, write_picture
from phosphene.cli.source import is_file, recipe_for_seed, resolve_seed
from phosphene.cli.tiling_options import closing_options, measured, with_tiling
from phosphene.core.errors import UserError
from phosphene.files import ALIASES, FORMATS, check_suffix
from phosphene.recipe import Recipe, seed_after

EXAMPLE = "phosphene paint silk --seed 7 --size 640x360 -o silk.png"


@takes(tile=closing_options, output_as=output_options, fields=style_fields)
def paint_command(
    style_name: Annotated[
        str | None,
        typer.Argument(
            metavar="STYLE|FILE",
            help="phosphene list styles, default: the seed picks one; a file with --vary or --pick",
        ),
    ] = None,
    seed: SeedText = None,
    size: Size = "1024x1024",
    output: Output = None,
    count: Annotated[
        int, typer.Option("--count", help="paint this many seeds, into a folder", min=1)
    ] = 1,
    vary: Annotated[
        str | None,
        typer.Option("--vary", help="of a file: seed, latent, weights or palette, --count of them"),
    ] = None,
    pick: Annotated[
        str | None,
        typer.Option("--pick", help="of a contact sheet: all pictures, or the one to vary"),
    ] = None,
    gate: Gate = None,
    complexity: Complexity = None,
    as_json: Json = False,
    *,
    tile: str | None,
    output_as: dict[str, Any],
    fields: dict[str, Any],
) -> None:
    """Paint a picture from a seed. Omit --seed for a random seed (printed).

    Of a file, paint variations of its recipe, or all pictures of a contact sheet, into a folder:
    phosphene paint art.png --vary latent --count 20 -o variations/
    """
    pixels = check_frame(size, output_as).size  # before a folder is made
    if style_name is not None and is_file(style_name):
        from phosphene.cli.several import folder_name, numbered, recipes_of  # loads Pillow

        if seed is not None:
            raise UserError(f"{style_name} is a file, which has its own seed", argument="seed")
        recipes = numbered(recipes_of(style_name, vary, pick, count, complexity), fields)
        into = _folder(output or folder_name(style_name, vary), 2) or Path(".")

        def write(name: str, recipe: Recipe, output_as: dict[str, Any]) -> dict[str, Any]:
            recipe = with_tiling(recipe, pixels, tile)
            return write_picture(recipe, str(into / f"{name}.png"), size, output_as)

        made = write_each([partial(write, name, recipe) for name, recipe in recipes], output_as)
        result("\n".join(d["path"] for d in made), made, as_json)
        return
    if vary is not None or pick is not None:
        raise UserError("is for files; name a picture", argument="pick" if vary is None else "vary")
    folder = _folder(output, count)
    first = resolve_seed(seed, style_name)

    def paint(k: int, output_as: dict[str, Any]) -> dict[str, Any]:
        recipe = recipe_for_seed(style_name, seed_after(first, k), fields, gate, complexity)
        path = _path(recipe, output, folder)
        recipe = with_tiling(recipe, pixels, tile)
        drawn = first if seed is None else None
        data = write_picture(recipe, path, size, output_as, drawn)
        return data | measured(recipe, pixels, output_as)

    made = write_each([partial(paint, k) for k in range(count)], output_as)
    if output != "-":
        paths = "\n".join(d["path"] for d in made)
        result(paths, made if count > 1 else made[0], as_json)


def _folder(output: str | None, count: int) -> Path | None:
    """The folder to paint into, created if it is new; None for a single file."""
    if output is None:
        return Path(".") if count > 1 else None
    path = Path(output)
    if count == 1 and not output.endswith("/") and not path.is_dir():
        check_suffix(output)
        return None
    if output == "-":
        raise UserError("-: is stdout; `count` writes into a folder, such as pictures/")
    if path.suffix.lower() in {**FORMATS, **ALIASES}:
        raise UserError(
            f"{output}: is one file; `count` writes into a folder, such as {path.stem}/"
        )
    if path.exists() and not path.is_dir():
        raise UserError(f"{output}: is a file; `count` writes into a folder")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{output}: the folder cannot be created ({error.strerror})") from None
    return path


def _path(recipe: Recipe, output: str | None, folder: Path | None) -> str:
    if output is not None and folder is None:
        return output
    name = re.sub(r"[^\w.~-]+", "-", f"{recipe.style or 'picture'}-{recipe.seed}").lstrip(".")
    short = name.encode()[:120].decode(errors="ignore")
    return str((folder or Path(".")) / f"{short}.png")
