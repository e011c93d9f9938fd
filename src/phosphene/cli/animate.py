"""phosphene animate, phosphene strip"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from phosphene import films
from phosphene.cli.options import (
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
from phosphene.cli.output import read_assignment
from phosphene.cli.preview import play
from phosphene.cli.progress import progress_bar
from phosphene.cli.talk import result, say
from phosphene.errors import UserError
from phosphene.files import check_suffix, create
from phosphene.files.atomic import check_free
from phosphene.files.fragments import count_bands, store_folder
from phosphene.gate import accept
from phosphene.motion import PATHS, Film, animate
from phosphene.motion.length import FPS, frame_rate
from phosphene.motion.opening import open_file
from phosphene.motion.paths import Given
from phosphene.motion.planning import seam_line
from phosphene.recipe import Recipe, fresh_seed, with_fields
from phosphene.styles import STYLES
from phosphene.view import Size as Pixels
from phosphene.view import parse_size

EXAMPLES = {
    "animate": "phosphene animate silk --seed 7 --seconds 1 --size 160x90 -o frames/",
    "strip": "phosphene strip silk --seed 7 --seconds 4 --frames-shown 6 --size 120 -o strip.png",
}
GAP = 4  # pixels between the frames of a strip

Source = Annotated[
    str | None,
    typer.Argument(metavar="STYLE|FILE", help="a style, a picture, a recipe, or a film"),
]
Paths = Annotated[
    list[str] | None,
    typer.Option(
        "--path",
        help=f"{', '.join(PATHS)}, with arguments: 'zoom factor=8', 'sweep scale=1..3'; "
        "'loop + zoom', or given again, together (default: loop)",
    ),
]
Frames = Annotated[float | None, typer.Option("--frames", help="how many")]
Seconds = Annotated[float | None, typer.Option("--seconds", help="how long (default: 12)")]
Beats = Annotated[float | None, typer.Option("--beats", help="how long, with --bpm")]
Bpm = Annotated[float | None, typer.Option("--bpm", help="beats per minute")]
Fps = Annotated[str | None, typer.Option("--fps", help="frames per second (default: 30)")]
Speed = Annotated[
    str | None,
    typer.Option("--speed", help="slow, calm, lively, or OKLab change per frame at 30 fps: 0.008"),
]
Energy = Annotated[
    float | None, typer.Option("--energy", help="0.2 calm to 0.8 wild: how far a loop goes (0.5)")
]
Pulse = Annotated[bool, typer.Option("--pulse", help="surge on every beat of --beats")]
Subframes = Annotated[
    int | None, typer.Option("--subframes", help="averaged in each frame: 2-4 for hard edges")
]
Shutter = Annotated[
    float | None, typer.Option("--shutter", help="share of a frame that sub-frames cover (0.5)")
]
FilmSize = Annotated[
    str | None, typer.Option("--size", help="WIDTHxHEIGHT, 4k, ... (default: 1280x720)")
]


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
    uneven: Annotated[
        bool, typer.Option("--uneven", help="plain time: do not even out the change")
    ] = False,
    subframes: Subframes = None,
    shutter: Shutter = None,
    size: FilmSize = None,
    output: Output = None,
    format_option: Annotated[
        list[str] | None,
        typer.Option("--format-option", help="name=value, such as codec=h265; may be repeated"),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="play it here in the terminal, small; writes nothing")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="go on with a film that was interrupted")
    ] = False,
    force: Force = False,
    keep: Dull = None,
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
        _check_output(output, size, fps, force, options)
    film = _film(source, seed, keep, pick, path, size, how, fields)
    if preview:
        play(film)
        return
    where = output or f"{film.recipe.style or 'film'}-{film.recipe.seed}.mp4"
    _save(film, where, {"force": force, "resume": resume, "engine": engine, "threads": threads},
          options, as_json)  # fmt: skip


def _check_output(
    output: str, size: str | None, fps: str | None, force: bool, options: dict[str, Any]
) -> None:
    """What can be said before anything is computed."""
    if films.check_suffix(output) != "/" and not Path(output).is_dir():
        check_free(Path(output), force)
    if size is not None:
        films.check(output, parse_size(size), frame_rate(fps or FPS), 1, 3, options)


def _film(
    source: str | None,
    seed: str | None,
    keep: bool | None,
    pick: int | None,
    path: list[str] | None,
    size: str | None,
    how: dict[str, Any],
    fields: dict[str, Any],
) -> Film:
    """The film that the options say: a new one, or that of a file."""
    given: dict[str, Any] = {
        n: v for n, v in how.items() if v is not None and v is not False and n != "even"
    }
    kept: Given = "loop"
    found = _open(source, seed, keep, pick, fields)
    if isinstance(found, Film):
        if not path and not given:
            pixels = parse_size(size) if size else found.size
            film = replace(found, size=pixels)
            return replace(film, recipe=with_fields(found.recipe, fields)) if fields else film
        length = {} if set(given) & {"frames", "seconds", "beats"} else {"frames": found.count}
        given = {"fps": found.fps, "size": found.size, **length, **given}
        kept = found.path
        found = with_fields(found.recipe, fields)
    if size is not None:
        given["size"] = parse_size(size)
    film = animate(found, path or kept, even=how["even"], **given)
    for line in [*film.told, seam_line(film)]:
        if line:
            say(line)
    return film


def _open(
    source: str | None, seed: str | None, keep: bool | None, pick: int | None, fields: Any
) -> Recipe | Film:
    is_file = source is not None and source not in STYLES
    if is_file and source and (Path(source).suffix or Path(source).exists()):
        found = open_file(source, pick)
        if isinstance(found, Film):
            return found
        found = with_fields(found, fields)
        return found if seed is None else found.replace({"seed": seed})
    if seed is None:
        seed = str(fresh_seed())
        say(f"seed {seed}")
    recipe = accept(source, seed, fields, None if keep is None else not keep)
    if recipe.rescued:
        say(f"rescued (--any keeps it as it was): {'; '.join(recipe.rescued)}")
    return recipe


def _save(
    film: Film, where: str, how: dict[str, Any], options: dict[str, Any], as_json: bool
) -> None:
    width, height = film.size
    start = time.monotonic()
    try:
        with progress_bar(where, unit="frames") as progress:
            film.save(where, progress=progress, say=say, **how, **options)
    except UserError:
        raise
    except BaseException:
        kept = count_bands(store_folder(where))
        if kept is not None:
            say(f"{where}: {kept[0]} of {kept[1]} frames are kept; "
                "the same command with --resume goes on")  # fmt: skip
        raise
    seconds = time.monotonic() - start
    recipe = film.recipe
    length = float(film.count / film.fps)
    say(f"{where}  {width}x{height}  {film.count} frames  {length:.4g} s  "
        f"{' + '.join(s['path'] for s in film.path)}  {film.count / seconds:.3g} fps  "
        f"{seconds:.2f} s  sha256 {recipe.digest[:12]}")  # fmt: skip
    data = {
        "path": where, "size": [width, height], "frames": film.count, "fps": float(film.fps),
        "closed": film.closed, "style": recipe.style, "seed": recipe.seed,
        "digest": recipe.digest, "seconds": round(seconds, 3), "told": list(film.told),
    }  # fmt: skip
    result(where, data, as_json)


@style_options
def strip_command(
    source: Source = None,
    path: Paths = None,
    seed: SeedText = None,
    shown: Annotated[
        int, typer.Option("--frames-shown", help="how many of the frames", min=1, max=200)
    ] = 8,
    frames: Frames = None,
    seconds: Seconds = None,
    fps: Fps = None,
    speed: Speed = None,
    energy: Energy = None,
    size: Annotated[str, typer.Option("--size", help="of each frame")] = "240x135",
    output: Output = None,
    force: Force = False,
    keep: Dull = None,
    pick: Pick = None,
    as_json: Json = False,
    *,
    fields: dict[str, Any],
) -> None:
    """A row of a film's frames as a still picture, to see where it goes."""
    where = output or "strip.png"
    check_suffix(where)
    if where != "-":
        check_free(Path(where), force)
    how = {"frames": frames, "seconds": seconds, "fps": fps, "speed": speed, "energy": energy,
           "even": True}  # fmt: skip
    film = _film(source, seed, keep, pick, path, size, how, fields)
    page = strip_pixels(film, min(shown, film.count), parse_size(size))
    texts = film.texts(film.size)
    shape = page.shape[1], page.shape[0]
    with create(where, shape, page.shape[2], texts, force=force) as writer:
        writer.write(page)
    say(f"{where}  {shape[0]}x{shape[1]}  {min(shown, film.count)} of {film.count} frames")
    if where != "-":
        result(where, {"path": where, "size": list(shape), "frames": film.count}, as_json)


def strip_pixels(film: Film, shown: int, size: Pixels) -> Any:
    """The frames side by side, evenly spread, bytes (height, width, channels)."""
    stage = film.stage(size)
    last = film.count if film.closed else film.count - 1
    at = [min(k * last // max(shown - (not film.closed), 1), film.count - 1)
          for k in range(shown)]  # fmt: skip
    frames = [stage.frame(film.moments(k)) for k in at]
    white = np.full((size[1], GAP, frames[0].shape[2]), 255, np.uint8)
    parts = [part for frame in frames for part in (frame, white)][:-1]
    return np.concatenate(parts, axis=1)
