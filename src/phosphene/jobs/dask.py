"""Jobs on a Dask cluster: a local one, or one at an address.

A job is sent to each worker once, as bytes. Pieces are sent one by one; those of a lost worker are
sent to another. Results come back compressed, or go straight to a store that the worker can reach.
"""

from __future__ import annotations

import itertools
import logging
import os
import time
import uuid
from asyncio import CancelledError
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from multiprocessing import parent_process
from typing import Any, cast

from phosphene.core.errors import EngineError, UserError
from phosphene.core.extras import missing_extra
from phosphene.core.threads import thread_count
from phosphene.core.version import __version__, source_digest
from phosphene.jobs import dask_worker, packing
from phosphene.jobs.answers import raise_error
from phosphene.jobs.delivery import WAITING, deliver
from phosphene.jobs.executor import Say
from phosphene.jobs.job import Job, Piece, PortableJob, Store, document_of
from phosphene.jobs.scheduler_address import check_answers, scheduler_address

TIMEOUT = 10  # seconds for a scheduler to answer and for a first worker to join
ALONE = 60  # seconds without any worker after which a run is given up
GONE = "the scheduler stopped answering; what is finished is kept"
# Dask's nanny sets the first to 64 kB, which makes workers 3 to 4 times slower. Raising it alone
# does not help, because glibc then fixes the second at 128 kB.
ENVIRONMENT = dict.fromkeys(("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"), str(1 << 30))


def open_dask(cluster: Any, workers: int | None, say: Say) -> Dask:
    """An executor for `cluster`: "local" (started here with `workers` processes, by default one for
    each CPU), an address, the path of a scheduler file, or a Dask client.

    Raises `UserError` if the extra is not installed, the scheduler does not answer, or a worker
    runs another version of Phosphene.
    """
    try:
        import distributed
    except ImportError as error:
        raise UserError(missing_extra("`cluster`", "Dask", "cluster", error)) from None
    with ExitStack() as opened:
        if isinstance(cluster, distributed.Client):
            client = cluster
        elif cluster == "local":
            address = opened.enter_context(_local_cluster(thread_count(workers)))
            client = opened.enter_context(_client(address))
        elif isinstance(cluster, str | os.PathLike):
            client = opened.enter_context(_client(scheduler_address(os.fspath(cluster))))
        else:
            raise UserError(
                f"got {cluster!r}; expected 'local', an address such as tcp://host:8786, a "
                "scheduler file or a Dask client",
                argument="cluster",
            )
        _check_versions(client)
        return Dask(client, say, opened.pop_all())


class Dask:
    """Runs jobs on the workers of a cluster."""

    remote = True

    def __init__(self, client: Any, say: Say, opened: ExitStack | None = None):
        self.client, self.say, self.opened = client, say, opened or ExitStack()
        self.workers = sum(client.nthreads().values())

    def run(
        self,
        job: Job[Any],
        pieces: Iterable[Piece] | None = None,
        *,
        store: Store | None = None,
        ordered: bool = False,
    ) -> Generator[tuple[Piece, Any]]:
        portable = cast(PortableJob, job)
        with nullcontext("") if store is None else store.token() as token:
            run = _Run(self.client, portable, store, token)
            run.install(self.say)
            yield from deliver(
                job.pieces() if pieces is None else pieces, run.submit, run.abandon,
                window=WAITING * max(1, self.workers), ordered=ordered, look=run.look,
            )  # fmt: skip

    def close(self) -> None:
        self.opened.close()


class _Run:
    """What the pieces of one run share."""

    def __init__(self, client: Any, job: PortableJob, store: Store | None, token: str):
        self.client, self.job, self.store = client, job, store
        self.installation = source_digest(), token, *document_of(job, store)
        # unique: the same job may run again with another store
        self.name = f"phosphene-{job.fingerprint[:16]}-{uuid.uuid4().hex[:8]}"
        self.numbers = itertools.count()
        self.seen = time.monotonic()  # the last time that there was a worker

    def install(self, say: Say) -> None:
        """Send the job to all workers. A worker that is lost while this runs does not matter."""
        what = self.name, *self.installation
        found = self.client.run(dask_worker.install, *what, on_error="return")
        blind = sum(not answer["sees"] for answer in found.values() if isinstance(answer, dict))
        if self.store is not None and blind:
            say(
                f"{blind} of {len(found)} workers do not see the folder of the output; their "
                "pieces come back through the network"
            )

    def submit(self, piece: Piece) -> _Made:
        return _Made(self, piece)

    def send(self, piece: Piece, *installation: Any) -> Any:
        what, key = (self.name, piece, *installation), (self.name, next(self.numbers))
        return self.client.submit(dask_worker.make, *what, key=key, pure=False)

    def abandon(self, left: Sequence[_Made]) -> None:
        with suppress(OSError, CancelledError):  # the scheduler may have gone
            self.client.cancel([made.future for made in left], force=True)

    def look(self) -> None:
        """Raise `EngineError` if there has been no worker for `ALONE` seconds."""
        try:
            some = bool(self.client.nthreads())
        except OSError:
            raise EngineError(GONE, argument="cluster") from None
        if some:
            self.seen = time.monotonic()
        elif time.monotonic() - self.seen > ALONE:
            problem = f"no worker for {ALONE} seconds; what is finished is kept"
            raise EngineError(problem, argument="cluster")


class _Made:
    """A future for one piece: its result, or None if the worker stored it."""

    def __init__(self, run: _Run, piece: Piece):
        self.run, self.piece = run, piece
        self.future = run.send(piece)

    def add_done_callback(self, fn: Callable[[Any], Any]) -> None:
        self.future.add_done_callback(fn)

    def result(self) -> bytes | None:
        answer = self._answer()
        if "missing" in answer:  # the worker joined later, or has dropped the job
            self.future = self.run.send(self.piece, *self.run.installation)
            answer = self._answer()
        raise_error(answer)
        if "stored" in answer:
            return None
        made = packing.unpack(answer["made"])
        if self.run.store is None:
            return made
        self.run.store.write(self.piece, made)
        return None

    def _answer(self) -> dict[str, Any]:
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        try:
            return self.future.result()
        except KilledWorker as error:
            what = self.run.job.describe(self.piece)
            raise EngineError(_killed(error, what), argument="cluster") from None
        except (CancelledError, OSError):
            raise EngineError(GONE, argument="cluster") from None


def _killed(error: Any, what: str) -> str:
    limit = getattr(error.last_worker, "memory_limit", 0)
    has = f" A worker may use {limit / 1e9:.2g} GB." if limit else ""
    return (
        f"{error.allowed_failures + 1} workers died at {what}, most likely for lack of "
        f"memory.{has} Use fewer workers with more memory each; what is finished is kept, and "
        "`resume=True` continues it"
    )


@contextmanager
def _client(address: str) -> Generator[Any]:
    """A client of the scheduler at an address. Raises `UserError` if it does not answer in time."""
    from distributed import Client

    with _quiet():
        check_answers(address, TIMEOUT)
        try:
            client = Client(address, timeout=TIMEOUT, set_as_default=False)
        except OSError as error:
            raise UserError(
                f"the Dask scheduler at {address} stopped answering ({error})", argument="cluster"
            ) from None
        try:
            yield client
        finally:
            client.close(timeout=TIMEOUT)


@contextmanager
def _local_cluster(workers: int) -> Generator[str]:
    """The address of a new cluster on this machine, with free ports and no dashboard."""
    import dask
    from distributed import LocalCluster

    if parent_process() is not None:
        raise UserError(
            "the workers import your script again; call this below `if __name__ == '__main__':`",
            argument="cluster",
        )
    environment = {f"distributed.nanny.pre-spawn-environ.{k}": v for k, v in ENVIRONMENT.items()}
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    patience = {"distributed.deploy.lost-worker-timeout": f"{ALONE} s"}
    with _quiet(), dask.config.set(environment | patience):
        try:
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                silence_logs=logging.CRITICAL,
                preload=dask_worker.__name__,
                dashboard_address=":0",  # any free port: that of Dask may be taken
            )
        except (OSError, RuntimeError) as error:
            raise EngineError(
                f"the workers did not start ({error}). In a script, call this below "
                "`if __name__ == '__main__':`",
                argument="cluster",
            ) from None
        try:
            yield cluster.scheduler_address
        finally:
            cluster.close(timeout=TIMEOUT)
            for name, value in before.items():  # the nannies change our environment
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


@contextmanager
def _quiet() -> Generator[None]:
    """Silence Dask's log, which has a traceback for every lost connection."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _check_versions(client: Any) -> None:
    """Raise `UserError` if there is no worker, or one that runs another version of Phosphene."""
    try:
        client.wait_for_workers(1, timeout=TIMEOUT)
    except TimeoutError:
        raise UserError(
            f"the scheduler has no worker, and none joined within {TIMEOUT} seconds; start some "
            "with `dask worker ADDRESS`",
            argument="cluster",
        ) from None
    found = client.run(dask_worker.identity, on_error="return")
    lacking = [w for w in sorted(found) if "ModuleNotFoundError" in repr(found[w])]
    if lacking:
        raise UserError(
            f"{_names(lacking)} cannot import phosphene; install version {__version__} where every "
            "worker runs",
            argument="cluster",
        )
    other = [w for w in sorted(found) if _differs(found[w])]
    if other:
        one = found[other[0]]
        what = f"{one['version']} ({one['sources'][:8]})" if isinstance(one, dict) else repr(one)
        raise UserError(
            f"{_names(other)} runs Phosphene {what}, and this is {__version__} "
            f"({source_digest()[:8]}); install the same version everywhere",
            argument="cluster",
        )


def _differs(identity: Any) -> bool:
    return not isinstance(identity, dict) or identity.get("sources") != source_digest()


def _names(workers: list[str]) -> str:
    more = f" and {len(workers) - 1} more" if len(workers) > 1 else ""
    return f"worker {workers[0]}{more}"
