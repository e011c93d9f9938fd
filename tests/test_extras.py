"""A missing extra is named with a command that installs it, from a clone and from a package."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from phosphene.core import extras
from phosphene.core.errors import EngineError
from phosphene.engines import ENGINES, EngineRow, get_engine


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine whose module is not there."""
    monkeypatch.setitem(ENGINES, "gpu", EngineRow("no_such_module", "Gpu", "", extra="gpu"))
    monkeypatch.setitem(ENGINES, "lost", EngineRow("no_such_module", "Lost", ""))


@pytest.mark.usefixtures("gpu")
def test_an_engine_that_needs_an_extra_names_it(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(EngineError, match=r"engine 'gpu' needs the extra 'gpu' .*\[gpu\]"):
        get_engine("gpu")
    with pytest.raises(EngineError, match="engine 'lost' cannot be loaded .*pip install"):
        get_engine("lost")
    monkeypatch.setattr(extras, "ROOT", Path("/nowhere"))
    with pytest.raises(EngineError, match=r"Run: pip install 'phosphene\[gpu\]'$"):
        get_engine("gpu")


def test_in_a_clone_the_command_installs_the_clone():
    program, *rest = shlex.split(extras.install_command("tiff"))
    assert (program, rest[:-1]) == (sys.executable, ["-m", "pip", "install", "-e"])
    folder, _, extra = rest[-1].partition("[")
    project = tomllib.loads((Path(folder) / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["name"] == "phosphene"
    assert extra.removesuffix("]") in project["project"]["optional-dependencies"]


def test_every_extra_of_an_engine_exists():
    text = (extras.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    known = tomllib.loads(text)["project"]["optional-dependencies"]
    assert {row.extra for row in ENGINES.values() if row.extra} <= set(known)


def test_the_extra_all_holds_every_extra_that_users_need():
    project = tomllib.loads((extras.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    every = project["project"]["optional-dependencies"]
    (all_,) = every["all"]
    users = [name for name in every if name not in ("all", "docs", "dev")]
    assert all_ == f"phosphene[{','.join(users)}]"


def test_every_text_names_an_install_command_that_works_from_a_clone():
    """The package is on no index: documentation installs the clone, `pip install '.[tiff]'`."""
    known = tomllib.loads((extras.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    every = known["project"]["optional-dependencies"]
    texts = [extras.ROOT / name for name in ("README.md", "CONTRIBUTING.md")]
    texts += [*(extras.ROOT / "docs").rglob("*.md"), *(extras.ROOT / "docs").glob("*.py")]
    texts += (extras.ROOT / "src").rglob("*.py")
    found = 0
    for path in texts:
        text = path.read_text(encoding="utf-8")
        for extra in re.findall(r"pip install (?:-e )?['\"]?\.\[([a-z0-9,]+)\]", text):
            assert set(extra.split(",")) <= set(every), f"{path.name}: {extra}"
            found += 1
        if path.name != "extras.py":  # which knows whether it is in a clone
            assert not re.search(r"pip install[^\n`]*\bphosphene\b|phosphene\[", text), path.name
    assert found >= 5


def test_the_check_of_texts_catches_a_name_that_is_nowhere():
    for wrong in ("pip install 'phosphene[tiff]'", "pip install -U phosphene", "`phosphene[tiff]`"):
        assert re.search(r"pip install[^\n`]*\bphosphene\b|phosphene\[", wrong)
    assert not re.search(r"pip install[^\n`]*\bphosphene\b", "pip install '.[tiff]'")
