"""phosphene render"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.build.complexity import with_complexity
from phosphene.cli.options import Complexity, Json, Output, Pick, recipe_options
from phosphene.cli.output import PRINT_SIZES, check_frame, output_options, write_picture
from phosphene.cli.rolling import Panorama, Tile, TileX, TileY, chosen_way, measured, roll
from phosphene.cli.talk import result
from phosphene.files import open_recipe, recorded_size
from phosphene.recipe import with_fields

EXAMPLES = {"render": "phosphene render silk.png --size 1280x720 -o silk-large.png"}


@recipe_options
@output_options
def render_command(
    source: Annotated[str, typer.Argument(metavar="FILE", help="a picture, a .json recipe, or -")],
    size: Annotated[
        str | None, typer.Option("--size", help=f"{PRINT_SIZES}; default: as it was")
    ] = None,
    output: Output = None,
    pick: Pick = None,
    complexity: Complexity = None,
    tile: Tile = False,
    tile_x: TileX = False,
    tile_y: TileY = False,
    panorama: Panorama = False,
    as_json: Json = False,
    *,
    fields: dict[str, Any],
    output_as: dict[str, Any],
) -> None:
    """Render the recipe inside a file again: larger, or a window of it, with the same pixels."""
    recipe = with_complexity(with_fields(open_recipe(source, pick), fields), complexity)
    size = size or recorded_size(source) or "1024x1024"
    path = output or f"{Path(source).stem if source != '-' else 'picture'}-{size}.png"
    pixels = check_frame(size, output_as).size
    recipe = roll(recipe, pixels, chosen_way(tile, tile_x, tile_y, panorama))
    data = write_picture(recipe, path, size, output_as) | measured(recipe, pixels, output_as)
    if path != "-":
        result(path, data, as_json)
