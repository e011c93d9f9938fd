"""What runs jobs: the interface of all executors."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any, Protocol, runtime_checkable

from phosphene.jobs.job import Job, Piece, Store

Say = Callable[[str], None]


@runtime_checkable
class Executor(Protocol):
    """Runs jobs on its workers, one after the other or several at a time, until it is closed."""

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
        """Every piece with its result, as they are finished or in their order.

        `pieces` are those that are wanted, all by default. With a store the results are written
        there and None is yielded. Closing the generator cancels what is left. Raises what the job
        raises, and `EngineError` where no worker is left.
        """
        ...

    def close(self) -> None:
        """End the workers. A later run starts new ones."""
        ...
