"""A job whose results go through a store, so that an interrupted run can be resumed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from contextlib import closing
from itertools import chain

from phosphene.core.errors import OutputError
from phosphene.jobs.executor import Executor
from phosphene.jobs.job import Data, Piece, PortableJob, Scratch, Store, perform


def run_through(
    executor: Executor,
    job: PortableJob,
    store: Store,
    kept: Collection[Piece],
    made: Callable[[Piece], None] = lambda piece: None,
) -> Generator[tuple[Piece, Data]]:
    """Yield each piece with its result, in order, each as soon as all before it are finished.

    Pieces that are not in `kept`, those already stored, are made in any order; `made` is called
    with each. A stored piece that is damaged is made again. Raises what the executor raises, and
    `OutputError` if the store cannot read back what was written.
    """
    pieces = list(job.pieces())
    done = set(kept)
    missing = [piece for piece in pieces if piece not in done]
    left = iter(pieces)
    due = next(left, None)
    with closing(executor.run(job, missing, store=store)) as run:
        for new, _ in chain(run, [(None, None)]):
            if new is not None:
                done.add(new)
                made(new)
            while due is not None and due in done:
                yield due, _read(job, store, due)
                due = next(left, None)


def _read(job: PortableJob, store: Store, piece: Piece) -> Data:
    found = store.read(piece)
    if found is None:
        perform(job, piece, Scratch(), store)
        found = store.read(piece)
    if found is None:
        raise OutputError(f"{job.describe(piece)}: what was stored cannot be read back")
    return found
