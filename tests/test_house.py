"""The rules of the house, as CONTRIBUTING.md tells them: imports go down, files stay small."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "phosphene"
MODULES = sorted(p.relative_to(SOURCE).as_posix() for p in SOURCE.rglob("*.py"))
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LONGEST = 420


class Row(NamedTuple):
    path: str
    layer: int


def read_house(text: str) -> dict[str, Row]:
    """The rows of the house table, by the name under which they are imported."""
    block = re.search(r"^```\npath +layer +what\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert block, "CONTRIBUTING.md has no table that begins with 'path  layer  what'"
    lines = [line.split(maxsplit=2) for line in block[1].splitlines()]
    rows = [Row(path, int(layer)) for path, layer, _ in lines]
    house = {row_name(row.path): row for row in rows}
    assert len(house) == len(rows), "the house table names something twice"
    return house


def row_name(path: str) -> str:
    """`engines/cpu/engine.py` belongs to `engines`, `core/rng.py` to `rng`."""
    return PurePosixPath(path).parts[0].removesuffix(".py")


HOUSE = read_house(CONTRIBUTING)


def imports(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything of ours that a module imports, anywhere in its text.

    A text that is a module's dotted name counts: it is a table of modules loaded when asked for.
    """
    package = ["phosphene", *PurePosixPath(path).parts[:-1]]
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import():
                names = [alias.name for alias in node.names]
            case ast.ImportFrom(module=module, level=level):
                above = package[: len(package) - level + 1] if level else []
                base = [*above, *([module] if module else [])]
                names = [".".join([*base, alias.name]) for alias in node.names]
            case ast.Constant(value=str(value)) if re.fullmatch(r"phosphene(\.\w+)+", value):
                names = [value] if value.split(".")[1] in HOUSE else []
            case _:
                continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] == "phosphene")


def upward(path: str, text: str) -> list[str]:
    """The imports of a module that do not go down the house."""
    here = HOUSE[row_name(path)]
    found = []
    for line, name in imports(path, text):
        _, *inner = name.split(".")
        there = HOUSE[inner[0] if inner and inner[0] in HOUSE else "__init__"]
        if there != here and there.layer >= here.layer:
            what = f"layer {here.layer} imports {name}, layer {there.layer}"
            found.append(f"src/phosphene/{path}:{line}: {what}")
    return found


def test_every_module_has_a_row_in_the_house_table():
    assert [path for path in MODULES if row_name(path) not in HOUSE] == []


def test_every_row_of_the_house_table_stands_for_code():
    assert [row.path for row in HOUSE.values() if not (SOURCE / row.path).exists()] == []


@pytest.mark.parametrize("path", [path for path in MODULES if row_name(path) in HOUSE])
def test_imports_go_down_the_house(path: str):
    found = upward(path, (SOURCE / path).read_text(encoding="utf-8"))
    assert not found, "\n".join(["", *found, "What it needs belongs lower, or itself higher."])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/rng.py", "from phosphene.recipe import Recipe"),
        ("core/rng.py", "from phosphene import render"),
        ("core/rng.py", "import phosphene.render as p"),
        ("core/rng.py", "import phosphene"),
        ("engines/cpu/engine.py", "from phosphene import __version__"),
        ("engines/cpu/engine.py", "def f():\n    if True:\n        from phosphene.cli import main"),
        ("raster/view.py", "if TYPE_CHECKING:\n    from phosphene.render import render"),
        ("engines/cpu/engine.py", "from ...render import render"),
        ("engines/__init__.py", "from .. import render"),
        ("engines/__init__.py", 'ENGINES = {"cpu": ("phosphene.render", "render")}'),
        ("catalogue/palettes.py", "from phosphene.ir.program import Program"),  # the same layer
    ],
)
def test_a_planted_upward_import_is_caught(path: str, text: str):
    assert len(upward(path, text)) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/rng.py", "import numpy as np\nfrom phosphene.core import exact"),
        (
            "engines/cpu/engine.py",
            "from phosphene.engines.cpu import kernels\nfrom . import kernels",
        ),
        ("engines/cpu/engine.py", "from phosphene.ir.program import Program"),
        ("formula/parse.py", "from phosphene.core.errors import FormulaError"),
        ("raster/__init__.py", 'texts = {"phosphene": 1, "phosphene.json": 2}'),
    ],
)
def test_a_downward_import_is_let_pass(path: str, text: str):
    assert upward(path, text) == []


def test_no_source_file_is_too_long():
    lengths = {p: len((SOURCE / p).read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_there_is_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in project["project"]["dynamic"]
    source = (ROOT / project["tool"]["hatch"]["version"]["path"]).read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(\d.*?)\]", changes, re.MULTILINE)
    assert version
    assert newest
    assert version[1] == newest[1]


def test_contributing_names_only_what_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    words = set(re.findall(r"`make (\w+)", CONTRIBUTING))
    assert words <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    files = set(re.findall(r"`((?:\w+/)*\w+\.py)`", CONTRIBUTING))
    files = {file for file in files if "NAME" not in file}
    assert {file for file in files if not any((b / file).exists() for b in (ROOT, SOURCE))} == set()
    tables = set(re.findall(r"`([A-Z]{4,})`", CONTRIBUTING))
    code = "".join((SOURCE / p).read_text(encoding="utf-8") for p in MODULES)
    assert {t for t in tables if not re.search(rf"^{t}\b.* = ", code, re.MULTILINE)} == set()
