"""The house styles: how many seeds pass the gate, and speed compared with plain NumPy.

The NumPy side is a straightforward implementation: the same networks and colours with NumPy's own
functions, gradients by forward differences (three evaluations), 2x2 samples in every pixel averaged
in linear light, in chunks that fit a cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.bench.processes import BLAS_THREADS, child
from phosphene.bench.prototype import prototype_file, style_painters
from phosphene.bench.report import COMPARE
from phosphene.bench.systems import evaluate, network_fields
from phosphene.bench.timing import Job, alternate, wall_seconds
from phosphene.colour.srgb import decode, encode
from phosphene.compiler import build, latents, prepare
from phosphene.compiler.lowering import with_latent
from phosphene.core.threads import thread_count
from phosphene.formula import Expr, arrays, variables
from phosphene.ir.network import Network
from phosphene.judge import accept, house_styles, judge
from phosphene.raster.frame import Rect
from phosphene.raster.view import points
from phosphene.recipe import Recipe
from phosphene.render import render
from phosphene.styles import style

Array = NDArray[Any]

FRESH = "fresh"  # seeds are fresh-0, fresh-1, ...: never used in development
SIDE, TIMED = 1024, "fresh-0"
CHUNK, STEP = 1 << 14, np.float32(0.003)

AIMS: dict[str, tuple[str, float]] = {
    "passed": (">=", 0.97),
    "passed after rescue": (">=", 1.0),
    "slowest seconds": ("<=", 1.2),
    "median seconds": ("<=", 0.35),
    "slowest build ms": ("<=", 30.0),
    "least times NumPy": (">=", 10.0),
    "least times prototype": (">=", 10.0),
}


def bench_styles(
    seeds: int = 1000,
    rounds: int = 3,
    prototype: Path | None = None,
    say: Callable[[str], None] = lambda line: None,
    size: int = SIDE,
) -> dict[str, Any]:
    """All figures by style, and the figures of `AIMS` over all styles.

    `seeds` are divided evenly among the styles. Seconds are the best of `rounds` for a picture of
    `size` pixels a side, on all cores (our engine uses at most two). NumPy and the prototype
    (art_styles.py in the folder `prototype`) paint half the side, and their time is multiplied by
    four; they work in chunks, so time is proportional to pixels. Raises `InputError` if that folder
    does not contain the prototype.
    """
    if prototype:
        prototype_file(prototype, "art_styles")
    names = house_styles()
    say(f"{seeds} seeds through the gate")
    rows = {name: pass_rates(name, -(-seeds // len(names))) for name in names}
    say(f"pictures: {rounds} rounds")
    cores = str(thread_count(None))
    best, _ = child("styles", size, rounds, prototype or "", **dict.fromkeys(BLAS_THREADS, cores))
    for name, row in rows.items():
        ours = best[f"{name}/picture"]
        row |= {
            "seconds": ours,
            "build ms": best[f"{name}/build"] * 1e3,
            "times NumPy": 4 * best[f"{name}/numpy"] / ours,
        }
        if f"{name}/prototype" in best:
            row["times prototype"] = 4 * best[f"{name}/prototype"] / ours
    return {"size": size, "styles": rows, "all": _summary(rows)}


def pass_rates(name: str, count: int) -> dict[str, Any]:
    """Which of `count` seeds of a style fail the gate, before and after rescue."""
    dull = [s for k in range(count) if judge(style(name, seed=(s := f"{FRESH}-{k}")))]
    lost = [s for s in dull if judge(accept(name, s, {}))]
    return {"seeds": count, "dull": dull, "lost": lost}


def numpy_picture(recipe: Recipe, size: int, samples: int = 2) -> Array:
    """The picture of a recipe in plain NumPy, sRGB-encoded, shape (size, size, channels)."""
    fine = size * samples
    plane = points(
        recipe.view, (fine, fine), Rect(0, 0, fine, fine), np.empty((2, fine * fine), "f")
    )
    prepared = prepare(recipe)
    fixed = latents(recipe)
    networks = [_at_z(n, fixed) for n in prepared.networks]
    with np.errstate(all="ignore"):
        parts = [
            _colours(networks, prepared.channels, plane[:, at : at + CHUNK])
            for at in range(0, plane.shape[1], CHUNK)
        ]
        light = decode(arrays, np.concatenate(parts, axis=1))
        cells = light.reshape(len(light), size, samples, size, samples)
        return encode(arrays, cells.mean(axis=(2, 4))).transpose(1, 2, 0)


def _at_z(network: Network, fixed: dict[str, float]) -> Network:
    z = [fixed[f"{network.copy_of or network.name}.z{i}"] for i in range(network.latent_size)]
    steps = tuple(with_latent(step, z) for step in network.steps)
    return replace(network, steps=steps, latent_size=0)


def _colours(networks: list[Network], channels: list[Expr], plane: Array) -> Array:
    """The channels at points (2, n), clamped to 0..1; slopes by forward differences."""
    x, y = plane
    values = _fields(networks, x, y)
    values |= _slopes(networks, values, channels)
    known: dict[Expr, Any] = {}
    rows = [np.broadcast_to(evaluate(c, values, known), len(x)) for c in channels]
    return np.clip(np.nan_to_num(np.stack(rows)), 0, 1).astype(np.float32)


def _fields(networks: list[Network], x: Array, y: Array) -> dict[str, Any]:
    values: dict[str, Any] = {"x": x, "y": y}
    for k, network in enumerate(networks):
        values |= _slopes(networks[:k], values, network.inputs)
        fields = network_fields(network, values, len(x), np.float32)
        values |= {f"{network.name}{k}": fields[:, k] for k in range(fields.shape[1])}
    return values


def _slopes(
    networks: list[Network], values: dict[str, Any], readers: Iterable[Expr]
) -> dict[str, Any]:
    """The slopes of the networks' fields that the expressions read."""
    wanted = variables(*readers)
    slopes: dict[str, Any] = {}
    for axis, dx, dy in (("dx", STEP, 0), ("dy", 0, STEP)):
        if any(name.endswith(f".{axis}") for name in wanted):
            there = _fields(networks, values["x"] + dx, values["y"] + dy)
            fields = (n for n in there if n not in "xy" and "." not in n)
            slopes |= {f"{n}.{axis}": (there[n] - values[n]) / STEP for n in fields}
    return slopes


def style_seconds(size: int, rounds: int, folder: Path | None) -> dict[str, float]:
    """What a child process of `bench_styles` measures: wall seconds."""
    painters = style_painters(folder, size // 2) if folder else {}
    threads = min(2, thread_count(None))

    def jobs(name: str) -> tuple[Job, Job]:
        recipe = style(name, seed=TIMED)
        render(recipe, 32)
        ours: dict[str, Callable[[], Any]] = {
            f"{name}/picture": lambda: render(recipe, size, threads=threads).uint8,
            f"{name}/build": lambda: build(recipe),
        }
        others: dict[str, Callable[[], Any]] = {
            f"{name}/numpy": lambda: numpy_picture(recipe, size // 2),
        }
        if name in painters:
            others[f"{name}/prototype"] = painters[name]
        return Job(lambda: _seconds(ours)), Job(lambda: _seconds(others), every=3)

    return alternate([job for name in house_styles() for job in jobs(name)], rounds)


def _seconds(works: dict[str, Callable[[], Any]]) -> dict[str, float]:
    return {name: wall_seconds(work) for name, work in works.items()}


def _summary(rows: dict[str, dict[str, Any]]) -> dict[str, float]:
    seeds = sum(row["seeds"] for row in rows.values())
    return {
        "passed": 1 - sum(len(row["dull"]) for row in rows.values()) / seeds,
        "passed after rescue": 1 - sum(len(row["lost"]) for row in rows.values()) / seeds,
        "slowest seconds": max(row["seconds"] for row in rows.values()),
        "median seconds": median(row["seconds"] for row in rows.values()),
        "slowest build ms": max(row["build ms"] for row in rows.values()),
        "least times NumPy": min(row["times NumPy"] for row in rows.values()),
        **_against_prototype(rows),
    }


def _against_prototype(rows: dict[str, dict[str, Any]]) -> dict[str, float]:
    times = [row["times prototype"] for row in rows.values() if "times prototype" in row]
    return {"least times prototype": min(times)} if times else {}


def styles_text(figures: dict[str, Any]) -> str:
    """The figures as lines."""
    head = ("seeds", "pass", "rescued", "seconds", "build", "NumPy", "prototype")
    lines = [
        f"{figures['size']} a side, auto, two threads; speed relative to NumPy with 2x2 samples",
        f"{'style':<12}" + "".join(f"{name:>10}" for name in head),
    ]
    for name, row in figures["styles"].items():
        seeds, dull, lost = row["seeds"], len(row["dull"]), len(row["lost"])
        times = (row.get(f"times {who}") for who in ("NumPy", "prototype"))
        cells = (
            seeds, f"{1 - dull / seeds:.1%}", f"{dull - lost} of {dull}", f"{row['seconds']:.3f}",
            f"{row['build ms']:.0f} ms", *(f"{t:.1f}x" if t else "-" for t in times),
        )  # fmt: skip
        lines.append(f"{name:<12}" + "".join(f"{cell:>10}" for cell in cells))
        lines += [f"  dull: {', '.join(row['dull'])}"] if row["dull"] else []
    for label, value in figures["all"].items():
        sign, aim = AIMS[label]
        met = "met" if COMPARE[sign](value, aim) else "missed"
        lines.append(f"{label:<24} {value:8.3f}  aim {sign} {aim:g}: {met}")
    return "\n".join(lines)
