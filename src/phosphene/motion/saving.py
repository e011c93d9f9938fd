"""A film to a file: rendered ahead of the encoder, through a store that survives."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from os import PathLike
from pathlib import Path
from queue import Full, Queue
from typing import TYPE_CHECKING, Any

import numpy as np

from phosphene import films
from phosphene.errors import OutputError
from phosphene.files.fragments import Band, Store, open_store, remove_store, store_folder
from phosphene.files.png import deflate
from phosphene.motion.stage import Pixels, Stage
from phosphene.pipeline.bands import KINDS, sources
from phosphene.view import Size

if TYPE_CHECKING:
    from phosphene.motion.film import Film

DIRECT_PIXELS = 1 << 26  # shorter films are written at one go: some seconds of work
AHEAD = 3  # frames that wait for the encoder


def save_film(
    film: Film,
    path: str | PathLike[str],
    size: Size,
    *,
    force: bool,
    resume: bool,
    engine: str,
    threads: int | None,
    progress: Callable[[int, int], None] | None,
    say: Callable[[str], None],
    options: dict[str, Any],
) -> None:
    """See `Film.save`."""
    channels = 4 if film.recipe.shading.alpha is not None else 3
    note = films.check(path, size, film.fps, film.count, channels, options)
    if note:
        say(note)
    wants = films.wants(path, options)
    place = Path(path)
    texts = film.texts(size)
    how: dict[str, Any] = {"force": force, "options": options}
    with films.create(path, size, film.fps, texts, channels=channels, **how) as writer:
        stage = film.stage(size, engine, threads)
        store = _store(film, place, size, wants, engine, resume, force)
        with _kept(store, place), closing(_frames(film, stage, wants, store, say)) as made:
            for k, frame in enumerate(made):
                writer.write(_coloured(frame))
                if progress:
                    progress(k + 1, film.count)
    if store is not None:
        store.remove()


def _coloured(frame: Pixels) -> Pixels:
    """Grey as three channels: films have no fewer."""
    n = frame.shape[2]
    if n > 2:
        return frame
    return np.concatenate([np.repeat(frame[..., :1], 3, axis=2), frame[..., 1:]], axis=2)


def _store(
    film: Film, path: Path, size: Size, wants: str, engine: str, resume: bool, force: bool
) -> Store | None:
    """Where the frames of a long film are kept; none for a short one."""
    folder = store_folder(path)
    if film.count * size[0] * size[1] <= DIRECT_PIXELS and not (resume or folder.exists()):
        return None
    about = {
        "recipe": film.recipe.digest[:12], "path": " + ".join(s["path"] for s in film.path),
        "frames": film.count, "size": "x".join(map(str, size)), "engine": engine,
        "samples": wants, "code": sources()[:12],
    }  # fmt: skip
    exact = json.dumps([about, film.recipe.json, film.json, sources()], sort_keys=True)
    job = hashlib.sha256(exact.encode()).hexdigest()
    whole = {"job": job, "bands": film.count, "pieces": "frames", **about}
    return open_store(path, whole, resume, force)


@contextmanager
def _kept(store: Store | None, path: Path) -> Generator[None]:
    """A store in which nothing was kept goes."""
    try:
        yield
    except BaseException:
        if store is not None:
            store.remove(only_empty=True)
        raise


def _frames(
    film: Film, stage: Stage, wants: str, store: Store | None, say: Callable[[str], None]
) -> Generator[Pixels]:
    """All frames in order, rendered or from the store, some ahead in a thread of their own."""
    kept = set()
    if store is not None:
        kept = {k for k in range(film.count) if store.has(Band(k, 1))}
        if kept:
            say(f"resuming: {len(kept)} of {film.count} frames are there")
    queue: Queue[Pixels | BaseException] = Queue(AHEAD)
    stop = threading.Event()

    def work() -> None:
        try:
            for k in range(film.count):
                if not _give(queue, _frame(film, stage, wants, store, k), stop):
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


def _frame(film: Film, stage: Stage, wants: str, store: Store | None, k: int) -> Pixels:
    if store is None:
        return stage.frame(film.moments(k), wants)
    width, height = stage.size
    shape, kind = (height, width, stage.channels), np.dtype(KINDS[wants])
    piece = store.read(Band(k, 1))
    if piece is not None:
        return unpack(piece, shape, kind)
    made = stage.frame(film.moments(k), wants)
    store.write(Band(k, 1), pack(made))
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


def give_up(path: str | PathLike[str]) -> None:
    """Remove what an interrupted film has left."""
    remove_store(store_folder(path))
