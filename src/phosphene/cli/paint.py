"""phosphene paint"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import result
from phosphene.cli.copies import Copy, WithInverted, copies, read_sizes
from phosphene.cli.options import (
    Complexity,
    Gate,
    Json,
    Output,
    SeedText,
    style_fields,
    takes,
)
from phosphene.cli.output import (
    PRINT_SIZES,
    check_frame,
    output_options,
    write_each,
    write_picture,
)
from phosphene.cli.source import is_file, recipe_for_seed, resolve_seed, style_names
from phosphene.cli.tiling_options import closing_options, measured, with_tiling
from phosphene.core.errors import UserError
from phosphene.files import ALIASES, FORMATS, check_suffix, recorded_size
from phosphene.recipe import Recipe, seed_after

EXAMPLE = "phosphene paint silk --seed 7 --size 640x360 -o silk.png"


@takes(tile=closing_options, output_as=output_options, fields=style_fields)
def paint_command(
    style_name: Annotated[
        str | None,
        typer.Argument(
            metavar="STYLE|FILE",
            autocompletion=style_names,
            help="phosphene list styles, default: the seed picks one; a file with --vary or --pick",
        ),
    ] = None,
    seed: SeedText = None,
    size: Annotated[
        str, typer.Option("--size", help=f"{PRINT_SIZES}; several: 1920x1080,a3; of a file: 2x")
    ] = "1024x1024",
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
    with_inverted: WithInverted = False,
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
    own = recorded_size(style_name) if style_name is not None and is_file(style_name) else None
    sizes = read_sizes(size, own)
    for one in sizes:
        check_frame(one, output_as)  # before a folder is made

    def write(
        path: str, recipe: Recipe, output_as: dict[str, Any], drawn: str | None = None
    ) -> list[dict[str, Any]]:
        again = output_as["overwrite"] or output_as["resume"]
        return [
            _write(copy, recipe, tile, output_as, drawn)
            for copy in copies(path, sizes, with_inverted, again)
        ]

    if style_name is not None and is_file(style_name):
        from phosphene.cli.several import folder_name, numbered, recipes_of  # loads Pillow

        if seed is not None:
            raise UserError(f"{style_name} is a file, which has its own seed", argument="seed")
        recipes = numbered(recipes_of(style_name, vary, pick, count, complexity), fields)
        into = _folder(output or folder_name(style_name, vary), 2) or Path(".")
        works = [partial(write, str(into / f"{name}.png"), recipe) for name, recipe in recipes]
        made = [data for found in write_each(works, output_as) for data in found]
        result("\n".join(d["path"] for d in made), made, as_json)
        return
    if vary is not None or pick is not None:
        raise UserError("is for files; name a picture", argument="pick" if vary is None else "vary")
    folder = _folder(output, count)
    first = resolve_seed(seed, style_name)

    def paint(k: int, output_as: dict[str, Any]) -> list[dict[str, Any]]:
        recipe = recipe_for_seed(style_name, seed_after(first, k), fields, gate, complexity)
        drawn = first if seed is None else None
        return write(_path(recipe, output, folder), recipe, output_as, drawn)

    works = [partial(paint, k) for k in range(count)]
    made = [data for found in write_each(works, output_as) for data in found]
    if output != "-":
        paths = "\n".join(d["path"] for d in made)
        result(paths, made if len(made) > 1 else made[0], as_json)


def _write(
    copy: Copy, recipe: Recipe, tile: str | None, output_as: dict[str, Any], drawn: str | None
) -> dict[str, Any]:
    pixels = check_frame(copy.size, output_as).size
    recipe = with_tiling(copy.recipe(recipe), pixels, tile)
    data = write_picture(recipe, copy.path, copy.size, output_as, drawn)
    return data | measured(recipe, pixels, output_as)


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
