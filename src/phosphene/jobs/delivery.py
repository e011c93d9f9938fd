"""The loop that executors share: submit pieces, yield results, bound what is in flight."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from phosphene.jobs.job import Piece

WAITING = 4  # pieces in flight for each worker, untaken results included; this bounds memory
PATIENCE = 5.0  # seconds without a result after which an executor checks its workers


class Future(Protocol):
    """The part of a future that `concurrent.futures` and Dask share."""

    def add_done_callback(self, fn: Callable[[Any], Any]) -> Any: ...

    def result(self) -> Any: ...


def deliver(
    pieces: Iterable[Piece],
    submit: Callable[[Piece], Future],
    abandon: Callable[[Sequence[Any]], None],
    *,
    window: int,
    ordered: bool,
    look: Callable[[], None] = lambda: None,
) -> Generator[tuple[Piece, Any]]:
    """Yield each piece with its result as they finish, or in the order of the pieces if `ordered`.

    At most `window` pieces are in flight. Raises what a piece raises. At the end, also after an
    error, `abandon` receives the futures that are still open. `look` is called after each
    `PATIENCE` seconds without a result.
    """
    finished: SimpleQueue[int] = SimpleQueue()
    left = enumerate(pieces)
    open_: dict[int, tuple[Piece, Future]] = {}
    ready: set[int] = set()
    due = 0  # the number of the next result, if they are ordered

    def send() -> None:
        for number, piece in left:
            future = submit(piece)
            open_[number] = piece, future
            future.add_done_callback(lambda _, number=number: finished.put(number))
            return

    try:
        for _ in range(window):
            send()
        while open_:
            try:
                ready.add(finished.get(timeout=PATIENCE))
            except Empty:
                look()
            while ready and (not ordered or due in ready):
                number = due if ordered else ready.pop()
                ready.discard(number)
                due += 1
                piece, future = open_.pop(number)
                made = future.result()
                send()  # before the caller uses the result, so that no worker waits
                yield piece, made
    finally:
        abandon([future for _, future in open_.values()])
