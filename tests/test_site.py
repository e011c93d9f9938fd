"""The site of the documentation: its pages, links and figures, and the commands that they show."""

from __future__ import annotations

import json
import re
import shlex
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

import phosphene as ph
from phosphene.cli import run

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))

import api  # noqa: E402
import figures  # noqa: E402
import site_builder  # noqa: E402


class Links(HTMLParser):
    """The links, the anchors and the loaded resources of a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a":
            self.links += [values["href"]] if "href" in values else []
        elif values.get("rel") not in ("canonical", "prev", "next"):
            self.loaded += [values[name] for name in ("src", "href", "poster") if name in values]


def faults(site: Path) -> list[str]:
    """What is broken in a site: links to nothing, and resources of other hosts."""
    pages = {path.resolve(): Links(path) for path in sorted(site.rglob("*.html"))}
    found: list[str] = []
    for path, page in pages.items():
        name = path.relative_to(site.resolve())
        if name.name == "404.html":  # its links start at the root of the host
            continue
        found += [f"{name} loads {link}" for link in page.loaded if re.match(r"(\w+:)?//", link)]
        for link in (*page.links, *page.loaded):
            if re.match(r"\w+:|//", link):
                continue
            file, anchor = urldefrag(link)
            target = (path.parent / unquote(file)).resolve() if file else path
            target = target / "index.html" if target.is_dir() else target
            known = pages[target].anchors if target in pages else None
            if not target.exists() or (anchor and known is not None and anchor not in known):
                found.append(f"{name} links to {link}")
    for style in site.rglob("*.css"):
        if re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", style.read_text(encoding="utf-8")):
            found.append(f"{style.name} loads from another host")
    return found


def test_broken_links_and_other_hosts_are_caught(tmp_path):
    (tmp_path / "b.html").write_text('<h1 id="here"></h1>')
    (tmp_path / "a.html").write_text(
        '<a href="b.html#here"></a><a href="b.html#gone"></a><a href="c.html"></a>'
        '<img src="no.png"><script src="https://example.org/x.js"></script>'
        '<a href="https://example.org/"></a><link href="//example.org/f.css" rel="stylesheet">'
    )
    (tmp_path / "f.css").write_text("a { background: url('https://example.org/a.png') }")
    assert sorted(faults(tmp_path)) == [
        "a.html links to b.html#gone", "a.html links to c.html", "a.html links to no.png",
        "a.html loads //example.org/f.css", "a.html loads https://example.org/x.js",
        "f.css loads from another host",
    ]  # fmt: skip


def pages_of(nav: object) -> list[str]:
    """The files that a table of contents names."""
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav
    return [page for part in parts for page in pages_of(part)]


NAV = pages_of(tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]["nav"])


def test_the_contents_of_the_site_name_every_page():
    written = {p.relative_to(ROOT / "docs").as_posix() for p in figures.DOCS.rglob("*.md")}
    assert written | set(site_builder.PAGES.values()) == set(NAV)


def test_the_page_of_the_python_interface_has_every_public_name():
    names = [name for group in api.GROUPS.values() for name in group.split()]
    assert sorted(names) == sorted(ph.__all__)


@pytest.mark.slow  # builds the site
def test_the_site_has_every_page_and_public_name_and_asks_no_other_host():
    assert site_builder.build() == 0
    site = site_builder.SITE
    assert faults(site) == []
    assert [page for page in NAV if not (site / page).with_suffix(".html").exists()] == []
    index = json.dumps(json.loads((site / "search.json").read_text(encoding="utf-8")))
    assert [page for page in NAV if Path(page).with_suffix(".html").name not in index] == []
    text = (site / "api.html").read_text(encoding="utf-8")
    headings = re.findall(
        r'<h\d id="phosphene[^"]*" class="doc doc-heading">(.*?)</h\d>', text, re.S
    )
    shown = {word for heading in headings for word in re.sub(r"<.*?>", " ", heading).split()}
    assert set(ph.__all__) <= shown


# A test runs the commands of a page at sizes and lengths that take little time.
SMALLER = [
    (r"--size 4k\b", "--size 480x270"), (r"--size a4\b", "--size a4@20dpi"),
    (r"@\d{3}dpi", "@20dpi"), (r"--seconds \d+", "--seconds 1"), (r"--beats \d+", "--beats 2"),
    (r"--cell \d+", "--cell 40"), (r"--count \d+", "--count 6"),
]  # fmt: skip
PART = re.compile(r"^    (phosphene [^\n]*)$|^```python\n(.*?)^```", re.M | re.S)


def smaller(command: str) -> str:
    def smaller_size(size: re.Match[str]) -> str:
        sides = [int(side) for side in size[1].split("x")]
        return "--size " + "x".join(
            str(side // 16 * 2 if max(sides) > 600 else side) for side in sides
        )

    for pattern, replacement in SMALLER:
        command = re.sub(pattern, replacement, command)
    return re.sub(r"--size (\d+(?:x\d+)?)(?= |$)", smaller_size, command)


@pytest.mark.slow  # runs every command of a page
@pytest.mark.parametrize("page", figures.PAGES, ids=lambda page: page.name)
def test_the_commands_and_the_python_of_a_tutorial_run_in_their_order(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parts = PART.findall(page.read_text(encoding="utf-8"))
    assert len(parts) >= 4
    namespace: dict[str, object] = {}
    for command, python in parts:
        if python:
            exec(python, namespace)
        else:
            words = shlex.split(smaller(command), comments=True)[1:]
            assert run(words) == 0, command


@pytest.mark.slow  # draws the figures of a page
@pytest.mark.parametrize("page", figures.PAGES, ids=lambda page: page.name)
def test_a_figure_of_a_tutorial_shows_what_its_command_draws(page, tmp_path):
    figures.draw(page, tmp_path)
    assert figures.figures(page)
    for name, command in figures.figures(page).items():
        if command.startswith("show"):  # a drawing holds no recipe
            assert (figures.FOLDER / name).read_bytes() == (tmp_path / name).read_bytes()
        else:
            pick = 1 if command.startswith(("sheet", "grid")) else None
            stored, drawn = (ph.open(f / name, pick=pick) for f in (figures.FOLDER, tmp_path))
            assert stored == drawn, f"run `make gallery`: {name}"


def test_the_figures_of_the_tutorials_are_small_and_all_shown():
    stored = {path for path in figures.FOLDER.rglob("*.*") if path.suffix != ".md"}
    shown = {name for page in figures.PAGES for name in figures.figures(page)}
    assert {path.relative_to(figures.FOLDER).as_posix() for path in stored} == shown
    assert sum(path.stat().st_size for path in stored) < 1_000_000
