"""The loop that all executors share: pieces go out, results come back, a bounded number waits."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from phosphene.jobs.job import Piece

WAITING = 4  # pieces for each worker that are under way or whose results wait: memory is bounded
PATIENCE = 5.0  # seconds without a result after which an executor looks at its workers


class Future(Protocol):
    """What `concurrent.futures` and Dask have in common."""

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
    """The results of pieces as they are finished, or `ordered` as the pieces are.

    At most `window` pieces are submitted whose results have not been taken. Raises what a piece
    raises. However it ends, `abandon` receives the futures that are still open. `look` is called
    when nothing has come for some seconds.
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
                send()  # before the caller has its turn: nobody is idle meanwhile
                yield piece, made
    finally:
        abandon([future for _, future in open_.values()])
