"""Zooms: the point that stays, the end that is the beginning, the speed that is told."""

from __future__ import annotations

import numpy as np
import pytest

import phosphene as ph
from phosphene.core.errors import UserError
from phosphene.motion import Film, animate
from phosphene.motion.paths.grammar import read_paths
from phosphene.motion.plan.seam import seam
from phosphene.motion.plan.speed import change, changes, measure_pace, oklab_frames
from phosphene.motion.timing import even_time
from phosphene.styles import style

SMALL = (24, 16)
SILK = style("silk", seed=7)


def film(path: str, recipe: ph.Recipe = SILK, count: int = 24) -> Film:
    return Film(recipe, tuple(read_paths(path)), count, size=SMALL)


def test_a_centre_is_x_and_y_in_one():
    one, two = film("zoom 5 centre=0.3,-0.2"), film("zoom 5 x=0.3 y=-0.2")
    assert one.at(0.7) == two.at(0.7)


@pytest.mark.parametrize("name", ["silk", "neural-painter", "contour", "ink"])
@pytest.mark.parametrize("path", ["zoom 4 endless=yes centre=0.2,0.1", "zoom 0.4 endless=yes"])
def test_an_endless_zoom_ends_where_it_begins(name: str, path: str):
    recipe = style(name, seed=3)
    found = film(path, recipe)
    assert found.closed
    renderer = found.renderer(SMALL)
    start, end = (renderer.frame([found.at(t)], "float") for t in (0.0, 1.0))
    assert np.array_equal(start, ph.render(recipe, SMALL).float)
    near = renderer.frame([found.at(1 - 1e-6)], "float")
    assert np.abs(end - start).mean() < 0.004
    assert np.abs(near - end).mean() < 0.004
    assert np.abs(renderer.frame([found.at(0.5)], "float") - start).mean() > 0.02


def test_the_seam_of_an_endless_zoom_is_a_usual_step_and_that_of_another_is_not():
    last, usual = seam(film("zoom 4 endless=yes", count=48))
    assert last == pytest.approx(usual, rel=0.1)
    last, usual = seam(film("zoom 4", count=48))
    assert last > 3 * usual


def test_an_endless_zoom_is_one_picture_in_every_frame():
    found = film("zoom 4 endless=yes + rotate")
    renderer = found.renderer(SMALL)
    assert all(len(renderer.layers(found.at(k / 7))) == 1 for k in range(8))
    assert "are mixed" in renderer.notes()[0]


FAULTS = {
    "zoom endless=yes factor=1": "expected 1.25 to 32",
    "zoom endless=yes factor=1000": "expected 1.25 to 32",
    "zoom endless=yes back=yes": "choose one",
    "zoom endless=yes + morph silk:8": "only one",
    "zoom endless=yes + zoom endless=yes": "twice",
    "zoom centre=0.3": "centre=0.3,0.2",
    "zoom centre=0.3,0.2 x=1": "use either centre",
}


@pytest.mark.parametrize("text", FAULTS)
def test_invalid_zooms_are_refused(text: str):
    with pytest.raises(UserError) as caught:
        film(text)
    assert FAULTS[text] in str(caught.value)


def told(path: str) -> str:
    return "\n".join(animate(SILK, path, frames=24, size=SMALL, subframes=1).notes)


@pytest.mark.slow  # measures a film on every path
def test_the_speed_of_every_path_is_reported():
    for path in ("zoom 3", "pan x=1", "rotate", "zoom 3 even=yes", "loop radius=0.3 + zoom 2"):
        assert "fastest change over slowest" in told(path)
    assert "with even=yes" in told("zoom 3")
    assert "evened out" in told("zoom 3 even=yes")


@pytest.mark.slow  # measures two films
def test_a_note_says_where_a_zoom_shows_nothing_new():
    assert "nothing to see beyond factor" in told("zoom 10000")
    assert "nothing to see" not in told("zoom 2")
    assert "nothing changes" in told("zoom 1")


@pytest.mark.slow  # measures a film frame by frame
def test_frames_of_an_evened_film_change_equally():
    found = animate(SILK, "walk through=2", frames=240, size=(48, 48), subframes=1)
    look = oklab_frames(found.renderer((48, 48), threads=1), found.at)
    steps = changes(look, [k / 240 for k in range(241)])
    assert max(steps) / min(steps) < 1.1
    plain = film("walk through=2")
    look = oklab_frames(plain.renderer((48, 48), threads=1), plain.at)
    steps = changes(look, [k / 60 for k in range(61)])
    assert max(steps) / min(steps) > 3


def test_a_path_with_a_corner_is_evened_on_both_sides_of_it():
    def look(t: float) -> np.ndarray:
        way = 5 * t if t < 0.4 else 2 + (t - 0.4) * 0.5
        return np.full((2, 2, 3), way)

    pace = measure_pace(look, 300)
    assert pace.before == pytest.approx(10, rel=0.01)
    even = even_time(pace.times)
    steps = [change(look(even(k / 300)), look(even((k + 1) / 300))) for k in range(300)]
    assert sorted(steps)[-2] / sorted(steps)[1] < 1.02


def test_flat_parts_are_found():
    pace = measure_pace(lambda t: np.full((2, 2, 3), max(t, 0.5)), 100)
    assert pace.flat == (pytest.approx((0.0, 0.5), abs=0.02),)
    assert measure_pace(lambda t: np.full((2, 2, 3), t), 100).flat == ()
