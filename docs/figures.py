"""Draw the figures of the tutorials, each by the command below it; run by `make gallery`.

A figure is a picture with its command as caption: `![...](NAME)`, an empty line, then
`*`phosphene ... -o NAME`*`. A command may read figures above it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from phosphene.cli import run

DOCS = Path(__file__).parent
PAGES = [
    DOCS / "first-picture.md",
    DOCS / "what-a-cppn-is.md",
    *sorted(DOCS.glob("tutorials/*.md")),
]
FOLDER = DOCS / "tutorials"
FIGURE = re.compile(r"^!\[[^]]*\]\(([^)]+)\)\n\n\*`phosphene ([^`]+)`\*$", re.MULTILINE)


def figures(page: Path) -> dict[str, str]:
    """The figures of a page, by path in FOLDER, with their commands in order."""
    found = FIGURE.findall(page.read_text(encoding="utf-8"))
    places = ((page.parent / name).resolve().relative_to(FOLDER) for name, _ in found)
    return {place.as_posix(): command for place, (_, command) in zip(places, found, strict=True)}


def draw(page: Path, folder: Path) -> None:
    """Draw the figures of a page in a folder; raises SystemExit if a command fails."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        for name, command in figures(page).items():
            code = run(shlex.split(command))
            if code or not Path(name).exists():
                raise SystemExit(f"{page.name}: phosphene {command}: exit code {code}")
    finally:
        os.chdir(before)


def draw_all() -> None:
    """Draw the figures of all tutorials where their pages show them."""
    for page in PAGES:
        with TemporaryDirectory() as folder:
            draw(page, Path(folder))
            for name in figures(page):
                (FOLDER / name).parent.mkdir(exist_ok=True)
                shutil.copyfile(Path(folder) / name, FOLDER / name)
