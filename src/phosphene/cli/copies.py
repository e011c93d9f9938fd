"""Several files of one picture: in several sizes, and with its palettes inverted as well."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from phosphene.core.errors import SizeError, UserError
from phosphene.files.atomic import check_free, is_stream
from phosphene.raster.frame import parse_size
from phosphene.recipe import Recipe, with_fields

RELATIVE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(x|%)\s*")

WithInverted = Annotated[
    bool,
    typer.Option(
        "--with-inverted", help="also write the picture with inverted palettes: NAME-inverted"
    ),
]


class Copy(NamedTuple):
    """One file of a picture: where, how large, and whether its palettes are inverted."""

    path: str
    size: str
    inverted: bool

    def recipe(self, recipe: Recipe) -> Recipe:
        return with_fields(recipe, {"invert_palettes": True}) if self.inverted else recipe


def read_sizes(text: str, own: str | None) -> list[str]:
    """The sizes in a text, separated by commas. `2x` and `50%` are of `own`, the size of the file
    that is rendered. Raises `SizeError`.
    """
    sizes = [_absolute(part, own) for part in text.split(",")]
    pixels = [parse_size(size) for size in sizes]
    for k, size in enumerate(pixels):
        if size in pixels[:k]:
            twice = f"{size[0]}x{size[1]} pixels"
            raise SizeError(f"got {text}; {twice} would be written twice", argument="size")
    return sizes


def copies(path: str, sizes: Sequence[str], inverted: bool, overwrite: bool) -> list[Copy]:
    """The files of a picture: `path` itself if there is one; else named after it, with the size and
    "inverted". Raises `UserError` if one exists, or if several would go to stdout.
    """
    ways = [(size, way) for size in sizes for way in ((False, True) if inverted else (False,))]
    if len(ways) == 1:
        return [Copy(path, *ways[0])]
    if is_stream(path):
        raise UserError(f"{path}: takes one picture; name a file for {len(ways)}")
    found = [Copy(_name(Path(path), size, way, len(sizes) > 1), size, way) for size, way in ways]
    for copy in found:
        check_free(Path(copy.path), overwrite)
    return found


def _name(path: Path, size: str, inverted: bool, sized: bool) -> str:
    words = [re.sub(r"[^\w.@]+", "-", size)] * sized + ["inverted"] * inverted
    return str(path.with_name("-".join([path.stem, *words]) + path.suffix))


def _absolute(size: str, own: str | None) -> str:
    found = RELATIVE.fullmatch(size)
    if found is None:
        return size.strip()
    if own is None:
        raise SizeError(
            f"got {size.strip()}, which is relative to the size of a file; expected "
            "WIDTHxHEIGHT, 800 or 4k",
            argument="size",
        )
    factor = float(found[1]) / (100 if found[2] == "%" else 1)
    width, height = (max(1, round(side * factor)) for side in parse_size(own))
    if not factor:
        raise SizeError(f"got {size.strip()}; expected more than 0", argument="size")
    return f"{width}x{height}"
