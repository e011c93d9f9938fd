"""Compiled kernels are kept where nobody else can change them; a cache costs time at worst."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from phosphene.engines.cpu import kernel_calls, kernel_files, kernels
from phosphene.engines.cpu.kernel_cache import UntrustedError, cache_folder, check_trusted
from phosphene.engines.cpu.kernel_files import Code
from phosphene.engines.cpu.kernel_targets import target_name
from tests.engines.code import code_in_use

POSIX = pytest.mark.skipif(os.name != "posix", reason="owners and modes of POSIX")


class Machine:
    """A process without any kernel loaded, and an empty cache; it counts what is compiled."""

    def __init__(self, base: Path, monkeypatch: pytest.MonkeyPatch):
        self.code = {group: code_in_use(group) for group in ("engine", "picture")}
        self.compiled: list[str] = []
        self.base, self.patch = base, monkeypatch
        monkeypatch.setenv("PHOSPHENE_COMPILE", "1")
        monkeypatch.setenv("PHOSPHENE_CACHE_DIR", str(base))
        monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/no-such-folder")
        monkeypatch.setattr(kernels, "compile_groups", self.compile)
        monkeypatch.setattr(kernels, "_loaded", {})

    def compile(self, pairs: Iterator[tuple[str, str]]) -> list[Code]:
        groups = [group for _, group in pairs]
        self.compiled += groups
        return [self.code[group] for group in groups]

    def run(self) -> list[str]:
        """Start again and use a kernel of each group; what had to be compiled."""
        self.compiled.clear()
        kernels._loaded.clear()
        kernels.kernel.cache_clear()
        numbers = np.array([[0.25, 0.5, 0.75]])
        kernels.kernel("to_normal")(numbers)
        assert numbers[0, 1] == 0 and numbers[0, 0] == -numbers[0, 2]
        kernels.kernel("evaluate")
        return list(self.compiled)

    @property
    def folder(self) -> Path:
        return cache_folder() / target_name()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    yield Machine(tmp_path / "cache", monkeypatch)
    kernels.kernel.cache_clear()


def test_kernels_are_compiled_once_and_kept_in_the_chosen_folder(machine: Machine):
    assert machine.run() == ["engine", "picture"]
    assert machine.folder.is_relative_to(machine.base)
    kept = {path.name for path in machine.folder.iterdir()}
    assert {"engine.o", "engine.json", "picture.o", "picture.json"} <= kept
    assert not kept - {f"{g}.{end}" for g in ("engine", "picture") for end in ("o", "so", "json")}
    assert machine.run() == []


DAMAGE = {
    "empty": lambda data: b"",
    "random": lambda data: np.random.default_rng(1).bytes(len(data)),
    "cut": lambda data: data[: len(data) // 2],
    "one byte": lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
    "longer": lambda data: data + b"\0",
    "nested": lambda data: b"[" * 5000,
    "another kind": lambda data: b'{"sources": [], "object": {}, "library": 7}',
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_compiled_again(damage: str, machine: Machine):
    machine.run()
    for name in sorted(path.name for path in machine.folder.glob("engine.*")):
        path = machine.folder / name
        whole = path.read_bytes()
        path.write_bytes(DAMAGE[damage](whole))
        assert machine.run() == ["engine"], name
        assert path.read_bytes() == whole
        assert machine.run() == []


@POSIX
@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "large"])
def test_only_a_plain_file_is_loaded(kind: str, machine: Machine, tmp_path: Path):
    machine.run()
    path = machine.folder / "picture.json"
    if kind == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    elif kind == "large":
        os.truncate(path, 1 << 40)
    else:
        path.unlink()
        {"pipe": os.mkfifo, "folder": os.mkdir}[kind](path)
    assert machine.run() == ["picture"]
    assert machine.run() == (["picture"] if kind == "folder" else [])  # no folder is replaced


def test_code_for_another_cpu_or_from_other_sources_is_not_loaded(machine: Machine):
    machine.run()
    path = machine.folder / "engine.json"
    said = json.loads(path.read_text())
    for change in ({"target": "linux-m68k"}, {"sources": said["sources"][::-1]}):
        path.write_text(json.dumps(said | change))
        assert machine.run() == ["engine"]


def test_files_of_which_one_is_missing_are_compiled_again(machine: Machine):
    machine.run()
    for name in sorted(path.name for path in machine.folder.glob("picture.*")):
        (machine.folder / name).unlink()
        assert machine.run() == ["picture"], name


# ---- folders


def test_where_no_folder_can_be_made_the_kernels_stay_in_memory(machine: Machine, capfd):
    machine.base.write_text("a file where the folder should be")
    assert machine.run() == ["engine", "picture"]
    assert "they cannot be kept" in capfd.readouterr().err


def test_a_full_disk_costs_time_only(machine: Machine, tmp_path: Path, capfd):
    with full_disk(tmp_path / "full", machine.patch) as base:
        machine.patch.setenv("PHOSPHENE_CACHE_DIR", str(base))
        assert machine.run() == ["engine", "picture"]
        assert os.strerror(errno.ENOSPC) in capfd.readouterr().err
        assert not list(base.rglob(".*"))  # no part of a file is left
        assert machine.run() == ["engine", "picture"]


class full_disk:
    """A folder on a disk of 16 KB, or where nothing can be mounted one whose files do not save."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        self.folder, self.patch = folder, monkeypatch

    def __enter__(self) -> Path:
        self.folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs", str(self.folder)]
        try:
            self.mounted = subprocess.run(mount, capture_output=True).returncode == 0
        except FileNotFoundError:
            self.mounted = False
        if not self.mounted:
            self.patch.setattr(kernel_files.os, "replace", _no_space)
        return self.folder

    def __exit__(self, *_: object) -> None:
        if self.mounted:
            subprocess.run(["umount", str(self.folder)], check=True)


def _no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_cache_that_can_be_read_only_is_used(machine: Machine):
    machine.run()
    machine.patch.setattr(kernels, "write_code", _no_space)
    assert machine.run() == []


def test_where_the_system_loads_no_library_llvm_links_the_object(machine: Machine):
    """As where the execution of files in memory is forbidden."""
    machine.run()
    machine.patch.setattr(kernel_calls.os, "memfd_create", _no_space, raising=False)
    assert machine.run() == []


@POSIX
def test_the_cache_is_private(machine: Machine):
    before = os.umask(0o002)
    try:
        machine.run()
    finally:
        os.umask(before)
    for folder in (machine.base, machine.folder.parent, machine.folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def foreign(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)


def linked(path: Path, _: object) -> None:
    path.rename(path.with_name("real"))
    path.symlink_to(path.with_name("real"))


# how a folder, or the one above it, could be changed by others
UNSAFE = {
    "of another user": ("", foreign, "belongs to another user"),
    "open to others": ("", lambda path, _: path.chmod(0o755), "expected mode 0700"),
    "a link": ("", linked, "is a link"),
    "a file": ("", lambda path, _: (path.rmdir(), path.touch()), "not a folder"),
    "under a link": ("..", linked, "is a link"),
    "under a folder of a group": ("..", lambda path, _: path.chmod(0o775), "by other users"),
    "under a folder of everybody": ("..", lambda path, _: path.chmod(0o777), "by other users"),
}


@POSIX
@pytest.mark.parametrize("case", UNSAFE)
def test_a_folder_that_others_could_change_is_not_trusted(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    where, change, reason = UNSAFE[case]
    folder = tmp_path / "above" / "kernels"
    check_trusted(folder, create=True)
    check_trusted(folder)
    change(folder.parent if where else folder, monkeypatch)
    for create in (False, True):
        with pytest.raises(UntrustedError, match=reason):
            check_trusted(folder, create=create)


@POSIX
def test_a_private_folder_under_one_like_tmp_is_trusted(tmp_path: Path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    check_trusted(tmp_path / "shared" / "kernels", create=True)


@POSIX
@pytest.mark.parametrize("case", UNSAFE)
def test_kernels_that_others_could_have_planted_are_not_loaded(case: str, machine: Machine):
    machine.run()
    where, change, _ = UNSAFE[case]
    if case == "a file":
        for path in machine.folder.iterdir():
            path.unlink()
    change(machine.folder.parent if where else machine.folder, machine.patch)
    assert machine.run() == ["engine", "picture"]
    assert machine.run() == ["engine", "picture"]


def test_no_folder_has_a_name_that_others_could_take_first(monkeypatch, tmp_path: Path):
    """Kernels were once kept in a folder of the temporary directory with the user's number."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("HOME", "/dev/null")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("PHOSPHENE_CACHE_DIR", raising=False)
    assert not cache_folder().is_relative_to(tmp_path)


# ---- several at once


def test_threads_that_start_at_once_compile_once(machine: Machine):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: kernels.kernel("evaluate"), range(32)))
    assert len(found) == 1
    assert machine.compiled == ["engine", "picture"]


START = """
import sys
from pathlib import Path
from phosphene.engines.cpu import kernels
from phosphene.engines.cpu.kernel_files import Code
folder = Path(sys.argv[1])
kernels.compile_groups = lambda pairs: [Code((folder / g).read_bytes(), None) for _, g in pairs]
sys.stdin.read()  # both wait here
print(kernels.kernel("evaluate").__name__)
"""


def test_processes_that_start_at_once_leave_whole_files(machine: Machine, tmp_path: Path):
    for group, code in machine.code.items():
        (tmp_path / group).write_bytes(code.object)
    command = [sys.executable, "-c", START, str(tmp_path)]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    for process in processes:
        process.stdin.close()
    for process in processes:
        assert process.stdout.read() == "evaluate\n"
        process.stdout.close()
        assert process.wait() == 0
    assert machine.run() == []
    assert {path.suffix for path in machine.folder.iterdir()} == {".o", ".json"}


@pytest.mark.slow(reason="compiles the whole engine in an empty folder, twice")
def test_a_picture_appears_whatever_the_cache_holds(tmp_path: Path):
    paint = ["-m", "phosphene", "paint", "silk", "--size", "16", "--seed", "1", "--overwrite"]
    cache = tmp_path / "cache"
    environment = {**os.environ, "PHOSPHENE_CACHE_DIR": str(cache), "PHOSPHENE_COMPILE": "1"}
    environment |= {"NUMBA_DISABLE_JIT": "1", "NUMBA_OPT": "0"}  # settings of others
    (tmp_path / "numba").mkdir()
    (tmp_path / "numba" / "__init__.py").write_text("raise SystemExit('not numba')")

    def run() -> str:
        command = [sys.executable, *paint, "-o", "a.png"]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stderr

    assert run().count("compiling kernels (engine, picture) for this machine, once") == 1
    pixels = (tmp_path / "a.png").read_bytes()
    assert "compiling" not in run()
    for path in cache.rglob("*.*"):
        path.write_bytes(os.urandom(1000))
    assert "compiling" in run()
    assert "compiling" not in run()
    assert (tmp_path / "a.png").read_bytes() == pixels
    assert not list(cache.rglob("engine64*"))  # compiled only when asked for
