"""Saves a film: rendered ahead of the encoder, with frames in a resumable store."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from phosphene.core.arguments import check_functions
from phosphene.core.errors import UserError
from phosphene.files import film as films
from phosphene.files.film.formats import film_suffix
from phosphene.files.options import Metadata, metadata_level
from phosphene.files.piece_store import Store, open_store, store_folder
from phosphene.files.streams import named_format, write_bytes
from phosphene.jobs.executor import Executor
from phosphene.jobs.executors import check_workers, open_executor
from phosphene.jobs.job import Piece
from phosphene.jobs.resume import run_through
from phosphene.jobs.threads import Threads, each
from phosphene.judge.notes import SHARE, flat_share
from phosphene.motion.film_job import FilmJob, Saveable, pack_frame
from phosphene.motion.render.frame_renderer import Pixels
from phosphene.raster.frame import Size

DIRECT_PIXELS = 1 << 26  # shorter films are written without a store, usually within seconds
PATIENCE = 10.0  # seconds after which those get a store as well


def save_film(
    film: Saveable,
    path: str | PathLike[str] | BinaryIO,
    size: Size,
    *,
    format: str | None = None,
    overwrite: bool,
    resume: bool,
    engine: str,
    threads: int | None,
    workers: int | None,
    cluster: Any,
    metadata: Metadata,
    progress: Callable[[int, int], None] | None,
    say: Callable[[str], None],
    options: dict[str, Any],
) -> None:
    """See `Film.save`."""
    if not isinstance(path, str | PathLike):
        how: dict[str, Any] = {
            "overwrite": overwrite, "engine": engine, "threads": threads, "workers": workers,
            "cluster": cluster, "metadata": metadata, "progress": progress, "say": say,
            "options": options,
        }  # fmt: skip
        _save_to_file(film, path, size, film_suffix(named_format(path, format)), resume, how)
        return
    if format is not None:
        raise UserError("a path has its format in its suffix; omit it", argument="format")
    channels, level = film.channels, metadata_level(metadata)
    check_functions(progress=progress, say=say)
    check_workers(threads, workers, cluster)
    note = films.check(path, size, film.fps, film.count, channels, options)
    if note:
        say(note)
    job = FilmJob(film, size, engine, films.sample_format(path, options), threads)
    how = {"overwrite": overwrite, "options": options}
    remote = workers is not None or cluster is not None
    keeper = _keeper(job, Path(path), resume, overwrite, remote)
    flat = 0
    with _kept(keeper), ExitStack() as opened:
        writer = opened.enter_context(
            films.create(path, size, film.fps, film.texts(size, level), channels=channels, **how)
        )
        if remote:
            executor = opened.enter_context(open_executor(threads, workers, cluster, say))
            frames = _from_workers(executor, job, keeper, say)
        else:
            frames = _from_threads(job, keeper, say)
        for k, frame in enumerate(opened.enter_context(closing(frames))):
            writer.write(_coloured(frame))
            flat += flat_share(frame) >= SHARE
            if progress:
                progress(k + 1, film.count)
    if flat:
        say(f"flat, of one colour: {flat} of {film.count} frames; try another seed or `gain`")


def _save_to_file(
    film: Saveable, file: BinaryIO, size: Size, suffix: str, resume: bool, how: dict[str, Any]
) -> None:
    """Write a film to an open file. Encoders need a file with a name, so it is written to a
    temporary one first.
    """
    if resume:
        raise UserError("a file object cannot be resumed; save to a path", argument="resume")
    with tempfile.TemporaryDirectory(prefix="phosphene-") as folder:
        path = Path(folder) / f"film{suffix}"
        save_film(film, path, size, resume=False, **how)
        write_bytes(file, path.read_bytes())


def _coloured(frame: Pixels) -> Pixels:
    """The frame with grey expanded to three channels, the fewest that films have."""
    n = frame.shape[2]
    if n > 2:
        return frame
    return np.concatenate([np.repeat(frame[..., :1], 3, axis=2), frame[..., 1:]], axis=2)


class Keeper:
    """Creates the store of a film: at the start of a long one, or as soon as a shorter one takes
    more than `PATIENCE` seconds.
    """

    def __init__(self, make: Callable[[], Store], at_once: bool):
        self.make, self.start = make, time.monotonic()
        self.store = make() if at_once else None

    def now(self) -> Store | None:
        if self.store is None and time.monotonic() - self.start > PATIENCE:
            self.store = self.make()
        return self.store


def _keeper(job: FilmJob, path: Path, resume: bool, overwrite: bool, remote: bool) -> Keeper:
    """The keeper of the frames. Workers always need a store, as they finish in any order."""
    pixels = job.film.count * job.size[0] * job.size[1]
    at_once = remote or resume or pixels > DIRECT_PIXELS or store_folder(path).exists()
    return Keeper(lambda: open_store(path, job.about(), resume, overwrite), at_once)


@contextmanager
def _kept(keeper: Keeper) -> Generator[None]:
    """Remove the store when the film is complete; after an error, only if it has no frames."""
    finished = False
    try:
        yield
        finished = True
    finally:
        if keeper.store is not None:
            keeper.store.close(keep=not finished)


def _in_store(job: FilmJob, store: Store | None, say: Callable[[str], None]) -> set[Piece]:
    """The frames left by an earlier run."""
    kept = set() if store is None else set(filter(store.has, job.pieces()))
    if kept:
        say(f"resuming: {len(kept)} of {job.film.count} frames are there")
    return kept


def _from_threads(job: FilmJob, keeper: Keeper, say: Callable[[str], None]) -> Generator[Pixels]:
    """All frames in order, each rendered by all threads, some ahead of the encoder."""
    _in_store(job, keeper.store, say)

    def frame(piece: Piece) -> Pixels:
        data = keeper.store.read(piece) if keeper.store is not None else None
        if data is not None:
            return job.unpacked(data)
        made = job.frame(piece)
        store = keeper.now()
        if store is not None:
            store.write(piece, pack_frame(made))
        return made

    with closing(Threads(1)) as executor:
        yield from each(executor, frame, list(job.pieces()))


def _from_workers(
    executor: Executor, job: FilmJob, keeper: Keeper, say: Callable[[str], None]
) -> Generator[Pixels]:
    """All frames in order, each made by one worker."""
    assert keeper.store is not None
    kept = _in_store(job, keeper.store, say)
    with closing(run_through(executor, job, keeper.store, kept)) as frames:
        for _, data in frames:
            yield job.unpacked(data)
