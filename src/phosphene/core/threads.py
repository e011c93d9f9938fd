"""Work in threads, its results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from phosphene.core.errors import UserError

J = TypeVar("J")
R = TypeVar("R")


def ahead(work: Callable[[J], R], jobs: Iterable[J], threads: int) -> Iterator[R]:
    """The results of jobs in their order, made some jobs ahead by so many threads."""
    if threads == 1:
        yield from map(work, jobs)
        return
    pool = ThreadPoolExecutor(threads, thread_name_prefix="phosphene")
    waiting: deque[Future[R]] = deque()
    try:
        for job in jobs:
            waiting.append(pool.submit(work, job))
            if len(waiting) > 4 * threads:
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
        raise UserError(f"got {threads}; expected at least 1", argument="threads")
    return threads
