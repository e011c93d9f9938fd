"""The generated parts of films.md: paths and formats. The rest is written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from phosphene.files.film.formats import FILMS, FOLDER
from phosphene.motion import PATHS

PAGE = Path(__file__).parent / "films.md"

# path: the command that draws its strip; `make gallery` writes it to films/PATH.jpg
_FRAMES = "--thumbnails 6 --size 192x108 --seconds 12"
STRIPS: dict[str, str] = {
    name: f"strip {path.example} {_FRAMES}" for name, path in PATHS.items() if path.example
}


def page() -> str:
    """docs/films.md with its generated parts up to date."""
    return replace_block(
        replace_block(PAGE.read_text(encoding="utf-8"), "paths", "\n".join(_paths())),
        "formats", "\n".join(_formats()),
    )  # fmt: skip


def replace_block(whole: str, name: str, text: str) -> str:
    """A text with the part between the marks of `name` replaced; exits if the marks are missing."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = whole.partition(start)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise SystemExit(f"the marks {start} and {end} are missing")
    return f"{before}{start}\n{text.strip()}\n{end}{after}"


def _paths() -> Iterator[str]:
    for name, path in PATHS.items():
        yield from (
            "",
            f"### {name}",
            "",
            f"{path.description[0].upper()}{path.description[1:]}.",
            "",
        )
        if name in STRIPS:
            yield from (f"![{name}](films/{name}.jpg)", "", f"`phosphene {STRIPS[name]}`", "")
        yield from ("| argument | meaning |", "|---|---|")
        yield from (
            f"| `{word}` | {argument.description} |" for word, argument in path.arguments.items()
        )


def _formats() -> Iterator[str]:
    yield from ("| suffix | format | options |", "|---|---|---|")
    for suffix, form in FILMS.items():
        shown = "folder" if suffix == FOLDER else suffix
        options = "; ".join(
            f"`{name}` {o.description} ({o.choices}; {str(o.default).lower()})"
            for name, o in form.options.items()
        )
        yield f"| `{shown}` | {form.description} | {options.replace('|', chr(92) + '|') or '-'} |"
