"""Options of the commands that make films, and the writing: bar, news, what was made."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import result, say
from phosphene.cli.progress import progress_bar
from phosphene.core.errors import UserError
from phosphene.files import film as films
from phosphene.files.atomic import check_free
from phosphene.files.atomic_folder import check_folder
from phosphene.files.piece_store import count_bands, store_folder
from phosphene.motion import PATHS, Film, GridFilm
from phosphene.motion.plan.duration import FPS, frame_rate
from phosphene.raster.view import parse_size

SIZE = "1280x720"  # of a film that nobody gives one
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
    typer.Option(
        "--speed",
        help="slow, calm, lively, or OKLab change per frame at 30 fps: 0.008; "
        "how far a loop goes, or how many frames another path takes",
    ),
]
Energy = Annotated[
    float | None, typer.Option("--energy", help="0.2 calm to 0.8 wild: scales the speed (0.5)")
]
Pulse = Annotated[bool, typer.Option("--pulse", help="surge on every beat of --beats")]
Subframes = Annotated[
    str | None,
    typer.Option(
        "--subframes",
        help="how many are averaged in each frame; auto: 4 where hard edges would jump, else 1 "
        "(default: auto)",
    ),
]
Shutter = Annotated[
    float | None, typer.Option("--shutter", help="share of a frame that sub-frames cover (0.5)")
]
FilmSize = Annotated[
    str | None, typer.Option("--size", help=f"WIDTHxHEIGHT, 4k, ... (default: {SIZE})")
]
FormatOption = Annotated[
    list[str] | None,
    typer.Option("--format-option", help="name=value, such as codec=h265; may be repeated"),
]
Resume = Annotated[bool, typer.Option("--resume", help="go on with a film that was interrupted")]
Uneven = Annotated[bool, typer.Option("--uneven", help="plain time: do not even out the change")]


def check_film_output(
    output: str, size: str | None, fps: str | None, overwrite: bool, options: dict[str, Any]
) -> None:
    """What can be said before anything is computed. Raises `UserError`."""
    check = check_folder if films.check_suffix(output) == films.formats.FOLDER else check_free
    check(Path(output), overwrite)
    films.check(output, parse_size(size or SIZE), frame_rate(fps or FPS), 1, 3, options)


def _say_kept(where: str, again: str, stopped: bool) -> None:
    """What an interrupted film has left, and what goes on with it."""
    kept = count_bands(store_folder(where))
    if kept is not None:
        say(f"{where}: {kept[0]} of {kept[1]} frames are kept; the same command with "
            f"{again}--resume goes on")  # fmt: skip
    elif stopped:
        say(f"{where}: no frames are kept so early; the same command starts afresh")


def write_film(
    film: Film | GridFilm,
    where: str,
    how: dict[str, Any],
    options: dict[str, Any],
    as_json: bool,
    again: str = "",
    **more: Any,
) -> None:
    """Render into a file, with a bar; say what was made, and give the same and `more` as data.
    `again` is what the same command needs more to make the same film.
    """
    width, height = film.size
    start = time.monotonic()
    try:
        with progress_bar(where, unit="frames") as progress:
            film.save(where, progress=progress, say=say, **how, **options)
    except UserError:
        raise
    except BaseException as error:
        _say_kept(where, again, isinstance(error, KeyboardInterrupt | SystemExit))
        raise
    seconds = time.monotonic() - start
    recipe = film.recipe
    length = films.duration(where, film.count, film.fps)
    say(f"{where}  {width}x{height}  {film.count} frames  {length:.4g} s  "
        f"{' + '.join(s['path'] for s in film.path)}  {film.count / seconds:.3g} fps  "
        f"{seconds:.2f} s  sha256 {recipe.digest[:12]}")  # fmt: skip
    data = {
        "path": where, "size": [width, height], "frames": film.count, "fps": float(film.fps),
        "duration": round(length, 6),
        "closed": film.closed, "style": recipe.style, "seed": recipe.seed,
        "digest": recipe.digest, "seconds": round(seconds, 3), **more,
    }  # fmt: skip
    result(where, data, as_json)
