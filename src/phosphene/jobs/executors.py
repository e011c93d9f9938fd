"""The choice of an executor: threads of this process, processes, or a cluster."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from phosphene.core.errors import UserError
from phosphene.jobs.executor import Executor, Say
from phosphene.jobs.processes import Processes
from phosphene.jobs.threads import on_threads


def check_workers(threads: int | None, workers: int | None, cluster: object) -> None:
    """Raises `UserError` where the numbers or the combination make no sense."""
    if workers is not None and workers < 1:
        raise UserError(f"got {workers}; expected at least 1", argument="workers")
    if threads is not None and workers is not None:
        raise UserError("choose `threads` or `workers`; a worker is a process of one thread")
    if threads is not None and cluster is not None:
        raise UserError("choose `threads` or `cluster`; the workers of a cluster have threads")
    if workers is not None and cluster is not None and cluster != "local":
        raise UserError("is for `cluster=local`; another cluster has its own", argument="workers")


@contextmanager
def open_executor(
    threads: int | None = None,
    workers: int | None = None,
    cluster: Any = None,
    say: Say = lambda line: None,
) -> Generator[Executor]:
    """The executor that the arguments ask for, closed at the end: `workers` processes, or the
    workers of a `cluster` ("local", an address, a scheduler file, a Dask client), or so many
    `threads` (all CPUs by default). An executor that is already open may be given as `cluster` and
    stays open. `say` receives news, such as a lost worker.
    """
    check_workers(threads, workers, cluster if isinstance(cluster, str) else None)
    if isinstance(cluster, Executor):
        yield cluster
        return
    executor = _make(threads, workers, cluster, say)
    try:
        yield executor
    finally:
        executor.close()


def _make(threads: int | None, workers: int | None, cluster: Any, say: Say) -> Executor:
    if cluster is not None:
        from phosphene.jobs.dask import open_dask

        return open_dask(cluster, workers, say)
    if workers is not None:
        return Processes(workers, say)
    return on_threads(threads)
