"""Installing compiles the kernels, where it can."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from phosphene.engines.cpu.kernel_build import build
from phosphene.engines.cpu.kernel_table import GROUPS
from phosphene.engines.cpu.kernel_targets import IN_WHEELS, TARGETS, target_name

ROOT = Path(__file__).resolve().parents[2]


class App:
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, text: str) -> None:
        self.warnings.append(text)


def hook(root: Path, app: App) -> Any:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    spec.loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module.KernelsHook(str(root), {}, None, None, "", "wheel", app)


def test_without_a_compiler_installing_succeeds_and_says_what_follows(tmp_path: Path, monkeypatch):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'ModuleNotFoundError: No module named numba' >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    app = App()
    hook(tmp_path, app).initialize("editable", {})
    assert app.warnings == [
        "The kernels are not compiled now but before the first picture "
        "(ModuleNotFoundError: No module named numba)."
    ]


def test_an_editable_install_has_its_bytecode_as_an_installed_wheel_has(
    tmp_path: Path, monkeypatch
):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "module.py").write_text("x = 1\n")
    monkeypatch.setattr("subprocess.run", lambda *_, **__: subprocess.CompletedProcess((), 0))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    hook(tmp_path, App()).initialize("standard", {})
    assert not list(tmp_path.rglob("*.pyc"))
    hook(tmp_path, App()).initialize("editable", {})
    assert list(tmp_path.rglob("*.pyc"))


def test_wheels_hold_kernels_of_known_targets():
    assert set(IN_WHEELS) <= set(TARGETS)


@pytest.mark.slow(reason="builds a wheel, which compiles all kernels for three kinds of CPU")
@pytest.mark.skipif(target_name() not in IN_WHEELS, reason="a CPU that compiles for itself")
def test_a_wheel_paints_its_first_picture_without_compiling(tmp_path: Path):
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "src", clone / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, clone)
    run = {"cwd": clone, "check": True, "capture_output": True, "text": True}
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel"], **run)
    (wheel,) = (clone / "dist").glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    objects = installed / "phosphene" / "objects"
    for target in IN_WHEELS:
        kept = {path.name for path in (objects / target).iterdir()}
        assert kept >= {f"{group}.{end}" for group in GROUPS for end in ("o", "json")}
    paint = ["-m", "phosphene", "paint", "silk", "--seed", "1", "--size", "32", "-o", "a.png"]
    environment = {"PYTHONPATH": str(installed), "HOME": str(tmp_path / "home")}
    done = subprocess.run([sys.executable, *paint], **run | {"cwd": tmp_path, "env": environment})
    assert "compiling" not in done.stderr
    assert (tmp_path / "a.png").stat().st_size > 100
    assert not (tmp_path / "home").exists()


def test_what_is_complete_is_not_compiled_again(tmp_path: Path, monkeypatch):
    from phosphene.engines.cpu import kernel_build
    from tests.engines.code import code_in_use

    asked: list[list[tuple[str, str]]] = []

    def compile_groups(pairs: list[tuple[str, str]]) -> list[Any]:
        asked.append(pairs)
        return [code_in_use(group) for _, group in pairs]

    monkeypatch.setattr(kernel_build, "compile_groups", compile_groups)
    assert build(tmp_path, ["a", "b"]) == ["a", "b"]
    (tmp_path / "b" / "picture.o").write_bytes(b"")
    assert build(tmp_path, ["a", "b"]) == ["b"]
    assert build(tmp_path, ["a", "b"]) == []
    assert asked[1:] == [[("b", "picture")], []]
