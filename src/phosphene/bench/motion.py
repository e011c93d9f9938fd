"""Films: what rendering and encoding take, beside stills and beside loops of NumPy."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from phosphene import films
from phosphene.bench.networks import NETWORKS
from phosphene.bench.processes import Say, attempt, child
from phosphene.bench.styles import numpy_picture
from phosphene.bench.systems import numpy_bytes
from phosphene.bench.timing import Job, alternate, wall_seconds
from phosphene.errors import PhospheneError
from phosphene.motion import Film
from phosphene.motion.paths import read_paths
from phosphene.picture.encodings import finisher
from phosphene.pipeline import Painter, thread_count
from phosphene.recipe import Recipe
from phosphene.styles import style
from phosphene.view import Rect, Size

FRAMES = 8  # rendered and written of each film
SMALL = 256  # a side, beside NumPy and for memory
ENCODERS = {"PNG": ("f/", {}), "H.264": ("f.mp4", {"preset": "fast"}), "VP9": ("f.webm", {})}
AIMS = {"share of still": 0.9, "times NumPy": 5.0}
NOTE = (
    f"{FRAMES} frames of a loop on all cores, the least of the rounds. Still: as many pixels of "
    "one program. NumPy: the same pictures one after the other, as seed systems make films."
)


def subjects() -> dict[str, Recipe]:
    named = {name: style(name, seed=7) for name in ("silk", "agate", "prism")}
    return {"N1": NETWORKS["N1"], **named}


def moving(recipe: Recipe, size: Size, count: int = FRAMES) -> Film:
    return Film(recipe, tuple(read_paths("loop radius=0.3")), count, size=size)


def bench_motion(size: Size, rounds: int, say: Say) -> dict[str, Any]:
    """Frames per second of rendering and of every encoder, by recipe, as data for JSON."""
    say(f"films of {size[0]}x{size[1]}")
    figures: dict[str, Any] = {"size": list(size), "cores": thread_count(None), "note": NOTE}
    best: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        jobs = [_job(name, r, size, Path(folder), say) for name, r in subjects().items()]
        best |= alternate(jobs, rounds, say)
    best |= alternate([_numpy_job()], rounds, say)
    rows: dict[str, dict[str, float]] = {}
    for name in subjects():
        row = {what: FRAMES / best[f"{name}/{what}"] for what in ("render", "still", *ENCODERS)
               if f"{name}/{what}" in best}  # fmt: skip
        rows[name] = row | {"share of still": row["render"] / row["still"]}
    figures["films"] = rows
    figures["times NumPy"] = {
        name: best[f"{name}/numpy"] / best[f"{name}/film"] for name in ("cppn-tensorflow", "silk")
    }
    say("memory")
    figures["peak_mb"] = {
        str(count): attempt(lambda n=count: child("film", n)[0]["peak_mb"], say)
        for count in (50, 1000)
    }
    return figures


def _job(name: str, recipe: Recipe, size: Size, folder: Path, say: Say) -> Job:
    """Rendering, a still of as many pixels, and each encoder, fed with frames that are there."""
    film = moving(recipe, size)
    stage = film.stage(size)
    program, finish = stage.base.program(), finisher("bytes", stage.finish)
    mode = recipe.finish.antialias
    stage.frame(film.moments(0))  # what is made once for a film is not timed

    def still() -> None:
        painter = Painter(program, recipe.view, size, "cpu", finish, mode)
        for _ in range(FRAMES):
            for _ in painter.strips(Rect(0, 0, *size)):
                pass

    def run() -> dict[str, float]:
        start = time.perf_counter()
        frames = [stage.frame(film.moments(k)) for k in range(FRAMES)]
        found = {
            f"{name}/render": time.perf_counter() - start,
            f"{name}/still": wall_seconds(still),
        }
        for label, (path, options) in ENCODERS.items():
            try:
                write = _writer(film, folder / path if path[-1] != "/" else f"{folder}/f/", frames)
                found[f"{name}/{label}"] = wall_seconds(lambda w=write, o=options: w(o))
            except PhospheneError as error:
                say(str(error))
        return found

    return Job(run)


def _writer(film: Film, path: Any, frames: list[Any]) -> Callable[[dict[str, Any]], None]:
    def write(options: dict[str, Any]) -> None:
        how: dict[str, Any] = {"force": True, "options": options}
        with films.create(path, film.size, film.fps, film.texts(film.size), **how) as writer:
            for frame in frames:
                writer.write(frame)

    return write


def _numpy_job() -> Job:
    peer, silk = style("cppn-tensorflow", seed=7), style("silk", seed=7)

    def run() -> dict[str, float]:
        found: dict[str, float] = {}
        ways = (("cppn-tensorflow", peer, numpy_bytes), ("silk", silk, numpy_picture))
        for name, recipe, numpy in ways:
            film = moving(recipe, (SMALL, SMALL))
            stage = film.stage(film.size)
            recipes = [film.recipe_at(film.moments(k)[0]) for k in range(3)]
            found[f"{name}/film"] = wall_seconds(
                lambda f=film, s=stage: [s.frame(f.moments(k)) for k in range(3)]
            )
            found[f"{name}/numpy"] = wall_seconds(
                lambda r=recipes, n=numpy: [n(one, SMALL) for one in r]
            )
        return found

    return Job(run)


def film_memory(count: int) -> None:
    """What a child process does, whose memory is measured: a film of 256x256 in PNG frames."""
    with tempfile.TemporaryDirectory() as folder:
        moving(NETWORKS["N1"], (SMALL, SMALL), count).save(f"{folder}/f/")


def motion_text(figures: dict[str, Any]) -> str:
    """The figures as lines."""
    width, height = figures["size"]
    names = ["render", "still", "share of still", *ENCODERS]
    lines = [f"{f'{width}x{height}, fps':<18}" + "".join(f"{n:>15}" for n in names)]
    for name, row in figures["films"].items():
        cells = (f"{row[n]:15.2f}" if n in row else f"{'-':>15}" for n in names)
        lines.append(f"{name:<18}" + "".join(cells))
    for name, times in figures["times NumPy"].items():
        aim = AIMS["times NumPy"]
        lines.append(f"{name}: {times:.1f} times as fast as NumPy picture by picture (>= {aim:g})")
    for count, peak in figures["peak_mb"].items():
        lines.append(f"{count} frames of {SMALL}x{SMALL}: {peak and round(peak)} MB")
    return "\n".join([*lines, "", figures["note"]])
