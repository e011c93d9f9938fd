"""phosphene sheet"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import result, say
from phosphene.cli.options import (
    Complexity,
    Engine,
    Force,
    Gate,
    Json,
    Output,
    Pick,
    SeedText,
    Threads,
    style_options,
)
from phosphene.cli.progress import progress_bar
from phosphene.cli.source import is_file, say_recoloured
from phosphene.cli.tiling_options import Tile, TileX, TileY, chosen_way
from phosphene.files import check_suffix
from phosphene.files.atomic import check_free
from phosphene.motion.load import open_file
from phosphene.recipe import Recipe
from phosphene.render.sheets import Sheet, sheet

EXAMPLES = {
    "sheet": "phosphene sheet silk --count 6 --cell 160 -o sheet.png",
}

Source = Annotated[
    str | None,
    typer.Argument(metavar="STYLE|FILE", help="a style, a picture or recipe file"),
]
Cell = Annotated[
    int, typer.Option("--cell", help="side of each picture in pixels", min=8, max=4096)
]


@style_options
def sheet_command(
    source: Source = None,
    count: Annotated[
        int | None, typer.Option("--count", help="how many pictures (default: 24)", min=1)
    ] = None,
    vary: Annotated[str, typer.Option("--vary", help="seed, latent, weights or palette")] = "seed",
    all_styles: Annotated[
        bool, typer.Option("--all-styles", help="each house style, --count pictures (1) of it")
    ] = False,
    gate: Gate = None,
    complexity: Complexity = None,
    seed: SeedText = None,
    columns: Annotated[int | None, typer.Option("--columns", min=1)] = None,
    cell: Cell = 240,
    pick: Pick = None,
    tile: Tile = False,
    tile_x: TileX = False,
    tile_y: TileY = False,
    output: Output = None,
    overwrite: Force = False,
    threads: Threads = None,
    engine: Engine = "cpu",
    as_json: Json = False,
    *,
    fields: dict[str, Any],
) -> None:
    """A contact sheet of labelled pictures: of seeds, or of one recipe with z, the weights or the
    palettes varied.

    A seed that looks like one before is left out (--any keeps it), and a complexity that it does
    not reach is the nearest. With --vary palette all palettes are shown, also those much alike.
    """
    path = check_output(output, "sheet.png", overwrite)
    way = chosen_way(tile, tile_x, tile_y, False)
    with progress_bar(path) as progress:
        start = time.monotonic()
        page = sheet(
            read_source(source, pick), count=count, vary=vary, seed=seed, cell=cell,
            columns=columns, all_styles=all_styles, gate=gate,
            complexity=complexity, tile=way, threads=threads, engine=engine, progress=progress,
            **fields,
        )  # fmt: skip
    say_recoloured(page.pictures[0][1], fields)
    save_sheet(page, path, overwrite, time.monotonic() - start, as_json)


def read_source(text: str | None, pick: int | None) -> str | Recipe | None:
    """A style's name as it is, anything that looks like a file as its recipe."""
    if text is None or not is_file(text):
        return text
    found = open_file(text, pick)
    return found if isinstance(found, Recipe) else found.recipe


def check_output(output: str | None, name: str, overwrite: bool) -> str:
    path = output or name
    check_suffix(path)
    if path != "-" and not Path(path).is_dir():  # formats that are folders look for themselves
        check_free(Path(path), overwrite)
    return path


def save_sheet(page: Sheet, path: str, overwrite: bool, seconds: float, as_json: bool) -> None:
    for line in page.told:
        say(line)
    page.save(path, overwrite=overwrite)
    height, width, _ = page.uint8.shape
    say(f"{path}  {width}x{height}  {len(page.pictures)} pictures  {seconds:.2f} s")
    if path != "-":
        pictures = [{"label": label, "digest": r.digest} for label, r in page.pictures]
        result(path, {"path": path, "size": [width, height], "pictures": pictures}, as_json)
