"""The process that runs inputs, and the process that watches it."""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

import phosphene as ph
from tests.fuzz.bounds import bound_memory, wrong
from tests.fuzz.kinds import KINDS

BATCH = 10  # inputs of a kind before the next kind has its turn
STALL_S = 120.0  # an input that takes longer than this is a hang

Counts = Counter[str]  # "recipe inputs", "recipe used", "recipe failed", ...


def keep(kind: str, data: bytes, number: str, why: str, folder: Path) -> Path:
    """Keep a failing input as a file, with what is wrong beside it."""
    folder.mkdir(exist_ok=True, parents=True)
    suffix = KINDS[kind].suffix or data[:8].decode("latin-1").strip()
    path = folder / f"{kind}-{number}{suffix}"
    path.write_bytes(data if KINDS[kind].suffix else data[8:])
    Path(f"{path}.why").write_text(why, errors="backslashreplace")
    return path


def read(path: Path) -> tuple[str, bytes]:
    """The kind and the input that `keep` wrote."""
    kind = path.name.partition("-")[0]
    body = path.read_bytes()
    return kind, body if KINDS[kind].suffix else path.suffix.encode().ljust(8) + body


def work(first: int, end: float, folder: Path, state: Path, once: bool) -> None:
    """Run batches of inputs with seeds from `first` until `end`, or `once` until one has failed;
    `state` is a folder with the current input and the counts.
    """
    warnings.simplefilter("ignore")
    bound_memory()
    counts: Counts = Counter()
    failed: set[str] = set()
    with tempfile.TemporaryDirectory() as place:
        batch = first
        while time.time() < end and not (once and failed):
            for kind in KINDS:
                run_batch(kind, batch, end, counts, failed, folder, state, Path(place))
            batch += 1


def run_batch(
    kind: str, batch: int, end: float, counts: Counts, failed: set[str],
    folder: Path, state: Path, place: Path,
) -> None:  # fmt: skip
    """One batch of a kind. The same failure, by its last line, is kept once."""
    run, number = KINDS[kind].check, 0

    @seed(batch)
    @settings(
        max_examples=BATCH, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )  # fmt: skip
    @given(KINDS[kind].inputs)
    def each(data: bytes) -> None:
        nonlocal number
        if time.time() > end:
            return
        number += 1
        (state / "current").write_bytes(f"{kind} {batch}-{number:02}\n".encode() + data)
        used, why = wrong(run, data, place)
        counts.update({f"{kind} inputs": 1, f"{kind} used": int(used), f"{kind} failed": bool(why)})
        (state / "counts").write_text(json.dumps(counts))
        if why and (last := why.strip().splitlines()[-1]) not in failed:
            failed.add(last)
            keep(kind, data, f"{batch}-{number:02}", why, folder)

    each()


def watch(
    seconds: float, first: int, folder: Path, once: bool = False, say: Callable[..., None] = print
) -> Counts:
    """Run inputs for a time, in a process that is started again when it crashes or hangs; gives the
    counts. Failing inputs are kept in `folder`.
    """
    for kind in KINDS.values():  # what all inputs start from; the first picture loads the engine
        kind.prepare()
    ph.render("classic", 8, threads=1)
    end, total = time.time() + seconds, Counts()
    context = get_context("fork")
    start = first * 1_000_000
    while time.time() < end:
        with tempfile.TemporaryDirectory() as name:
            state = Path(name)
            process = context.Process(target=work, args=(start, end, folder, state, once))
            process.start()
            hung = not _finished(process, state, end)
            total.update(_counts(state))
            if hung or process.exitcode:
                why = "hangs" if hung else f"the process ended with {process.exitcode}"
                total.update(_last(state, why, folder))
                say(why)
            start += 10_000
            if once and any(name.endswith(" failed") and n for name, n in total.items()):
                break
    return total


def _finished(process: object, state: Path, end: float) -> bool:
    """Wait for the process; False if it had to be killed because an input took too long."""
    worker: object = process
    while worker.is_alive():  # type: ignore[attr-defined]
        worker.join(0.5)  # type: ignore[attr-defined]
        with suppress(OSError):
            if time.time() - (state / "current").stat().st_mtime > STALL_S:
                worker.kill()  # type: ignore[attr-defined]
                worker.join()  # type: ignore[attr-defined]
                return False
    return True


def _counts(state: Path) -> Counts:
    with suppress(OSError, ValueError):
        return Counter(json.loads((state / "counts").read_text()))
    return Counter()


def _last(state: Path, why: str, folder: Path) -> Counts:
    """Keep the input that the process was running when it ended."""
    try:
        head, _, data = (state / "current").read_bytes().partition(b"\n")
    except OSError:
        sys.exit(f"fuzz: {why} before the first input")
    kind, number = head.decode().split()
    keep(kind, data, number, why, folder)
    return Counter({f"{kind} inputs": 1, f"{kind} failed": 1})


def replay(path: Path) -> str:
    """What is wrong with a kept input; "" if nothing is."""
    kind, data = read(path)
    bound_memory()
    with tempfile.TemporaryDirectory() as place:
        return wrong(KINDS[kind].check, data, Path(place))[1]
