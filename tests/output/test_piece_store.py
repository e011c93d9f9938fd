"""The store: a piece comes back as it was written, or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phosphene.core.errors import OutputError, UserError
from phosphene.files.piece_store import (
    Store,
    count_pieces,
    open_store,
    store_folder,
)  # fmt: skip

JOB, OTHER = "ab" * 32, "cd" * 32
ABOUT = {"job": JOB, "pieces": 3, "unit": "bands", "size": "40x30", "engine": "cpu"}
BAND = (64, 32)
PIECE = bytes(range(256)) * 3

in_any_folder = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def store(tmp_path):
    return open_store(tmp_path / "a.png", ABOUT, False, False)


@pytest.mark.parametrize("piece", [b"", b"x", PIECE])
def test_a_piece_comes_back(piece, store):
    assert store.read(BAND) is None and not store.has(BAND)
    store.write(BAND, piece)
    assert store.read(BAND) == piece and store.has(BAND)
    store.write(BAND, piece)  # again, by another
    assert store.read(BAND) == piece


@in_any_folder
@given(at=st.integers(0), bit=st.integers(0, 7))
def test_any_flipped_bit_is_detected(store, at, bit):
    store.write(BAND, PIECE)
    file = store._path(BAND)
    data = bytearray(file.read_bytes())
    data[at % len(data)] ^= 1 << bit
    file.write_bytes(data)
    assert store.read(BAND) is None and store.has(BAND)


@in_any_folder
@given(length=st.integers(0, len(PIECE) + 60), more=st.booleans())
def test_a_piece_that_is_cut_off_or_too_long_is_detected(store, length, more):
    store.write(BAND, PIECE)
    file = store._path(BAND)
    data = file.read_bytes()
    file.write_bytes(data + bytes(length + 1) if more else data[: min(length, len(data) - 1)])
    assert store.read(BAND) is None


def test_a_piece_of_another_job_or_other_rows_is_not_used(store):
    store.write(BAND, PIECE)
    data = store._path(BAND).read_bytes()
    for job, band in ((OTHER, BAND), (JOB, (64, 31)), (JOB, (0, 32))):
        elsewhere = Store(store.folder, job)
        elsewhere._path(band).write_bytes(data)
        assert elsewhere.read(band) is None


def test_a_store_is_resumed_only_on_request(store, tmp_path):
    store.write(BAND, PIECE)
    store.close(keep=True)
    with pytest.raises(
        UserError, match="interrupted after 1 of 3 bands; `resume=True` continues it"
    ):
        open_store(tmp_path / "a.png", ABOUT, False, False)
    for resume, overwrite, found in (
        (True, False, PIECE),
        (True, True, PIECE),
        (False, True, None),
    ):
        store = open_store(tmp_path / "a.png", ABOUT, resume, overwrite)
        assert store.read(BAND) == found
        store.close(keep=True)


@pytest.mark.parametrize("resume", [False, True])
def test_the_store_of_another_picture_is_refused_with_the_difference(resume, store, tmp_path):
    store.write(BAND, PIECE)
    store.close(keep=True)
    about = ABOUT | {"job": OTHER, "size": "40x31"}
    with pytest.raises(UserError, match="it had size 40x30; now size 40x31"):
        open_store(tmp_path / "a.png", about, resume, False)
    assert store.read(BAND) == PIECE
    assert open_store(tmp_path / "a.png", about, False, True).job == OTHER
    assert not store.has(BAND)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[]", "{}", "\0", ""])
def test_a_damaged_description_is_refused_not_trusted(text, store, tmp_path):
    store.write(BAND, PIECE)
    store.close(keep=True)
    (store.folder / "job.json").write_text(text)
    with pytest.raises(UserError, match="job.json is damaged"):
        open_store(tmp_path / "a.png", ABOUT, True, False)


def test_removing_a_store_leaves_what_is_not_ours(store):
    store.write(BAND, PIECE)
    (store.folder / "notes.txt").write_text("mine")
    store.close()
    assert [file.name for file in store.folder.iterdir()] == ["notes.txt"]


def test_an_empty_store_can_be_removed_and_one_with_pieces_stays(store, tmp_path):
    assert count_pieces(store_folder(tmp_path / "a.png")) == (0, 3)
    store.close(keep=True)
    assert count_pieces(store_folder(tmp_path / "a.png")) is None
    store = open_store(tmp_path / "a.png", ABOUT, True, False)
    store.write(BAND, PIECE)
    store.close(keep=True)
    assert json.loads((store.folder / "job.json").read_text()) == ABOUT


def test_a_removed_folder_is_a_clear_error(store):
    store.close()
    with pytest.raises(OutputError, match=r"cannot be written \(No such file"):
        store.write(BAND, PIECE)


def test_a_full_disk_leaves_no_half_piece(store, monkeypatch):
    def full(file, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("phosphene.files.piece_store._write_all", full)
    with pytest.raises(OutputError, match="No space left"):
        store.write(BAND, PIECE)
    assert {file.name for file in store.folder.iterdir()} == {"job.json", "running.lock"}


RUN = """
import sys
from pathlib import Path
from phosphene.files.piece_store import open_store
open_store(Path(sys.argv[1]), {"job": "ab" * 32, "pieces": 3}, False, True)
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Another process with the store of a.png open."""
    command = [sys.executable, "-c", RUN, str(tmp_path / "a.png")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"open\n"
        yield process
        process.kill()


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_second_export_is_refused_while_one_is_running(resume, overwrite, other, tmp_path):
    (store_folder(tmp_path / "a.png") / "abcd-0-32.piece").write_bytes(b"of the first")
    who = rf"is running \(process {other.pid}, since \d{{4}}-\d\d-\d\d \d\d:\d\d\); wait"
    with pytest.raises(UserError, match=who):
        open_store(tmp_path / "a.png", ABOUT, resume, overwrite)
    assert count_pieces(store_folder(tmp_path / "a.png")) == (1, 3)


def test_a_killed_export_is_interrupted_not_running(other, tmp_path):
    other.kill()
    other.wait()
    with pytest.raises(UserError, match="interrupted after 0 of 3"):
        open_store(tmp_path / "a.png", ABOUT, False, False)
    open_store(tmp_path / "a.png", ABOUT, True, False).close()
    assert not store_folder(tmp_path / "a.png").exists()


def test_two_exports_in_one_process_are_two(store, tmp_path):
    with pytest.raises(UserError, match=f"is running .process {os.getpid()}, since"):
        open_store(tmp_path / "a.png", ABOUT, False, True)


@pytest.mark.parametrize("text", ["", "{", "[1]", '["x", 2, 3]', "null", "[" * 100_000, "\0"])
def test_a_lock_that_does_not_say_who_holds_it_still_holds(text, store, tmp_path):
    (store.folder / "running.lock").write_text(text)
    with pytest.raises(UserError, match=r"an export to this file is running; wait"):
        open_store(tmp_path / "a.png", ABOUT, True, False)


def test_of_many_that_open_a_store_at_once_one_has_it(tmp_path):
    taken, refused, together = [], [], threading.Barrier(8, timeout=20)

    def run():
        for _ in range(30):
            together.wait()
            try:
                store = open_store(tmp_path / "a.png", ABOUT, False, True)
            except UserError:
                refused.append(1)
                continue
            taken.append(store)
            assert taken == [store]
            taken.remove(store)
            store.close()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(run) for _ in range(8)]:
            done.result()
    assert refused and not store_folder(tmp_path / "a.png").exists()
