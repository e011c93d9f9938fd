"""Exports: the cost of writing compared with rendering, peak memory, and the gain by workers."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from phosphene.bench.networks import NETWORKS
from phosphene.bench.processes import Say, attempt, child
from phosphene.bench.report import Aim, Row, Wanted, make_row
from phosphene.bench.run import paint
from phosphene.bench.timing import Job, alternate, wall_seconds
from phosphene.compiler import build
from phosphene.core.errors import PhospheneError
from phosphene.core.threads import thread_count
from phosphene.jobs.executors import open_executor
from phosphene.render import render_file

RECIPE = NETWORKS["N1"]
NOTE = (
    "N1 (4 layers of 32 tanh) on all cores, wall time. Speed: relative to rendering the same "
    "picture without a file, alternating, best of the rounds. Memory: the peak of a separate "
    "process, including Python and the compiler (170 MB). Workers: N2, 4 layers of 100. "
    "Cluster: two Dask workers and two processes, alternating, after they have started; medians."
)


class Export(NamedTuple):
    """A format, its options, and the share of the rendering speed that it should reach."""

    suffix: str
    options: dict[str, Any]
    least: float | None = None


EXPORTS: dict[str, Export] = {
    "PNG": Export(".png", {}, 0.95),
    "PNG, 16 bit": Export(".png", {"depth": "16"}, 0.8),
    "TIFF": Export(".tiff", {}, 0.8),
    "TIFF, 16 bit": Export(".tiff", {"depth": "16"}, 0.8),
    "Deep Zoom": Export(".dzi", {}, 0.8),
    "Zarr": Export(".zarr", {}),
    "OpenEXR": Export(".exr", {}),
}
MOST_MB, GROWTH, SPEEDUP, ON_DASK = 250, 1.2, 1.8, 0.9
CLUSTER_ROUNDS = 3


def bench_output(size: int, rounds: int, say: Say) -> dict[str, Any]:
    """All figures as JSON data, for pictures of `size` pixels a side. Memory is also measured at
    twice that, workers at half of it, and growth with height at a quarter of its width.
    """
    figures: dict[str, Any] = {"size": size, "cores": thread_count(None), "note": NOTE}
    with tempfile.TemporaryDirectory() as folder:
        figures |= _speeds(Path(folder), size, rounds, say)
        figures |= _memories(Path(folder), size, say)
        figures |= _workers(Path(folder), size // 2, say)
        figures |= _cluster(Path(folder), size, say)
    figures["rows"] = [row._asdict() for row in output_rows(figures)]
    return figures


def output_rows(figures: dict[str, Any]) -> list[Row]:
    """Every figure with its aim."""
    size = figures["size"]
    found = [(Wanted(f"N1, {size} a side, without a file", "", "{:.1f} Mpx/s"), figures["nothing"])]
    for name, export in EXPORTS.items():
        aim = Aim(">=", export.least) if export.least else None
        share = figures["share"].get(name)
        found.append((Wanted(f"{name}: share of that speed", "", "{:.3f}", aim), share))
    peak, larger = figures["peak_mb"], figures["larger_peak_mb"]
    found += [
        (Wanted(f"PNG, {size} a side: memory", "", "{:.0f} MB", Aim("<=", MOST_MB)), peak),
        (
            Wanted(f"{2 * size} a side, relative to that", "", "{:.2f}", Aim("<=", GROWTH)),
            peak and larger and larger / peak,
        ),
    ]
    for name, growth in figures["growth"].items():
        label = f"{name}: memory at four times the height, relative"
        found.append((Wanted(label, "", "{:.2f}", Aim("<=", GROWTH)), growth))
    aim = Aim(">=", SPEEDUP) if figures["cores"] >= 2 else None
    label = f"N2, {size // 2} a side: speed of two workers, relative to one"
    found.append((Wanted(label, "", "{:.2f}", aim), figures["speedup"]))
    aim = Aim(">=", ON_DASK) if figures["cores"] >= 2 else None
    label = f"N1, {size} a side: speed of two Dask workers, relative to two processes"
    found.append((Wanted(label, "", "{:.2f}", aim), figures["on_dask"]))
    return [make_row(wanted, value) for wanted, value in found]


def output_text(figures: dict[str, Any]) -> str:
    """The rows as lines."""
    rows = output_rows(figures)
    wide = max(len(row.label) for row in rows)
    met = {None: "", True: "yes", False: "NO"}
    lines = [f"{r.label:<{wide}}  {r.measured:>12}  {r.aim:>8}  {met[r.met]}" for r in rows]
    return "\n".join([*lines, "", figures["note"]])


def _speeds(folder: Path, size: int, rounds: int, say: Say) -> dict[str, Any]:
    """The speed without a file, and the share of it that each format reaches.

    Every file is new and stays until the end: for minutes after files were deleted, ext4 takes up
    to a millisecond to create one, and Deep Zoom creates thousands.
    """
    program, threads, numbers = build(RECIPE), thread_count(None), count()

    def nothing(name: str) -> Job:
        return Job(
            lambda: _seconds(f"nothing {name}", lambda: paint(program, RECIPE, size, threads))
        )

    def job(name: str, export: Export) -> Job:
        def write(side: int) -> None:
            path = folder / f"{next(numbers)}{export.suffix}"
            render_file(RECIPE, path, side, **export.options)

        def run() -> dict[str, float]:
            try:
                write(64)  # what the first call loads is not timed
                return _seconds(name, lambda: write(size))
            except PhospheneError as error:
                say(str(error))
                return {}

        return Job(run)

    say(f"exports of {size} a side")
    paint(program, RECIPE, 64, threads)
    pairs = [(nothing(name), job(name, export)) for name, export in EXPORTS.items()]
    best = alternate([job for pair in pairs for job in pair], rounds, say)
    made = [name for name in EXPORTS if name in best]
    fastest = min(best[f"nothing {name}"] for name in EXPORTS)
    return {
        "nothing": size * size / fastest / 1e6,
        "share": {name: best[f"nothing {name}"] / best[name] for name in made},
        "cpu_share": {name: best[f"nothing {name} cpu"] / best[f"{name} cpu"] for name in made},
        "seconds": best,
    }


def _seconds(name: str, work: Callable[[], None]) -> dict[str, float]:
    """Wall time, and CPU time of all cores."""
    cpu = time.process_time()
    return {name: wall_seconds(work), f"{name} cpu": time.process_time() - cpu}


def _memories(folder: Path, size: int, say: Say) -> dict[str, Any]:
    """Peak MB of PNG at `size` and twice that; growth with height of every format."""

    def peak(export: Export, width: int, height: int) -> float | None:
        path = folder / f"m{export.suffix}"
        what = ("export", f"{width}x{height}", path, json.dumps(export.options))
        return attempt(lambda: child(*what)[0]["peak_mb"], say)

    say("memory")
    png = EXPORTS["PNG"]
    growth: dict[str, float | None] = {}
    for name, export in EXPORTS.items():
        low = peak(export, size // 4, size // 4)
        high = peak(export, size // 4, size)
        growth[name] = high / low if low and high else None
    return {
        "peak_mb": peak(png, size, size),
        "larger_peak_mb": peak(png, 2 * size, 2 * size),
        "growth": growth,
    }


def _workers(folder: Path, size: int, say: Say) -> dict[str, Any]:
    """Seconds with one worker and with two, and their ratio."""

    def seconds(count: int) -> float:
        path = folder / "w.png"
        return wall_seconds(
            lambda: render_file(NETWORKS["N2"], path, size, workers=count, overwrite=True)
        )

    say("workers")
    one, two = seconds(1), seconds(2)
    return {"one_worker_s": one, "two_workers_s": two, "speedup": one / two}


def _cluster(folder: Path, size: int, say: Say) -> dict[str, Any]:
    """How fast two Dask workers are beside two processes."""
    say("cluster")
    found: dict[str, list[float]] = {"processes": [], "dask": []}
    with ExitStack() as opened:
        try:
            executors = {
                name: opened.enter_context(open_executor(workers=2, cluster=cluster, say=say))
                for name, cluster in (("processes", None), ("dask", "local"))
            }
        except PhospheneError as error:
            say(str(error))
            return {"on_dask": None, "cluster_s": found}

        def write(name: str, side: int) -> None:
            path = folder / f"{name}.png"
            render_file(RECIPE, path, side, cluster=executors[name], overwrite=True)

        for name in executors:
            write(name, 64)
        for _ in range(CLUSTER_ROUNDS):
            for name, seconds in found.items():
                seconds.append(wall_seconds(lambda name=name: write(name, size)))
    return {
        "on_dask": median(found["processes"]) / median(found["dask"]),
        "cluster_s": found,
    }
