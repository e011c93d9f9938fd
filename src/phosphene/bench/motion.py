"""Films: the cost of rendering and encoding, compared with stills and with other programs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from phosphene.bench.film_peers import against, moving, peers_here, peers_job, peers_text
from phosphene.bench.networks import NETWORKS
from phosphene.bench.processes import Say, attempt, child
from phosphene.bench.timing import Job, alternate, wall_seconds
from phosphene.core.errors import PhospheneError
from phosphene.core.threads import thread_count
from phosphene.files import film as films
from phosphene.motion import Film
from phosphene.raster.encodings import finisher
from phosphene.raster.frame import Rect, Size
from phosphene.raster.painter import Painter
from phosphene.raster.rendering import render_plan
from phosphene.recipe import Recipe
from phosphene.styles import style

FRAMES = 8  # of each film, rendered and written
SMALL = 256  # pixels a side, where memory is measured
ENCODERS = {"PNG": ("f/", {}), "H.264": ("f.mp4", {"preset": "fast"}), "VP9": ("f.webm", {})}
NOTE = (
    f"{FRAMES} frames of a loop on all cores, best of the rounds. Still: the same number of pixels "
    "of one program. NumPy, PyTorch: the same frames one after another, as other programs do."
)


def subjects() -> dict[str, Recipe]:
    named = {name: style(name, seed=7) for name in ("silk", "agate", "prism")}
    return {"N1": NETWORKS["N1"], **named}


def bench_motion(size: Size, rounds: int, say: Say) -> dict[str, Any]:
    """Frames per second of rendering and of every encoder, by recipe, as JSON data."""
    say(f"films of {size[0]}x{size[1]}")
    figures: dict[str, Any] = {"size": list(size), "cores": thread_count(None), "note": NOTE}
    best: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        jobs = [_job(name, r, size, Path(folder), say) for name, r in subjects().items()]
        best |= alternate(jobs, rounds, say)
    say("other programs")
    best |= alternate([peers_job(peer) for peer in peers_here()], rounds, say)
    rows: dict[str, dict[str, float]] = {}
    for name in subjects():
        row = {what: FRAMES / best[f"{name}/{what}"] for what in ("render", "still", *ENCODERS)
               if f"{name}/{what}" in best}  # fmt: skip
        rows[name] = row | {"share of still": row["render"] / row["still"]}
    figures["films"] = rows
    figures["peers"] = against(best)
    say("memory")
    figures["peak_mb"] = {
        str(count): attempt(lambda n=count: child("film", n)[0]["peak_mb"], say)
        for count in (50, 1000)
    }
    return figures


def _job(name: str, recipe: Recipe, size: Size, folder: Path, say: Say) -> Job:
    """Time rendering, a still of as many pixels, and each encoder with finished frames."""
    film = moving(recipe, size, FRAMES)
    renderer = film.renderer(size)
    program, finish = renderer.base.program(), finisher("bytes", renderer.finish)
    plan = render_plan(program, recipe.view, size, recipe.finish.antialias)
    renderer.frame(film.states(0))  # setup of the film is not timed

    def still() -> None:
        painter = Painter(plan, "cpu", finish)
        for _ in range(FRAMES):
            for _ in painter.strips(Rect(0, 0, *size)):
                pass

    def run() -> dict[str, float]:
        start = time.perf_counter()
        frames = [renderer.frame(film.states(k)) for k in range(FRAMES)]
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
        how: dict[str, Any] = {"overwrite": True, "options": options}
        with films.create(path, film.size, film.fps, film.texts(film.size), **how) as writer:
            for frame in frames:
                writer.write(frame)

    return write


def film_memory(count: int) -> None:
    """Write a film of 256x256 as PNG frames, in a child process whose memory is measured."""
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
    lines += ["", *peers_text(figures["peers"]), ""]
    for count, peak in figures["peak_mb"].items():
        lines.append(
            f"{count} frames of {SMALL}x{SMALL}: {f'{peak:.0f} MB' if peak else 'not measured'}"
        )
    return "\n".join([*lines, "", figures["note"]])
