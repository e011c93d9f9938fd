"""Results in order, computed some steps ahead by threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(work: Callable[[Item], Result], items: Iterable[Item], threads: int) -> Generator[Result]:
    """Yield `work(item)` for the items, in their order. Others of the next `threads` items are
    computed meanwhile; if the caller stops early, those that have not begun are dropped.
    """
    if threads == 1:
        yield from map(work, items)
        return
    left = iter(items)
    with ThreadPoolExecutor(threads) as pool:
        running: deque[Future[Result]] = deque(
            pool.submit(work, item) for item in islice(left, threads)
        )
        try:
            while running:
                result = running.popleft().result()
                running.extend(pool.submit(work, item) for item in islice(left, 1))
                yield result
        finally:
            for future in running:
                future.cancel()
