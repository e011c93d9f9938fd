"""phosphene palette"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from phosphene.catalogue.palettes import PALETTES
from phosphene.cli.options import Output, Overwrite, Pick
from phosphene.colour.dominant import dominant
from phosphene.colour.gamut import inside_srgb
from phosphene.colour.oklab import oklab_to_bytes
from phosphene.colour.palette_files import opaque, read_groups, read_picture
from phosphene.colour.ramps import anchors_to_oklab, ramp
from phosphene.core.errors import InputError, UserError, unknown
from phosphene.core.texts import printable
from phosphene.files import open_recipe
from phosphene.files.atomic import whole_file
from phosphene.files.swatches import EXPORTS, Groups, Swatch
from phosphene.recipe import Recipe
from phosphene.render import render

EXAMPLE = "phosphene palette silk.png --export css"
SMALL = 128  # side of the reduced picture in which colours are counted, pixels


def palette_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|NAME", help="a picture, a recipe, -, a palette's name or file"
        ),
    ],
    count: Annotated[
        int,
        typer.Option("--count", help="number of colours to find in the picture", min=1, max=256),
    ] = 8,
    export: Annotated[
        str | None, typer.Option("--export", help=f"one of {', '.join(EXPORTS)}")
    ] = None,
    output: Output = None,
    pick: Pick = None,
    overwrite: Overwrite = False,
) -> None:
    """Print the colours of a picture: the palettes of its recipe, and its most frequent colours."""
    groups = _groups(source, count, pick)
    kind = _kind(export, output)
    if kind is None:
        _show(groups)
        return
    if kind == "ase" and output in (None, "-") and sys.stdout.isatty():
        raise UserError("ase is not text; write it to a file with -o NAME.ase", argument="export")
    title = source if source in PALETTES else Path(source).stem.strip("-") or "colours"
    with whole_file(Path(output or "-"), overwrite) as file:
        file.write(EXPORTS[kind][0](title, groups))
    if output not in (None, "-"):
        print(printable(str(output)))


def _kind(export: str | None, output: str | None) -> str | None:
    """The requested format: by name, or by the suffix of the output."""
    if export is None and output in (None, "-"):
        return None
    kind = export or Path(output or "").suffix.lower().removeprefix(".")
    if kind not in EXPORTS:
        raise UserError(unknown("format of colours", kind or str(output), EXPORTS))
    return kind


def _show(groups: Groups) -> None:
    """Print a line for each colour, on a terminal with a patch of it."""
    wide = max(len(group) for group in groups)
    patches = sys.stdout.isatty()
    for group, swatches in groups.items():
        for swatch in swatches:
            share = "" if swatch.share is None else f"  {100 * swatch.share:4.1f} %"
            line = f"{group:<{wide}}  {swatch.hex}{share}"
            if patches:
                from rich import print as paint
                from rich.text import Text

                paint(Text.assemble((" " * 8, f"on {swatch.hex}"), f"  {line}"))
            else:
                print(line)


def _groups(source: str, count: int, pick: int | None) -> Groups:
    """The palettes of a source by name, followed by the "colours" of its picture."""
    if source in PALETTES and not Path(source).exists():
        anchors = anchors_to_oklab(PALETTES[source].split())
        return {source: _swatches(anchors), "ramp": _swatches(ramp(anchors, max(count, 2)))}
    if source != "-" and not Path(source).suffix and not Path(source).exists():
        raise UserError(unknown("palette or file", source, PALETTES, list_with="palettes"))
    recipe = _recipe(source, pick)
    pixels = None if source == "-" or pick is not None else read_picture(source, recipe is None)
    if pixels is None and recipe is None:
        groups = read_groups(source)
        if groups:
            return {n: [Swatch(colour) for colour in found] for n, found in groups.items()}
    if pixels is None:
        recipe = recipe or open_recipe(source, pick)  # raises an error if there is no recipe
        pixels = render(recipe, SMALL).uint8
    palettes = recipe.palettes if recipe else {}
    shown = {name: _swatches(anchors_to_oklab(palettes[name])) for name in sorted(palettes)}
    colours, shares = dominant(opaque(pixels), count)
    return {**shown, "colours": [_swatch(c, s) for c, s in zip(colours, shares, strict=True)]}


def _recipe(source: str, pick: int | None) -> Recipe | None:
    """The recipe stored in a file; None for a picture of another program, and for a whole sheet."""
    if source == "-" or pick is not None:
        return open_recipe(source, pick)
    try:
        return open_recipe(source)
    except InputError:
        return None


def _swatches(lab: NDArray[np.float64]) -> list[Swatch]:
    return [_swatch(rgb) for rgb in oklab_to_bytes(inside_srgb(lab))]


def _swatch(rgb: Any, share: float | None = None) -> Swatch:
    red, green, blue = (int(channel) for channel in rgb)
    return Swatch((red, green, blue), None if share is None else float(share))
