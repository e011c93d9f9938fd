"""A film to a file: rendered ahead of the encoder, through a store that survives."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from fractions import Fraction
from os import PathLike
from pathlib import Path
from queue import Full, Queue
from typing import Any, Protocol

import numpy as np

from phosphene.core.errors import OutputError
from phosphene.core.version import source_digest
from phosphene.files import film as films
from phosphene.files.piece_store import Store, open_store, store_folder
from phosphene.files.png import deflate
from phosphene.motion.render.frame_renderer import Pixels
from phosphene.raster.view import Size
from phosphene.recipe import Recipe
from phosphene.render.export_job import KINDS

DIRECT_PIXELS = 1 << 26  # shorter films are written at one go, as a rule in some seconds
PATIENCE = 10.0  # seconds after which the frames of those are kept, too
AHEAD = 3  # frames that wait for the encoder


class Renderer(Protocol):
    """Renders frames at one size."""

    size: Size
    channels: int

    def frame(self, states: list[Any], sample_format: str = "bytes") -> Pixels: ...


class Saveable(Protocol):
    """What can be saved: a film, or films in a grid."""

    @property
    def recipe(self) -> Recipe: ...
    @property
    def path(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def count(self) -> int: ...
    @property
    def fps(self) -> Fraction: ...
    @property
    def channels(self) -> int: ...  # of the file: 3, or 4 with opacity
    @property
    def json(self) -> str: ...
    def texts(self, size: Size) -> dict[str, str]: ...
    def states(self, k: int) -> list[Any]: ...
    def renderer(self, size: Size, engine: str, threads: int | None) -> Renderer: ...


def save_film(
    film: Saveable,
    path: str | PathLike[str],
    size: Size,
    *,
    overwrite: bool,
    resume: bool,
    engine: str,
    threads: int | None,
    progress: Callable[[int, int], None] | None,
    say: Callable[[str], None],
    options: dict[str, Any],
) -> None:
    """See `Film.save`."""
    channels = film.channels
    note = films.check(path, size, film.fps, film.count, channels, options)
    if note:
        say(note)
    sample_format = films.wants(path, options)
    place = Path(path)
    texts = film.texts(size)
    how: dict[str, Any] = {"overwrite": overwrite, "options": options}
    with films.create(path, size, film.fps, texts, channels=channels, **how) as writer:
        renderer = film.renderer(size, engine, threads)
        keeper = _keeper(film, place, size, sample_format, engine, resume, overwrite)
        with _kept(keeper), closing(_frames(film, renderer, sample_format, keeper, say)) as made:
            for k, frame in enumerate(made):
                writer.write(_coloured(frame))
                if progress:
                    progress(k + 1, film.count)
    if keeper.store is not None:
        keeper.store.remove()


def _coloured(frame: Pixels) -> Pixels:
    """Grey as three channels: films have no fewer."""
    n = frame.shape[2]
    if n > 2:
        return frame
    return np.concatenate([np.repeat(frame[..., :1], 3, axis=2), frame[..., 1:]], axis=2)


class Keeper:
    """The store of a film: from the start of a long one, or when one that looked short takes long
    all the same, as slow recipes and sub-frames do.
    """

    def __init__(self, make: Callable[[], Store], at_once: bool):
        self.make, self.start = make, time.monotonic()
        self.store = make() if at_once else None

    def now(self) -> Store | None:
        if self.store is None and time.monotonic() - self.start > PATIENCE:
            self.store = self.make()
        return self.store


def _keeper(
    film: Saveable,
    path: Path,
    size: Size,
    sample_format: str,
    engine: str,
    resume: bool,
    overwrite: bool,
) -> Keeper:
    """What keeps the frames."""
    at_once = film.count * size[0] * size[1] > DIRECT_PIXELS
    at_once = at_once or resume or store_folder(path).exists()
    return Keeper(
        lambda: _store(film, path, size, sample_format, engine, resume, overwrite), at_once
    )


def _store(
    film: Saveable,
    path: Path,
    size: Size,
    sample_format: str,
    engine: str,
    resume: bool,
    overwrite: bool,
) -> Store:
    """Where the frames are kept."""
    about = {
        "recipe": film.recipe.digest[:12], "path": " + ".join(s["path"] for s in film.path),
        "frames": film.count, "size": "x".join(map(str, size)), "engine": engine,
        "samples": sample_format, "code": source_digest()[:12],
    }  # fmt: skip
    exact = json.dumps([about, film.recipe.json, film.json, source_digest()], sort_keys=True)
    job = hashlib.sha256(exact.encode()).hexdigest()
    whole = {"job": job, "pieces": film.count, "unit": "frames", **about}
    return open_store(path, whole, resume, overwrite)


@contextmanager
def _kept(keeper: Keeper) -> Generator[None]:
    """A store in which nothing was kept goes."""
    try:
        yield
    except BaseException:
        if keeper.store is not None:
            keeper.store.remove(only_empty=True)
        raise


def _frames(
    film: Saveable,
    renderer: Renderer,
    sample_format: str,
    keeper: Keeper,
    say: Callable[[str], None],
) -> Generator[Pixels]:
    """All frames in order, rendered or from the store, some ahead in a thread of their own."""
    kept = set()
    if keeper.store is not None:
        kept = {k for k in range(film.count) if keeper.store.has((k,))}
        if kept:
            say(f"resuming: {len(kept)} of {film.count} frames are there")
    queue: Queue[Pixels | BaseException] = Queue(AHEAD)
    stop = threading.Event()

    def work() -> None:
        try:
            for k in range(film.count):
                if not _give(queue, _frame(film, renderer, sample_format, keeper, k), stop):
                    return
        except BaseException as error:  # noqa: BLE001  it is raised where the frames are taken
            _give(queue, error, stop)

    thread = threading.Thread(target=work, name="phosphene film", daemon=True)
    thread.start()
    try:
        yield from _taken(queue, film.count)
    finally:
        stop.set()
        thread.join()


def _taken(queue: Queue[Pixels | BaseException], count: int) -> Iterator[Pixels]:
    for _ in range(count):
        found = queue.get()
        if isinstance(found, BaseException):
            raise found
        yield found


def _give(queue: Queue[Any], item: Any, stop: threading.Event) -> bool:
    """Wait for room, unless nobody takes any more."""
    while not stop.is_set():
        try:
            queue.put(item, timeout=0.1)
        except Full:
            continue
        return True
    return False


def _frame(
    film: Saveable, renderer: Renderer, sample_format: str, keeper: Keeper, k: int
) -> Pixels:
    width, height = renderer.size
    shape, kind = (height, width, renderer.channels), np.dtype(KINDS[sample_format])
    piece = keeper.store.read((k,)) if keeper.store is not None else None
    if piece is not None:
        return unpack(piece, shape, kind)
    made = renderer.frame(film.states(k), sample_format)
    store = keeper.now()
    if store is not None:
        store.write((k,), pack(made))
    return made


def pack(frame: Pixels) -> bytes:
    """A frame compressed: each row as the difference from the one above."""
    words = frame.view(f"u{frame.itemsize}")
    return deflate.compress(np.diff(words, axis=0, prepend=words.dtype.type(0)), 1)


def unpack(piece: bytes | memoryview, shape: tuple[int, int, int], kind: np.dtype[Any]) -> Pixels:
    """What was packed. Raises `OutputError` where it is no frame of this shape."""
    words = np.frombuffer(deflate.decompress(piece), f"u{kind.itemsize}")
    if words.size != shape[0] * shape[1] * shape[2]:
        raise OutputError("the store of the film holds frames of another shape")
    found = np.add.accumulate(words.reshape(shape), axis=0, dtype=words.dtype)
    return found.view(kind)
