"""Texts of a file are shown as texts: in HTML, SVG and XML, and on a terminal."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

import phosphene as ph
from phosphene.cli import run
from phosphene.files.xmp import xmp
from phosphene.motion import animate
from phosphene.recipe import Recipe
from tests.tables import few_quick

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "\"'><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;\x1b[31m\x9b2J\u202e",
]
LIVE = re.compile(r"<script>alert|<img src=x|\x1b|\x9b|\u202e|'><|\"><script")

each = pytest.mark.parametrize("text", few_quick(HOSTILE, 2))


def plain(text: str) -> Recipe:
    """A recipe that takes every text that it can from a stranger."""
    seed = "".join(letter for letter in text if letter.isprintable())  # a seed holds no others
    return Recipe(style=text, seed=seed, rescued=(text,))


@each
def test_html_of_every_class_shows_texts_of_files_as_texts(text, monkeypatch):
    film = animate(plain(text), "loop", frames=2, size=(8, 8))
    monkeypatch.setattr(type(film), "player", lambda self: b"")
    pages = [plain(text)._repr_html_(), film._repr_html_()]
    for page in pages:
        assert not LIVE.search(page.replace("\x9b", "").replace("\u202e", ""))
        assert page.count("<") == len(re.findall(r"</?(?:details|summary|pre|img)\b", page))


@each
def test_files_of_xml_and_html_hold_texts_as_texts(text, tmp_path):
    recipe = plain(text)
    ph.render_file(recipe, tmp_path / "a.svg", 32)
    ph.render_file(recipe, tmp_path / "a.dzi", 32)
    for name in ("a.svg", "a.dzi"):
        ElementTree.parse(tmp_path / name)
        assert ph.open(tmp_path / name) == recipe
    ElementTree.fromstring(re.sub(r"<\?.*?\?>", "", xmp({"phosphene": recipe.json})))
    for path in [*tmp_path.glob("*.svg"), *tmp_path.glob("*.dzi"), *tmp_path.glob("*.html")]:
        assert not LIVE.search(path.read_text(encoding="utf-8"))


@each
def test_the_terminal_gets_no_control_characters(text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(plain(text).json, encoding="utf-8")
    for line in (["show", "a.json"], ["show", "a.json", "--json"], ["check", "a.json"]):
        assert run(line) == 0
        out, err = capsys.readouterr()
        assert all(letter.isprintable() or letter == "\n" for letter in out + err)
        if "--json" in line:
            assert json.loads(out)["recipe"]["style"] == text
