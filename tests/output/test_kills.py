"""Exports that are killed at any moment: the file is absent or whole, and nothing is lost.

`make soak` kills 200 of each format; the suite ten.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import phosphene as ph
from phosphene.files import FORMATS
from phosphene.files.piece_store import count_pieces, store_folder
from phosphene.jobs.processes import WorkerProcess
from phosphene.render import render_file
from tests.output.contents import RECIPE, SIZE, contents, left_in, same
from tests.tables import few_quick

KILLS = int(os.environ.get("PHOSPHENE_KILLS", "10"))
ROOT = Path(__file__).parents[2]
STREAMING = [(suffix, {}) for suffix, kind in FORMATS.items() if kind.streams]
CASES = [*STREAMING, (".png", {"depth": 16}), (".png", {"workers": 2})]


class Exporter:
    """`tests.output.exporter`: exports in a process that can be killed."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.output.exporter"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, path: Path, **job) -> int:
        """The exit status of an export."""
        self.process.stdin.write(json.dumps({"path": str(path), **job}) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def seconds(self, path: Path, **job) -> float:
        start = time.monotonic()
        assert self.run(path, **job) == 0
        return time.monotonic() - start


@pytest.fixture(scope="module")
def exporter():
    found = Exporter()
    yield found
    with found.process as process:
        process.stdin.close()
    assert process.returncode == 0


@pytest.mark.slow  # it starts and kills some hundred exports
@pytest.mark.parametrize(("suffix", "how"), CASES, ids=lambda case: str(case))
def test_a_killed_export_leaves_no_torn_file_and_can_be_resumed(suffix, how, exporter, tmp_path):
    exporter.seconds(tmp_path / f"first{suffix}", **how)
    takes = exporter.seconds(tmp_path / f"whole{suffix}", **how)
    expected = contents(tmp_path / f"whole{suffix}")
    moments, stopped, found = random.Random(suffix), 0, 0
    # Workers take most of the time to start, the more the busier the machine is.
    once_kept = "workers" in how
    for k in range(KILLS):
        folder = tmp_path / str(k)
        folder.mkdir()
        path = folder / f"whole{suffix}"
        share = (k + moments.random()) / KILLS * (0.2 if once_kept else 1)
        exporter.run(path, killed_after=takes * share, once_kept=once_kept, **how)
        complete = path.exists()
        stopped += not complete
        if complete:
            assert same(contents(path), expected) and ph.open(path) == RECIPE
        found += (count_pieces(store_folder(path)) or (0, 0))[0] > 0
        assert exporter.run(path, resume=True, overwrite=complete, **how) == 0
        assert same(contents(path), expected) and ph.open(path) == RECIPE
        assert left_in(folder) == []
    print(f"{suffix} {how}: {KILLS} kills, {stopped} before the end, {found} with bands kept")
    assert stopped >= KILLS // 3 and found >= 1


def test_a_torn_file_would_be_noticed(tmp_path):
    path = tmp_path / "a.png"
    render_file(RECIPE, path, SIZE)
    expected = contents(path)
    path.write_bytes(path.read_bytes()[:-5000])
    try:
        torn = contents(path)
    except Exception as error:  # noqa: BLE001  pyvips raises its own
        assert "error" in type(error).__name__.lower()
    else:
        assert not same(torn, expected)


def test_a_worker_ends_with_the_process_that_started_it():
    worker = WorkerProcess()
    worker.process.stdin.close()
    assert worker.process.wait(timeout=60) is not None
    worker.end()


@pytest.mark.slow  # a dozen exports
@pytest.mark.parametrize("k", few_quick(range(3), 1))
def test_kill_after_kill_the_pixels_are_the_same(k, exporter, tmp_path):
    path = tmp_path / "a.png"
    moments = random.Random(k)
    takes = exporter.seconds(tmp_path / "b.png")
    for _ in range(6):
        exporter.run(path, killed_after=moments.random() * takes, resume=True, overwrite=True)
    assert exporter.run(path, resume=True, overwrite=True) == 0
    assert same(contents(path), contents(tmp_path / "b.png"))
