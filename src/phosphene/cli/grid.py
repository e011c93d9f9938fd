"""phosphene grid"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import say
from phosphene.cli.film_options import (
    Beats,
    Bpm,
    Energy,
    FormatOption,
    Fps,
    Frames,
    Paths,
    Resume,
    Seconds,
    Shutter,
    Speed,
    Subframes,
    Uneven,
    check_film_output,
    write_film,
)
from phosphene.cli.options import (
    Complexity,
    Engine,
    Force,
    Json,
    Output,
    Pick,
    SeedText,
    Threads,
    style_options,
)
from phosphene.cli.output import read_assignment
from phosphene.cli.progress import progress_bar
from phosphene.cli.sheets import Cell, Source, check_output, read_source, save_sheet
from phosphene.cli.tiling_options import Tile, TileX, TileY, chosen_way
from phosphene.core.errors import UserError
from phosphene.files.film import FILMS
from phosphene.files.formats import FORMATS
from phosphene.motion import GridFilm, animate_grid
from phosphene.motion.grid import grid_notes
from phosphene.motion.load import grid_in
from phosphene.render.sheets import grid

EXAMPLES = {
    "grid": "phosphene grid classic --x depth=2..5 --y width=4,8,16 --cell 120 -o grid.png",
}
AXIS, CELL = "depth=2..9", 200


@style_options
def grid_command(
    source: Source = None,
    x: Annotated[
        str | None,
        typer.Option("--x", help=f"FIELD=2..9 or FIELD=4,8,16, across (default: {AXIS})"),
    ] = None,
    y: Annotated[str | None, typer.Option("--y", help="the same, down")] = None,
    complexity: Complexity = None,
    seed: SeedText = None,
    cell: Cell = CELL,
    tile: Tile = False,
    tile_x: TileX = False,
    tile_y: TileY = False,
    pick: Pick = None,
    animate: Annotated[
        bool, typer.Option("--animate", help="a film of it; the options below are for films")
    ] = False,
    path: Paths = None,
    frames: Frames = None,
    seconds: Seconds = None,
    beats: Beats = None,
    bpm: Bpm = None,
    fps: Fps = None,
    speed: Speed = None,
    energy: Energy = None,
    uneven: Uneven = False,
    subframes: Subframes = None,
    shutter: Shutter = None,
    format_option: FormatOption = None,
    resume: Resume = False,
    output: Output = None,
    overwrite: Force = False,
    threads: Threads = None,
    engine: Engine = "cpu",
    as_json: Json = False,
    *,
    fields: dict[str, Any],
) -> None:
    """A labelled grid over one or two recipe fields, all pictures from the same weights.

    With --animate a film, in which every cell is in motion, all at one pace: phosphene grid classic
    --x depth=2..4 --y width=4,16 --animate --seconds 4 -o grid.mp4. Of such a film, the same with
    cells of --cell.
    """
    how: dict[str, Any] = {
        "frames": frames, "seconds": seconds, "beats": beats, "bpm": bpm, "fps": fps,
        "speed": speed, "energy": energy, "subframes": subframes, "shutter": shutter,
    }  # fmt: skip
    film = {name: value for name, value in how.items() if value is not None}
    films_only = [*film, *(n for n, v in (("path", path), ("uneven", uneven), ("resume", resume),
                  ("format-option", format_option)) if v)]  # fmt: skip
    way = chosen_way(tile, tile_x, tile_y, False)
    axes = {"x": x or AXIS, "y": y, "complexity": complexity, "seed": seed, "tile": way, **fields}
    save: dict[str, Any] = {"overwrite": overwrite, "threads": threads, "engine": engine}
    if not animate:
        if films_only:
            raise UserError(f"--{films_only[0]}: is for films; add --animate")
        _still(output, source, pick, cell, axes, save, as_json)
        return
    where, options = output or "grid.mp4", dict(map(read_assignment, format_option or []))
    check_film_output(where, "64x64", fps, overwrite, options)  # the page's sides are even, too
    again = grid_in(source) if source and pick is None else None
    if again is None:
        film |= {"even": not uneven, "path": path or "loop"}
        made = _moving(source, pick, where, cell, axes, film, threads)
    elif x or y or seed or complexity or way or fields or film or path:
        raise UserError(f"{source}: films in a grid; with them go --cell, -o and --format-option, "
                        "or choose one with --pick")  # fmt: skip
    else:
        made = again.with_cell(cell)
    films = [{"label": label, "digest": f.recipe.digest}
             for label, f in zip(made.labels, made.films, strict=True)]  # fmt: skip
    write_film(made, where, save | {"resume": resume}, options, as_json, films=films)


def _still(
    output: str | None,
    source: str | None,
    pick: int | None,
    cell: int,
    axes: dict[str, Any],
    save: dict[str, Any],
    as_json: bool,
) -> None:
    if output and Path(output).suffix.lower() in set(FILMS) - set(FORMATS):
        raise UserError(f"{output}: a film; add --animate")
    path = check_output(output, "grid.png", save["overwrite"])
    with progress_bar(path) as progress:
        start = time.monotonic()
        page = grid(
            read_source(source, pick) or "classic", cell=cell, threads=save["threads"],
            engine=save["engine"], progress=progress, **axes,
        )  # fmt: skip
    save_sheet(page, path, save["overwrite"], time.monotonic() - start, as_json)


def _moving(
    source: str | None,
    pick: int | None,
    where: str,
    cell: int,
    axes: dict[str, Any],
    film: dict[str, Any],
    threads: int | None,
) -> GridFilm:
    own = {name: axes.pop(name) for name in ("x", "y", "complexity", "seed", "tile")}
    with progress_bar(where, unit="cells") as progress:
        made = animate_grid(
            read_source(source, pick) or "classic", cell=cell, fields=axes, threads=threads,
            progress=progress, **own, **film,
        )  # fmt: skip
    for line in grid_notes(made):
        say(line)
    return made
