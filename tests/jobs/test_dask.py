"""Jobs on Dask clusters: the same results, and clear words when something is wrong."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import phosphene as ph
from phosphene.core.errors import EngineError, FormulaError, RecipeError, UserError
from phosphene.files.piece_store import Store
from phosphene.jobs import dask, dask_worker, packing
from phosphene.jobs.delivery import WAITING
from phosphene.jobs.executor import Executor
from phosphene.jobs.executors import open_executor
from phosphene.jobs.scheduler_address import scheduler_address
from phosphene.render import render_file
from tests.jobs.samples import Greedy, Squares, UnsharedStore, WhoAmI, squares
from tests.output.contents import RECIPE, SIZE, bands_in

slow = pytest.mark.slow  # it starts clusters, which takes seconds
pytestmark = [  # Dask leaves sockets of its own for the garbage collector
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.xdist_group("dask"),
]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cluster():
    """A cluster of two workers, while another program has the port of Dask's dashboard."""
    with socket.socket() as taken:
        with suppress(OSError):  # it is taken already
            taken.bind(("127.0.0.1", 8787))
        with open_executor(workers=2, cluster="local") as found:
            yield found


@pytest.fixture
def here():
    """A client of a cluster whose only worker is a thread of this process."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0",
                     protocol="inproc://") as found,
        Client(found, set_as_default=False) as client,
    ):  # fmt: skip
        yield client


def test_a_picture_on_a_cluster_has_the_bytes_of_one_thread(here, tmp_path, monkeypatch):
    bands_in(monkeypatch)
    render_file(RECIPE, tmp_path / "a.png", SIZE, cluster=here)
    render_file(RECIPE, tmp_path / "b.png", SIZE, threads=1)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert here.status == "running"  # a client that was given stays open


@slow
def test_a_picture_a_film_and_a_sheet_have_equal_bytes_with_every_executor(
    cluster, tmp_path, monkeypatch
):
    bands_in(monkeypatch)
    film = ph.animate(ph.style("silk", seed=7), "loop", frames=5, size=(48, 32))
    found: dict[str, set[bytes]] = {}
    hows = {"one": {"threads": 1}, "threads": {"threads": 3}, "processes": {"workers": 2},
            "dask": {"cluster": cluster}}  # fmt: skip
    for name, how in hows.items():
        for suffix in (".png", ".tiff", ".npy"):
            path = tmp_path / f"{name}{suffix}"
            render_file(RECIPE, path, SIZE, **how)
            found.setdefault(suffix, set()).add(path.read_bytes())
        film.save(tmp_path / name, **how)
        frames = sorted((tmp_path / name).glob("*.png"))
        assert len(frames) == 5
        found.setdefault("film", set()).add(b"".join(f.read_bytes() for f in frames))
        page = ph.sheet("silk", count=5, cell=32, seed=3, **how)
        found.setdefault("sheet", set()).add(page.uint8.tobytes())
    assert {name: len(each) for name, each in found.items()} == dict.fromkeys(found, 1)


@slow
def test_every_piece_comes_with_its_result(cluster):
    assert isinstance(cluster, Executor)
    assert list(cluster.run(Squares(50), ordered=True)) == squares(50)
    assert sorted(cluster.run(Squares(0))) == []


@slow
def test_the_pieces_of_one_job_go_to_several_workers_and_few_wait(cluster):
    seen, most = set(), 0
    for _, made in cluster.run(WhoAmI(60)):
        seen.add(made)
        most = max(most, len(cluster.client.futures))
    assert len(seen) == 2
    assert most <= WAITING * 2 + 1  # and the one that is being handed over


@slow
@pytest.mark.parametrize(("what", "kind"), [("error", RecipeError), ("formula", FormulaError)])
def test_what_a_job_raises_is_raised(what, kind, cluster):
    with pytest.raises(kind, match="planted"):
        list(cluster.run(Squares(20, bad=5, what=what)))
    assert sorted(cluster.run(Squares(9))) == squares(9)


@slow
@pytest.mark.parametrize("kind", [Store, UnsharedStore])
def test_results_go_into_a_store_though_the_workers_do_not_see_it(kind, cluster, tmp_path):
    said, store = [], kind(tmp_path, "ab" * 32)
    cluster.say = said.append
    made = list(cluster.run(Squares(9), store=store))
    assert sorted(made) == [((k,), None) for k in range(9)]
    assert [bytes(store.read((k,)) or b"") for k in range(9)] == [r for _, r in squares(9)]
    assert said == ([] if kind is Store else [
        "2 of 2 workers do not see the folder of the output; their pieces come back through the "
        "network"
    ])  # fmt: skip
    assert not list(tmp_path.glob("*.tmp"))


@slow
def test_a_worker_that_has_no_job_yet_gets_it(cluster):
    run = cluster.run(Squares(40), ordered=True)
    found = [next(run)]
    cluster.client.run(dask_worker._documents.clear)
    assert found + list(run) == squares(40)


@slow
def test_a_worker_of_another_version_that_joins_later_is_named(cluster, monkeypatch):
    run = cluster.run(Squares(40), ordered=True)
    monkeypatch.setattr(dask, "source_digest", lambda: "f" * 64)
    cluster.client.run(dask_worker._documents.clear)
    with pytest.raises(EngineError, match="which joined, runs another version of Phosphene"):
        list(run)


@slow
def test_a_killed_worker_loses_only_its_pieces(cluster, tmp_path):
    job = Squares(30, bad=9, what="kill", mark=str(tmp_path / "killed"))
    assert sorted(cluster.run(job)) == squares(30)
    assert (tmp_path / "killed").exists()


@slow
def test_a_piece_that_kills_worker_after_worker_is_named(cluster):
    with pytest.raises(EngineError, match=r"4 workers died at square 9, .*memory"):
        list(cluster.run(Squares(10, bad=9, what="crash")))
    cluster.client.wait_for_workers(2, timeout=60)
    assert sorted(cluster.run(Squares(9))) == squares(9)


@slow
def test_a_worker_that_is_killed_for_memory_again_and_again_ends_the_run():
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0",
                     memory_limit="400MB", silence_logs=60) as small,
        Client(small, set_as_default=False) as client,
        dask._quiet(),
        pytest.raises(EngineError) as caught,
    ):  # fmt: skip
        list(dask.Dask(client, print).run(Greedy(1)))
    assert "4 workers died at square 0" in str(caught.value)
    assert "A worker may use 0.4 GB. Use fewer workers with more memory each" in str(caught.value)


@slow
def test_memory_that_is_freed_stays_with_the_workers(cluster):
    for name, value in dask.ENVIRONMENT.items():
        found = cluster.client.run(os.environ.get, name)
        assert set(found.values()) == {value}
        assert name not in os.environ or os.environ[name] == value


def test_a_trimming_memory_setting_of_another_cluster_is_corrected(monkeypatch):
    asked = []
    monkeypatch.setattr(dask_worker.ctypes, "CDLL", lambda name: Glibc(asked))
    dask_worker.keep_memory()
    assert asked == []  # nothing to mend
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")
    dask_worker.keep_memory()
    assert asked == [(-1, 1 << 30), (-3, 1 << 30), (-3, 1 << 25)]


class Glibc:
    """One whose mmap threshold has a limit."""

    def __init__(self, asked: list[Any]):
        self.asked = asked

    def mallopt(self, option: int, size: int) -> int:
        self.asked.append((option, size))
        return int(option == -1 or size <= 1 << 25)


@pytest.mark.parametrize("data", [b"", b"a", bytes(10_000), os.urandom(1000)])
def test_results_are_packed_only_where_that_helps(data):
    packed = packing.pack(memoryview(data))
    assert packing.unpack(packed) == data
    assert len(packed) <= len(data) + 1


class Workers:
    """A client of workers that say who they are."""

    def __init__(self, **identities: Any):
        self.identities = identities

    def wait_for_workers(self, count: int, timeout: float) -> None:
        if not self.identities:
            raise TimeoutError

    def run(self, function: Any, on_error: str) -> dict[str, Any]:
        return self.identities


OURS = dask_worker.identity()


@pytest.mark.parametrize(
    ("workers", "message"),
    [
        ({}, "the scheduler has no worker"),
        ({"a": OURS, "b": Exception("ModuleNotFoundError(\"No module named 'phosphene'\")")},
         "worker b cannot import phosphene; install version"),
        ({"a": OURS, "b": OURS | {"version": "9", "sources": "f" * 64}, "c": {}},
         r"worker b and 1 more runs Phosphene 9 \(ffffffff\), and this is 0"),
    ],
)  # fmt: skip
def test_workers_without_this_phosphene_are_named_before_any_work(workers, message):
    with pytest.raises(UserError, match=f"cluster: {message}"):
        dask._check_versions(Workers(**workers))


def test_workers_with_this_phosphene_are_accepted():
    dask._check_versions(Workers(a=OURS, b=OURS))


def test_a_scheduler_that_does_not_answer_is_an_error_in_time(monkeypatch):
    monkeypatch.setattr(dask, "TIMEOUT", 1)
    start = time.monotonic()
    with pytest.raises(UserError, match="no Dask scheduler answers at tcp://127.0.0.1:1 "):
        list(open_executor(cluster="tcp://127.0.0.1:1").__enter__())
    assert time.monotonic() - start < 20


# What a server that is no scheduler answers; None: it accepts the connection and stays silent.
OTHERS = {"silent": None, "web": b"HTTP/1.0 400 Bad Request\r\n\r\n", "closing": b""}


@pytest.mark.parametrize("kind", OTHERS)
def test_another_kind_of_server_is_an_error_in_time(kind, monkeypatch):
    monkeypatch.setattr(dask, "TIMEOUT", 1)
    kept = []

    def serve():
        with suppress(OSError):
            while True:
                kept.append(listener.accept()[0])
                if OTHERS[kind] is not None:
                    kept[-1].sendall(OTHERS[kind])
                    kept.pop().close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        start = time.monotonic()
        with pytest.raises(UserError, match=f"no Dask scheduler answers at {address} within 1 sec"):
            open_executor(cluster=address).__enter__()
        assert time.monotonic() - start < 5


@pytest.mark.parametrize("text", ["", "lokal", "host", "C:", "folder/file"])
def test_what_is_no_address_is_refused_at_once(text):
    with pytest.raises(UserError, match=f"cluster: got '{text}'; expected 'local', an address"):
        open_executor(cluster=text).__enter__()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"adress": 1}', "[" * 100_000])
def test_an_invalid_scheduler_file_is_refused(text, tmp_path):
    path = tmp_path / "scheduler.json"
    path.write_text(text)
    with pytest.raises(UserError, match=r"scheduler.json is not a scheduler file"):
        open_executor(cluster=path).__enter__()
    path.unlink()
    with pytest.raises(UserError, match=r"scheduler.json: no such file; expected 'local'"):
        open_executor(cluster=path).__enter__()


def test_a_scheduler_file_holds_the_address(tmp_path):
    path = tmp_path / "scheduler.json"
    path.write_text(json.dumps({"address": "tcp://10.0.0.1:8786", "id": "Scheduler-1"}))
    assert scheduler_address(str(path)) == "tcp://10.0.0.1:8786"
    for address in ("tls://host:1", "host:8786"):
        assert scheduler_address(address) == address


def test_an_invalid_cluster_is_refused():
    with pytest.raises(UserError, match="cluster: got 3; expected 'local', an address"):
        open_executor(cluster=3).__enter__()


def test_without_dask_the_error_names_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"needs Dask .*\[cluster\]"):
        open_executor(cluster="local").__enter__()


class Lonely:
    """A client whose workers have all gone."""

    def nthreads(self) -> dict[str, int]:
        return {}


def test_a_run_without_workers_fails_after_a_timeout(monkeypatch):
    run = dask._Run(Lonely(), Squares(1), None, "")
    run.look()
    run.seen -= dask.ALONE + 1
    with pytest.raises(EngineError, match="no worker for 60 seconds"):
        run.look()


LONG = """
import sys
import phosphene as ph
from phosphene.jobs.scheduler_address import scheduler_address
from phosphene.render import render_file

if __name__ == "__main__":
    render_file(ph.style("silk", seed=7), sys.argv[1], 9000, workers=2, cluster="local",
                progress=lambda done, total: print(done, flush=True))
"""


@slow
def test_ctrl_c_leaves_no_worker_behind_and_keeps_what_is_finished(tmp_path):
    script, path = tmp_path / "long.py", tmp_path / "a.png"
    script.write_text(LONG)
    running = subprocess.Popen(
        [sys.executable, str(script), str(path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert running.stdout is not None
    while int(running.stdout.readline()) == 0:
        pass
    members = processes_of(running.pid)
    assert len(members) >= 3
    os.killpg(running.pid, signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert "Dask Worker" not in errors
    assert running.returncode != 0 and not path.exists()
    deadline = time.monotonic() + 20
    while processes_of(running.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(running.pid) == []
    said = []
    render_file(ph.style("silk", seed=7), path, 9000, resume=True, say=said.append)
    assert said and said[0].startswith("resuming: ")


def processes_of(group: int) -> list[int]:
    """The processes of a session, but for zombies."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(session) == group and state != "Z":
            found.append(int(folder.name))
    return found


@slow
def test_a_scheduler_that_goes_away_ends_the_run(tmp_path):
    file = tmp_path / "scheduler.json"
    dask_command = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    scheduler = subprocess.Popen(
        [*dask_command, "--port", "0", "--no-dashboard", "--scheduler-file", str(file)],
        stderr=subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    worker = None
    try:
        while not file.exists() or not file.read_text():
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        worker = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard",
             "--nthreads", "1", "--no-nanny"],
            stderr=subprocess.DEVNULL, cwd=ROOT,
        )  # fmt: skip
        with open_executor(cluster=str(file)) as executor:
            run = executor.run(WhoAmI(2000))
            next(run)
            scheduler.kill()
            with pytest.raises(EngineError, match="the scheduler stopped answering"):
                list(run)
    finally:
        for process in filter(None, (scheduler, worker)):
            process.kill()
            process.wait()


def test_numbers_survive_the_way_to_a_worker_and_back():
    assert np.array_equal(np.frombuffer(packing.unpack(packing.pack(np.arange(9.0).tobytes()))),
                          np.arange(9.0))  # fmt: skip
