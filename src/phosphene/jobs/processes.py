"""Jobs on processes of one thread each. If one is killed, only its current piece is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from phosphene.core.errors import EngineError
from phosphene.jobs.answers import raise_error
from phosphene.jobs.delivery import WAITING, deliver
from phosphene.jobs.executor import Say
from phosphene.jobs.job import Document, Job, Piece, PortableJob, Store, document_of


class WorkerLostError(Exception):
    """A worker process has ended; the message says how."""


class Processes:
    """Up to `count` worker processes, which start with the first run and serve all later ones."""

    remote = True

    def __init__(self, count: int, say: Say = lambda line: None):
        self.workers, self.say = count, say
        self.pool = ThreadPoolExecutor(count, "phosphene")  # a thread waits for each process
        self.free: list[WorkerProcess] = []
        self.alive: list[WorkerProcess] = []
        self.changed = threading.Condition()

    def run(
        self,
        job: Job[Any],
        pieces: Iterable[Piece] | None = None,
        *,
        store: Store | None = None,
        ordered: bool = False,
    ) -> Generator[tuple[Piece, Any]]:
        portable = cast(PortableJob, job)
        wanted = list(job.pieces() if pieces is None else pieces)
        document = document_of(portable, store)
        self._start(min(self.workers, len(wanted)))

        def submit(piece: Piece) -> Future[Any]:
            return self.pool.submit(self._work, document, piece, portable.describe(piece))

        def abandon(left: Sequence[Future[Any]]) -> None:
            if not left:
                return
            for future in left:
                future.cancel()
            self._end()  # a busy worker would finish its piece first
            wait(left)

        yield from deliver(wanted, submit, abandon, window=WAITING * self.workers, ordered=ordered)

    def close(self) -> None:
        self._end()
        self.pool.shutdown(wait=True, cancel_futures=True)

    def _start(self, count: int) -> None:
        with self.changed:
            for _ in range(count - len(self.alive)):
                worker = WorkerProcess()
                self.alive.append(worker)
                self.free.append(worker)

    def _end(self) -> None:
        with self.changed:
            for worker in self.alive:
                worker.end()
            self.alive, self.free = [], []
            self.changed.notify_all()

    def _work(self, document: Document, piece: Piece, what: str) -> bytes | None:
        reason = "the workers were stopped"
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.free or not self.alive)
                if not self.alive:
                    raise EngineError(f"{reason}; no worker is left")
                worker = self.free.pop()
            try:
                made = worker.make(document, piece)
            except WorkerLostError as lost:
                reason = f"a worker died ({lost}) at {what}"
                self._drop(worker, reason)
                continue
            except BaseException:
                self._give_back(worker)
                raise
            self._give_back(worker)
            return made

    def _give_back(self, worker: WorkerProcess) -> None:
        with self.changed:
            if worker in self.alive:
                self.free.append(worker)
                self.changed.notify()

    def _drop(self, worker: WorkerProcess, reason: str) -> None:
        worker.end()
        with self.changed:
            known = worker in self.alive
            if known:
                self.alive.remove(worker)
            left = len(self.alive)
            self.changed.notify_all()
        if known and left:
            self.say(f"{reason}; {left} worker{'s' * (left > 1)} left, continuing")


class WorkerProcess:
    """A process of `phosphene.jobs.worker_process`. It exits when its standard input ends."""

    def __init__(self) -> None:
        here = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
        self.document: Document | None = None  # the job that it has
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from phosphene.jobs.worker_process import main; main()"],
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def make(self, document: Document, piece: Piece) -> bytes | None:
        """The result of a piece, or None if it was stored.

        Raises what the job raises, and `WorkerLostError`.
        """
        given, taken = self.process.stdin, self.process.stdout
        assert given and taken
        try:
            if self.document is not document:
                given.write(_setup(document))
                self.document = document
            given.write(json.dumps({"piece": piece}).encode() + b"\n")
            given.flush()
            answer = json.loads(taken.readline())
            made = taken.read(answer["size"]) if "size" in answer else None
            if made is not None and len(made) < answer["size"]:
                raise EOFError
        except (OSError, ValueError, EOFError):
            raise WorkerLostError(_ending(self.process.wait())) from None
        raise_error(answer)
        return made

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):  # data that it did not read
                if pipe:
                    pipe.close()


def _setup(document: Document) -> bytes:
    sizes = {"size": len(document.data), "store_size": len(document.store_data)}
    names = {"kind": document.kind, "fingerprint": document.fingerprint}
    rest = {"store_kind": document.store_kind, "limits": document.limits}
    line = json.dumps({"job": names | sizes | rest})
    return line.encode() + b"\n" + document.data + document.store_data


def _ending(code: int) -> str:
    if code >= 0:
        return f"code {code}"
    return f"signal {-code}{', perhaps for lack of memory' if code == -9 else ''}"
