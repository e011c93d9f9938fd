"""Temporal anti-aliasing: films whose edges would jump get sub-frames by themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import phosphene as ph
from phosphene.cli.show import describe_film, film_lines
from phosphene.core.errors import UserError
from phosphene.motion import Film, animate
from phosphene.motion.paths.grammar import read_paths
from phosphene.motion.plan.subframes import (
    JUMP,
    SHARE,
    SMOOTHED,
    choose_subframes,
    jump_share,
    measure_jumps,
)
from phosphene.motion.render import frame_renderer
from phosphene.motion.render.subframes import read_subframes, sample_offsets, shifted_view
from phosphene.raster.frame import Rect
from phosphene.raster.view import points
from phosphene.recipe import Recipe

SIZE = (96, 64)
WAVES = Recipe(shading={"params": {"k": 1.0}, "grey": "0.5 + 0.4*sin(7*x)"})
STRIPES = Recipe(shading={"params": {"k": 1.0}, "grey": "0.1 + 0.8*step(0, sin(7*x))"})


def film(recipe: Recipe, path: str = "pan x=0.5 back=yes", **changes: object) -> Film:
    return replace(Film(recipe, tuple(read_paths(path)), 12, size=SIZE), **changes)  # type: ignore[arg-type]


def test_a_smooth_film_has_no_jumps_and_one_of_hard_edges_has_almost_only_jumps():
    assert measure_jumps(film(WAVES, count=40)) == 0
    assert measure_jumps(film(STRIPES, count=40)) > 0.9  # the planted fault
    assert choose_subframes(film(WAVES, count=40)) == (1, "")
    count, said = choose_subframes(film(STRIPES, count=40))
    assert count == SMOOTHED
    assert "2 to 4 times the work" in said
    assert "`subframes=1`" in said


def test_films_without_motion_or_with_one_frame_do_not_jump():
    assert measure_jumps(film(STRIPES, "pan x=0")) == 0
    assert measure_jumps(film(STRIPES, count=1)) == 0


def test_jumps_are_weighted_by_their_size():
    first = np.zeros((1, 40, 3))
    second = first.copy()
    second[0, :2, 0] = [JUMP, 3 * JUMP]
    assert jump_share(first, second) == pytest.approx(0.75)
    assert jump_share(first, first + JUMP * 2) == 0  # where all leaps, sub-frames are no help
    assert jump_share(first, first) == 0


def test_sub_frames_make_jumps_smaller():
    plain = film(STRIPES, count=40)
    smoothed = replace(plain, subframes=SMOOTHED, shutter=1.0)

    def jumps(found: Film) -> float:
        frames = [found.frame(k).float for k in range(3, 8)]
        return float(np.square(np.diff(frames, axis=0)).mean())

    assert jumps(smoothed) < 0.75 * jumps(plain)


@pytest.mark.slow  # plans two films
def test_animate_chooses_sub_frames_with_a_note():
    how = {"frames": 40, "size": SIZE}
    hard = animate(STRIPES, "pan x=0.5 back=yes", **how)
    assert hard.subframes == SMOOTHED
    assert any("sub-frames" in line for line in hard.notes)
    assert Film.from_texts(hard.texts(SIZE)).subframes == SMOOTHED
    assert animate(STRIPES, "pan x=0.5 back=yes", **how, subframes=1).subframes == 1
    assert animate(STRIPES, "pan x=0.5 back=yes", **how, subframes="3").subframes == 3
    soft = animate(WAVES, "pan x=0.5 back=yes", **how)
    assert soft.subframes == 1
    assert not any("sub-frames" in line for line in soft.notes)


def test_show_prints_how_many_sub_frames_a_film_has():
    data = describe_film(film(STRIPES, subframes=4), None)["film"]
    assert film_lines(data)[1].endswith("closed, 4 sub-frames per frame")
    assert film_lines(data | {"subframes": 1})[1].endswith("closed")


@pytest.mark.parametrize(("style", "jumps"), [("papercut", True), ("silk", False)])
def test_styles_of_hard_edges_are_distinguished_from_soft_ones(style: str, jumps: bool):
    recipe = ph.style(style, seed=3)
    found = animate(recipe, "loop radius=0.8", frames=100, size=(256, 144), even=False)
    assert (found.subframes == SMOOTHED) == jumps
    assert (measure_jumps(found) > SHARE) == jumps


@pytest.mark.parametrize("given", [0, 65, 1.5, "many", "", None, "nan"])
def test_invalid_numbers_of_sub_frames_are_refused(given: object):
    with pytest.raises(UserError, match="subframes: got .* expected auto, or 1 to 64"):
        read_subframes(given)  # type: ignore[arg-type]


# ---- where in time they are


def test_sub_frames_are_centred_on_their_frame():
    found = film(WAVES, "zoom 4 back=yes", count=10, subframes=4, shutter=0.5)
    middle = film(WAVES, "zoom 4 back=yes", count=10).states(3)[0]
    spans = [m.view.span for m in found.states(3)]
    assert len(spans) == 4
    assert spans == sorted(spans, reverse=True)
    assert spans[0] > spans[1] > middle.view.span > spans[2] > spans[3]
    assert np.prod(spans) ** 0.25 == pytest.approx(middle.view.span, rel=1e-6)
    late = [found.at((3 + 0.5 * j / 4) / 10).view.span for j in range(4)]  # a planted fault
    assert np.prod(late) ** 0.25 != pytest.approx(middle.view.span, rel=1e-3)


def test_a_closed_film_is_blurred_across_its_seam_and_an_open_one_stays_at_its_ends():
    closed = film(WAVES, "rotate", count=10, subframes=2, shutter=1.0)
    turns = [m.view.rotation / (2 * np.pi) for m in closed.states(0)]
    assert turns == pytest.approx([0.975, 0.025])
    open_ = film(WAVES, "zoom 4", count=10, subframes=2, shutter=1.0)
    assert open_.states(0)[0].view == WAVES.view
    assert open_.states(9)[1].view.span == pytest.approx(WAVES.view.span / 4)


def test_frame_0_is_the_still_and_with_sub_frames_its_blur():
    one = film(STRIPES, "rotate")
    still = ph.render(STRIPES, SIZE).float
    assert np.array_equal(one.frame(0).float, still)
    blurred = replace(one, subframes=8).frame(0)
    assert not np.array_equal(blurred.float, still)
    assert blurred.recipe == STRIPES  # its own time is the still's
    turned = blurred.float[::-1, ::-1]  # as far forth as back: as even as the still is
    assert np.abs(turned - (1 - blurred.float)).mean() < 0.1


# ---- the samples they share


def test_sub_frames_of_a_still_are_as_fine_as_its_anti_aliasing(monkeypatch):
    recipe = ph.style("contour", seed=4)
    truth = ph.render(recipe.replace({"finish.antialias": 64}), SIZE).float
    found = film(recipe, "pan x=0", subframes=SMOOTHED)

    def fault(pixels: np.ndarray) -> float:
        return float(np.sqrt(np.square(pixels - truth).mean()))

    plain, shared = (fault(f.frame(0).float) for f in (replace(found, subframes=1), found))
    assert shared < 1.4 * plain
    # a planted fault
    monkeypatch.setattr(frame_renderer, "sample_offsets", lambda count: [(0.0, 0.0)] * count)
    assert fault(found.frame(0).float) > 1.2 * shared


@pytest.mark.parametrize("count", [4, 5, 8, 64])
def test_the_samples_of_sub_frames_share_no_row_or_column_of_a_pixel(count: int):
    offs = np.array(sample_offsets(count)) * 4 * count
    assert np.allclose(offs.sum(axis=0), 0)
    even = np.arange(count) - (count - 1) / 2
    assert all(np.allclose(np.sort(column), even) for column in offs.T)
    assert abs(np.corrcoef(offs.T)[0, 1]) < 0.55


def test_a_shifted_view_shows_the_picture_shifted():
    view = STRIPES.view.model_copy(update={"rotation": 0.4, "axes": "yx", "aspect": "stretch"})
    moved = shifted_view(view, SIZE, (3.0, -2.0))
    first = points(moved, SIZE, Rect(10, 10, 5, 5), np.empty((2, 25)))
    second = points(view, SIZE, Rect(13, 8, 5, 5), np.empty((2, 25)))
    assert np.abs(first - second).max() < 1e-12
