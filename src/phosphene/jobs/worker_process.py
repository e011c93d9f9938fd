"""The main function of a worker process, which `phosphene.jobs.processes` starts.

It reads lines of JSON from standard input: {"job": ...}, followed by the bytes of the job and of
its store, and {"piece": [...]}. For each piece it writes a line of JSON and the bytes of the result
to standard output. It exits when its input ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from typing import Any, BinaryIO

from phosphene.core.errors import PhospheneError
from phosphene.core.limits import LIMITS, Limits
from phosphene.jobs.answers import error_answer
from phosphene.jobs.job import (
    Document,
    PortableJob,
    Scratch,
    Store,
    load_job,
    load_store,
    perform,
)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started us
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # prints go to stderr
    with suppress(BrokenPipeError):  # the parent has ended
        serve(sys.stdin.buffer, answers)
    os._exit(0)


def serve(given: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the input ends."""
    job: PortableJob | None = None
    store: Store | None = None
    limits = Limits()
    failed: dict[str, str] = {}
    scratch = Scratch()
    while line := given.readline():
        asked = json.loads(line)
        if "job" in asked:
            try:
                failed = {}
                limits = Limits(**dict(zip(LIMITS, asked["job"]["limits"], strict=True)))
                with limits:
                    job, store = _load(asked["job"], given)
            except PhospheneError as error:  # reported with the first piece
                failed = error_answer(error)
            continue
        with limits:
            answer, made = (failed, b"") if failed else _answer(job, asked["piece"], scratch, store)
        answers.write(json.dumps(answer).encode() + b"\n" + made)
        answers.flush()


def _load(setup: dict[str, Any], given: BinaryIO) -> tuple[PortableJob, Store | None]:
    data, store_data = given.read(setup["size"]), given.read(setup["store_size"])
    document = Document(setup["kind"], setup["fingerprint"], data, setup["store_kind"], store_data)
    return load_job(document), load_store(document)


def _answer(
    job: Any, piece: list[int], scratch: Scratch, store: Store | None
) -> tuple[dict[str, Any], bytes]:
    try:
        made = perform(job, tuple(piece), scratch, store)
    except PhospheneError as error:
        return error_answer(error), b""
    return ({}, b"") if made is None else ({"size": len(made)}, made)
