"""The bench of starts runs every row and says which aims are met. Times are not tested."""

from __future__ import annotations

import json

import pytest

from phosphene.bench import start
from phosphene.bench.processes import Ended
from phosphene.bench.start import COMPILED, FIRST, bench_start, commands, start_text
from phosphene.core.errors import EngineError


@pytest.fixture
def asked(monkeypatch):
    """Processes that would be timed, with the seconds that they are said to take."""
    runs: list[tuple[str, ...]] = []

    def fake(*arguments, code=0, environment=()):
        runs.append(arguments)
        if "import numpy" in arguments:
            return Ended(0.1, "", "")
        compiles = "PHOSPHENE_COMPILE" in environment or "bare" in runs
        return Ended(0.25, "", "compiling kernels" if compiles else "")

    monkeypatch.setattr(start, "python", fake)
    return runs


def test_every_row_runs_in_every_round(asked, tmp_path):
    said: list[str] = []
    found = bench_start(3, said.append)
    rows = commands(tmp_path)
    assert said == ["round 1 of 3", "round 2 of 3", "round 3 of 3"]
    assert list(found["start"]) == list(rows)
    assert set(found) == {"start", "load", "cpu"} and len(found["load"]) == 2
    assert sum("import numpy" in run for run in asked) == 4  # the first is not timed
    assert sum("show" in run for run in asked) == 4
    assert json.loads(json.dumps(found)) == found


def test_ratios_are_compared_with_aims(asked):
    found = bench_start(1)["start"]
    assert found["--help"] == {
        "seconds": 0.25, "best": 0.25, "relative": "import numpy", "times": 2.5, "aim": 2.5,
        "met": True,
    }  # fmt: skip
    assert found["paint, 1024x1024"]["times"] == 1.0
    assert found[FIRST]["aim"] == 1.0 and found[COMPILED]["met"] is True
    assert "met" not in found["import numba"]


def test_the_table_shows_which_aims_are_missed(asked):
    figures = bench_start(1)
    figures["start"]["show"] |= {"times": 3.6, "met": False}
    lines = start_text(figures).splitlines()
    assert "load" in lines[0]
    (show,) = (line for line in lines if line.startswith("show"))
    assert show.split() == "show 0.250 s 0.250 s 3.60 x import numpy <= 3.5 x NO".split()
    (sheet,) = (line for line in lines if line.startswith("sheet"))
    assert sheet.split()[-5:] == ["s", "<=", "1.2", "s", "yes"]


def test_a_first_picture_that_compiles_is_not_taken_for_one_that_does_not(asked):
    asked.append("bare")
    found = bench_start(1)["start"]
    assert found[FIRST] == {"missing": start.NOT_BUILT}
    assert f"not measured: {start.NOT_BUILT}" in start_text({
        "start": found, "load": [0.0, 0.0], "cpu": "a CPU"
    })  # fmt: skip


@pytest.mark.slow  # starts processes
def test_a_command_that_fails_is_not_timed(monkeypatch, tmp_path):
    rows = {"fails": start.Start(("-c", "raise SystemExit(3)")), "import numpy": start.Start(())}
    monkeypatch.setattr(start, "commands", lambda folder, **sizes: rows)
    with pytest.raises(EngineError, match="failed"):
        bench_start(1)
    monkeypatch.setitem(rows, "fails", start.Start(("-c", "raise SystemExit(3)"), code=3))
    rows.pop("import numpy")
    assert bench_start(1)["start"]["fails"]["seconds"] > 0


@pytest.mark.slow(reason="starts some twenty processes, of which two compile the kernels")
def test_all_rows_run():
    found = bench_start(1, size=32, count=2)["start"]
    assert all("missing" in row or row["seconds"] > 0 for row in found.values())
