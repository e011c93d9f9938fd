"""What runs inside the workers of a Dask cluster: functions that take and give plain values."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from collections import OrderedDict
from contextlib import suppress
from typing import Any

from phosphene.core.errors import EngineError, PhospheneError
from phosphene.core.version import __version__, source_digest
from phosphene.jobs import packing
from phosphene.jobs.answers import error_answer
from phosphene.jobs.job import Document, Piece, Scratch, load_job, load_store, perform

KEPT_JOBS = 8  # a worker remembers so many; it is sent one that it has forgotten
TRIM, MMAP = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of glibc's mallopt
THRESHOLDS = (1 << 30, 1 << 25)  # bytes; older versions of glibc refuse the first

_documents: OrderedDict[str, tuple[Document, bool]] = OrderedDict()
_own = threading.local()  # a job and a scratch for each thread of the worker


def dask_setup(worker: Any) -> None:
    """What a worker of a cluster that was started here does first (Dask's hook for preloads)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started it


def identity() -> dict[str, str]:
    """Which Phosphene this worker runs, and its process."""
    return {"version": __version__, "sources": source_digest(), "pid": str(os.getpid())}


def install(run: str, sources: str, token: str, *values: Any) -> dict[str, bool]:
    """Take in the `values` of a job's document for a run. Says whether this worker sees the store,
    in which `token` was left.

    Raises `EngineError` where it runs another Phosphene than the client, whose source digest is
    `sources`.
    """
    if sources != source_digest():
        from distributed import get_worker

        problem = f"worker {get_worker().address}, which has joined, runs another Phosphene"
        raise EngineError(problem, argument="cluster")
    keep_memory()
    document = Document(*values)
    store = load_store(document)
    sees = store is not None and store.sees(token)
    _documents[run] = document, sees
    while len(_documents) > KEPT_JOBS:
        _documents.popitem(last=False)
    return {"sees": sees}


def make(run: str, piece: Piece, *installation: Any) -> dict[str, Any]:
    """Make a piece: {"made": packed bytes}, {"stored": True}, {"missing": True} where the job is
    not installed and does not come along, or an error. `installation` is what `install` takes.
    """
    if run not in _documents and not installation:
        return {"missing": True}
    try:
        if run not in _documents:
            install(run, *installation)
        document, sees = _documents[run]
        job, scratch = _job(document)
        made = perform(job, tuple(piece), scratch, load_store(document) if sees else None)
    except PhospheneError as error:
        return error_answer(error)
    return {"stored": True} if made is None else {"made": packing.pack(made)}


def keep_memory() -> None:
    """Have glibc keep freed memory. Dask's nanny sets MALLOC_TRIM_THRESHOLD_ to 64 kB, which gives
    it back to the system at every chance: a worker then spends most of its time on page faults.
    """
    threshold = os.environ.get("MALLOC_TRIM_THRESHOLD_", "")
    if sys.platform != "linux" or not threshold.isdigit() or int(threshold) >= THRESHOLDS[-1]:
        return
    with suppress(AttributeError):  # musl has no mallopt, and no need of it
        mallopt = ctypes.CDLL(None).mallopt
        for option in (TRIM, MMAP):
            any(mallopt(option, size) for size in THRESHOLDS)


def _job(document: Document) -> tuple[Any, Scratch]:
    """The job as this thread has it, and the thread's memory."""
    if not hasattr(_own, "jobs"):
        _own.jobs, _own.scratch = OrderedDict(), Scratch()
    if document.fingerprint not in _own.jobs:
        _own.jobs[document.fingerprint] = load_job(document)
        while len(_own.jobs) > KEPT_JOBS:
            _own.jobs.popitem(last=False)
    return _own.jobs[document.fingerprint], _own.scratch
