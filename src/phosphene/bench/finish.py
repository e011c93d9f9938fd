"""Finishing: cost and quality of anti-aliasing and dithering, and where the time is spent."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.bench.report import Aim, Row, Wanted, make_row
from phosphene.bench.timing import Job, alternate, cpu_seconds, wall_seconds
from phosphene.compiler import build, latents, lower_program, prepare
from phosphene.core.threads import thread_count
from phosphene.engines import get_engine
from phosphene.files.png import png_bytes
from phosphene.formula import Expr, parse, var, variables
from phosphene.ir.program import Program
from phosphene.jobs.executors import open_executor
from phosphene.judge import rescue
from phosphene.raster import Picture, quantise, resolve_finish, to_float
from phosphene.raster.antialias import antialias
from phosphene.raster.frame import Rect
from phosphene.raster.painter import Painter
from phosphene.raster.rendering import render_plan
from phosphene.raster.view import places
from phosphene.recipe import Recipe, recolour
from phosphene.render import render
from phosphene.render.thumbnails import paint_each
from phosphene.styles import style

Array = NDArray[np.float64]
Say = Callable[[str], None]

SIDE, BLUR = 512, 4.0
WANTED = 0.01  # levels of 255, at most, with blue-noise dither
# A slow ramp from black to a 13th of white: 20 levels, so bands 25 pixels wide.
DARK_RAMP: dict[str, Any] = {"shading": {"grey": "0.04*(x + 1)"}}


def banding(size: int = SIDE) -> dict[str, float]:
    """The rms of the visible error of 8 bits in a dark ramp, in levels of 255, by dither.

    The error against the float picture passes through a Gaussian of 4 pixels: grain averages out,
    bands remain. With blue-noise dither it should be at most `WANTED`.
    """
    recipes = {d: Recipe(**DARK_RAMP, finish={"dither": d}) for d in ("none", "blue")}
    return {dither: seen_error(render(recipe, size)) for dither, recipe in recipes.items()}


def seen_error(picture: Picture) -> float:
    """The rms, in levels of 255, of the low-passed difference between `uint8` and `float`.

    It excludes a border of 16 pixels, where the Gaussian would extend beyond the picture.
    """
    error = picture.uint8 - picture.float.astype(np.float64) * 255
    seen = [low_pass(error[..., c], BLUR) for c in range(error.shape[2])]
    return float(np.sqrt(np.mean(np.square(seen))))


def low_pass(values: Array, sigma: float) -> Array:
    """Filter with a Gaussian cut off at 4 sigma; (h, w) gives (h - 8 sigma, w - 8 sigma)."""
    reach = round(4 * sigma)
    weights = np.exp(-((np.arange(-reach, reach + 1) / sigma) ** 2) / 2)
    weights /= weights.sum()
    for axis in (0, 1):
        values = np.apply_along_axis(np.convolve, axis, values, weights, "valid")
    return values


# ---- anti-aliasing

TRUTH = 196  # samples per pixel of the standard: a rotated grid of 14x14, in linear light
MODES: dict[str, str | int] = {
    "none": 1, "draft": "draft", "auto": "auto", "print": "print", "fixed 4": 4,
}  # fmt: skip
MOST_SAMPLES = 2.6  # per pixel, in mode auto


def _plain(seed: int, *activations: Any) -> Recipe:
    """A plain network of 4 layers of 16, weights from N(0, 1), recoloured and rescued."""
    main = {
        "inputs": ["x", "y", "r"], "width": 16, "depth": 4, "activations": list(activations),
        "weights": {"fan_in": False}, "biases": {"kind": "normal"},
    }  # fmt: skip
    return rescue(recolour(Recipe(seed=seed, networks={"main": main})))


FAMILIES: dict[str, Callable[[int], Recipe]] = {
    "ink": lambda seed: style("ink", seed=seed),
    "contour": lambda seed: style("contour", seed=seed),
    "glass": lambda seed: style("glass", seed=seed),
    "riley": lambda seed: style("riley", seed=seed),
    "silk": lambda seed: style("silk", seed=seed),
    "sin16x4": lambda seed: _plain(seed, "sin"),
    "mixed16x4": lambda seed: _plain(seed, ["tanh", "sin", "relu", "gauss"]),
    "neural-painter": lambda seed: rescue(recolour(style("neural-painter", seed=seed))),
}


def edges(size: int, seeds: int, say: Say) -> dict[str, dict[str, dict[str, float]]]:
    """By family and mode: the mean and 99th percentile of the error, and samples per pixel.

    Errors are in levels of 255, against `TRUTH` samples per pixel, over all channels of `seeds`
    pictures of `size` pixels a side.
    """
    found: dict[str, dict[str, dict[str, float]]] = {}
    for family, make in FAMILIES.items():
        say(f"anti-aliasing: {family}")
        rows: dict[str, list[tuple[float, float, float]]] = {mode: [] for mode in MODES}
        for seed in range(seeds):
            for mode, figures in errors(make(seed), size).items():
                rows[mode].append(figures)
        names = ("mean", "p99", "samples")
        found[family] = {
            mode: dict(zip(names, map(fmean, zip(*each, strict=True)), strict=True))
            for mode, each in rows.items()
        }
    return found


def errors(recipe: Recipe, size: int) -> dict[str, tuple[float, float, float]]:
    """By mode: mean and 99th percentile of the error of one picture, and samples per pixel."""
    program = build(recipe)
    truth, _ = sampled(program, recipe, size, TRUTH)
    found: dict[str, tuple[float, float, float]] = {}
    for name, mode in MODES.items():
        values, taken = sampled(program, recipe, size, mode)
        error = np.abs(values - truth) * 255
        found[name] = float(error.mean()), float(np.quantile(error, 0.99)), taken / size**2
    return found


def sampled(program: Program, recipe: Recipe, size: int, mode: str | int) -> tuple[Array, int]:
    """The channels clamped to 0..1, shape (channels, size, size), and the samples taken."""
    engine = get_engine("cpu")

    def sample(columns: NDArray[Any], rows: NDArray[Any]) -> NDArray[Any]:
        shape = np.broadcast_shapes(columns.shape, rows.shape)
        at = np.empty((2, *shape), program.numbers.dtype)
        places(recipe.view, (size, size), columns, rows, at)
        return engine.evaluate(program, at.reshape(2, -1)).astype(np.float32, copy=False)

    rects = [
        Rect(x, y, min(64, size - x), min(64, size - y))
        for y, x in itertools.product(range(0, size, 64), repeat=2)
    ]
    values, total = np.empty((program.channels, size, size)), 0
    with ThreadPoolExecutor(thread_count(None)) as pool:
        tiles = pool.map(lambda rect: antialias(sample, rect, mode), rects)
        for rect, (tile, taken) in zip(rects, tiles, strict=True):
            down, across = slice(rect.y, rect.y + rect.height), slice(rect.x, rect.x + rect.width)
            values[:, down, across] = to_float(tile, rect).transpose(2, 0, 1)
            total += taken
    return values, total


# ---- speed

PICTURE = {"seed": 1}  # of silk: 4 layers of 20, gradients, relief, a palette
THUMBNAILS, THUMBNAIL = 24, 128
# Arithmetic that is typical of shadings; each formula passes u to the next.
ROUND = ("mix(x, u, 0.3)", "clamp(u + 0.1*y, -1, 1)", "sqrt(u*u + 0.5)", "sin(3*u)")


def shading_ns(points: int = 1 << 18, rounds: int = 5) -> float:
    """Nanoseconds of 100 shading operations at one point, on one core."""
    program, least = _arithmetic(25), _arithmetic(1)
    plane = np.linspace(-1, 1, 2 * points, dtype=np.float32).reshape(2, points)
    engine = get_engine("cpu")
    engine.evaluate(program, plane)
    best = alternate(
        [Job(lambda n=n, p=p: {n: cpu_seconds(lambda: engine.evaluate(p, plane))})
         for n, p in (("all", program), ("least", least))], rounds,
    )  # fmt: skip
    operations = len(program.code) - len(least.code)
    return (best["all"] - best["least"]) * 1e9 / points / operations * 100


def _arithmetic(rounds: int) -> Program:
    u = var("y")
    for text in ROUND * rounds:
        value = parse(text, {"x": var("x"), "y": var("y"), "u": u})
        assert isinstance(value, Expr)
        u = value
    return lower_program([], [u], {}, "f32")


def seconds(size: int, rounds: int) -> dict[str, float]:
    """Seconds of the parts of a silk picture on two threads, and of the thumbnails of a sheet,
    each from a new recipe that is drawn and compiled.
    """
    recipe, threads = style("silk", **PICTURE), min(2, thread_count(None))
    prepared = prepare(recipe)
    program = prepared.program()
    fields = sorted(variables(*prepared.channels) - {"x", "y"})
    network = lower_program(prepared.networks, list(map(var, fields)), latents(recipe), "f32")
    finish, pixels = resolve_finish(recipe, program), render(recipe, size, threads=threads).float

    def paint(part: Program, mode: str | int) -> None:
        finish = (lambda values, rect: to_float(values[:1], rect)) if part is network else to_float
        painter = Painter(render_plan(part, recipe.view, (size, size), mode), "cpu", finish)
        for _ in painter.strips(Rect(0, 0, size, size), threads):
            pass

    def thumbnails() -> None:
        fresh = [style("silk", seed=f"thumbnail {next(numbers)}") for _ in range(THUMBNAILS)]
        with open_executor(threads) as executor:
            for pixels in paint_each(fresh, THUMBNAIL, "cpu", executor):
                assert pixels.size

    numbers = itertools.count()
    work: dict[str, Callable[[], Any]] = {
        "picture": lambda: render(recipe, size, threads=threads).uint8,
        "build": lambda: build(recipe),
        "network": lambda: paint(network, "none"),
        "one sample": lambda: paint(program, "none"),
        "anti-aliased": lambda: paint(program, "auto"),
        "bytes": lambda: quantise(pixels, finish),
        "png": lambda: png_bytes(quantise(pixels, finish), {}),
        "thumbnail": thumbnails,
    }
    return alternate([Job(lambda n=n, w=w: {n: wall_seconds(w)}) for n, w in work.items()], rounds)


# ---- the whole benchmark


def bench_finish(size: int, seeds: int, rounds: int, say: Say) -> dict[str, Any]:
    """All figures as JSON data, for pictures of `size` pixels a side, and twice that for speed."""
    figures: dict[str, Any] = {"size": size, "seeds": seeds}
    say("speed")
    figures["seconds"] = seconds(2 * size, rounds)
    figures["shading_ns"] = shading_ns()
    say("bands")
    figures["banding"] = banding(size)
    figures["edges"] = edges(size, seeds, say)
    figures["rows"] = [row._asdict() for row in finish_rows(figures)]
    return figures


def finish_rows(figures: dict[str, Any]) -> list[Row]:
    """Every figure with its aim."""
    mean = {
        mode: {
            what: fmean(family[mode][what] for family in figures["edges"].values())
            for what in ("mean", "samples")
        }
        for mode in MODES
    }
    fixed = mean["fixed 4"]["mean"]
    best, side = figures["seconds"], 2 * figures["size"]
    parts = {
        "network": best["network"],
        "shading": best["one sample"] - best["network"],
        "anti-aliasing": best["anti-aliased"] - best["one sample"],
        "bytes": best["bytes"],
        "PNG": best["png"] - best["bytes"],
    }
    full = f"silk, {side} a side, auto, two threads"
    found: list[tuple[str, str, Aim | None, Any]] = [
        ("mean error of fixed 4", "{:.4f}/255", None, fixed),
        ("mean error of auto", "{:.4f}/255", Aim("<=", fixed), mean["auto"]["mean"]),
        ("samples of auto", "{:.2f}", Aim("<=", MOST_SAMPLES), mean["auto"]["samples"]),
        ("mean error of print", "{:.4f}/255", Aim("<=", fixed / 2), mean["print"]["mean"]),
        ("samples of print", "{:.2f}", None, mean["print"]["samples"]),
        ("bands of a dark ramp, dither none", "{:.4f}/255", None, figures["banding"]["none"]),
        ("bands, dither blue", "{:.4f}/255", Aim("<=", WANTED), figures["banding"]["blue"]),
        (full, "{:.3f} s", Aim("<=", 0.35) if side == 1024 else None, best["picture"]),
        *((f"  of it {name}", "{:.3f} s", None, value) for name, value in parts.items()),
        ("100 shading operations, per pixel", "{:.1f} ns", Aim("<=", 15), figures["shading_ns"]),
        ("silk, build", "{:.1f} ms", None, best["build"] * 1e3),
        (f"silk, {THUMBNAIL} a side, seed to bytes", "{:.1f} ms", Aim("<=", 10),
         best["thumbnail"] / THUMBNAILS * 1e3),
    ]  # fmt: skip
    return [make_row(Wanted(label, "", form, aim), value) for label, form, aim, value in found]


def finish_text(figures: dict[str, Any]) -> str:
    """The figures as lines."""
    size, seeds = figures["size"], figures["seeds"]
    lines = [
        f"{size}x{size}, {seeds} seeds, against {TRUTH} samples: mean error/p99 of 255 @ samples",
        f"{'family':<15}" + "".join(f"{mode:>21}" for mode in MODES),
    ]
    for family, modes in figures["edges"].items():
        texts = (f"{f['mean']:.3f}/{f['p99']:.2f} @{f['samples']:.2f}" for f in modes.values())
        lines.append(f"{family:<15}" + "".join(f"{text:>21}" for text in texts))
    met = {None: "", True: "yes", False: "NO"}
    lines += [
        f"{r.label:<44} {r.measured:>12} {r.aim:>10}  {met[r.met]}" for r in finish_rows(figures)
    ]
    return "\n".join(lines)
