"""Several files of one picture: sizes separated by commas, relative ones, inverted palettes."""

from __future__ import annotations

import json
import shlex

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run

INVERTED = ph.invert_palettes(ph.style("silk", seed=7))


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def art(in_a_folder_of_its_own):
    assert run(shlex.split("paint silk --seed 7 --size 40x30 -o art.png")) == 0


def command(text, capsys):
    code = run(shlex.split(text))
    out, err = capsys.readouterr()
    return code, out.split(), err


def sizes(tmp_path):
    found = {}
    for path in sorted(tmp_path.rglob("*.png")):
        with Image.open(path) as image:
            found[str(path.relative_to(tmp_path))] = image.size
    return found


def test_several_sizes_and_inverted_palettes_are_files_named_after_the_first(tmp_path, capsys):
    text = "paint silk --seed 7 --size 40x30,24x32 --with-inverted -o a.png"
    code, paths, _ = command(text, capsys)
    assert code == 0
    assert sizes(tmp_path) == {
        "a-24x32-inverted.png": (24, 32), "a-24x32.png": (24, 32),
        "a-40x30-inverted.png": (40, 30), "a-40x30.png": (40, 30),
    }  # fmt: skip
    assert sorted(paths) == sorted(sizes(tmp_path))
    assert ph.open("a-24x32.png") == ph.style("silk", seed=7)
    assert ph.open("a-24x32-inverted.png") == INVERTED
    with Image.open("a-40x30-inverted.png") as image:
        assert np.array_equal(np.asarray(image), ph.render(INVERTED, (40, 30)).uint8)


@pytest.mark.usefixtures("art")
def test_a_relative_size_is_of_the_file(tmp_path, capsys):
    assert command("render art.png --size 2x,50%,150% -o b.png", capsys)[0] == 0
    assert command("render art.png --size 0.1x", capsys)[0] == 0
    assert sizes(tmp_path) == {
        "art-4x3.png": (4, 3), "art.png": (40, 30), "b-20x15.png": (20, 15),
        "b-60x45.png": (60, 45), "b-80x60.png": (80, 60),
    }  # fmt: skip


@pytest.mark.usefixtures("art")
def test_variations_and_seeds_come_in_every_size(tmp_path, capsys):
    assert command("paint art.png --vary seed --count 2 --size 50%,1x -o v/", capsys)[0] == 0
    assert command("paint silk --seed 1 --count 2 --size 8,9 -o s/", capsys)[0] == 0
    found = sizes(tmp_path)
    assert [found[name] for name in sorted(found) if name.startswith("v/")] == [
        (20, 15), (40, 30), (20, 15), (40, 30)
    ]  # fmt: skip
    assert {name for name in found if name.startswith("s/")} == {
        "s/silk-1-8.png", "s/silk-1-9.png", "s/silk-2-8.png", "s/silk-2-9.png"
    }  # fmt: skip


def test_a_frame_of_a_film_comes_in_several_sizes(tmp_path, capsys):
    ph.animate("silk", seed=7, frames=2, size=(32, 16), even=False, subframes=1).save("f.gif")
    assert command("render f.gif --frame 1 --size 1x,50%", capsys)[0] == 0
    assert sizes(tmp_path) == {"f-1-16x8.png": (16, 8), "f-1-32x16.png": (32, 16)}


def test_the_data_of_several_files_is_a_list(capsys):
    text = "paint silk --seed 7 --size 8,9 -o a.png --json"
    assert run(shlex.split(text)) == 0
    assert [made["path"] for made in json.loads(capsys.readouterr().out)] == ["a-8.png", "a-9.png"]


@pytest.mark.usefixtures("art")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "paint silk --seed 7 --size 2x",
            "--size: got 2x, which is relative to the size",
        ),
        ("paint silk --seed 7 --size 8,8x8", "8x8 pixels would be written twice"),
        ("paint silk --seed 7 --size 8,9 -o -", "takes one picture; name a file for 2"),
        ("paint silk --seed 7 --with-inverted --size 8 -o -", "takes one picture"),
        ("paint silk --seed 7 --size 8,", "size"),
        ("render art.png --size 0%", "got 0%; expected more than 0"),
        ("render art.png --size 1e9x", "size"),
        ("render art.png --size 100000000x", "size"),
    ],
)
def test_what_cannot_be_is_refused_before_a_file_is_made(text, words, tmp_path, capsys):
    before = sizes(tmp_path)
    code, paths, err = command(text, capsys)
    assert (code, paths) == (2, []) and words in err and "Traceback" not in err
    assert sizes(tmp_path) == before


def test_no_file_is_written_if_one_exists(tmp_path, capsys):
    (tmp_path / "a-9.png").write_bytes(b"mine")
    code, _, err = command("paint silk --seed 7 --size 8,9 -o a.png", capsys)
    assert code == 2 and "a-9.png: already exists" in err
    assert [path.name for path in tmp_path.iterdir()] == ["a-9.png"]
    assert command("paint silk --seed 7 --size 8,9 -o a.png --overwrite", capsys)[0] == 0
    assert sizes(tmp_path) == {"a-8.png": (8, 8), "a-9.png": (9, 9)}
