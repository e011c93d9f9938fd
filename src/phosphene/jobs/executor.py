"""The interface of executors, which run jobs."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any, Protocol, runtime_checkable

from phosphene.jobs.job import Job, Piece, Store

Say = Callable[[str], None]


@runtime_checkable
class Executor(Protocol):
    """Runs jobs on workers, one or several at a time, until it is closed."""

    workers: int
    remote: bool  # workers are other processes: jobs are portable, results are bytes

    def run(
        self,
        job: Job[Any],
        pieces: Iterable[Piece] | None = None,
        *,
        store: Store | None = None,
        ordered: bool = False,
    ) -> Generator[tuple[Piece, Any]]:
        """Yield each piece with its result as they finish, or in the order of the pieces if
        `ordered`.

        `pieces` are all pieces by default. With a store, results are written to it and None is
        yielded instead. Closing the generator cancels the rest. Raises what the job raises, and
        `EngineError` if no worker is left.
        """
        ...

    def close(self) -> None:
        """Stop the workers. A later run starts new ones."""
        ...
