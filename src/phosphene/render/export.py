"""Rendering to a file, of any size: large pictures in bands, so that an export can be resumed."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.aliases import old_keywords
from phosphene.core.arguments import check_functions
from phosphene.core.errors import UserError
from phosphene.core.limits import Limits, with_limits
from phosphene.core.rng import Seed
from phosphene.files import check, create, write_sidecar
from phosphene.files.atomic import check_free, is_stream
from phosphene.files.formats import Target
from phosphene.files.options import Metadata, output_path
from phosphene.files.piece_store import Store, open_store
from phosphene.files.recipes import sidecar_path
from phosphene.jobs.executor import Executor, Say
from phosphene.jobs.executors import check_workers, open_executor
from phosphene.jobs.job import Piece
from phosphene.jobs.resume import run_through
from phosphene.judge.notes import note_on
from phosphene.raster import check_level
from phosphene.raster import metadata as texts_of
from phosphene.raster.frame import Frame, Rect, Size, parse_frame
from phosphene.recipe import Recipe
from phosphene.render.disk_space import check_disk_space
from phosphene.render.export_job import PictureJob
from phosphene.render.first_pass import plan_and_inputs
from phosphene.sources import Source, as_recipe

Progress = Callable[[int, int], None]


@old_keywords
@with_limits
def render_file(
    recipe: Source,
    path: str | PathLike[str],
    size: str | int | Size,
    *,
    seed: Seed | None = None,
    files: bool = True,
    crop: str | tuple[int, int, int, int] | None = None,
    bleed: str | int | None = None,
    dpi: float | None = None,
    threads: int | None = None,
    workers: int | None = None,
    cluster: Any = None,
    engine: str = "cpu",
    overwrite: bool = False,
    resume: bool = False,
    sidecar: bool = False,
    metadata: Metadata = "full",
    limits: Limits | None = None,
    progress: Progress | None = None,
    say: Say = lambda line: None,
    **options: Any,
) -> Rect:
    """Render a picture to a file. Memory use does not grow with the picture's height.

    `recipe`, `seed` and `files` as in `as_recipe`. Returns the rectangle that was written; with
    `bleed` ("3mm", or pixels) it extends beyond the picture. Large pictures are rendered in bands,
    which are kept in a hidden folder next to the file until it is complete; after an interruption,
    `resume` renders only the missing ones. Bands are rendered by `threads`, by `workers` processes,
    or by the workers of a Dask `cluster` (see `phosphene.jobs.executors.open_executor`). `options`
    are those of the format, such as `depth=16`; `sidecar` also writes the recipe to a file next to
    the picture; `metadata` as in `Picture.save`, bands do not depend on it. `progress(done, total)`
    receives numbers of rows, `say` messages.

    Raises as `render` does, `OutputError`, and `UserError` if the format cannot hold the picture or
    if an interrupted export is neither resumed nor discarded by `overwrite`.
    """
    recipe = as_recipe(recipe, seed=seed, files=files)
    frame = parse_frame(size, crop, bleed, dpi)
    level = check_level(metadata, sidecar)
    _check(path, overwrite, resume, sidecar)
    check_functions(progress=progress, say=say)
    check_workers(threads, workers, cluster)
    pixels = frame.rect.width, frame.rect.height
    target = check(path, pixels, recipe.shading.all_channels, options)  # before a first pass
    note = check_disk_space(path, target, recipe, frame.rect, resume)
    if note:
        say(note)
    with open_executor(threads, workers, cluster, say) as executor:
        job = _plan(recipe, frame, target, engine, executor)
        window = None if crop is None and not frame.bleed else frame.rect
        texts = texts_of(recipe, frame.size, window, job.plan.finish, level=level)
        store = None
        if job.rows < job.rect.height and not is_stream(path):
            about = job.about(recipe, named=level == "full")
            store = open_store(Path(path), about, resume, overwrite)
        export = Export(job, executor, store, progress, say)
        how: dict[str, Any] = {"overwrite": overwrite, "options": options}
        how |= {"dpi": frame.dpi, "paper": frame.paper, "bleed": frame.bleed_length}
        with _kept(store, path), create(path, pixels, job.channels, texts, **how) as writer:
            export.write(writer)
        note = note_on(recipe, job.painter, frame.size) if window is None else ""
        for text in filter(None, (getattr(writer, "report", ""), note)):
            say(f"{path}: {text}")
    if sidecar:
        write_sidecar(path, texts, overwrite=overwrite)
    return frame.rect


@contextmanager
def _kept(store: Store | None, path: str | PathLike[str]) -> Generator[None]:
    """Remove the store when the file is complete; after an error, only if it is empty."""
    finished = False
    try:
        yield
        finished = True
    finally:
        if store is not None:
            if finished:
                _settle(Path(path))
            store.close(keep=not finished)


@dataclass
class Export:
    """Renders a picture with an executor and passes its rows to a writer."""

    job: PictureJob
    executor: Executor
    store: Store | None
    progress: Progress | None = None
    say: Say = lambda line: None

    def write(self, writer: Any) -> None:
        """Write all rows, through the store if there is one."""
        if self.store is not None:
            self._through_store(writer, self.store)
        elif self.executor.remote:
            self._in_order(writer)
        else:
            done = 0
            for rows in self.job.painter.strips_on(self.executor, self.job.rect):
                writer.write(rows)
                done += len(rows)
                self._report(done)

    def _through_store(self, writer: Any, store: Store) -> None:
        pieces = list(self.job.pieces())
        kept = {piece for piece in pieces if store.read(piece) is not None}
        damaged = sum(store.has(piece) for piece in pieces if piece not in kept)
        if kept or damaged:
            again = f", {damaged} damaged and rendered again" if damaged else ""
            self.say(f"resuming: {len(kept)} of {len(pieces)} bands found{again}")
        rows = sum(height for _, height in kept)
        self._report(rows)

        def made(piece: Piece) -> None:
            nonlocal rows
            rows += piece[1]
            self._report(rows)

        with closing(run_through(self.executor, self.job, store, kept, made)) as finished:
            for piece, data in finished:
                self._append(writer, piece, data)

    def _in_order(self, writer: Any) -> None:
        """Uncompressed rows, so that the file has the bytes that threads write."""
        job, done = replace(self.job, raw=True), 0
        with closing(self.executor.run(job, ordered=True)) as finished:
            for piece, made in finished:
                writer.write(self._samples(piece, made))
                done += piece[1]
                self._report(done)

    def _append(self, writer: Any, piece: Piece, made: bytes | memoryview) -> None:
        if self.job.encode:
            writer.append(made)
        else:
            writer.write(self._samples(piece, made))

    def _samples(self, piece: Piece, made: bytes | memoryview) -> NDArray[Any]:
        shape = piece[1], self.job.rect.width, self.job.channels
        return np.frombuffer(made, self.job.kind).reshape(shape)

    def _report(self, rows: int) -> None:
        if self.progress:
            self.progress(rows, self.job.rect.height)


def _settle(path: Path) -> None:
    """Flush the file to the disk before its bands are removed."""
    if path.is_file():
        with suppress(OSError), open(path, "rb") as file:
            os.fsync(file.fileno())


def _plan(
    recipe: Recipe,
    frame: Frame,
    target: Target,
    engine: str,
    executor: Executor,
) -> PictureJob:
    suffix, options, kind = target
    keeps = not executor.remote and not frame.bleed
    plan, kept = plan_and_inputs(
        recipe, frame.size, engine, keeps=keeps, sample_format=kind, executor=executor
    )
    source = recipe.json
    return PictureJob(source, plan, frame.rect, engine, suffix, options, kind, kept=kept)


def _check(path: str | PathLike[str], overwrite: bool, resume: bool, sidecar: bool) -> None:
    """Check the path before anything is computed."""
    if is_stream(output_path(path)):
        if resume or sidecar:
            raise UserError(
                "needs a file, such as art.png; it cannot be used with stdout or a pipe",
                argument="resume" if resume else "sidecar",
            )
        return
    if not output_path(path).is_dir():  # formats that are folders check it themselves
        check_free(Path(path), overwrite)
    if sidecar:
        check_free(sidecar_path(path), overwrite)
