"""Jobs of the tests: small, and as bad as asked."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from phosphene.core.errors import FormulaError, RecipeError
from phosphene.files.piece_store import Store
from phosphene.jobs.job import Piece, Scratch


@dataclass(frozen=True)
class Squares:
    """Piece k is the text of k squared. `bad` is the piece at which something happens: `what` is
    "error", "formula", "crash" (each time), "kill" (once, then `mark` exists) or "slow".
    """

    count: int
    bad: int = -1
    what: str = ""
    mark: str = ""

    def pieces(self) -> Iterator[Piece]:
        return ((k,) for k in range(self.count))

    def make(self, piece: Piece, scratch: Scratch) -> bytes:
        (k,) = piece
        memory = scratch.array("squares", (8,), "f4")
        memory[:] = k
        if k == self.bad:
            self._misbehave(scratch)
        return b"%d" % (memory[0] * memory[7])

    def _misbehave(self, scratch: Scratch) -> None:
        if self.what == "error":
            raise RecipeError("planted")
        if self.what == "formula":
            raise FormulaError("planted", "1 + ?", 4)
        if self.what == "crash" or (self.what == "kill" and not Path(self.mark).exists()):
            if self.mark:
                Path(self.mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        while self.what == "slow":
            scratch.check()
            time.sleep(0.01)

    def describe(self, piece: Piece) -> str:
        return f"square {piece[0]}"

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        return json.dumps(astuple(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Squares:
        return cls(*json.loads(data))


@dataclass(frozen=True)
class SlowFirst(Squares):
    """Piece 0 lasts until the run is cancelled."""

    def make(self, piece: Piece, scratch: Scratch) -> bytes:
        while piece == (0,):
            scratch.check()
            time.sleep(0.01)
        return super().make(piece, scratch)


@dataclass(frozen=True)
class WhoAmI(Squares):
    """Every piece is the process that made it, after a moment in which the others can take some."""

    def make(self, piece: Piece, scratch: Scratch) -> bytes:
        time.sleep(0.05)
        return b"%d" % os.getpid()


@dataclass(frozen=True)
class Greedy(Squares):
    """Every piece takes 40 MB more, until it is killed."""

    def make(self, piece: Piece, scratch: Scratch) -> bytes:
        taken = []
        while len(taken) < 50:
            taken.append(bytearray(os.urandom(1 << 20) * 40))
            time.sleep(0.05)
        return b"%d" % len(taken)


class UnsharedStore(Store):
    """A folder that other processes have under the same name, with other files in it."""

    def sees(self, token: str) -> bool:
        return False


def squares(count: int) -> list[tuple[Piece, bytes]]:
    return [((k,), b"%d" % k**2) for k in range(count)]
