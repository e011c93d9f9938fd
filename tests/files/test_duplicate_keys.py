"""A key that stands twice in one object is refused at every entrance, never guessed."""

from __future__ import annotations

import io
import json
import re
import shlex

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import phosphene as ph
from phosphene.cli import run
from phosphene.core.json_text import DuplicateKeyError, read_json
from phosphene.files.texts import mark, pack, unpack
from phosphene.ir.document import read_header

TWICE = '{"phosphene": 1, "seed": 3, "seed": 4}'
INSIDE = '{"phosphene": 1, "networks": {"main": {"width": 3, "depth": 2, "width": 4}}}'
SAID = "the key '(seed|width)' stands twice in one object"


def test_a_key_twice_is_refused_and_equal_keys_of_different_objects_are_not():
    with pytest.raises(DuplicateKeyError, match="the key 'a' stands twice in one object"):
        read_json('[{"b": 1}, {"a": 1, "b": 2, "a": 1}]')
    assert read_json('[{"a": 1}, {"a": {"a": 2}}]') == [{"a": 1}, {"a": {"a": 2}}]


@pytest.mark.parametrize("text", [TWICE, INSIDE])
def test_no_entrance_accepts_a_recipe_with_a_key_twice(text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(text)
    info = PngInfo()
    info.add_itxt("phosphene", text)
    Image.new("RGB", (4, 4)).save("a.png", pnginfo=info)
    packed = f'{{"phosphene": {text}}}'
    (tmp_path / "a.svg").write_text(f"<svg><!-- {mark({})[:-2]}{packed} --></svg>")
    for call in (
        lambda: ph.Recipe.from_json(text),
        lambda: ph.as_recipe(text),
        lambda: ph.open(io.BytesIO(text.encode())),
        lambda: ph.open("a.json"),
        lambda: ph.open("a.png"),
        lambda: ph.open("a.svg"),
        lambda: unpack("a.jpg", packed),
    ):
        with pytest.raises(ph.UserError, match=SAID):
            call()
    for name in ("a.json", "a.png", "a.svg"):
        for command in (f"render {name} --size 8 -o b.png", f"show {name}"):
            assert run(shlex.split(command)) == 2
            assert re.search(SAID, capsys.readouterr().err)


def test_values_on_the_command_line_have_each_key_once(capsys):
    value = '{"kind": "uniform", "kind": "normal"}'
    assert run(["paint", "silk", "--set", f"networks.main.weights={value}"]) == 2
    assert "the key 'kind' stands twice in one object" in capsys.readouterr().err


@pytest.mark.slow  # makes a file of every kind
def test_texts_of_films_sheets_keyframes_and_programs_have_each_key_once(tmp_path):
    film = ph.animate("classic", frames=2, size=(8, 8))
    texts = film.texts((8, 8))
    twice = texts["phosphene-film"].replace('{"', '{"frames": 3, "', 1)
    assert json.loads(twice)["frames"] == 2  # the last one wins elsewhere
    with pytest.raises(ph.UserError, match="the text of the film inside is damaged"):
        ph.Film.from_texts({**texts, "phosphene-film": twice})
    page = ph.sheet("classic", count=1, cell=8)
    info = PngInfo()
    stored = page.metadata()["phosphene-sheet"]
    info.add_itxt("phosphene-sheet", stored.replace('{"', '{"pictures": [], "', 1))
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "s.png", pnginfo=info)
    with pytest.raises(ph.UserError, match="the list of recipes inside is damaged"):
        ph.open(tmp_path / "s.png", pick=1)
    keys = tmp_path / "keys.json"
    keys.write_text('{"keys": [], "keys": []}')
    with pytest.raises(ph.UserError, match="the key 'keys' stands twice"):
        ph.animate("classic", f"keys {keys}", frames=2)
    assert read_header(memoryview(b'{"rows": 1, "rows": 2}')) is None


def test_what_phosphene_writes_is_read(tmp_path):
    recipe = ph.style("silk", seed=1)
    assert json.loads(unpack("a", pack({"phosphene": recipe.json}))["phosphene"])
    for name in ("a.png", "a.jpg", "a.webp", "a.svg", "a.tiff", "a.json"):
        ph.render(recipe, 16).save(tmp_path / name)
        assert ph.open(tmp_path / name) == recipe
