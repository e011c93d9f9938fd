"""phosphene sheet, phosphene grid"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.options import (
    Complexity,
    Dull,
    Engine,
    Force,
    Json,
    Output,
    Pick,
    SeedText,
    Threads,
    style_options,
)
from phosphene.cli.progress import progress_bar
from phosphene.cli.rolling import Tile, TileX, TileY, chosen_way
from phosphene.cli.talk import result, say
from phosphene.files import check_suffix, open_recipe
from phosphene.files.atomic import check_free
from phosphene.recipe import Recipe
from phosphene.sheets import Sheet, grid, sheet
from phosphene.styles import STYLES

EXAMPLES = {
    "sheet": "phosphene sheet silk --count 6 --cell 160 -o sheet.png",
    "grid": "phosphene grid classic --x depth=2..5 --y width=4,8,16 --cell 120 -o grid.png",
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
    keep: Dull = None,
    complexity: Complexity = None,
    seed: SeedText = None,
    columns: Annotated[int | None, typer.Option("--columns", min=1)] = None,
    cell: Cell = 240,
    pick: Pick = None,
    tile: Tile = False,
    tile_x: TileX = False,
    tile_y: TileY = False,
    output: Output = None,
    force: Force = False,
    threads: Threads = None,
    engine: Engine = "cpu",
    as_json: Json = False,
    *,
    fields: dict[str, Any],
) -> None:
    """A contact sheet of labelled pictures: of seeds, or of one recipe with z, the weights or the
    palettes varied.
    """
    path = _output(output, "sheet.png", force)
    way = chosen_way(tile, tile_x, tile_y, False)
    with progress_bar(path) as progress:
        start = time.monotonic()
        page = sheet(
            _source(source, pick), count=count, vary=vary, seed=seed, cell=cell,
            columns=columns, all_styles=all_styles, gate=None if keep is None else not keep,
            complexity=complexity, tile=way, threads=threads, engine=engine, progress=progress,
            **fields,
        )  # fmt: skip
    _save(page, path, force, time.monotonic() - start, as_json)


@style_options
def grid_command(
    source: Source = None,
    x: Annotated[
        str, typer.Option("--x", help="FIELD=2..9 or FIELD=4,8,16, across")
    ] = "depth=2..9",
    y: Annotated[str | None, typer.Option("--y", help="the same, down")] = None,
    complexity: Complexity = None,
    seed: SeedText = None,
    cell: Cell = 200,
    pick: Pick = None,
    output: Output = None,
    force: Force = False,
    threads: Threads = None,
    engine: Engine = "cpu",
    as_json: Json = False,
    *,
    fields: dict[str, Any],
) -> None:
    """A labelled grid over one or two recipe fields, all pictures from the same weights."""
    path = _output(output, "grid.png", force)
    with progress_bar(path) as progress:
        start = time.monotonic()
        page = grid(
            _source(source, pick) or "classic", x=x, y=y, seed=seed, cell=cell,
            complexity=complexity, threads=threads, engine=engine, progress=progress, **fields,
        )  # fmt: skip
    _save(page, path, force, time.monotonic() - start, as_json)


def _source(text: str | None, pick: int | None) -> str | Recipe | None:
    """A style's name as it is, anything that looks like a file as its recipe."""
    if text is None or text in STYLES:
        return text
    is_file = text == "-" or Path(text).suffix or Path(text).exists()
    return open_recipe(text, pick) if is_file else text


def _output(output: str | None, name: str, force: bool) -> str:
    path = output or name
    check_suffix(path)
    if path != "-" and not Path(path).is_dir():  # formats that are folders look for themselves
        check_free(Path(path), force)
    return path


def _save(page: Sheet, path: str, force: bool, seconds: float, as_json: bool) -> None:
    page.save(path, force=force)
    height, width, _ = page.pixels.shape
    say(f"{path}  {width}x{height}  {len(page.pictures)} pictures  {seconds:.2f} s")
    if path != "-":
        pictures = [{"label": label, "digest": r.digest} for label, r in page.pictures]
        result(path, {"path": path, "size": [width, height], "pictures": pictures}, as_json)
