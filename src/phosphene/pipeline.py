"""The one pipeline: recipe -> program -> engine -> pixels -> file."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.build import build
from phosphene.engines import get_engine
from phosphene.errors import EngineError, SizeError, UserError
from phosphene.files import FORMATS, check_suffix, create
from phosphene.picture import Picture, metadata, to_bytes, to_float
from phosphene.picture.antialias import antialias
from phosphene.program import Program
from phosphene.recipe import Recipe, View
from phosphene.view import Rect, Size, parse_crop, parse_size, places, points

# A few milliseconds of work in each job: progress, cancelling and balance.
JOB_PIXELS, JOB_WORK = 1 << 15, 1 << 29

Progress = Callable[[int, int], None]
Pixels = NDArray[Any]


def render(
    recipe: Recipe,
    size: str | int | Size = (800, 800),
    *,
    crop: str | tuple[int, int, int, int] | None = None,
    threads: int | None = None,
    engine: str = "cpu",
    progress: Progress | None = None,
) -> Picture:
    """The picture of a recipe at a size, or the window `crop` (x, y, width, height) of it.

    The same bits for any number of threads and any crop. `progress(done, total)` is called with
    rows. Raises `SizeError`, `RecipeError`, `EngineError`.
    """
    size, rect = _frame(size, crop)
    program, kept = _program(recipe, size, threads, engine)
    dtype = np.float64 if recipe.precision == "f64" else np.float32
    try:
        pixels = np.empty((rect.height, rect.width, program.channels), dtype)
    except MemoryError:
        raise SizeError(
            f"size: {size[0]}x{size[1]} does not fit in memory; render to a file, or a crop of it"
        ) from None
    top = 0
    mode = recipe.finish.antialias
    for rows in strips(program, recipe.view, size, rect, engine, threads, to_float, mode, kept):
        pixels[top : top + len(rows)] = rows
        top += len(rows)
        if progress:
            progress(top, rect.height)
    return Picture(pixels, recipe, size, None if crop is None else rect)


def render_file(
    recipe: Recipe,
    path: str | PathLike[str],
    size: str | int | Size,
    *,
    crop: str | tuple[int, int, int, int] | None = None,
    threads: int | None = None,
    engine: str = "cpu",
    force: bool = False,
    progress: Progress | None = None,
) -> Rect:
    """Write a picture to a file as it is made: memory does not grow with its height.

    Gives the rectangle that was written. Raises as `render` does, and `OutputError`.
    """
    size, rect = _frame(size, crop)
    wants = FORMATS[check_suffix(path)][0].wants
    finish = to_float if wants == "float" else partial(to_bytes, finish=recipe.finish)
    program, kept = _program(recipe, size, threads, engine)
    texts = metadata(recipe, size, None if crop is None else rect)
    with create(path, (rect.width, rect.height), program.channels, texts, force=force) as writer:
        top = 0
        mode = recipe.finish.antialias
        for rows in strips(program, recipe.view, size, rect, engine, threads, finish, mode, kept):
            writer.write(rows)
            top += len(rows)
            if progress:
                progress(top, rect.height)
    return rect


KEEP_BYTES = 1 << 28  # a first pass keeps its values up to this size, else the second repeats it


class _FirstPass:
    """Extremes of a program over the whole picture, in strips, on the cpu engine."""

    def __init__(self, recipe: Recipe, size: Size, threads: int | None, keeps: bool):
        self.recipe, self.size, self.threads, self.keeps = recipe, size, threads, keeps
        self.kept: Pixels | None = None

    def __call__(self, part: Program) -> tuple[Pixels, Pixels]:
        width, height = self.size
        keep = self.keeps and part.channels * width * height * 8 <= KEEP_BYTES
        dtype = part.numbers.dtype
        self.kept = np.empty((part.channels, height, width), dtype) if keep else None
        least, greatest = np.full(part.channels, np.inf), np.full(part.channels, -np.inf)
        rect = Rect(0, 0, width, height)
        for low, high in strips(
            part, self.recipe.view, self.size, rect, "cpu", self.threads, self._see
        ):
            least, greatest = np.fmin(least, low), np.fmax(greatest, high)
        return least, greatest

    def _see(self, values: Pixels, rect: Rect) -> Pixels:
        if self.kept is not None:
            rows = slice(rect.y, rect.y + rect.height)
            self.kept[:, rows] = values.reshape(len(values), rect.height, rect.width)
        return np.stack([np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)])


def _program(
    recipe: Recipe, size: Size, threads: int | None, engine: str
) -> tuple[Program, Pixels | None]:
    """The recipe's program, and the kept values (channels, height, width) that are its inputs.

    A first pass is always on the cpu engine, so that every engine receives the same numbers.
    """
    keeps = engine == "cpu" and recipe.finish.antialias == "none"
    first_pass = _FirstPass(recipe, size, threads, keeps)
    program = build(recipe, first_pass)
    return program, first_pass.kept if program.inputs > 2 else None


def strips(
    program: Program,
    view: View,
    size: Size,
    rect: Rect,
    engine: str,
    threads: int | None,
    finish: Callable[[Pixels, Rect], Pixels],
    mode: str | int = "none",
    kept: Pixels | None = None,
) -> Iterator[Pixels]:
    """The rectangle as strips of whole rows from the top, computed ahead by `threads` threads.

    `mode` is the recipe's `finish.antialias`; `kept` holds the program's inputs after x and y, for
    the whole picture.
    """
    worker = get_engine(engine)
    precision = "f64" if program.numbers.dtype == np.float64 else "f32"
    if precision not in worker.precisions:
        raise EngineError(f"engine '{engine}' does not compute in precision {precision}")
    count = thread_count(threads)
    dtype = np.float64 if precision == "f64" else np.float32
    pixels = min(JOB_PIXELS, JOB_WORK // program.cost)
    height = max(1, min(pixels // rect.width, -(-rect.height // (4 * count))))
    if mode != "none":  # each job evaluates a row more above and below
        height = max(height, min(16, rect.height))
    memory = threading.local()  # fresh arrays for every job would cost page faults

    def sample(columns: Pixels, rows: Pixels) -> Pixels:
        at = np.empty((2, len(columns)), dtype)
        places(view, size, columns, rows, at)
        return worker.evaluate(program, at).astype(np.float32, copy=False)

    def job(top: int, rows: int) -> Pixels:
        part = Rect(rect.x, rect.y + top, rect.width, rows)
        if mode != "none":
            values, _ = antialias(sample, part, mode)
            return finish(values.astype(dtype, copy=False), part)
        if not hasattr(memory, "scratch"):
            memory.scratch = np.empty((2 + program.channels) * height * rect.width, dtype)
        n = rows * rect.width
        plane = points(view, size, part, memory.scratch[: 2 * n].reshape(2, n))
        if kept is not None:
            window = kept[:, part.y : part.y + rows, part.x : part.x + part.width]
            plane = np.concatenate([plane, window.reshape(len(kept), n)])
        into = memory.scratch[2 * n : (2 + program.channels) * n].reshape(program.channels, n)
        return finish(worker.evaluate(program, plane, into).astype(dtype, copy=False), part)

    jobs = [(top, min(height, rect.height - top)) for top in range(0, rect.height, height)]
    if count == 1:
        yield from (job(*at) for at in jobs)
        return
    pool = ThreadPoolExecutor(count, thread_name_prefix="phosphene")
    waiting: deque[Future[Pixels]] = deque()
    try:
        for at in jobs:
            waiting.append(pool.submit(job, *at))
            if len(waiting) > 4 * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def thread_count(threads: int | None) -> int:
    """As asked, or the CPUs that this process may use."""
    if threads is None:
        return (
            len(os.sched_getaffinity(0))
            if hasattr(os, "sched_getaffinity")
            else os.cpu_count() or 1
        )
    if threads < 1:
        raise UserError(f"threads: got {threads}; expected at least 1")
    return threads


def _frame(size: Any, crop: Any) -> tuple[Size, Rect]:
    size = parse_size(size)
    return size, Rect(0, 0, *size) if crop is None else parse_crop(crop, size)
