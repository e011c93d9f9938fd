"""Flat and noisy pictures are named, with a change that helps; small pictures are smooth."""

from __future__ import annotations

import re
import shlex

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.judge.notes import flat_share, note_on
from phosphene.raster.encodings import to_float
from phosphene.raster.painter import Painter
from phosphene.render.first_pass import plan_and_inputs
from phosphene.render.thumbnails import smooth


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def command(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command that works says on stderr."""
    capsys.readouterr()
    assert run(shlex.split(text)) == 0
    return capsys.readouterr().err


def test_flat_share_is_the_share_of_the_median_colour():
    pixels = np.full((40, 50, 3), 7, np.uint8)
    assert flat_share(pixels) == flat_share(pixels / 255) == 1.0
    pixels[:10, :, 1] = 200
    assert flat_share(pixels) == pytest.approx(0.75)
    pixels[:10, :, 1] = 11
    assert flat_share(pixels) == 1.0  # four levels are not seen


@pytest.mark.parametrize(
    ("asked", "colour"),
    [
        ("cppn-tensorflow --activation abs --seed 1", "#000000"),
        ("cppn-tensorflow --activation sqrt_abs --seed 1", "#000000"),
        ("cppn-tensorflow --set networks.main.kind=residual --seed 4", "#ffffff"),
        ("ichko --gain 0 --seed 1", "#"),
    ],
)
def test_paint_names_a_flat_picture_and_what_it_advises_helps(asked, colour, capsys):
    said = command(f"paint {asked} --size 64 -o a.png", capsys)
    found = re.search(rf"a.png: flat: \d+% of it is ({colour}\w*); try (--gain \S+, or )?an", said)
    assert found, said
    assert np.asarray(Image.open("a.png")).std(axis=(0, 1)).max() < 3
    if found[2]:
        gain = found[2].split(",")[0]
        assert "flat" not in command(f"paint {asked} {gain} --size 64 -o b.png", capsys)
        assert np.asarray(Image.open("b.png")).std(axis=(0, 1)).max() > 3


@pytest.mark.parametrize("activation", ["tan", "sin"])
def test_paint_names_noise_and_offers_the_first_layer(activation, capsys):
    wild = f"paint ichko --activation {activation} --seed 1 --size 64"
    said = command(f"{wild} -o a.png", capsys)
    advice = f"try {activation} in the first layer only: --activation {activation},tanh"
    assert "a.png: noise: every pixel differs from the next at this size" in said and advice in said
    calm = f"paint ichko --activation {activation},tanh --seed 1 --size 64 -o b.png"
    assert "noise" not in command(calm, capsys)
    assert run(shlex.split(f"{wild} --complexity 0.0001 -o c.png")) == 2
    assert f"--activation {activation},tanh" in capsys.readouterr().err


@pytest.mark.parametrize(
    "style", ["silk", "riley", "classic", "ichko", "neural-painter", "huenermann-python", "netart"]
)
def test_a_picture_with_something_in_it_gets_no_note(style):
    recipe, size = ph.style(style, seed=3), (96, 64)
    plan, kept = plan_and_inputs(recipe, size, "cpu")
    assert note_on(recipe, Painter(plan, "cpu", to_float, kept), size) == ""


def test_sheets_grids_and_films_count_flat_pictures(capsys):
    wrong = "cppn-tensorflow --activation abs"
    said = command(f"sheet {wrong} --seed 1 --count 2 --cell 16 --no-gate -o s.png", capsys)
    assert re.search(r"flat, of one colour: \d of 2 pictures: cppn-tensorflow 1", said)
    page = ph.grid("cppn-tensorflow", seed=1, x="activation=abs,tanh", cell=16)
    (note,) = page.notes
    assert note.startswith("flat, of one colour: 1 of 2 pictures: activation abs; try")
    said = command(f"animate {wrong} --seed 1 --frames 2 --size 16 -o f.gif", capsys)
    assert "flat, of one colour: 2 of 2 frames; try another seed or --gain" in said
    assert ph.grid("cppn-tensorflow", seed=1, x="depth=2..3", cell=16).notes == ()


@pytest.mark.slow  # paints sheets in two ways
def test_small_pictures_of_seed_systems_are_smooth_unless_exactness_is_asked(capsys):
    recipe = ph.style("huenermann-python", seed=1)
    exact, fine = (ph.render(r, 32).uint8 for r in (recipe, smooth(recipe)))
    assert not np.array_equal(exact, fine)
    for more, wanted in (
        ({}, fine), ({"exact": True}, exact), ({"antialias": "none"}, exact),
        ({"set": {"finish.antialias": "none"}}, exact),
    ):  # fmt: skip
        page = ph.sheet("huenermann-python", seed=1, count=1, cell=32, gate=False, **more)
        assert np.array_equal(page.uint8[6:38, 6:38], wanted)
        assert page.pictures[0][1] == recipe  # what is picked is exact
    command("grid huenermann-python --seed 1 --x depth=8 --cell 32 --exact -o g.png", capsys)
    assert np.array_equal(np.asarray(Image.open("g.png"))[-38:-6, 6:38], exact)
    command("strip huenermann-python --seed 1 --frames 2 --thumbnails 1 --size 32 -o t.png", capsys)
    assert np.array_equal(np.asarray(Image.open("t.png")), fine)
    assert smooth(ph.style("silk")) == ph.style("silk")
