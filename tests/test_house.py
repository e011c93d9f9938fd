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


def imports(path: str, text: str, tables: bool = True) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything of ours that a module imports, anywhere in its text.

    With `tables` a text that is a module's dotted name counts: it is a row of a table of modules
    that are loaded when asked for.
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
            case ast.Constant(value=str(value)) if tables and re.fullmatch(
                r"phosphene(\.\w+)+", value
            ):
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
        ("recipe/model.py", "from phosphene.ir.program import Program"),  # the same layer
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
def test_a_downward_import_passes(path: str, text: str):
    assert upward(path, text) == []


def file_of(name: str, files: set[str]) -> str | None:
    """The file that an imported dotted name is in: a module, else the package that holds it."""
    parts = name.split(".")[1:]
    while parts:
        path = "/".join(parts)
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if file in files:
                return file
        parts.pop()
    return None


def arrows(texts: dict[str, str]) -> dict[str, set[str]]:
    """Which files of its own room each file imports, at its top, in a function or for types.

    Rows of tables do not count: a format's writer may import the types that its table is made of.
    """
    found: dict[str, set[str]] = {}
    for path, text in texts.items():
        files = (file_of(name, set(texts)) for _, name in imports(path, text, tables=False))
        found[path] = {f for f in files if f and f != path and row_name(f) == row_name(path)}
    return found


def between_folders(files: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same arrows between the folders of each room, and the files beside them."""
    found: dict[str, set[str]] = {}
    for path, others in files.items():
        here = "/".join(path.split("/")[:2])
        found.setdefault(here, set()).update("/".join(o.split("/")[:2]) for o in others)
    return {path: others - {path} for path, others in found.items()}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """A way along the arrows that ends where it began; empty where there is none."""
    left = {path: set(others) for path, others in graph.items()}
    while ends := [path for path, others in left.items() if not others & left.keys()]:
        for path in ends:
            del left[path]
    way = [min(left)] if left else []
    while way and way[-1] not in way[:-1]:
        way.append(min(left[way[-1]] & left.keys()))
    return way[way.index(way[-1]) :] if way else []


TEXTS = {path: (SOURCE / path).read_text(encoding="utf-8") for path in MODULES}


def test_imports_between_the_files_of_a_room_form_no_circle():
    assert " -> ".join(circle(arrows(TEXTS))) == ""


def test_imports_between_the_folders_of_a_room_form_no_circle():
    assert " -> ".join(circle(between_folders(arrows(TEXTS)))) == ""


@pytest.mark.parametrize(
    "text",
    [
        "from phosphene.motion.film import Film",
        "from ..film import Film",
        "def f():\n    from phosphene.motion import film",
        "if TYPE_CHECKING:\n    from phosphene.motion.film import Film",
    ],
)
def test_a_planted_circle_is_caught(text: str):
    low = "motion/render/blend.py"
    planted = arrows({**TEXTS, low: f"{TEXTS[low]}\n{text}\n"})
    way = circle(planted)
    assert way[0] == way[-1] and {low, "motion/film.py"} <= set(way)
    assert "motion/render" in circle(between_folders(planted))


COLOUR_NUMBERS = re.compile(
    r"12\.92\b|\b1\.055\b|0\.0031308|0\.04045|0\.2126\b|0\.4122214708|4\.0767416621"
)


def colour_numbers(path: str, text: str) -> list[str]:
    """Constants of sRGB, OKLab and luminance that stand outside colour/."""
    return [] if path.startswith("colour/") else COLOUR_NUMBERS.findall(text)


def test_the_constants_of_srgb_and_oklab_stand_in_colour_only():
    found = {p: colour_numbers(p, (SOURCE / p).read_text(encoding="utf-8")) for p in MODULES}
    assert {path: numbers for path, numbers in found.items() if numbers} == {}
    assert colour_numbers("judge/measures.py", "value / 12.92") == ["12.92"]


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
