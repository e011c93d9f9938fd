"""A scratch copy of the project, in which something new is added as a contributor would."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPIED = (
    "src",
    "tests",
    "docs",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "Makefile",
    "pyproject.toml",
)


@dataclass(frozen=True)
class Addition:
    """Something new, as a contributor adds it.

    `files`: path to the text of a new file. `edits`: path to pairs (a line that stands there once,
    what is inserted after it). `noticed`: a part of the suite that fails until the pages and
    goldens are written, and words that it then says. `checks`: the parts that pass afterwards.
    `uses`: command lines that work then. `forgotten`: for an edited file, the part of the suite
    that fails where its edit is left out. `row`: what the table of CONTRIBUTING calls it.
    """

    row: str
    files: Mapping[str, str]
    edits: Mapping[str, Sequence[tuple[str, str]]]
    noticed: tuple[str, str]
    checks: Sequence[str]
    uses: Sequence[Sequence[str]]
    names: Sequence[str] = ()  # what NAME is in the table
    generates: Sequence[Sequence[str]] = ()  # scripts that draw pictures of the documentation
    forgotten: Mapping[str, str] = field(default_factory=dict[str, str])


class Scratch:
    """The copy: `add`, `generate`, `run` and `changed` work in it."""

    def __init__(self, folder: Path):
        self.folder = folder
        for name in COPIED:
            place = ROOT / name
            if place.is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "objects", "*.pyc")
                shutil.copytree(place, folder / name, ignore=ignored)
            else:
                shutil.copy(place, folder / name)
        self.before = self._contents()

    def add(self, addition: Addition, without: str = "") -> None:
        """Make all its files and edits; those of the file `without` are left out."""
        for name, text in addition.files.items():
            assert not (self.folder / name).exists(), f"{name} is there already"
            (self.folder / name).write_text(text, encoding="utf-8")
        for name, edits in addition.edits.items():
            if name == without:
                continue
            place = self.folder / name
            text = place.read_text(encoding="utf-8")
            for line, added in edits:
                assert text.count(f"{line}\n") == 1, f"{name}: {line!r} stands {text.count(line)}x"
                text = text.replace(f"{line}\n", f"{line}\n{added}")
            place.write_text(text, encoding="utf-8")

    def generate(self, addition: Addition) -> None:
        """Write what is generated: pages and pictures of the documentation, and new goldens."""
        for script in (*addition.generates, ("docs/pages.py",), ("-m", "tests.goldens.accept")):
            self.python(*script)

    def python(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        import os

        environment = {**os.environ, "PYTHONPATH": str(self.folder / "src")}
        environment.pop("PYTEST_XDIST_WORKER", None)
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def test(self, *parts: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *parts)

    def changed(self) -> set[str]:
        """The files that are new or other than before."""
        now = self._contents()
        return {name for name, body in now.items() if self.before.get(name) != body}

    def _contents(self) -> dict[str, bytes]:
        found = {}
        for place in self.folder.rglob("*"):
            name = place.relative_to(self.folder).as_posix()
            if place.is_file() and not re.search(r"__pycache__|\.hypothesis|^build/", name):
                found[name] = place.read_bytes()
        return found


def table_of_additions() -> dict[str, tuple[set[str], set[str]]]:
    """CONTRIBUTING's table: what is added, the files touched by hand, and those written by make."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.search(r"^\| a new \|.*?\n\|[-|]+\n(.*?)\n\n", text, re.MULTILINE | re.DOTALL)
    assert rows, "CONTRIBUTING.md has no table that begins with '| a new |'"
    found = {}
    for line in rows[1].splitlines():
        what, hand, made, _ = (cell.strip() for cell in line.strip("|").split("|", 3))
        names = [set(re.findall(r"`([\w./-]+)`", cell)) for cell in (hand, made)]
        found[what] = (names[0], names[1])
    return found
