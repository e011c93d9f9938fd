"""phosphene grid"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import hold, say
from phosphene.cli.film_options import (
    FirstFrame,
    Resume,
    check_film_output,
    film_format_options,
    film_options,
    write_film,
)
from phosphene.cli.options import (
    Complexity,
    Engine,
    Exact,
    FormatOption,
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
from phosphene.cli.sheet import Cell, Source, check_output, read_source, save_sheet
from phosphene.cli.tiling_options import tile_options
from phosphene.core.errors import UserError
from phosphene.files.film import FILMS
from phosphene.files.formats import FORMATS
from phosphene.motion import GridFilm, animate_grid
from phosphene.motion.grid import grid_notes
from phosphene.motion.load import grid_in
from phosphene.render.sheets import grid

EXAMPLE = "phosphene grid classic --x depth=2..5 --y width=4,8,16 --cell 120 -o grid.png"
AXIS, CELL = "depth=2..9", 200


@takes(
    tile=tile_options, film=film_options, metadata=metadata_options, running=running_options,
    fields=style_fields,
)  # fmt: skip
def grid_command(
    source: Source = None,
    x: Annotated[
        str | None,
        typer.Option(
            "--x", help=f"FIELD=2..9, FIELD=4,8,16 or FIELD=x,y;x,y,r, across (default: {AXIS})"
        ),
    ] = None,
    y: Annotated[str | None, typer.Option("--y", help="the same, down")] = None,
    complexity: Complexity = None,
    seed: SeedText = None,
    cell: Cell = CELL,
    pick: Pick = None,
    animate: Annotated[
        bool, typer.Option("--animate", help="make a film, with the film options below")
    ] = False,
    format_option: FormatOption = None,
    resume: Resume = False,
    first_frame: FirstFrame = None,
    output: Output = None,
    overwrite: Overwrite = False,
    engine: Engine = "cpu",
    exact: Exact = False,
    as_json: Json = False,
    *,
    tile: str | None,
    film: dict[str, Any],
    metadata: str,
    running: dict[str, Any],
    fields: dict[str, Any],
) -> None:
    """Make a labelled grid over one or two recipe fields, all pictures from the same weights.

    Values that contain commas outside brackets are separated by semicolons: --x 'features=x,y;x,r'.
    Seeds of a style are rescued as paint does. A label shows what makes its picture again.

    With --animate it is a film in which every cell moves at the same pace: phosphene grid classic
    --x depth=2..4 --y width=4,16 --animate --seconds 4 -o grid.mp4. Such a film as the source is
    made again with another --cell.
    """
    axes = {"x": x, "y": y, "complexity": complexity, "seed": seed, "tile": tile}
    save: dict[str, Any] = {"overwrite": overwrite, "engine": engine} | running
    if not animate:
        _refuse_films(
            output,
            film | {"resume": resume, "format_option": format_option, "first_frame": first_frame},
        )
        path = check_output(output, "grid.png", overwrite)
        start = time.monotonic()
        with progress_bar(path) as progress:
            page = grid(
                read_source(source, pick) or "classic", cell=cell, engine=engine, exact=exact,
                progress=progress, say=say, **running, **axes | {"x": x or AXIS}, **fields,
            )  # fmt: skip
        save_sheet(page, path, overwrite, metadata, time.monotonic() - start, as_json)
        return
    where, options = output or "grid.mp4", film_format_options(format_option, first_frame)
    check_film_output(
        where, "64x64", film.get("fps"), overwrite, options
    )  # a page's sides are even
    given = {**{n: v for n, v in axes.items() if v is not None}, **film, **fields}
    made = _grid_of_file(source, pick, cell, given)
    if made is None:
        with progress_bar(where, unit="cells") as progress:
            made = animate_grid(
                read_source(source, pick) or "classic", cell=cell, fields=fields,
                threads=running["threads"], progress=progress, **axes | {"x": x or AXIS}, **film,
            )  # fmt: skip
        for line in grid_notes(made):
            hold(line)
    films = [{"label": label, "digest": f.recipe.digest}
             for label, f in zip(made.labels, made.films, strict=True)]  # fmt: skip
    write_film(
        made, where, save | {"resume": resume, "metadata": metadata}, options, as_json, films=films
    )


def _refuse_films(output: str | None, film: dict[str, Any]) -> None:
    """Raises `UserError` for options and formats of films."""
    asked = [name for name, value in film.items() if value]
    if asked:
        raise UserError("is for films; add `animate=True`", argument=asked[0])
    if output and Path(output).suffix.lower() in set(FILMS) - set(FORMATS):
        raise UserError(f"{output}: a film; add `animate=True`")


def _grid_of_file(
    source: str | None, pick: int | None, cell: int, given: dict[str, Any]
) -> GridFilm | None:
    """The grid of films stored in a file, with cells of `cell` pixels; None for other sources."""
    found = grid_in(source) if source and pick is None else None
    if found is None:
        return None
    if given:
        raise UserError(
            f"{source}: is a grid of films, which takes `cell`, `output` and `format_option` only; "
            "choose one film with `pick`"
        )
    return found.with_cell(cell)
