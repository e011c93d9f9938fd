"""Figures of whole processes: start-up, compilation, peak memory, other programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any, NamedTuple

from phosphene.core.errors import EngineError

Say = Callable[[str], None]
BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Ended(NamedTuple):
    seconds: float
    stdout: str
    stderr: str


def python(
    *arguments: str, code: int = 0, environment: Mapping[str, str] = MappingProxyType({})
) -> Ended:
    """Run this Python with this phosphene, and with one BLAS thread unless `environment` says
    otherwise. Raises `EngineError` if its exit code is not `code`.
    """
    here = str(Path(__file__).parents[2])
    one_thread = dict.fromkeys(BLAS_THREADS, "1")
    path = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
    start = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | one_thread | {"PYTHONPATH": path} | dict(environment),
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    if ended.returncode != code:
        last = (ended.stderr.strip().splitlines() or ["no message"])[-1]
        raise EngineError(f"bench: `python {' '.join(arguments)}` failed: {last}")
    return Ended(seconds, ended.stdout, ended.stderr)


def child(what: str, *arguments: Any, **environment: str) -> tuple[dict[str, float], Ended]:
    """Run `phosphene.bench.child` and return the figures it prints."""
    ended = python(
        "-m", "phosphene.bench.child", what, *map(str, arguments), environment=environment
    )
    return json.loads(ended.stdout.splitlines()[-1]), ended


def warm_seconds(runs: int, *arguments: str) -> float:
    """The median seconds of `runs` processes, after one that warms disk and caches."""
    python(*arguments)
    return median(python(*arguments).seconds for _ in range(runs))


def process_figures(memory_size: int, paint_size: int, runs: int, say: Say) -> dict[str, Any]:
    """Seconds and megabytes of whole processes; where one fails, None and a message by `say`."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "bench.png")
        paint = (
            "paint",
            "--seed",
            "42",
            "--size",
            f"{paint_size}x{paint_size}",
            "-o",
            file,
            "--overwrite",
        )
        figures: dict[str, Callable[[], Any]] = {
            "python_s": lambda: warm_seconds(runs, "-c", "pass"),
            "import_s": lambda: warm_seconds(runs, "-c", "import phosphene"),
            "paint_s": lambda: warm_seconds(runs, "-m", "phosphene", *paint),
            "peak_mb": lambda: child("memory", memory_size, file)[0]["peak_mb"],
            "cold": lambda: cold_start(folder),
        }
        found: dict[str, Any] = {"memory_size": memory_size, "paint_size": paint_size}
        for name, measure in figures.items():
            found[name] = attempt(measure, say)
        return found


def cold_start(folder: str) -> dict[str, Any]:
    """The first picture on a machine, with nothing compiled: seconds, and whether it says so."""
    _, ended = child("picture", 64, PHOSPHENE_CACHE_DIR=folder, PHOSPHENE_COMPILE="1")
    return {"seconds": ended.seconds, "says_so": "compiling" in ended.stderr}


def attempt(measure: Callable[[], Any], say: Say) -> Any:
    try:
        return measure()
    except EngineError as error:
        say(str(error))
        return None
