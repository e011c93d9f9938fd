"""What holds for every executor: all pieces, in any order or their own, bounded, cancelled."""

from __future__ import annotations

import ast
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

import phosphene.jobs
from phosphene.core.errors import EngineError, FormulaError, RecipeError, UserError
from phosphene.files.piece_store import Store
from phosphene.jobs.delivery import WAITING
from phosphene.jobs.executor import Executor
from phosphene.jobs.executors import open_executor
from phosphene.jobs.job import JobCancelledError, Scratch, document_of, load_job, load_store
from phosphene.jobs.processes import Processes
from phosphene.jobs.threads import Inline, Threads, on_threads
from tests.jobs.samples import SlowFirst, Squares, WhoAmI, squares

HOW = [{"threads": 1}, {"threads": 3}, {"workers": 2}]


@pytest.fixture(params=HOW, ids=str)
def executor(request):
    with open_executor(**request.param) as found:
        yield found


def test_executors_are_executors(executor):
    assert isinstance(executor, Executor)


@pytest.mark.parametrize("count", [0, 1, 50])
def test_every_piece_comes_with_its_result(count, executor):
    assert list(executor.run(Squares(count), ordered=True)) == squares(count)
    assert sorted(executor.run(Squares(count))) == squares(count)  # again, by the same workers


def test_only_the_pieces_that_are_wanted_are_made(executor):
    wanted = [(7,), (3,)]
    assert list(executor.run(Squares(9), wanted, ordered=True)) == [((7,), b"49"), ((3,), b"9")]


def test_results_go_into_a_store(executor, tmp_path):
    store = Store(tmp_path, "ab" * 32)
    made = list(executor.run(Squares(9), store=store))
    assert sorted(made) == [((k,), None) for k in range(9)]
    assert [bytes(store.read((k,)) or b"") for k in range(9)] == [r for _, r in squares(9)]


@pytest.mark.parametrize(("what", "kind"), [("error", RecipeError), ("formula", FormulaError)])
def test_what_a_job_raises_is_raised_and_the_next_run_is_whole(what, kind, executor):
    with pytest.raises(kind, match="planted"):
        list(executor.run(Squares(40, bad=5, what=what)))
    assert sorted(executor.run(Squares(9))) == squares(9)


@pytest.mark.parametrize("ordered", [False, True])
def test_the_error_that_cancels_the_other_pieces_is_the_one_that_is_raised(ordered):
    with closing(Threads(2)) as executor, pytest.raises(RecipeError, match="planted"):
        list(executor.run(SlowFirst(9, bad=3, what="error"), ordered=ordered))


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("workers", [2, 3])
def test_at_most_four_pieces_a_worker_wait(workers, ordered):
    lead, taken = [0], 0
    asked = 0

    def pieces():
        nonlocal asked
        for k in range(100):
            asked += 1
            lead.append(asked - taken)
            yield (k,)

    with closing(Threads(workers)) as executor:
        for _ in executor.run(Squares(100), pieces(), ordered=ordered):
            taken += 1
            time.sleep(0.001)
    assert taken == 100
    assert max(lead) == WAITING * workers + 1  # and the one that is being handed over


@pytest.mark.parametrize("executor", [{"threads": 3}, {"workers": 2}], ids=str, indirect=True)
def test_an_abandoned_run_stops_at_once(executor):
    start = time.monotonic()
    with closing(executor.run(Squares(9, bad=0, what="slow"))) as run:
        next(run)
    assert time.monotonic() - start < 30
    assert sorted(executor.run(Squares(9))) == squares(9)


def test_a_cancelled_scratch_raises_an_error():
    scratch = Scratch()
    scratch.check()
    scratch.cancelled = threading.Event()
    scratch.check()
    scratch.cancelled.set()
    with pytest.raises(JobCancelledError):
        scratch.check()


def test_scratch_memory_is_kept_by_name_and_type():
    scratch = Scratch()
    large = scratch.array("a", (4, 3), "f4")
    assert scratch.array("a", (2, 5), "f4").base is large.base
    for other in (scratch.array("b", (4, 3), "f4"), scratch.array("a", (4, 3), "f8")):
        assert other.base is not large.base and other.dtype in ("f4", "f8")
    assert scratch.array("a", (4, 4), "f4").shape == (4, 4)


def test_the_calling_thread_uses_the_scratch_passed_to_it():
    scratch = Scratch()
    list(Inline(scratch).run(Squares(1)))
    assert scratch.array("squares", (1,), "f4")[0] == 0
    assert isinstance(on_threads(1), Inline) and isinstance(on_threads(2), Threads)


def test_several_processes_share_the_pieces():
    with open_executor(workers=2) as executor:
        assert len({made for _, made in executor.run(WhoAmI(40))}) == 2


def test_a_killed_worker_loses_only_its_piece(tmp_path):
    said: list[str] = []
    job = Squares(30, bad=9, what="kill", mark=str(tmp_path / "killed"))
    with closing(Processes(2, said.append)) as executor:
        assert sorted(executor.run(job)) == squares(30)
    assert said == [
        "a worker died (signal 9, perhaps for lack of memory) at square 9; "
        "1 worker left, continuing"
    ]


def test_a_piece_that_kills_every_worker_is_named():
    with closing(Processes(2)) as executor:
        with pytest.raises(EngineError, match="signal 9.* at square 9; no worker is left"):
            list(executor.run(Squares(30, bad=9, what="crash")))
        assert sorted(executor.run(Squares(9))) == squares(9)  # by new ones


def test_jobs_and_stores_travel_as_plain_values(tmp_path):
    job, store = Squares(3, 1, "slow"), Store(tmp_path, "ab" * 32)
    document = document_of(job, store)
    assert all(isinstance(value, str | bytes | tuple) for value in document)
    there = load_store(document)
    assert load_job(document) == job and isinstance(there, Store)
    assert (there.folder, there.job) == (tmp_path, store.job)
    assert load_store(document_of(job, None)) is None


def test_a_token_distinguishes_folders_of_the_same_name(tmp_path):
    (tmp_path / "other").mkdir()
    store, other = Store(tmp_path, "ab" * 32), Store(tmp_path / "other", "ab" * 32)
    with store.token() as token:
        assert store.sees(token) and not other.sees(token) and not store.sees("")
    assert not store.sees(token) and not list(tmp_path.glob("*.tmp"))


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"threads": 0}, "threads: got 0"),
        ({"workers": 0}, "workers: got 0"),
        ({"threads": 2, "workers": 2}, "choose `threads` or `workers`"),
        ({"threads": 2, "cluster": "local"}, "choose `threads` or `cluster`"),
        ({"workers": 2, "cluster": "tcp://host:8786"}, "workers: is for `cluster=local`"),
    ],
)
def test_contradictory_arguments_are_refused(how, message):
    with pytest.raises(UserError, match=message), open_executor(**how):
        pass


def test_jobs_import_nothing_about_pictures():
    known = {"phosphene.core", "phosphene.jobs"}
    for file in Path(phosphene.jobs.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("phosphene"):
                assert ".".join(str(node.module).split(".")[:2]) in known, (file, node.module)
