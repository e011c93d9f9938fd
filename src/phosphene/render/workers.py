"""Hands share out bands of a picture: threads of this process, or processes of their own.

A hand makes a band and puts it into the store. One that is lost in mid-work (a process that is
killed) gives its band back for the others. Nothing depends on who makes a band, or how often.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from phosphene.core import errors
from phosphene.core.errors import EngineError, PhospheneError
from phosphene.files.piece_store import Band

Say = Callable[[str], None]


class Hand(Protocol):
    def make(self, band: Band) -> None:
        """Make a band and store it. Raises `HandLostError` where the hand is no more."""
        ...

    def end(self) -> None:
        """Leave off, whatever it is doing."""
        ...


class HandLostError(Exception):
    """A hand that makes no more bands."""


def distribute(bands: Iterable[Band], hands: Sequence[Hand], say: Say) -> Generator[Band]:
    """The bands as they are finished, in any order, every hand at work in a thread.

    Ends the hands when all is done, after an error, and on Ctrl-C. Raises what a hand raises, and
    `EngineError` where every hand is lost.
    """
    tasks: SimpleQueue[Band | None] = SimpleQueue()
    answers: SimpleQueue[Band | BaseException] = SimpleQueue()
    waiting = 0
    for band in bands:
        tasks.put(band)
        waiting += 1
    threads = [
        threading.Thread(target=_serve, args=(hand, tasks, answers), name="phosphene")
        for hand in hands
    ]
    here = len(hands)
    try:
        for thread in threads:
            thread.start()
        while waiting:
            answer = answers.get()
            if isinstance(answer, HandLostError):
                here -= 1
                if not here:
                    raise EngineError(f"{answer}; none is left")
                say(f"{answer}; the other {here} go on")
            elif isinstance(answer, BaseException):
                raise answer
            else:
                waiting -= 1
                yield answer
    finally:
        with suppress(Empty):
            while True:
                tasks.get_nowait()
        for hand in hands:
            tasks.put(None)
            hand.end()
        for thread in threads:
            if thread.ident is not None:
                thread.join()


def _serve(
    hand: Hand, tasks: SimpleQueue[Band | None], answers: SimpleQueue[Band | BaseException]
) -> None:
    while (band := tasks.get()) is not None:
        try:
            hand.make(band)
        except HandLostError as lost:
            tasks.put(band)
            answers.put(lost)
            return
        except BaseException as error:  # noqa: BLE001  it is raised where the answers are read
            answers.put(error)
            return
        answers.put(band)


class Worker:
    """A hand that is a process of its own. It ends when its standard input does."""

    def __init__(self, setup: dict[str, Any], program: bytes):
        here = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
        self.setup = json.dumps(setup | {"program": len(program)}).encode() + b"\n" + program
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from phosphene.render.worker_process import main; main()"],
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def make(self, band: Band) -> None:
        given, taken = self.process.stdin, self.process.stdout
        assert given and taken
        try:
            given.write(self.setup + json.dumps(band).encode() + b"\n")
            given.flush()
            self.setup = b""
            answer = json.loads(taken.readline())
        except (OSError, ValueError):
            code = self.process.wait()
            raise HandLostError(f"a worker has ended early ({_ending(code)})") from None
        if "error" in answer:
            kind = getattr(errors, answer["error"], PhospheneError)
            raise kind(answer["text"])

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):  # what it had not read yet
                if pipe:
                    pipe.close()


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"code {code}"
