"""A picture to a file: at one go, or band by band through a store from which it can be resumed."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from phosphene.core.aliases import old_keywords
from phosphene.core.errors import OutputError, UserError
from phosphene.core.threads import thread_count
from phosphene.files import check, check_suffix, create, wants, write_sidecar
from phosphene.files.atomic import check_free
from phosphene.files.formats import read_options
from phosphene.files.piece_store import Band, Store, open_store
from phosphene.files.recipes import sidecar_path
from phosphene.ir.program import Program
from phosphene.raster import metadata, resolve_finish
from phosphene.raster.painter import Painter
from phosphene.raster.view import Frame, Rect, Size, parse_frame
from phosphene.recipe import Recipe
from phosphene.render.disk_space import check_room
from phosphene.render.export_job import Job, Maker
from phosphene.render.first_pass import make_program
from phosphene.render.worker_process import pack_program, set_up
from phosphene.render.workers import Hand, Say, Worker, distribute

Progress = Callable[[int, int], None]


@old_keywords
def render_file(
    recipe: Recipe,
    path: str | PathLike[str],
    size: str | int | Size,
    *,
    crop: str | tuple[int, int, int, int] | None = None,
    bleed: str | int | None = None,
    dpi: float | None = None,
    threads: int | None = None,
    workers: int | None = None,
    engine: str = "cpu",
    overwrite: bool = False,
    resume: bool = False,
    sidecar: bool = False,
    progress: Progress | None = None,
    say: Say = lambda line: None,
    **options: Any,
) -> Rect:
    """Write a picture to a file as it is made: memory does not grow with its height.

    Gives the rectangle that was written; with `bleed` ("3mm", pixels) it reaches beyond the
    picture. Large pictures are made in bands that are kept in a hidden folder beside the file until
    it is complete; after an interruption `resume` makes only those that lack. `workers` makes them
    in so many processes instead of `threads`. `options` are the format's, such as `depth=16`;
    `sidecar` writes the recipe beside the file too. `progress(done, total)` is called with rows,
    `say` with news. Raises as `render` does, `OutputError`, and `UserError` for what the format
    cannot hold and for an interrupted export that is neither resumed nor given up by `overwrite`.
    """
    frame = parse_frame(size, crop, bleed, dpi)
    _check(path, overwrite, resume, sidecar)
    if threads is not None and workers is not None:
        raise UserError("choose `threads` or `workers`; a worker is a process of one thread")
    pixels = frame.rect.width, frame.rect.height
    check(path, pixels, recipe.shading.channels, options)  # before hours of a first pass
    note = check_room(path, recipe, frame.rect, options, resume)
    if note:
        say(note)
    export = _plan(recipe, frame, path, options, engine, threads, workers)
    export.progress, export.say = progress, say
    channels = export.program.channels
    window = None if crop is None and not frame.bleed else frame.rect
    texts = metadata(recipe, frame.size, window, export.job.finish)
    check(path, pixels, channels, options)
    store = None
    if len(export.bands) > 1 and str(path) != "-":
        store = open_store(Path(path), export.job.about(export.bands), resume, overwrite)
    how: dict[str, Any] = {"overwrite": overwrite, "options": options, "dpi": frame.dpi}
    with _kept(store, path), create(path, pixels, channels, texts, **how) as writer:
        export.write(writer, store)
    if sidecar:
        write_sidecar(path, texts, overwrite=overwrite)
    return frame.rect


@contextmanager
def _kept(store: Store | None, path: str | PathLike[str]) -> Generator[None]:
    """A store goes when the file is complete, and where it holds nothing."""
    try:
        yield
    except BaseException:
        if store is not None:
            store.remove(only_empty=True)
        raise
    if store is not None:
        _settle(Path(path))
        store.remove()


@dataclass
class Export:
    """A picture on its way to a writer, by so many threads of this process, or by workers."""

    job: Job
    program: Program
    painter: Painter
    bands: list[Band]
    threads: int | None
    workers: int | None
    progress: Progress | None = None
    say: Say = lambda line: None

    def write(self, writer: Any, store: Store | None) -> None:
        """Write all rows: at one go, or through the bands of a store, as many as it has."""
        if store is not None:
            self._by_bands(writer, store)
            return
        done = 0
        for rows in self.painter.strips(self.job.frame.rect, self.workers or self.threads):
            writer.write(rows)
            done += len(rows)
            self._report(done)

    def _by_bands(self, writer: Any, store: Store) -> None:
        done = {band for band in self.bands if store.read(band) is not None}
        damaged = sum(store.has(band) for band in self.bands if band not in done)
        if done or damaged:
            again = f", {damaged} damaged and made again" if damaged else ""
            self.say(f"resuming: {len(done)} of {len(self.bands)} bands are there{again}")
        missing = [band for band in self.bands if band not in done]
        rows = sum(band.height for band in done)
        self._report(rows)
        left = iter(self.bands)
        band = next(left, None)
        with closing(distribute(missing, self._hands(store, len(missing)), self.say)) as finished:
            for made in chain(finished, [None]):
                if made is not None:
                    done.add(made)
                    rows += made.height
                    self._report(rows)
                while band is not None and band in done:
                    self._append(writer, store, band)
                    band = next(left, None)

    def _hands(self, store: Store, most: int) -> list[Hand]:
        if not self.workers:
            count = min(thread_count(self.threads), most)
            return [self._maker(store) for _ in range(count)]
        setup, program = set_up(self.job, store), pack_program(self.program)
        return [Worker(setup, program) for _ in range(min(self.workers, most))]

    def _maker(self, store: Store) -> Maker:
        return Maker(self.job, self.painter, store, self.program.channels)

    def _append(self, writer: Any, store: Store, band: Band) -> None:
        piece = store.read(band)
        if piece is None:  # damaged since it was made
            self._maker(store).make(band)
            piece = store.read(band)
        if piece is None:
            raise OutputError(f"{store.folder}: what is written there cannot be read back")
        if self.job.encode:
            writer.append(piece)
            return
        shape = band.height, self.job.frame.rect.width, self.program.channels
        writer.write(np.frombuffer(piece, self.job.kind).reshape(shape))

    def _report(self, rows: int) -> None:
        if self.progress:
            self.progress(rows, self.job.frame.rect.height)


def _settle(path: Path) -> None:
    """Have a file on the disk itself before its bands go."""
    if path.is_file():
        with suppress(OSError), open(path, "rb") as file:
            os.fsync(file.fileno())


def _plan(
    recipe: Recipe,
    frame: Frame,
    path: str | PathLike[str],
    options: dict[str, Any],
    engine: str,
    threads: int | None,
    workers: int | None,
) -> Export:
    if workers is not None and workers < 1:
        raise UserError(f"got {workers}; expected at least 1", argument="workers")
    suffix, values, kind = check_suffix(path), read_options(path, options), wants(path, options)
    keeps = workers is None and not frame.bleed
    program, kept = make_program(recipe, frame.size, engine, workers or threads, keeps)
    finish = resolve_finish(recipe, program, kind)
    job = Job(recipe, frame, engine, suffix, values, kind, finish)
    painter, bands = job.painter(program, kept), job.bands(program.channels)
    return Export(job, program, painter, bands, threads, workers)


def _check(path: str | PathLike[str], overwrite: bool, resume: bool, sidecar: bool) -> None:
    """What can be said of the path before anything is computed."""
    if str(path) == "-":
        if resume or sidecar:
            raise UserError(
                "needs a file, such as art.png; stdout keeps nothing",
                argument="resume" if resume else "sidecar",
            )
        return
    if not Path(path).is_dir():  # formats that are folders look for themselves
        check_free(Path(path), overwrite)
    if sidecar:
        check_free(sidecar_path(path), overwrite)
