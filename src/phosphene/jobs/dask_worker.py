"""Functions that run in the workers of a Dask cluster. They take and return plain values."""

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

KEPT_JOBS = 8  # jobs that a worker keeps; others are sent again
TRIM, MMAP = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of glibc's mallopt
THRESHOLDS = (1 << 30, 1 << 25)  # bytes; older versions of glibc refuse the first

_documents: OrderedDict[str, tuple[Document, bool]] = OrderedDict()
_own = threading.local()  # jobs and scratch memory of each thread of the worker


def dask_setup(worker: Any) -> None:
    """Set up a worker of a local cluster; Dask calls this because the module is a preload."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started it


def identity() -> dict[str, str]:
    """The version of Phosphene in this worker, the digest of its source, and the process id."""
    return {"version": __version__, "sources": source_digest(), "pid": str(os.getpid())}


def install(run: str, sources: str, token: str, *values: Any) -> dict[str, bool]:
    """Install a job for a run; `values` are the fields of its `Document`. Returns whether this
    worker can reach the store, which holds `token`.

    Raises `EngineError` if the source digest of the client, `sources`, is not that of the worker.
    """
    if sources != source_digest():
        from distributed import get_worker

        problem = f"worker {get_worker().address}, which joined, runs another version of Phosphene"
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
    """Make a piece. Returns {"made": packed bytes}, {"stored": True}, {"missing": True} if the job
    is not installed, or an error. With `installation`, the arguments of `install`, it is installed.
    """
    if run not in _documents and not installation:
        return {"missing": True}
    try:
        if run not in _documents:
            install(run, *installation)
        document, sees = _documents[run]
        with document.under_limits():
            job, scratch = _job(document)
            made = perform(job, tuple(piece), scratch, load_store(document) if sees else None)
    except PhospheneError as error:
        return error_answer(error)
    return {"stored": True} if made is None else {"made": packing.pack(made)}


def keep_memory() -> None:
    """Make glibc keep freed memory. Dask's nanny sets MALLOC_TRIM_THRESHOLD_ to 64 kB, so that
    freed memory returns to the system at once and a worker spends most of its time on page faults.
    """
    threshold = os.environ.get("MALLOC_TRIM_THRESHOLD_", "")
    if sys.platform != "linux" or not threshold.isdigit() or int(threshold) >= THRESHOLDS[-1]:
        return
    with suppress(AttributeError):  # musl has no mallopt and needs none
        mallopt = ctypes.CDLL(None).mallopt
        for option in (TRIM, MMAP):
            any(mallopt(option, size) for size in THRESHOLDS)


def _job(document: Document) -> tuple[Any, Scratch]:
    """This thread's copy of the job, and its scratch memory."""
    if not hasattr(_own, "jobs"):
        _own.jobs, _own.scratch = OrderedDict(), Scratch()
    if document.fingerprint not in _own.jobs:
        _own.jobs[document.fingerprint] = load_job(document)
        while len(_own.jobs) > KEPT_JOBS:
            _own.jobs.popitem(last=False)
    return _own.jobs[document.fingerprint], _own.scratch
