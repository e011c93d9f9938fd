"""The table of paths: a path is one file and one row, and all else comes from the row."""

from __future__ import annotations

import pytest

import phosphene as ph
from phosphene.cli.listing import LISTS
from phosphene.core.errors import RecipeError
from phosphene.motion import PATHS, Film, animate
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.grammar import path_text, read_paths
from phosphene.motion.paths.latent import ensure_latent
from phosphene.motion.paths.path import BACK, Argument, Move, Path, Spec, read_number
from phosphene.recipe import Recipe
from phosphene.styles import style

SMALL = (24, 16)
SILK = style("silk", seed=7)


def slide(recipe: Recipe, spec: Spec) -> Move:
    def move(state: FrameState, t: float) -> FrameState:
        return state.looking(rotation=spec["by"] * t).moved({"main.z0": t})

    return move


SLIDE = Path(
    slide,
    "a planted path: it turns and moves z",
    arguments={"by": Argument("how far", read_number, 1.0), "back": BACK},
    bare="by",
    notes=lambda recipe, spec, alone: [f"slides by {spec['by']:g}"],
    needs_latent=True,
)


@pytest.fixture
def planted(monkeypatch):
    monkeypatch.setitem(PATHS, "slide", SLIDE)


@pytest.mark.usefixtures("planted")
def test_a_row_is_a_path_to_the_grammar_the_film_and_the_lists():
    assert read_paths("slide 2") == [{"path": "slide", "by": 2.0, "back": False}]
    assert path_text(read_paths("slide by=2 back=yes")[0]) == "slide by=2 back=yes"
    film = animate(SILK, "slide 2", frames=4, size=SMALL, subframes=1, even=False)
    assert film.at(1.0).view.rotation == 2.0 and film.at(0.5).z == {"main.z0": 0.5}
    assert "slides by 2" in film.notes and not film.closed
    assert Film.from_texts(film.texts(SMALL)) == film
    assert ("slide", SLIDE.description) in LISTS["paths"]()


@pytest.mark.usefixtures("planted")
def test_a_row_that_needs_a_latent_gets_one_or_an_error_that_does_not_offer_it():
    plain = SILK.replace({"networks.main.latent": {"size": 0, "values": []}})
    assert Film(plain, tuple(read_paths("slide")), 3).moving == ensure_latent(plain) != plain
    with pytest.raises(RecipeError, match="path: slide: the recipe has no latent") as caught:
        Film(style("neurogram", seed=1), tuple(read_paths("slide")), 3)
    offered = str(caught.value).partition("move through. ")[2]
    assert "zoom" in offered and "slide" not in offered and "loop" not in offered


@pytest.mark.parametrize("name", PATHS)
def test_every_example_is_a_path_of_its_name(name: str):
    _, option, text = PATHS[name].example.partition("--path ")
    assert not option or read_paths(text.strip("'"))[0]["path"] == name


def test_a_film_without_a_path_is_the_first_one():
    film = ph.animate(SILK, frames=2, size=SMALL, subframes=1, even=False)
    assert film.path[0]["path"] == next(iter(PATHS)) == "loop"
