"""The whole benchmark, as plain data."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from phosphene.bench.networks import ACTIVATIONS, NETWORKS, demand, like_n1
from phosphene.bench.processes import Say, attempt, child, process_figures
from phosphene.bench.prototype import prototype_painters
from phosphene.bench.report import rows
from phosphene.bench.roofline import (
    DEFINITION,
    activation_seconds,
    multiply_add_seconds,
    roofline_ns,
)
from phosphene.bench.timing import Job, alternate, cpu_seconds, wall_seconds
from phosphene.compiler import build
from phosphene.core.threads import thread_count
from phosphene.files.png import png_bytes
from phosphene.ir.program import Program
from phosphene.raster import Picture, quantise, to_bytes
from phosphene.raster.frame import Rect
from phosphene.raster.painter import Painter
from phosphene.raster.rendering import render_plan
from phosphene.recipe import Recipe
from phosphene.render import render


@dataclass(frozen=True)
class Plan:
    """Sizes of the pictures in pixels a side, and how often each figure is measured."""

    size: int = 1024
    rounds: int = 9
    peers_every: int = 3
    scaling_size: int = 2048
    scaling_rounds: int = 4
    latency_size: int = 256
    latencies: int = 15
    memory_size: int = 4096
    process_runs: int = 5
    peak_iterations: int = 25_000_000  # takes as long as a picture, so noise affects both alike
    activation_repeats: int = 150


def bench(
    prototype: Path | None = None,
    peers: bool = True,
    say: Say = lambda line: None,
    plan: Plan = Plan(),
) -> dict[str, Any]:
    """Every figure, with its aim and whether it was met, as JSON data: `{"networks": {"N1":
    {"fraction": 0.94, "mpx_per_core_s": ..., "mpx_others": {...}, "times": {...}, ...}, ...},
    "roofline": {...}, "latency": {...}, "scaling": {...}, "process": {...}, "rows": [...],
    "load": [before, after], "cpu": ..., "machine": {...}, "plan": {...}}`. `fraction` is of the
    roofline, `times` how often faster than each other program, `load` that of the last minute.

    `prototype` is a folder with cpu_engine.py and cpu_nets.py to compare with. `peers` also
    measures NumPy and PyTorch, in separate processes. `say` receives progress messages. Raises
    `InputError`.
    """
    here, before = machine(), load()
    figures: dict[str, Any] = {
        "machine": here, "cpu": here["cpu"], "definition": DEFINITION, "plan": asdict(plan)
    }  # fmt: skip
    say("pictures, roofline and other programs, alternating")
    figures |= throughput(prototype, peers, say, plan)
    say("latency of new architectures")
    figures["latency"] = latency(plan.latency_size, plan.latencies)
    say("two threads")
    figures["scaling"] = scaling(plan.scaling_size, plan.scaling_rounds)
    say("whole processes")
    figures["process"] = process_figures(plan.memory_size, plan.size, plan.process_runs, say)
    figures["load"] = [before, load()]
    figures["rows"] = [row._asdict() for row in rows(figures)]
    return figures


def load() -> float:
    """The load of the machine in the last minute: processes that run or wait to run."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0


def machine() -> dict[str, Any]:
    """The machine, and the versions that affect its speed."""
    versions = {}
    for name in ("phosphene", "numpy", "numba", "torch"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    return {
        "cpu": _cpu(),
        "cores": thread_count(None),
        "python": platform.python_version(),
        **versions,
    }


def throughput(prototype: Path | None, peers: bool, say: Say, plan: Plan) -> dict[str, Any]:
    """Pixels per core-second of every network, with roofline, prototype and other programs."""
    programs = {name: build(recipe) for name, recipe in NETWORKS.items()}
    jobs = [_roofline_job(plan)]
    jobs += [
        _cpu_job(n, lambda p=p: paint(p, NETWORKS["N1"], plan.size)) for n, p in programs.items()
    ]
    if prototype is not None:
        say("compiling the prototype")
        for name, painter in prototype_painters(prototype, plan.size).items():
            jobs.append(_cpu_job(f"{name} prototype", painter))
    if peers:
        jobs.append(
            Job(lambda: attempt(lambda: child("peers", plan.size)[0], say) or {}, plan.peers_every)
        )
    best = alternate(jobs, plan.rounds, say)
    peak_gflops, cost_ns = 1 / best["peak"], {name: best[name] for name in ACTIVATIONS}
    return {
        "roofline": {"peak_gflops": peak_gflops, "activation_ns": cost_ns},
        "networks": {
            name: _network(name, program, best, plan.size**2, peak_gflops, cost_ns)
            for name, program in programs.items()
        },
    }


def paint(program: Program, recipe: Recipe, size: int, threads: int = 1) -> None:
    """Run the pipeline without a file: coordinates, network, colour, bytes."""
    whole = Rect(0, 0, size, size)
    painter = Painter(render_plan(program, recipe.view, (size, size)), "cpu", to_bytes)
    for _ in painter.strips(whole, threads):
        pass


def latency(size: int, count: int) -> dict[str, Any]:
    """Median milliseconds from a recipe with a new seed and width to the bytes of its PNG."""
    threads = min(2, thread_count(None))

    def new(k: int) -> float:
        width = 25 + (k * 7) % 15  # 25 to 39, around N1's 32
        return wall_seconds(
            lambda: _png(render(like_n1(f"latency {k}", width), size, threads=threads))
        )

    new(-1)
    return {"size": size, "threads": threads, "ms": median(new(k) for k in range(count)) * 1e3}


def scaling(size: int, rounds: int) -> dict[str, Any] | None:
    """Wall seconds of N1 on one thread and on two; None on a machine with one core."""
    if thread_count(None) < 2:
        return None
    recipe = NETWORKS["N1"]
    program = build(recipe)

    def job(threads: int) -> Job:
        return Job(
            lambda: {str(threads): wall_seconds(lambda: paint(program, recipe, size, threads))}
        )

    best = alternate([job(1), job(2)], rounds)
    return {"size": size, "one_s": best["1"], "two_s": best["2"],
            "efficiency": best["1"] / (2 * best["2"])}  # fmt: skip


def _png(picture: Picture) -> bytes:
    return png_bytes(quantise(np.asarray(picture)), picture.metadata())


def _cpu_job(name: str, work: Callable[[], Any]) -> Job:
    return Job(lambda: {name: cpu_seconds(work)})


def _roofline_job(plan: Plan) -> Job:
    """Seconds of 1e9 operations, as `peak`, and of 1e9 values by activation."""
    return Job(
        lambda: (
            {"peak": multiply_add_seconds(plan.peak_iterations)}
            | {name: activation_seconds(name, plan.activation_repeats) for name in ACTIVATIONS}
        )
    )


def _network(
    name: str, program: Program, best: dict[str, float], pixels: int, peak_gflops: float,
    cost_ns: dict[str, float],
) -> dict[str, Any]:  # fmt: skip
    """Figures of one network; `times` is its speed relative to others, None if not measured."""
    asks = demand(program)
    ns = best[name] * 1e9 / pixels
    least = roofline_ns(asks, peak_gflops, cost_ns)
    others = {who: best.get(f"{name} {who}") for who in ("prototype", "numpy", "torch")}
    return {
        **asks._asdict(),
        "ns_per_pixel": ns,
        "mpx_per_core_s": 1e3 / ns,
        "roofline_ns_per_pixel": least,
        "roofline_mpx_per_core_s": 1e3 / least,
        "fraction": least / ns,
        "mpx_others": {who: s and pixels / s / 1e6 for who, s in others.items()},
        "times": {who: s and s / best[name] for who, s in others.items()},
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(s.partition(":")[2].strip() for s in lines if s.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
