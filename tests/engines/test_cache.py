"""Compiled kernels find a place, and are found again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from phosphene.engines.cpu import kernel_cache as cache

PAINT = "import phosphene as ph; ph.render(ph.Recipe(), 8)"


def test_a_chosen_folder_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOSPHENE_CACHE_DIR", str(tmp_path))
    assert cache.kernel_folder().parent == tmp_path


def test_a_read_only_folder_is_skipped(tmp_path, monkeypatch):
    """As in a read-only install under a home that does not exist."""
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    monkeypatch.setenv("PHOSPHENE_CACHE_DIR", str(blocked))
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert cache.kernel_folder().is_relative_to(tmp_path)


@pytest.mark.slow  # compiles the whole engine in an empty folder
def test_kernels_are_compiled_once_with_a_note(tmp_path):
    environment = {**os.environ, "PHOSPHENE_CACHE_DIR": str(tmp_path), "PHOSPHENE_COMPILE": "1"}
    first, second = (
        subprocess.run(
            [sys.executable, "-c", PAINT], env=environment, capture_output=True, check=True
        )
        for _ in range(2)
    )
    assert first.stderr.count(b"compiling kernels (engine)") == 1
    assert second.stderr == b""
    kept = {p.parent.name for p in tmp_path.rglob("kernels.o")}
    assert any(name.endswith("-engine") for name in kept)
    assert not any("float64" in name for name in kept)  # compiled only when asked for
    assert not list((Path(cache.__file__).parent / "__pycache__").glob("*.nb?"))
