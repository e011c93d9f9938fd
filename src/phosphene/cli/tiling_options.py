"""Options for tileable pictures and panoramas, and the measured seam of the result."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from phosphene.cli.console import hold, say
from phosphene.core.errors import UserError
from phosphene.raster.frame import Size
from phosphene.recipe import Recipe
from phosphene.render.tiling import seams, seams_text, tiled, tiling_problem

Tile = Annotated[bool, typer.Option("--tile", help="repeat without a seam in both directions")]
TileX = Annotated[bool, typer.Option("--tile-x", help="repeat without a seam side by side")]
TileY = Annotated[bool, typer.Option("--tile-y", help="repeat without a seam up and down")]


def tile_options(tile: Tile = False, tile_x: TileX = False, tile_y: TileY = False) -> str | None:
    """A group: the directions in which a picture tiles: "both", "x", "y" or None."""
    if tile or (tile_x and tile_y):
        return "both"
    return "x" if tile_x else "y" if tile_y else None


def closing_options(
    tile: Tile = False,
    tile_x: TileX = False,
    tile_y: TileY = False,
    panorama: Annotated[
        bool,
        typer.Option(
            "--panorama",
            help="a full equirectangular panorama, twice as wide as high: --size 4096x2048",
        ),
    ] = False,
) -> str | None:
    """A group: `tile_options`, or a panorama."""
    way = tile_options(tile, tile_x, tile_y)
    if panorama and way:
        raise UserError("a panorama is closed already; omit `tile`", argument="panorama")
    return "panorama" if panorama else way


def with_tiling(recipe: Recipe, size: Size, way: str | None) -> Recipe:
    """The recipe closed on itself as chosen. One that was closed before stays so; a note is printed
    if the size has another shape.
    """
    if way is not None:
        return tiled(recipe, size, way)
    wrong = tiling_problem(recipe, size)
    if wrong:
        hold(f"note: {wrong}")
    return recipe


def measured(recipe: Recipe, size: Size, output_as: dict[str, Any]) -> dict[str, Any]:
    """Print how large the seam of a closed picture is, and give it as data; {} for a plane."""
    if recipe.surface.kind == "plane":
        return {}
    found = seams(recipe, size, output_as["engine"], output_as["threads"])
    part = " of the whole picture, not of the crop" if output_as["crop"] else ""
    part = " where the bleed is cut away" if output_as["bleed"] else part
    say(seams_text(found, tiling_problem(recipe, size) is None).replace(" (", f"{part} (", 1))
    return {
        "seam": {way: {k: round(v, 3) for k, v in s._asdict().items()} for way, s in found.items()}
    }
