"""Jobs on threads of this process, or on the calling thread alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

from phosphene.core.threads import thread_count
from phosphene.jobs.delivery import WAITING, deliver
from phosphene.jobs.executor import Executor
from phosphene.jobs.job import Job, JobCancelledError, Piece, Scratch, Store, perform

T = TypeVar("T")
R = TypeVar("R")


def on_threads(threads: int | None) -> Executor:
    """An executor of `threads` threads, by default one for each CPU; for one, the calling thread.
    Raises `UserError` below 1.
    """
    count = thread_count(threads)
    return Inline() if count == 1 else Threads(count)


class Inline:
    """Makes each piece in the calling thread, when it is requested."""

    workers, remote = 1, False

    def __init__(self, scratch: Scratch | None = None):
        self.scratch = scratch or Scratch()

    def run(
        self,
        job: Job[Any],
        pieces: Iterable[Piece] | None = None,
        *,
        store: Store | None = None,
        ordered: bool = False,
    ) -> Generator[tuple[Piece, Any]]:
        for piece in job.pieces() if pieces is None else pieces:
            yield piece, perform(job, piece, self.scratch, store)

    def close(self) -> None:
        pass


class Threads:
    """A pool of threads that keep their scratch memory between runs. Starting threads for every
    frame of a film would take longer than submitting it.
    """

    remote = False

    def __init__(self, count: int):
        self.workers = thread_count(count)
        self.pool = ThreadPoolExecutor(self.workers, "phosphene")
        self.own = threading.local()

    def run(
        self,
        job: Job[Any],
        pieces: Iterable[Piece] | None = None,
        *,
        store: Store | None = None,
        ordered: bool = False,
    ) -> Generator[tuple[Piece, Any]]:
        state = _State()

        def submit(piece: Piece) -> Future[Any]:
            context = copy_context()  # such as the limits in force
            return self.pool.submit(context.run, self._work, job, piece, store, state)

        def abandon(left: Sequence[Future[Any]]) -> None:
            state.cancelled.set()
            for future in left:
                future.cancel()
            wait(left)

        wanted, window = job.pieces() if pieces is None else pieces, WAITING * self.workers
        try:
            yield from deliver(wanted, submit, abandon, window=window, ordered=ordered)
        except JobCancelledError as cancelled:  # of one piece, because another failed
            raise (state.error or cancelled) from None

    def close(self) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, job: Job[Any], piece: Piece, store: Store | None, state: _State) -> Any:
        if not hasattr(self.own, "scratch"):
            self.own.scratch = Scratch()
        scratch: Scratch = self.own.scratch
        scratch.cancelled = state.cancelled
        try:
            return perform(job, piece, scratch, store)
        except JobCancelledError:
            raise
        except BaseException as error:
            state.error = state.error or error
            state.cancelled.set()  # a run that has failed makes no more pieces
            raise


class _State:
    """What the pieces of one run share: whether it is cancelled, and the first error."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.error: BaseException | None = None


@dataclass(frozen=True)
class Calls:
    """A job that calls a function with each item. A piece is the index of an item."""

    function: Callable[[Any], Any]
    items: Sequence[Any]

    def pieces(self) -> Iterator[Piece]:
        return ((k,) for k in range(len(self.items)))

    def make(self, piece: Piece, scratch: Scratch) -> Any:
        return self.function(self.items[piece[0]])


def each(executor: Executor, function: Callable[[T], R], items: Sequence[T]) -> Generator[R]:
    """Yield the results of a function for the items, in order, on an executor of this process."""
    with closing(executor.run(Calls(function, items), ordered=True)) as made:
        for _, result in made:
            yield result
