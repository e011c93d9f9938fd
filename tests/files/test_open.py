"""`ph.open` and `ph.open_film`: recipes and films out of paths and open files."""

from __future__ import annotations

import io

import numpy as np
import pytest

import phosphene as ph
from phosphene import files
from phosphene.cli import run
from phosphene.core.errors import InputError

RECIPE = ph.style("classic", seed=3)
FILM = ph.animate(RECIPE, "rotate turns=1", frames=3, size=16, subframes=1, even=False)
GRID = ph.animate_grid(
    "classic", "rotate turns=1", x="depth=2..3", cell=16, frames=2, even=False, seed=3
)


@pytest.fixture(params=["a.png", "a.jpg", "a.webp", "a.exr", "a.npy", "a.tiff", "a.json"])
def picture(request, tmp_path):
    path = tmp_path / request.param
    ph.render(RECIPE, 16).save(path)
    return path


@pytest.fixture(params=["a.gif", "a.webp", "a.apng", "a.mp4", "a.webm"])
def film(request, tmp_path):
    path = tmp_path / request.param
    FILM.save(path)
    return path


def test_an_open_file_is_read_like_its_path_and_its_position_is_restored(picture):
    assert ph.open(picture) == RECIPE
    with open(picture, "rb") as file:
        file.seek(5)
        assert ph.open(file) == RECIPE and file.tell() == 5
    assert ph.open(io.BytesIO(picture.read_bytes())) == RECIPE


def test_for_a_film_open_returns_the_recipe_and_open_film_the_film(film):
    assert ph.open(film) == RECIPE and ph.open_film(film) == FILM
    memory = io.BytesIO(film.read_bytes())
    assert ph.open(memory) == RECIPE and ph.open_film(memory) == FILM


def test_a_folder_of_frames_is_a_film(tmp_path):
    FILM.save(tmp_path / "frames")
    assert ph.open(tmp_path / "frames") == RECIPE and ph.open_film(tmp_path / "frames") == FILM


def test_one_film_of_a_grid_can_be_picked(tmp_path):
    GRID.save(tmp_path / "g.gif")
    assert ph.open_film(tmp_path / "g.gif") == GRID
    assert ph.open_film(tmp_path / "g.gif", 2) == GRID.films[1]
    assert ph.open(tmp_path / "g.gif", 2) == GRID.films[1].recipe
    with pytest.raises(InputError, match="a grid of 2 films; there is no film 3"):
        ph.open(tmp_path / "g.gif", 3)
    with pytest.raises(InputError, match="a grid of 2 films; choose one"):
        ph.open(tmp_path / "g.gif")


def test_a_picture_is_not_a_film(picture):
    with pytest.raises(InputError, match="a picture, not a film; ph.open"):
        ph.open_film(picture)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (io.StringIO('{"phosphene": 1}'), "open it in binary mode"),
        (io.BytesIO(b"GIF89a"), "the file object: a GIF without a recipe|cut off|damaged"),
        (io.BytesIO(), "the file object: the file is empty"),
        (io.BytesIO(b"\0\0\0 ftypisom"), "cut off"),
        (3, "3: expected a path, or an open, seekable binary file"),
        (None, "expected a path, or an open, seekable binary file"),
    ],
)
def test_an_unreadable_file_is_explained(given, message):
    for read in (ph.open, ph.open_film):
        with pytest.raises(InputError, match=message):
            read(given)


def test_a_pipe_cannot_seek(tmp_path):
    class Pipe(io.RawIOBase):
        name = "pipe"

        def readable(self):
            return True

    with pytest.raises(InputError, match="pipe: expected a path, or an open, seekable binary file"):
        ph.open(Pipe())


@pytest.mark.parametrize(
    "text",
    ["", "{", "3", "[]", "null", '{"size": 3}', '{"size": null}', '{"size": [1]}', "[" * 100_000,
     '{"size": ["a", "b"]}', '{"size": [0, 4]}', '{"size": [true, 4]}', '{"size": [1.5, 4]}'],
)  # fmt: skip
def test_damaged_notes_on_the_rendering_leave_the_recipe_readable(text, tmp_path, capsys):
    path, recipe = str(tmp_path / "a.png"), ph.style("silk", seed=7)
    with files.create(path, (4, 3), 3, {"phosphene": recipe.json, "phosphene-render": text}) as png:
        png.write(np.zeros((3, 4, 3), np.uint8))
    assert ph.open(path) == recipe and files.recorded_size(path) is None
    assert run(["show", path]) == 0
    assert "rendered:" not in capsys.readouterr().out


def test_show_prints_how_a_picture_was_rendered(tmp_path, capsys):
    path = str(tmp_path / "a.png")
    ph.render("silk", (8, 6), seed=7, crop=(1, 2, 3, 4), dither="none").save(path)
    assert run(["show", path]) == 0
    assert "\nrendered: 8x6, dither none, crop [1, 2, 3, 4]\n" in capsys.readouterr().out
