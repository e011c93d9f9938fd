"""Output in any encoding of stdout and stderr: nothing fails, and JSON stays JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import phosphene as ph
from tests.tables import few_quick

SEED = "日本 é \U0001f600"


@pytest.mark.parametrize("encoding", few_quick(["cp1252", "utf-8", "utf-16"], 1))
def test_json_is_the_same_in_every_encoding(encoding: str, tmp_path):
    """A traceback and an empty file."""
    ph.render("silk", 8, seed=SEED).save(tmp_path / "a.png")
    found = phosphene("show a.png --json", encoding, tmp_path)
    assert found.returncode == 0 and found.stderr == b""
    recipe = json.loads(found.stdout.decode(encoding))["recipe"]
    assert ph.Recipe(**recipe) == ph.open(tmp_path / "a.png")


@pytest.mark.parametrize(
    ("line", "code", "escaped"),
    [
        ("show a.png", 0, True),
        ("check a.png", 0, False),
        ("list palettes", 0, False),
        ("paint silk --set 日本=3 -o b.png", 2, True),
    ],
)
def test_what_an_encoding_lacks_is_printed_as_an_escape(line, code, escaped, tmp_path):
    ph.render("silk", 32, seed=SEED).save(tmp_path / "a.png")
    found = phosphene(line, "cp1252", tmp_path)
    assert found.returncode == code, found.stderr
    assert b"Traceback" not in found.stderr
    assert (b"\\u65e5\\u672c" in found.stdout + found.stderr) == escaped


def phosphene(line: str, encoding: str, folder) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "phosphene", *line.split()],
        cwd=folder, capture_output=True, env=os.environ | {"PYTHONIOENCODING": encoding},
    )  # fmt: skip
