"""Options of the commands that make films, and writing films with progress and notes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import result, say
from phosphene.cli.output import read_options
from phosphene.cli.progress import progress_bar
from phosphene.cli.source import style_names
from phosphene.core.errors import UserError
from phosphene.files import film as films
from phosphene.files.atomic import check_free
from phosphene.files.atomic_folder import check_folder
from phosphene.files.piece_store import count_pieces, store_folder
from phosphene.motion import PATHS, Film, GridFilm
from phosphene.motion.plan.duration import FPS, frame_rate
from phosphene.motion.plan.seam import file_seam_line
from phosphene.raster.frame import parse_size

SIZE = "1280x720"  # of a film where none is given
Source = Annotated[
    str | None,
    typer.Argument(
        metavar="STYLE|FILE",
        help="a style, a picture, a recipe, or a film",
        autocompletion=style_names,
    ),
]
FilmSize = Annotated[
    str | None, typer.Option("--size", help=f"WIDTHxHEIGHT, 4k, ... (default: {SIZE})")
]
FirstFrame = Annotated[
    int | None,
    typer.Option("--first-frame", help="number of the first frame of a folder (default: 0)", min=0),
]
Resume = Annotated[bool, typer.Option("--resume", help="continue an interrupted film")]


def film_options(
    path: Annotated[
        list[str] | None,
        typer.Option(
            "--path",
            help=f"{', '.join(PATHS)}, with arguments: 'zoom factor=8', 'sweep scale=1..3'; "
            "several together: 'loop + zoom', or repeat --path (default: loop)",
        ),
    ] = None,
    frames: Annotated[float | None, typer.Option("--frames", help="number of frames")] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", help="duration (default: 12)")
    ] = None,
    beats: Annotated[
        float | None, typer.Option("--beats", help="duration in beats, with --bpm")
    ] = None,
    bpm: Annotated[float | None, typer.Option("--bpm", help="beats per minute")] = None,
    fps: Annotated[
        str | None, typer.Option("--fps", help="frames per second (default: 30)")
    ] = None,
    speed: Annotated[
        str | None,
        typer.Option(
            "--speed",
            help="slow, calm, lively, or the OKLab change per frame at 30 fps, such as 0.008; sets "
            "how far a loop goes, and how many frames another path takes",
        ),
    ] = None,
    energy: Annotated[
        float | None,
        typer.Option("--energy", help="0.2 calm to 0.8 wild: scales the speed (default: 0.5)"),
    ] = None,
    pulse: Annotated[
        bool, typer.Option("--pulse", help="speed up on every beat of --beats")
    ] = False,
    even: Annotated[
        bool,
        typer.Option(
            "--even/--no-even", help="even out the change, or keep time as the path has it"
        ),
    ] = True,
    subframes: Annotated[
        str | None,
        typer.Option(
            "--subframes",
            help="sub-frames averaged in each frame; auto: 4 where hard edges would jump, else 1 "
            "(default: auto)",
        ),
    ] = None,
    shutter: Annotated[
        float | None,
        typer.Option("--shutter", help="share of a frame that sub-frames cover (default: 0.5)"),
    ] = None,
) -> dict[str, Any]:
    """A group: the given options of path and timing, as keywords of `animate`."""
    given = {
        "path": path or None, "frames": frames, "seconds": seconds, "beats": beats, "bpm": bpm,
        "fps": fps, "speed": speed, "energy": energy, "pulse": pulse or None,
        "even": None if even else False, "subframes": subframes, "shutter": shutter,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


def film_format_options(texts: list[str] | None, first_frame: int | None) -> dict[str, Any]:
    """The options of a film's format, with the number of the first frame."""
    options: dict[str, Any] = dict(read_options(texts))
    return options if first_frame is None else options | {"first_frame": first_frame}


def check_film_output(
    output: str, size: str | None, fps: str | None, overwrite: bool, options: dict[str, Any]
) -> None:
    """Check what can be checked before anything is computed. Raises `UserError`."""
    check = check_folder if films.check_suffix(output) == films.formats.FOLDER else check_free
    check(Path(output), overwrite)
    films.check(output, parse_size(size or SIZE), frame_rate(fps or FPS), 1, 3, options)


def _print_stored(where: str, again: str, stopped: bool) -> None:
    """Print how many frames of an interrupted film are kept, and how to continue."""
    kept = count_pieces(store_folder(where))
    if kept is not None:
        say(f"{where}: {kept[0]} of {kept[1]} frames are kept; the same command with "
            f"{again}--resume continues")  # fmt: skip
    elif stopped:
        say(f"{where}: no frames were finished; the same command starts again")


def write_film(
    film: Film | GridFilm,
    where: str,
    how: dict[str, Any],
    options: dict[str, Any],
    as_json: bool,
    again: str = "",
    **more: Any,
) -> None:
    """Render into a file with a progress bar, and print the result; `more` is added to its data.
    `again` holds the options with which the same command makes the same film.
    """
    width, height = film.size
    start = time.monotonic()
    try:
        with progress_bar(where, unit="frames") as progress:
            film.save(where, progress=progress, say=say, **how, **options)
    except UserError:
        raise
    except BaseException as error:
        _print_stored(where, again, isinstance(error, KeyboardInterrupt | SystemExit))
        raise
    seconds = time.monotonic() - start
    recipe = film.recipe
    length = films.duration(where, film.count, film.fps)
    say(f"{where}  {width}x{height}  {film.count} frames  {length:.4g} s  "
        f"{' + '.join(s['path'] for s in film.path)}  {film.count / seconds:.3g} fps  "
        f"{seconds:.2f} s  digest {recipe.digest[:12]}")  # fmt: skip
    seam = file_seam_line(where, options) if film.closed and film.count >= 4 else ""
    if seam:
        say(seam)
    data = {
        "path": where, "size": [width, height], "frames": film.count, "fps": float(film.fps),
        "duration": round(length, 6),
        "closed": film.closed, "style": recipe.style, "seed": recipe.seed,
        "digest": recipe.digest, "seconds": round(seconds, 3), **more,
    }  # fmt: skip
    result(where, data, as_json)
