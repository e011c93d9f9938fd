"""What Python users meet: file objects, wrong arguments, completion."""

from __future__ import annotations

import io
import warnings

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.core.errors import OutputError
from tests.tables import few_quick

SILK = ph.style("silk", seed=1)
FILM = ph.animate("classic", frames=2, size=(8, 8))
PAGE = ph.sheet("classic", count=2, cell=8)
GRID = ph.animate_grid("classic", x="depth=1..2", frames=2, cell=8)


def test_sheets_are_saved_to_file_objects_with_their_recipes(tmp_path):
    memory = io.BytesIO()
    PAGE.save(memory, format="png")
    PAGE.save(tmp_path / "s.png")
    assert memory.getvalue() == PAGE.to_bytes("png") == (tmp_path / "s.png").read_bytes()
    assert ph.open(memory, pick=2) == PAGE.pictures[1][1]
    assert Image.open(io.BytesIO(PAGE.to_bytes("jpg"))).format == "JPEG"


@pytest.mark.parametrize("format", few_quick(["gif", "apng", ".webp", "mp4"], 1))
def test_films_are_saved_to_file_objects_with_their_recipe(format, tmp_path):
    memory = io.BytesIO()
    film = FILM if format != "mp4" else ph.animate("classic", frames=2, size=(64, 64))
    film.save(memory, format=format)
    film.save(tmp_path / f"f.{format.strip('.')}")
    assert ph.open_film(io.BytesIO(memory.getvalue())) == film
    written = (tmp_path / f"f.{format.strip('.')}").read_bytes()
    assert film.to_bytes(format) == written == memory.getvalue()


def test_grids_of_films_are_saved_to_file_objects():
    memory = io.BytesIO()
    GRID.save(memory, format="gif")
    memory.seek(0)
    assert ph.open_film(memory, pick=2) == GRID.films[1]


@pytest.mark.parametrize("made", [PAGE, FILM, GRID, ph.render(SILK, 8)])
def test_a_file_object_that_cannot_be_written_is_explained(made, tmp_path):
    with pytest.raises(ph.UserError, match="format: a file object has no suffix; name a format"):
        made.save(io.BytesIO())
    with pytest.raises(ph.UserError, match="path: got 5 .int.; expected a path or an open file"):
        made.save(5, format="png")
    with pytest.raises(ph.UserError, match="unknown (film )?format '.xyz'"):
        made.save(io.BytesIO(), format="xyz")
    with pytest.raises(OutputError, match="expected a file open for writing in binary mode"):
        made.save(io.StringIO(), format="webp")


def test_what_a_file_object_cannot_do_is_refused():
    with pytest.raises(ph.UserError, match="resume: a file object cannot be resumed"):
        FILM.save(io.BytesIO(), format="gif", resume=True)
    with pytest.raises(ph.UserError, match="format: a path has its format in its suffix"):
        FILM.save("a.gif", format="gif")
    with pytest.raises(ph.UserError, match="format: a path has its format in its suffix"):
        PAGE.save("a.png", format="png")
    with pytest.raises(ph.UserError, match="format: got ''; expected a name such as 'gif'"):
        FILM.to_bytes("")


@pytest.mark.parametrize(
    "size",
    [(10.5, 10), (10, 10.5), (float("nan"), 8), (float("inf"), 8), ("x", 8), (True, 8), 10.5],
)
def test_a_size_has_whole_pixels(size):
    with pytest.raises(ph.UserError, match="size: got .*; expected .width, height. in whole pixel"):
        ph.render(SILK, size)


def test_whole_sides_of_any_number_type_are_accepted():
    sizes = [(9, 8), (9.0, 8.0), (np.int32(9), np.float64(8)), ("9", "8"), "9x8"]
    assert {ph.render(SILK, size).uint8.tobytes() for size in sizes} == {
        ph.render(SILK, (9, 8)).uint8.tobytes()
    }


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("progress", lambda: ph.render("silk", 8, progress=5)),
        ("progress", lambda: ph.render_file("silk", "a.png", 8, progress="bar")),
        ("say", lambda: ph.render_file("silk", "a.png", 8, say=True)),
        ("progress", lambda: ph.sheet("silk", count=1, cell=8, progress=5)),
        ("progress", lambda: ph.grid("classic", x="depth=1..2", cell=8, progress=5)),
        ("progress", lambda: FILM.save("a.gif", progress=5)),
        ("progress", lambda: ph.animate_grid("classic", x="depth=1", frames=2, progress=5)),
    ],
)
def test_a_callback_must_be_a_function(name, call):
    with pytest.raises(ph.UserError, match=rf"{name}: got .*; expected a function"):
        call()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: FILM.at("x"), "share: got 'x'; expected a number"),
        (lambda: FILM.at(2), "share: got 2; expected 0 to 1"),
        (lambda: FILM.at(None), "share: got None; expected a number"),
        (lambda: FILM.state("x"), "frame 'x': expected a whole number"),
        (lambda: FILM.state(0, "x"), "off: got 'x'; expected a number"),
        (lambda: FILM.states(1.5), "frame 1.5: expected a whole number"),
        (lambda: FILM.frame(0, "huge"), "unknown size 'huge'"),
        (lambda: FILM.renderer("huge"), "unknown size 'huge'"),
        (lambda: FILM.renderer((8.5, 8)), "expected .width, height. in whole pixels"),
    ],
)
def test_a_film_explains_wrong_arguments(call, said):
    with pytest.raises(ph.UserError, match=said):
        call()


def test_a_renderer_takes_a_size_as_everything_else_does():
    assert FILM.renderer("16x9").size == (16, 9)
    assert FILM.at(0.5).view == FILM.recipe.view


@pytest.mark.parametrize("part", [ph.Recipe, ph.Network, ph.Shading, ph.View, SILK, SILK.finish])
def test_completion_of_recipes_lists_only_what_they_define(part):
    names = [name for name in dir(part) if not name.startswith("_")]
    kind = part if isinstance(part, type) else type(part)
    assert set(kind.model_fields) <= set(names)
    own = {"checked", "digest", "from_json", "get", "json", "replace", "to_dict", "all_channels"}
    assert set(names) <= set(kind.model_fields) | own
    if not isinstance(part, type):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert all(hasattr(part, name) for name in names)
