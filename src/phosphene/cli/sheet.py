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
    Exact,
    Gate,
    Json,
    Output,
    Overwrite,
    Pick,
    SeedText,
    metadata_options,
    running_options,
    style_fields,
    takes,
)
from phosphene.cli.progress import progress_bar
from phosphene.cli.source import is_file, note_off_centre, note_recoloured, style_names
from phosphene.cli.tiling_options import tile_options
from phosphene.files import check_suffix
from phosphene.files.atomic import check_free
from phosphene.motion.load import open_file
from phosphene.recipe import Recipe
from phosphene.render.sheets import Sheet, sheet

EXAMPLE = "phosphene sheet silk --count 6 --cell 160 -o sheet.png"

Source = Annotated[
    str | None,
    typer.Argument(
        metavar="STYLE|FILE",
        help="a style, a picture or recipe file",
        autocompletion=style_names,
    ),
]
Cell = Annotated[
    int, typer.Option("--cell", help="side of each picture in pixels", min=8, max=4096)
]


@takes(tile=tile_options, metadata=metadata_options, running=running_options, fields=style_fields)
def sheet_command(
    source: Source = None,
    count: Annotated[
        int | None, typer.Option("--count", help="number of pictures (default: 24)", min=1)
    ] = None,
    vary: Annotated[str, typer.Option("--vary", help="seed, latent, weights or palette")] = "seed",
    all_styles: Annotated[
        bool,
        typer.Option(
            "--all-styles", help="every house style, --count pictures of each (default: 1)"
        ),
    ] = False,
    gate: Gate = None,
    complexity: Complexity = None,
    seed: SeedText = None,
    columns: Annotated[
        int | None, typer.Option("--columns", help="pictures in a row", min=1)
    ] = None,
    cell: Cell = 240,
    pick: Pick = None,
    output: Output = None,
    overwrite: Overwrite = False,
    engine: Engine = "cpu",
    exact: Exact = False,
    as_json: Json = False,
    *,
    tile: str | None,
    metadata: str,
    running: dict[str, Any],
    fields: dict[str, Any],
) -> None:
    """Make a contact sheet of labelled pictures: of seeds, or of one recipe with other latents,
    weights or palettes.

    Seeds that look like an earlier one are omitted (--no-gate shows them). A seed that cannot reach
    --complexity comes as close as it can. --vary palette shows every palette, including similar
    ones. A label shows what makes its picture again: silk 7 is paint silk --seed 7, and z 3 and
    weights 3 are --pick 3.
    """
    path = check_output(output, "sheet.png", overwrite)
    with progress_bar(path) as progress:
        start = time.monotonic()
        page = sheet(
            read_source(source, pick), count=count, vary=vary, seed=seed, cell=cell,
            columns=columns, all_styles=all_styles, gate=gate,
            complexity=complexity, tile=tile, engine=engine, exact=exact,
            progress=progress, say=say, **running, **fields,
        )  # fmt: skip
    note_recoloured(page.pictures[0][1], fields)
    note_off_centre(page.pictures[0][1], fields)
    save_sheet(page, path, overwrite, metadata, time.monotonic() - start, as_json)


def read_source(text: str | None, pick: int | None) -> str | Recipe | None:
    """The name of a style unchanged; for the path of a file, its recipe."""
    if text is None or not is_file(text):
        return text
    found = open_file(text, pick)
    return found if isinstance(found, Recipe) else found.recipe


def check_output(output: str | None, name: str, overwrite: bool) -> str:
    """The path to write to, by default `name`. Raises `UserError` for an unknown suffix or an
    existing file.
    """
    path = output or name
    check_suffix(path)
    if path != "-" and not Path(path).is_dir():  # formats that are folders check this themselves
        check_free(Path(path), overwrite)
    return path


def save_sheet(
    page: Sheet, path: str, overwrite: bool, metadata: Any, seconds: float, as_json: bool
) -> None:
    """Write a sheet, and print its notes and the result."""
    for line in page.notes:
        say(line)
    page.save(path, overwrite=overwrite, metadata=metadata)
    height, width, _ = page.uint8.shape
    say(f"{path}  {width}x{height}  {len(page.pictures)} pictures  {seconds:.2f} s")
    if path != "-":
        pictures = [{"label": label, "digest": r.digest} for label, r in page.pictures]
        result(path, {"path": path, "size": [width, height], "pictures": pictures}, as_json)
