"""How long commands take from start to end, compared with importing NumPy and numba."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from phosphene.bench.processes import Ended, python
from phosphene.bench.run import load, machine

Say = Callable[[str], None]
ROUNDS = 5
NOT_BUILT = "the package holds no kernels for this CPU: `make objects`"


class Start(NamedTuple):
    """A command to time: the arguments of Python, and the longest time aimed at: `aim` seconds, or
    `aim` times as long as the row `relative` to it. `code` is the exit code that it should have.
    """

    arguments: tuple[str, ...]
    aim: float | None = None
    relative: str = ""
    code: int = 0
    environment: dict[str, str] = {}


def commands(folder: Path, size: int = 1024, count: int = 24) -> dict[str, Start]:
    """The rows of the table. Files are written into `folder`."""
    art, out = str(folder / "art.png"), ("--overwrite", "-o", str(folder / "out.png"))
    run = ("-m", "phosphene")
    paint = (*run, "paint", "silk", "--seed", "7", "--size", f"{size}x{size}", *out)
    empty = {"PHOSPHENE_CACHE_DIR": str(folder / "empty")}
    sheet = (*run, "sheet", "--count", str(count), *out)
    return {
        "import numpy": Start(("-c", "import numpy")),
        "import numba": Start(("-c", "import numba")),
        "--version": Start((*run, "--version"), 2.5, "import numpy"),
        "--help": Start((*run, "--help"), 2.5, "import numpy"),
        "paint --help": Start((*run, "paint", "--help")),
        "a mistake": Start((*run, "paint", "silc"), 2.5, "import numpy", 2),
        "show": Start((*run, "show", art), 3.5, "import numpy"),
        f"paint, {size}x{size}": Start(paint, 1.3, "import numba"),
        f"sheet --count {count}": Start(sheet, 1.2),
        FIRST: Start(paint, 1.0, environment=empty),
        COMPILED: Start(paint, 8.0, environment=empty | {"PHOSPHENE_COMPILE": "1"}),
    }


FIRST, COMPILED = "first picture ever", "first picture, compiled"


def bench_start(rounds: int = ROUNDS, say: Say = lambda line: None, **sizes: int) -> dict[str, Any]:
    """Seconds of whole processes by row, one after the other in each of some rounds.

    Returns `start`, by row: `seconds`, the median; `best`; `relative` and `times`, if it is
    compared with another row; `aim` and `met`; or `missing`, why it was not measured. And `load`,
    of the machine before and after, and its `cpu`. Raises `EngineError` if a command fails.
    """

    before = load()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = commands(folder, **sizes)
        art = str(folder / "art.png")
        python("-m", "phosphene", "paint", "--seed", "1", "--size", "64", "-o", art)
        for row in (row for row in rows.values() if not row.environment):
            _run(row)  # warms disk and caches
        seconds: dict[str, list[float]] = {row: [] for row in rows}
        missing: dict[str, str] = {}
        for turn in range(rounds):
            say(f"round {turn + 1} of {rounds}")
            for row, start in rows.items():
                _empty(folder / "empty")
                ended = _run(start)
                seconds[row].append(ended.seconds)
                if row == FIRST and "compiling" in ended.stderr:
                    missing[row] = NOT_BUILT
    found = {row: _figures(rows[row], row, seconds) for row in rows}
    found |= {row: {"missing": why} for row, why in missing.items()}
    return {"start": found, "load": [before, load()], "cpu": machine()["cpu"]}


def _run(start: Start) -> Ended:
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}  # an installed package has its .pyc files
    return python(*start.arguments, code=start.code, environment=compiled | start.environment)


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def _figures(start: Start, row: str, seconds: dict[str, list[float]]) -> dict[str, Any]:
    middle = median(seconds[row])
    found: dict[str, Any] = {"seconds": round(middle, 4), "best": round(min(seconds[row]), 4)}
    value = middle
    if start.relative:
        value = middle / median(seconds[start.relative])
        found |= {"relative": start.relative, "times": round(value, 3)}
    if start.aim is not None:
        found |= {"aim": start.aim, "met": value <= start.aim}
    return found


def start_text(figures: dict[str, Any]) -> str:
    """The figures as lines."""
    before, after = figures["load"]
    lines = [
        f"{figures['cpu']}; load {before:.1f} before, {after:.1f} after",
        f"{'whole process':<26}{'median':>9}{'best':>9}{'times':>20}{'aim':>9}  met",
    ]
    for row, found in figures["start"].items():
        if "missing" in found:
            lines.append(f"{row:<26}  not measured: {found['missing']}")
            continue
        times = f"{found['times']:.2f} x {found['relative']}" if "times" in found else ""
        unit = "x" if times else "s"
        aim = f"<= {found['aim']:g} {unit}" if "aim" in found else ""
        met = {True: "yes", False: "NO"}[found["met"]] if "met" in found else ""
        measured = f"{found['seconds']:7.3f} s{found['best']:7.3f} s"
        lines.append(f"{row:<26}{measured}{times:>20}{aim:>9}  {met}".rstrip())
    return "\n".join(lines)
