"""Clocks, and rounds in which jobs alternate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple


class Job(NamedTuple):
    """Something to time: `run()` returns seconds by name; it runs in every `every`-th round."""

    run: Callable[[], dict[str, float]]
    every: int = 1


def cpu_seconds(work: Callable[[], Any]) -> float:
    """The CPU seconds that this process spends on `work`, in all threads."""
    start = time.process_time()
    work()
    return time.process_time() - start


def wall_seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternate(
    jobs: Iterable[Job], rounds: int, say: Callable[[str], None] = lambda line: None
) -> dict[str, float]:
    """The best seconds by name. Jobs alternate, because the speed of a machine drifts."""
    jobs = list(jobs)
    best: dict[str, float] = {}
    for turn in range(rounds):
        say(f"round {turn + 1} of {rounds}")
        for job in jobs:
            if turn % job.every == 0:
                for name, seconds in job.run().items():
                    best[name] = min(seconds, best.get(name, seconds))
    return best
