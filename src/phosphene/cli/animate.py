"""phosphene animate"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from phosphene.cli.console import hold, say_held
from phosphene.cli.film_options import (
    SIZE,
    FilmSize,
    FirstFrame,
    Resume,
    Source,
    check_film_output,
    film_format_options,
    film_options,
    write_film,
)
from phosphene.cli.options import (
    Engine,
    FormatOption,
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
from phosphene.cli.preview import play
from phosphene.cli.source import is_file, recipe_for_seed, resolve_seed
from phosphene.cli.tiling_options import closing_options, with_tiling
from phosphene.core.rng import seed_text
from phosphene.motion import Film, animate
from phosphene.motion.load import open_file
from phosphene.motion.plan.retime import retime
from phosphene.motion.plan.seam import seam_line
from phosphene.raster.frame import parse_size
from phosphene.recipe import Recipe, with_fields

EXAMPLE = "phosphene animate silk --seed 7 --seconds 1 --size 160x90 -o frames/"


@takes(
    film=film_options, tile=closing_options, metadata=metadata_options, running=running_options,
    fields=style_fields,
)  # fmt: skip
def animate_command(
    source: Source = None,
    seed: SeedText = None,
    size: FilmSize = None,
    output: Output = None,
    format_option: FormatOption = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="play it in the terminal, small; writes nothing")
    ] = False,
    resume: Resume = False,
    first_frame: FirstFrame = None,
    overwrite: Overwrite = False,
    gate: Gate = None,
    pick: Pick = None,
    engine: Engine = "cpu",
    as_json: Json = False,
    *,
    film: dict[str, Any],
    tile: str | None,
    metadata: str,
    running: dict[str, Any],
    fields: dict[str, Any],
) -> None:
    """Make a film: a loop through latent space, or any other --path. A film as the source is made
    again at another size or length.
    """
    options = film_format_options(format_option, first_frame)
    if output is not None and not preview:
        check_film_output(output, size, film.get("fps"), overwrite, options)
    made = film_of(source, seed, gate, pick, size, film, fields, tile)
    if preview:
        say_held()
        play(made)
        return
    where = output or f"{made.recipe.style or 'film'}-{seed_text(made.recipe.seed)}.mp4"
    how: dict[str, Any] = {"overwrite": overwrite, "resume": resume, "engine": engine} | running
    how["metadata"] = metadata
    again = f"--seed {seed_text(made.recipe.seed)} " if seed is None and not is_file(source) else ""
    write_film(made, where, how, options, as_json, again, notes=list(made.notes))


def film_of(
    source: str | None,
    seed: str | None,
    gate: bool | None,
    pick: int | None,
    size: str | None,
    options: dict[str, Any],
    fields: dict[str, Any],
    tile: str | None = None,
) -> Film:
    """The film of the options: a new one, or that of a file with changes. With `tile`, its pictures
    repeat without a seam.
    """
    found = _open(source, seed, gate, pick, fields)
    if isinstance(found, Film):
        pixels = parse_size(size) if size else found.size
        film = replace(found, size=pixels, recipe=with_tiling(found.recipe, pixels, tile))
        if seed is None and not options:
            return film
        film = retime(film, seed=seed, **options)
    else:
        pixels = parse_size(size or SIZE)
        film = animate(with_tiling(found, pixels, tile), size=pixels, **options)
    for line in [*film.notes, seam_line(film)]:
        if line:
            hold(line)
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
    return recipe_for_seed(source, resolve_seed(seed, source), fields, gate)
