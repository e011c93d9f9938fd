"""Build the site of the documentation, site/, from the pages of docs/; run by `make docs`.

The pages link to files of the repository as a code host shows them. In the site these links lead to
copies: CONTRIBUTING.md and CHANGELOG.md are pages, and a source file is shown on a page of its own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
STAGE = ROOT / "build" / "docs"
SITE = ROOT / "site"
PAGES = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
SHOWN = {".md", ".png", ".jpg", ".svg", ".css", ".webp", ".ipynb"}
HIDDEN = "---\nsearch:\n  exclude: true\n---\n\n"
LINK = re.compile(r"(\[[^]]*\]\()([^)#\s]+)")


def stage() -> list[Path]:
    """The pages that the site is built from, written into build/docs."""
    shutil.rmtree(STAGE, ignore_errors=True)
    for source in sorted(FOLDER.rglob("*")):
        if source.suffix in SHOWN:
            target = STAGE / source.relative_to(FOLDER)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    for name, page in PAGES.items():
        shutil.copyfile(ROOT / name, STAGE / page)
    origins = {STAGE / page: ROOT / name for name, page in PAGES.items()}
    pages = sorted(STAGE.rglob("*.md"))
    for page in pages:
        origin = origins.get(page, FOLDER / page.relative_to(STAGE))
        text = page.read_text(encoding="utf-8")
        page.write_text(site_links(text, page, origin), encoding="utf-8")
    return pages


def site_links(text: str, page: Path, origin: Path) -> str:
    """`text` with its links, which are relative to `origin`, leading to pages of the site."""

    def link(match: re.Match[str]) -> str:
        before, target = match.groups()
        found = (origin.parent / target).resolve()
        if "://" in target or not found.is_relative_to(ROOT):
            return match[0]
        return before + _relative(_copy(found), page.parent)

    return LINK.sub(link, text)


def _copy(file: Path) -> Path:
    """Where the site has `file`; a source file gets its page here."""
    name = file.relative_to(ROOT).as_posix()
    if name in PAGES:
        return STAGE / PAGES[name]
    if file.is_relative_to(FOLDER) and file.suffix in SHOWN:
        return STAGE / file.relative_to(FOLDER)
    target = STAGE / "source" / f"{name}.md"
    if file.is_file() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        code = file.read_text(encoding="utf-8")
        target.write_text(f"{HIDDEN}# {name}\n\n````python\n{code}````\n", encoding="utf-8")
    return target


def _relative(target: Path, folder: Path) -> str:
    up = len(folder.relative_to(STAGE).parts)
    return "../" * up + target.relative_to(STAGE).as_posix()


def build() -> int:
    """Stage the pages and build the site; the exit status, not 0 if a link is broken."""
    stage()
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(build())
