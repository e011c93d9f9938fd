"""phosphene animate"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from phosphene.cli.console import say
from phosphene.cli.film_options import (
    SIZE,
    Beats,
    Bpm,
    Energy,
    FilmSize,
    FormatOption,
    Fps,
    Frames,
    Paths,
    Pulse,
    Resume,
    Seconds,
    Shutter,
    Source,
    Speed,
    Subframes,
    Uneven,
    check_film_output,
    write_film,
)
from phosphene.cli.options import (
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
from phosphene.cli.output import read_assignment
from phosphene.cli.preview import play
from phosphene.cli.source import is_file, recipe_for_seed, resolve_seed
from phosphene.cli.tiling_options import Tile, TileX, TileY, chosen_way, roll
from phosphene.motion import Film, animate
from phosphene.motion.load import open_file
from phosphene.motion.plan.retime import animate_again
from phosphene.motion.plan.seam import seam_line
from phosphene.raster.view import parse_size
from phosphene.recipe import Recipe, with_fields

EXAMPLES = {
    "animate": "phosphene animate silk --seed 7 --seconds 1 --size 160x90 -o frames/",
}


@style_options
def animate_command(
    source: Source = None,
    path: Paths = None,
    seed: SeedText = None,
    frames: Frames = None,
    seconds: Seconds = None,
    beats: Beats = None,
    bpm: Bpm = None,
    fps: Fps = None,
    speed: Speed = None,
    energy: Energy = None,
    pulse: Pulse = False,
    uneven: Uneven = False,
    subframes: Subframes = None,
    shutter: Shutter = None,
    tile: Tile = False,
    tile_x: TileX = False,
    tile_y: TileY = False,
    size: FilmSize = None,
    output: Output = None,
    format_option: FormatOption = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="play it here in the terminal, small; writes nothing")
    ] = False,
    resume: Resume = False,
    overwrite: Force = False,
    gate: Gate = None,
    pick: Pick = None,
    threads: Threads = None,
    engine: Engine = "cpu",
    as_json: Json = False,
    *,
    fields: dict[str, Any],
) -> None:
    """A film: a loop through latent space, or on any other --path; of a film, the same larger."""
    options = dict(read_assignment(text) for text in format_option or [])
    how = {
        "frames": frames, "seconds": seconds, "beats": beats, "bpm": bpm, "fps": fps,
        "speed": speed, "energy": energy, "pulse": pulse, "even": not uneven,
        "subframes": subframes, "shutter": shutter,
    }  # fmt: skip
    if output is not None and not preview:
        check_film_output(output, size, fps, overwrite, options)
    way = chosen_way(tile, tile_x, tile_y, False)
    film = film_of(source, seed, gate, pick, path, size, how, fields, way)
    if preview:
        play(film)
        return
    where = output or f"{film.recipe.style or 'film'}-{film.recipe.seed}.mp4"
    how = {"overwrite": overwrite, "resume": resume, "engine": engine, "threads": threads}
    drawn = seed is None and not is_file(source)
    again = f"--seed {film.recipe.seed} " if drawn else ""
    write_film(film, where, how, options, as_json, again, notes=list(film.notes))


def film_of(
    source: str | None,
    seed: str | None,
    gate: bool | None,
    pick: int | None,
    path: list[str] | None,
    size: str | None,
    how: dict[str, Any],
    fields: dict[str, Any],
    way: str | None = None,
) -> Film:
    """The film that the options say: a new one, or that of a file; rolled up in a `way`."""
    found = _open(source, seed, gate, pick, fields)
    given = {name: value for name, value in how.items() if value is not None and value is not False}
    given |= {"even": how["even"]}
    if isinstance(found, Film):
        pixels = parse_size(size) if size else found.size
        film = replace(found, size=pixels, recipe=roll(found.recipe, pixels, way))
        if not (path or seed is not None or given != {"even": True}):
            return film
        film = animate_again(film, path, seed=seed, **given)
    else:
        pixels = parse_size(size or SIZE)
        film = animate(roll(found, pixels, way), path or None, size=pixels, **given)
    for line in [*film.notes, seam_line(film)]:
        if line:
            say(line)
    return film


def _open(
    source: str | None, seed: str | None, gate: bool | None, pick: int | None, fields: Any
) -> Recipe | Film:
    if source is not None and is_file(source):
        found = open_file(source, pick)
        if isinstance(found, Film):
            return replace(found, recipe=with_fields(found.recipe, fields)) if fields else found
        found = with_fields(found, fields)
        return found if seed is None else found.replace({"seed": seed})
    return recipe_for_seed(source, resolve_seed(seed), fields, gate)
