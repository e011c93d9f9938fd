"""phosphene textures"""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

import typer

from phosphene.cli.console import result, say
from phosphene.cli.options import (
    Engine,
    Gate,
    Json,
    Overwrite,
    Pick,
    SeedText,
    Size,
    metadata_options,
    running_options,
    style_fields,
    takes,
)
from phosphene.cli.progress import progress_bar
from phosphene.cli.source import is_file, recipe_for_seed, resolve_seed, style_names
from phosphene.cli.tiling_options import tile_options, with_tiling
from phosphene.cli.wording import spelled
from phosphene.core.errors import UserError
from phosphene.files import open_recipe
from phosphene.raster.frame import parse_size
from phosphene.recipe import Recipe, with_fields
from phosphene.render.texture_files import write_maps
from phosphene.render.tiling import seams, seams_text, tiling_problem

EXAMPLE = "phosphene textures silk --seed 7 --size 256 --tile -o silk-maps"


@takes(tile=tile_options, metadata=metadata_options, running=running_options, fields=style_fields)
def textures_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="STYLE|FILE",
            help="a style, a picture or a recipe file",
            autocompletion=style_names,
        ),
    ],
    seed: SeedText = None,
    size: Size = "1024x1024",
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="folder to write (default: STYLE-maps)")
    ] = None,
    height: Annotated[
        str | None,
        typer.Option("--height", help="formula of the height (default: found in the recipe)"),
    ] = None,
    slope: Annotated[
        float, typer.Option("--slope", help="rms slope of the height; 1 is 45 degrees")
    ] = 0.6,
    normal: Annotated[
        Literal["opengl", "directx"], typer.Option("--normal", help="green points up, or down")
    ] = "opengl",
    roughness: Annotated[float, typer.Option("--roughness", help="mean roughness, 0 to 1")] = 0.6,
    metal: Annotated[
        str | None,
        typer.Option("--metal", help="formula of the metal, 0 to 1 (default: as the style has it)"),
    ] = None,
    ao_strength: Annotated[
        float, typer.Option("--ao-strength", help="of occlusion: 0 is none, 2 is darker")
    ] = 1.0,
    ao_reach: Annotated[
        float, typer.Option("--ao-reach", help="of occlusion, as a share of the shorter side")
    ] = 0.1,
    height_format: Annotated[
        Literal["png", "exr"],
        typer.Option("--height-format", help="of the height; exr has 32-bit floats"),
    ] = "png",
    bits: Annotated[
        int | None, typer.Option("--bits", help="8 or 16 (default: 16 for height, else 8)")
    ] = None,
    gate: Gate = None,
    pick: Pick = None,
    overwrite: Overwrite = False,
    engine: Engine = "cpu",
    as_json: Json = False,
    *,
    tile: str | None,
    metadata: Any,
    running: dict[str, Any],
    fields: dict[str, Any],
) -> None:
    """Write texture maps into a folder: albedo, height, normal, roughness, metalness, occlusion,
    ORM; with a preview and a MaterialX file.
    """
    pixels = parse_size(size)
    recipe = _recipe(source, seed, pick, gate, fields)
    recipe = with_tiling(recipe, pixels, tile)
    settings: dict[str, Any] = {
        "height": height, "slope": slope, "normal": normal, "roughness": roughness,
        "metal": metal, "ao_strength": ao_strength, "ao_reach": ao_reach,
    }  # fmt: skip
    folder = (output or f"{recipe.style or 'picture'}-maps").rstrip("/")
    start = time.monotonic()
    with spelled(depth="--bits"), progress_bar(folder, pixels[0]) as progress:
        maps = write_maps(
            recipe, folder, pixels, depth=bits, height_format=height_format, engine=engine,
            overwrite=overwrite, metadata=metadata, progress=progress, say=say, **running,
            **settings,
        )  # fmt: skip
    took = time.monotonic() - start
    say(f"{folder}  {pixels[0]}x{pixels[1]}  {len(maps['files'])} maps  {took:.2f} s")
    say(f"height: {maps['height']}; 1 is {maps['displacement']:g} of the width high")
    if recipe.surface.kind != "plane":
        found = seams(recipe, pixels, engine, running["threads"])
        say(seams_text(found, tiling_problem(recipe, pixels) is None))
    result(folder, {"path": folder, **maps}, as_json)


def _recipe(
    source: str, seed: str | None, pick: int | None, gate: bool | None, fields: dict[str, Any]
) -> Recipe:
    """The recipe of a style and a seed, or of a file."""
    if not is_file(source):
        return recipe_for_seed(source, resolve_seed(seed, source), fields, gate)
    if seed is not None:
        raise UserError(
            f"{source} is a file, which has its own seed; leave it out", argument="seed"
        )
    return with_fields(open_recipe(source, pick), fields)
