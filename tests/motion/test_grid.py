"""Grids in motion: every cell is the film of its picture, and the file knows them all."""

from __future__ import annotations

import json
import shlex
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.colour.curves import decode
from phosphene.core.errors import InputError
from phosphene.motion import Film, GridFilm, animate_grid
from phosphene.motion import save as saving
from phosphene.motion.grid import grid_notes
from phosphene.motion.load import grid_in
from phosphene.render.grids import PAPER

AXES = {"x": "depth=2..3", "y": "width=4,8", "seed": 3}
LOOP = "loop radius=0.5"


def made(**more: object) -> GridFilm:
    asked = {"path": LOOP, "frames": 6, "cell": 17, "even": False, **AXES}
    return animate_grid("classic", **(asked | more))


GRID = made()


def of_cell(grid: GridFilm, frame: np.ndarray, k: int) -> np.ndarray:
    x, y = grid.page.places()[k]
    return frame[y : y + grid.cell, x : x + grid.cell]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def command(text: str, capsys) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(shlex.split(text))
    out, err = capsys.readouterr()
    return code, out, err


def test_frame_0_is_the_still_grid_and_both_sides_are_even():
    row = made(x="depth=2..4", y=None)
    still = ph.grid("classic", x="depth=2..4", seed=3, cell=17).uint8
    first = next(row.frames())
    height, width, _ = still.shape
    assert (height % 2, width % 2) == (1, 1)
    assert first.shape == (height + 1, width + 1, 3)
    assert np.array_equal(first[:height, :width], still)
    assert np.all(first[height:] == PAPER)
    assert np.all(first[:, width:] == PAPER)


def test_every_cell_is_the_film_of_its_picture():
    frames = list(GRID.frames())
    assert len(frames) == len(GRID) == 6
    for k, film in enumerate(GRID.films):
        for number in (0, 4):
            assert np.array_equal(of_cell(GRID, frames[number], k), film.frame(number).uint8)
        assert not np.array_equal(of_cell(GRID, frames[0], k), of_cell(GRID, frames[3], k))


def test_one_thread_and_many_make_the_same_frames():
    one, many = (GRID.renderer(GRID.size, threads=n).frame(GRID.states(2)) for n in (1, 3))
    assert np.array_equal(one, many)


def test_cells_of_both_precisions_share_a_page():
    grid = made(x=("precision", ["f32", "f64"]), y=None, cell=40)
    for number, frame in enumerate(grid.frames()):
        for k, film in enumerate(grid.films):
            assert np.array_equal(of_cell(grid, frame, k), film.frame(number).uint8)


def test_cells_of_one_seed_loop_alike_and_all_at_one_speed():
    grid = made(path="loop", even=True, frames=60, y=None)
    radii = {spec["radius"] for film in grid.films for spec in film.path}
    assert len(radii) > 1
    lines = grid_notes(grid)
    assert any(f"radius {min(radii):.3g} to {max(radii):.3g}" in line for line in lines), lines
    assert any("of a usual step or less" in line for line in lines)
    assert all(film.times for film in grid.films)


def test_words_and_linear_light_are_those_of_the_cells_and_of_the_paper():
    renderer = GRID.renderer(GRID.size)
    words, light = (renderer.frame(GRID.states(1), kind) for kind in ("words", "linear"))
    assert (words.dtype, light.dtype) == (np.uint16, np.float32)
    assert np.array_equal(words[0, 0], [18 * 257, 18 * 257, 20 * 257])
    assert np.allclose(light[0, 0], decode(np.array(PAPER) / 255), atol=1e-6)
    film = GRID.films[1]
    own = film.renderer(film.size)
    for kind, page in (("words", words), ("linear", light)):
        assert np.array_equal(of_cell(GRID, page, 1), own.frame(film.states(1), kind))


def test_opacity_lets_the_paper_through_and_grey_has_three_channels():
    clear = made(fields={"set": {"shading.alpha": "0"}})
    assert np.all(of_cell(clear, next(clear.frames()), 0) == PAPER)
    light = clear.renderer(clear.size).frame(clear.states(0), "linear")
    assert np.allclose(of_cell(clear, light, 0), decode(np.array(PAPER) / 255), atol=1e-6)
    grey = made(fields={"channels": 1})
    cell = of_cell(grey, next(grey.frames()), 2)
    assert np.array_equal(cell, np.repeat(grey.films[2].frame(0).uint8, 3, axis=2))


@pytest.mark.parametrize("name", ["g.gif", "g.mp4", "g.webp", "g.apng", "g/"])
def test_the_file_holds_every_film_and_its_path(name: str):
    GRID.save(name)
    assert grid_in(name) == GRID
    assert ph.open_film(name, pick=3) == GRID.films[2] and ph.open_film(name) == GRID
    assert ph.open(name, pick=3) == GRID.films[2].recipe
    with pytest.raises(InputError, match=r"a grid of 4 films; choose one with `pick`, 1 to 4"):
        ph.open(name)
    with pytest.raises(InputError, match="there is no film 5"):
        ph.open_film(name, pick=5)


def test_a_damaged_text_is_reported():
    texts = GRID.texts(GRID.size)
    whole = json.loads(texts["phosphene-film"])
    assert GridFilm.from_texts(texts) == GRID
    for key, value in (("films", []), ("cell", "wide"), ("heads", [["a"], None]), ("films", 3)):
        grid = {**whole["grid"], key: value}
        broken = texts | {"phosphene-film": json.dumps({"film": 1, "grid": grid})}
        with pytest.raises(InputError, match="damaged"):
            GridFilm.from_texts(broken)


def test_an_interrupted_grid_can_be_resumed(monkeypatch):
    monkeypatch.setattr(saving, "DIRECT_PIXELS", 0)
    GRID.save("whole/")

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        GRID.save("g/", progress=stop)
    assert not Path("g").exists()
    news: list[str] = []
    GRID.save("g/", resume=True, say=news.append)
    assert "of 6 frames are there" in news[0]
    for one, two in zip(sorted(Path("g").iterdir()), sorted(Path("whole").iterdir()), strict=True):
        assert one.read_bytes() == two.read_bytes()


@pytest.mark.slow  # renders a long grid
def test_a_long_grid_takes_no_more_memory_than_a_short_one():
    def peak(frames: int) -> int:
        grid = made(frames=frames, y=None, cell=96)
        tracemalloc.start()
        grid.save(f"{frames}/")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(4)  # what is loaded and kept once
    short, long = peak(10), peak(150)
    assert long < short + 20 * 3 * 96 * 192  # of 140 frames more


# ---- the command line

ASKED = "grid classic --seed 3 --x depth=2..3 --y width=4,8 --cell 17 --frames 6 --animate"


def test_the_command_makes_the_film_and_makes_it_again_larger(capsys):
    code, out, err = command(f"{ASKED} --path '{LOOP}' --no-even -o g.gif --json", capsys)
    assert code == 0, err
    data = json.loads(out)
    assert (data["frames"], data["closed"], data["size"]) == (6, True, list(GRID.size))
    assert data["films"][1] == {
        "label": "depth 3, width 4", "digest": GRID.films[1].recipe.digest
    }  # fmt: skip
    assert grid_in("g.gif") == GRID
    assert command("grid g.gif --animate --cell 24 -o large/", capsys)[0] == 0
    assert grid_in("large") == GRID.with_cell(24)
    with Image.open("large/frame-00003.png") as image:
        assert image.size == GRID.with_cell(24).size


def test_a_single_cell_can_be_made_larger(capsys):
    GRID.save("g.gif")
    assert command("animate g.gif --pick 2 --size 24x16 -o cell/", capsys)[0] == 0
    film = ph.open_film("cell")
    assert isinstance(film, Film)
    assert film.recipe == GRID.films[1].recipe
    assert (film.path, film.times, film.size) == (GRID.films[1].path, (), (24, 16))


@pytest.mark.slow  # renders a grid of films
def test_the_grid_of_the_help_text_runs(capsys):
    _, out, _ = command("grid --help", capsys)
    words = " ".join(out.split())
    start = words.index("phosphene grid classic --x depth=2..4")
    example = words[start : words.index("-o grid.mp4") + len("-o grid.mp4")]
    small = example.replace("--seconds 4", "--seconds 0.2 --cell 16")
    code, out, err = command(small.removeprefix("phosphene "), capsys)
    assert (code, out) == (0, "grid.mp4\n"), err


FAULTS = {
    "grid --animate --frames 0 -o g.mp4": "a film has at least one frame",
    "grid --animate --frames 1.5 -o g.mp4": "expected a whole number",
    "grid --animate --seconds 1 --frames 3 -o g.mp4": "choose one",
    "grid --animate --fps 0 -o g.mp4": "--fps",
    "grid --animate --speed mad -o g.mp4": "unknown speed",
    "grid --animate --path lop -o g.mp4": "Did you mean 'loop'",
    "grid --animate -o g.png": "unknown film format '.png'",
    "grid --animate -o -": "cannot be written to stdout",
    "grid --animate --format-option codec=h999 -o g.mp4": "codec",
    "grid --animate -o taken.gif": "already exists",
    "grid --animate --x dephts=2..3 -o g.mp4": "dephts",
    "grid neurogram --x scale=1..2/2 --animate -o g.mp4": "no latent vector",
    "grid -o g.mp4": "a film; add --animate",
    "grid --seconds 3 -o g.png": "--seconds: is for films; add --animate",
    "grid --path rotate": "--path: is for films",
    "grid --resume": "--resume: is for films",
    "grid taken.gif --animate --seconds 3 -o g.mp4": "choose one film with --pick",
    "grid taken.gif --animate --pick 9 -o g.mp4": "there is no film 9",
    "animate taken.gif -o g.mp4": "choose one with --pick, 1 to 4",
    "grid nothing.mp4 --animate -o g.mp4": "no such file",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_mistake_is_reported_in_one_line_and_leaves_nothing(text: str, capsys):
    GRID.save("taken.gif")
    code, out, err = command(text, capsys)
    assert code == 2, err
    assert out == ""
    assert FAULTS[text] in err
    assert "Traceback" not in err
    assert [p.name for p in Path().iterdir()] == ["taken.gif"]
