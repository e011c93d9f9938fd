"""Draw the figures of the tutorials, each by the command below it; run by `make gallery`.

A figure is a picture with its command as caption: `![...](NAME)`, an empty line, then
`*`phosphene ... -o NAME`*`. A command may read figures above it.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

from phosphene.cli import run

DOCS = Path(__file__).parent
PAGES = [DOCS / "first-picture.md", *sorted(DOCS.glob("tutorials/*.md"))]
FIGURE = re.compile(r"^!\[[^]]*\]\(([^)]+)\)\n\n\*`phosphene ([^`]+)`\*$", re.MULTILINE)


def figures(page: Path) -> dict[Path, str]:
    """The figures of a page in their order, with the commands that draw them."""
    found = FIGURE.findall(page.read_text(encoding="utf-8"))
    return {(page.parent / name).resolve(): command for name, command in found}


def draw(page: Path, folder: Path) -> list[Path]:
    """Draw the figures of a page into a folder; raises SystemExit if a command fails."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        for place, command in figures(page).items():
            code = run([*shlex.split(command), "--overwrite"])
            if code or not Path(place.name).exists():
                raise SystemExit(f"{page.name}: phosphene {command}: exit code {code}")
    finally:
        os.chdir(before)
    return [folder / place.name for place in figures(page)]


def draw_all() -> None:
    """Draw the figures of all tutorials where their pages show them."""
    for page in PAGES:
        draw(page, DOCS / "tutorials")
