"""The fuzzers find what is planted, run every kind of input, and give the same inputs again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.fuzz.__main__ import table
from tests.fuzz.bounds import Failure, wrong
from tests.fuzz.kinds import KINDS
from tests.fuzz.worker import keep, read

ROOT = Path(__file__).parents[2]
# Faults that are planted in the process that runs inputs, when it starts.
PLANTED = {
    "IndexError": """
def plant():
    at = import_module("phosphene.formula.parse")
    tree = at._tree
    at._tree = lambda text: [][1] if text.count("(") == 3 else tree(text)
""",
    "MemoryError": """
def plant():
    from phosphene.files import png_reading as at
    plain = at._text
    at._text = lambda path, kind, body, budget: (
        len(body) % 3 == 0 and bytes(3 << 30) and None or plain(path, kind, body, budget)
    )
""",
}
HOW = """
import sys
from importlib import import_module
from tests.fuzz import worker
from tests.fuzz.__main__ import main
work = worker.work
worker.work = lambda *given: plant() or work(*given)
sys.exit(main(sys.argv[1:]))
"""


def fuzz(*options: str, planted: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", planted + HOW, *options, "--failures", str(folder)],
        cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": f"{ROOT}/src"},
    )  # fmt: skip


@pytest.mark.slow  # runs the fuzzers for up to a minute
@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_fault_is_found_within_a_minute(what, tmp_path):
    done = fuzz("--seconds", "60", "--until-failed", planted=PLANTED[what], folder=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    reasons = [path.read_text() for path in tmp_path.glob("*.why")]
    assert any(what in why or "not enough memory" in why for why in reasons), reasons


def used(data: bytes, folder: Path) -> bool:
    return True


def fails(data: bytes, folder: Path) -> bool:
    raise IndexError("list index out of range")


def hungry(data: bytes, folder: Path) -> bool:
    np.ones(1_200_000_000 // 8)
    return True


def refused(data: bytes, folder: Path) -> bool:
    raise Failure("refused without a word")


@pytest.mark.parametrize(
    ("check", "why"),
    [(used, ""), (fails, "IndexError"), (hungry, "MB; expected at most"), (refused, "a word")],
)
def test_what_is_wrong_with_an_input_is_said(check, why, tmp_path):
    assert why in wrong(check, b"", tmp_path)[1]
    assert bool(why) == bool(wrong(check, b"", tmp_path)[1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_failing_input_is_kept_as_a_file_and_read_back(kind, tmp_path):
    data = b".png    \x89PNG" if kind == "file" else b"data"
    path = keep(kind, data, "1-01", "IndexError", tmp_path)
    assert read(path) == (kind, data)
    assert Path(f"{path}.why").read_text() == "IndexError"


def test_counts_are_a_table():
    counts = {f"{kind} {what}": 1000 for kind in KINDS for what in ("inputs", "used", "failed")}
    assert table(Counter({**counts, "file used": 0})).splitlines()[3].split() == [
        "file", "1,000", "0", "0", "1,000"
    ]  # fmt: skip


@pytest.mark.slow  # fuzzes for ten seconds
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this system")
@pytest.mark.parametrize("fault", [False, True])
def test_the_guided_fuzzer_runs_and_finds_a_planted_fault(fault, tmp_path):
    plant = """
import phosphene.files.png_reading as at
at._text = lambda *given: [][9]
"""
    how = "import sys; from tests.fuzz import guided\n" + plant * fault + "guided.main()"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", how, "--seconds", "10"],
        cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}/src:{ROOT}"},
    )  # fmt: skip
    assert ("IndexError" in done.stderr + done.stdout) == fault, done.stderr
    assert [*tmp_path.glob("fuzz-failures/*")] if fault else done.returncode == 0
    found = re.search(r"new_units_added:\s+(\d+)", done.stderr)
    assert fault or int(found[1]) > 100  # inputs that reached new code: it is guided by coverage
