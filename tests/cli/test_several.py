"""`paint FILE`: variations of a recipe, or the pictures of a sheet, as full pictures."""

from __future__ import annotations

import pytest

import phosphene as ph
from phosphene.cli import run


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ph.render("silk", 16, seed=3).save("art.png")


def test_variations_are_painted_as_the_sheet_shows_them(tmp_path, capsys):
    assert run("paint art.png --vary latent --count 3 --size 24 -o many/".split()) == 0
    names = sorted(p.name for p in (tmp_path / "many").iterdir())
    assert names == ["01-z-1.png", "02-z-2.png", "03-z-3.png"]
    page = ph.sheet(ph.open("art.png"), vary="latent", count=3, cell=16)
    assert [ph.open(tmp_path / "many" / name) for name in names] == [r for _, r in page.pictures]
    capsys.readouterr()
    assert run("paint art.png --vary latent --count 3 --size 24 -o many/".split()) == 2
    assert "already exists" in capsys.readouterr().err


def test_all_pictures_of_a_sheet_are_painted(tmp_path):
    page = ph.sheet("silk", count=2, seed=3, cell=16, gate=False)
    page.save("sheet.png")
    assert run("paint sheet.png --pick all --size 24".split()) == 0
    names = sorted(p.name for p in (tmp_path / "sheet-pictures").iterdir())
    assert names == ["01.png", "02.png"]
    found = [ph.open(tmp_path / "sheet-pictures" / name) for name in names]
    assert found == [recipe for _, recipe in page.pictures]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("paint art.png", "is a file. To render a file again: phosphene render art.png"),
        ("paint art.png --vary hue", "--vary: unknown variation 'hue'"),
        ("paint art.png --vary latent --pick all", "--pick: got all; expected the number"),
        ("paint art.png --vary latent --seed 3", "--seed: art.png is a file"),
        ("paint silk --vary latent --seed 3", "--vary: is for files"),
    ],
)
def test_what_does_not_fit_is_explained(line, words, capsys):
    assert run(line.split()) == 2
    assert words in capsys.readouterr().err
