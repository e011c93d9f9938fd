"""The choice of an executor: threads of this process, processes, or a cluster."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from phosphene.core.arguments import whole_number
from phosphene.core.errors import UserError
from phosphene.jobs.executor import Executor, Say
from phosphene.jobs.processes import Processes
from phosphene.jobs.threads import on_threads


def check_workers(threads: int | None, workers: int | None, cluster: object) -> None:
    """Raise `UserError` for numbers or combinations that make no sense."""
    if workers is not None and whole_number(workers, "workers") < 1:
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
    """Open an executor and close it at the end: `workers` processes, the workers of a `cluster`
    ("local", an address, a scheduler file, a Dask client), or `threads`, by default one for each
    CPU. An open executor passed as `cluster` is used and stays open. `say` receives messages, such
    as that a worker was lost.
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
