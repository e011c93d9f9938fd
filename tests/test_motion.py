"""Films: frames, paths, times. A film's frames are functions of their number alone."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

import phosphene as ph
from phosphene.compiler import OtherMeasuresError, latents, prepare
from phosphene.core.errors import UserError
from phosphene.motion import PATHS, Film, animate
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.grammar import read_paths
from phosphene.motion.plan.duration import count_frames, frame_rate
from phosphene.motion.plan.seam import seam
from phosphene.motion.plan.speed import change, find_radius, measure_pace
from phosphene.motion.render.latent_patch import LatentPatcher
from phosphene.motion.timing import even_time, pulse
from phosphene.styles import style

SMALL = (24, 16)
SILK = style("silk", seed=7)


def film(path: object = "loop radius=0.4", **changes: object) -> Film:
    """A film without measured times, which costs nothing to make."""
    recipe = changes.pop("recipe", SILK)
    made = Film(recipe, tuple(read_paths(path)), 12, size=SMALL)  # type: ignore[arg-type]
    return replace(made, **changes)  # type: ignore[arg-type]


def apart(first: ph.Picture, second: ph.Picture) -> float:
    return float(np.abs(first.float - second.float).max())


WAYS = {
    "loop": "loop radius=0.4",
    "torus": "loop radius=0.4 torus=3",
    "walk": "walk through=2",
    "spherical": "walk through=2 how=spherical back=yes",
    "linear": "walk z=0,0,0,0,0,0,0,1 how=linear back=yes",
    "bezier": "walk how=bezier spread=0.3",
    "sinusoid": "walk through=1 how=sinusoid back=yes",
    "zoom": "zoom 4 x=0.3 back=yes",
    "pan": "pan x=0.5 back=yes",
    "rotate": "rotate turns=2",
    "sweep": "sweep shading.params.folds=2..5 scale=1..2 back=yes",
    "sweep of the view": "sweep view.span=2..1 back=yes + rotate",
    "sweep of whole numbers": "sweep depth=2..4 back=yes",
    "morph": "morph silk:8 back=yes",
    "morph of other structure": "morph drift:8 back=yes",
    "together": "loop radius=0.2 + rotate",
}


@pytest.mark.parametrize("name", WAYS)
def test_a_closed_film_ends_a_step_before_it_begins_again(name: str):
    found = film(WAYS[name])
    assert found.closed
    renderer = found.renderer(SMALL)
    start, end = (renderer.frame([found.at(t)], "float") for t in (0.0, 1.0))
    assert np.abs(start - end).max() < 0.02
    middle = renderer.frame([found.at(1 / 3)], "float")
    assert np.abs(start - middle).max() > 0.05


@pytest.mark.parametrize("name", [n for n in WAYS if n != "sweep of whole numbers"])
def test_frame_0_is_the_still_if_the_path_begins_there(name: str):
    start = {"sweep": {"shading.params.folds": 2.0}}.get(name, {})
    recipe = SILK.replace(start)
    assert apart(film(WAYS[name], recipe=recipe).frame(0), ph.render(recipe, SMALL)) == 0


@pytest.mark.parametrize("name", ["neural-painter", "ichko", "classic", "huenermann-python"])
def test_a_recipe_without_a_latent_vector_gets_one_that_changes_nothing(name: str):
    recipe = style(name, seed=3, latent_size=0) if name == "classic" else style(name, seed=3)
    found = film(recipe=recipe)
    still = ph.render(recipe, SMALL)
    assert apart(found.frame(0), still) < 1e-12
    assert np.array_equal(found.frame(0).uint8, still.uint8)
    assert apart(found.frame(0), found.frame(6)) > 0.01


def test_a_frame_alone_is_the_same_as_in_the_row():
    found = film("loop radius=0.4 + zoom 2")
    row = list(found)
    assert len(row) == len(found) == 12
    for k in (11, 3, 0):
        assert apart(found.frame(k), row[k]) == 0


def test_the_recipe_of_a_frame_is_a_picture_of_it():
    found = film("loop radius=0.4 + zoom 2")
    picture = found.frame(5)
    assert apart(picture, ph.render(picture.recipe, SMALL)) == 0


def test_an_open_film_reaches_its_end():
    found = film("zoom factor=4")
    assert not found.closed
    assert found.states(0)[0].view.span == SILK.view.span
    assert found.states(11)[0].view.span == pytest.approx(SILK.view.span / 4)
    steps = [found.states(k)[0].view.span for k in range(12)]
    factors = [b / a for a, b in pairwise(steps)]
    assert factors == pytest.approx([factors[0]] * 11)


def test_a_zoom_keeps_its_point_in_place():
    view = film("zoom factor=5 x=0.3 y=-0.2").at(0.7).view
    start = SILK.view
    for i, p in enumerate((0.3, -0.2)):
        assert (p - view.centre[i]) / view.span == pytest.approx((p - start.centre[i]) / start.span)


def test_a_pan_closes_on_a_surface_that_repeats():
    torus = SILK.replace({"surface.kind": "torus"})
    assert film("pan x=2", recipe=torus).closed
    assert not film("pan x=1.5", recipe=torus).closed
    assert not film("pan x=2").closed


def test_a_morph_of_one_structure_ends_at_the_other_recipe():
    other = style("silk", seed=8)
    found = film("morph silk:8")
    renderer = found.renderer(SMALL)
    assert renderer.by_numbers
    assert np.array_equal(found.frame(11, renderer=renderer).float, ph.render(other, SMALL).float)
    middle = renderer.layers(found.at(0.5))
    assert len(middle) == 1  # one program, not two pictures


def test_a_morph_by_pixels_is_a_cross_fade_in_linear_light():
    found = film("morph drift:8 blend=pixels")
    renderer = found.renderer(SMALL)
    assert not renderer.by_numbers
    assert len(renderer.layers(found.at(0.5))) == 2
    assert "fade of pixels in linear light" in renderer.notes()[0]
    assert (
        apart(found.frame(11, renderer=renderer), ph.render(style("drift", seed=8), SMALL)) < 1e-6
    )


def test_values_between_two_whole_numbers_mix_both():
    found = film("sweep networks.main.inputs.2.count=3..4")
    layers = found.renderer(SMALL).layers(found.at(0.25))
    assert [share for _, _, share in layers] == pytest.approx([0.75, 0.25])


def test_sub_frames_are_averaged_in_linear_light():
    found = film("loop radius=0.4", subframes=2, shutter=1.0)
    renderer = found.renderer(SMALL)
    parts = [renderer.frame([m], "linear") for m in found.states(3)]
    assert len(parts) == 2
    mean = renderer.frame(found.states(3), "linear")
    assert np.abs(mean - (parts[0] + parts[1]) / 2).max() < 1e-4


def test_all_programs_take_the_statistics_of_the_first_frame():
    first = prepare(SILK)
    changed = SILK.replace({"shading.params.folds": 5.0})
    taken = prepare(changed, None, first.measured.replay())
    own = prepare(changed)
    assert taken.measured.at == len(first.measured.found) > 0
    assert taken.program().digest != own.program().digest
    again = prepare(SILK, None, first.measured.replay())
    assert again.program().digest == first.program().digest


def test_statistics_of_another_structure_are_refused():
    with pytest.raises(OtherMeasuresError):
        prepare(SILK.replace({"networks.main.width": 9}), None, prepare(SILK).measured.replay())


@pytest.mark.parametrize("name", ["silk", "agate", "cppn-tensorflow", "huenermann-python"])
def test_a_patched_program_is_the_lowered_one(name: str):
    prepared = prepare(style(name, seed=2)) if name != "huenermann-python" else None
    if prepared is None:  # its z is an input: nothing is to be patched
        prepared = prepare(style("silk", seed=2).replace({"networks.main.inputs": ["x", "y*z0"]}))
    quick = LatentPatcher(prepared)
    for k in range(3):
        z = {n: v + 0.3 * k for n, v in latents(prepared.recipe).items()}
        assert quick.program(z).digest == prepared.program(z).digest


def test_constants_that_are_not_shared_change_no_pixel():
    prepared = prepare(SILK)
    shared, apart_ = prepared.program(), prepared.program(shared=False)
    assert len(apart_.numbers) > len(shared.numbers)
    from phosphene.engines import get_engine

    points = np.random.default_rng(1).uniform(-1, 1, (2, 99)).astype(np.float32)
    cpu = get_engine("cpu")
    assert np.array_equal(cpu.evaluate(shared, points), cpu.evaluate(apart_, points))


# ---- times


def test_even_time_makes_an_uneven_path_even():
    pace = measure_pace(lambda t: np.full((2, 2, 3), t * t))
    assert pace.length == pytest.approx(3**0.5)
    assert pace.before > 50
    assert pace.after < 1.5
    assert even_time(pace.times)(0.0) == 0
    assert even_time(pace.times)(1.0) == 1
    assert even_time(pace.times)(0.5) == pytest.approx(0.5**0.5, abs=0.01)


def test_a_picture_that_stands_still_has_no_times():
    assert measure_pace(lambda t: np.zeros((2, 2, 3))).times == ()
    assert even_time(())(0.3) == 0.3


def test_change_is_the_mean_distance():
    first, second = np.zeros((2, 2, 3)), np.zeros((2, 2, 3))
    second[0, 0] = [3, 0, 4]
    assert change(first, second) == pytest.approx(5 / 4)


def test_the_radius_is_found_within_its_limits():
    radius, length = find_radius(lambda r: 2 * r**0.8, 1.0)
    assert length == pytest.approx(1.0, rel=0.031)
    assert radius == pytest.approx(0.5**1.25, rel=0.05)
    assert find_radius(lambda r: min(r, 4.0), 100.0)[0] == 3.0
    assert find_radius(lambda r: r, 100.0)[0] == 30.0  # z has little effect: further out
    assert find_radius(lambda r: 0.1 * r, 1.0)[0] == pytest.approx(10.0, rel=0.03)
    assert find_radius(lambda r: 50 * r, 0.01)[0] < 0.05


def test_a_loop_moves_at_the_requested_speed_without_a_seam():
    found = animate(SILK, frames=24, fps=30, speed=0.01, size=SMALL)
    last, usual = seam(found)
    assert last == pytest.approx(usual, rel=0.1)
    assert usual == pytest.approx(0.01, rel=0.15)
    faster = animate(SILK, frames=24, fps=30, speed=0.01, energy=0.8, size=SMALL)
    assert seam(faster)[1] == pytest.approx(0.016, rel=0.15)


def test_a_seam_that_jumps_is_detected():
    broken = film("walk through=1 closed=no spread=0.5")
    last, usual = seam(broken)
    assert last > 3 * usual


def test_a_pulse_surges_on_the_beat_and_keeps_the_length():
    time = pulse(4, 0.8)
    assert time(0.0) == 0
    assert time(1.0) == pytest.approx(1)
    rate = [(time(t + 1e-4) - time(t - 1e-4)) / 2e-4 for t in (0.25, 0.375, 0.5)]
    assert rate == pytest.approx([1.8, 0.2, 1.8], abs=1e-3)
    assert all(time((k + 1) / 100) > time(k / 100) for k in range(100))


def test_lengths_are_whole_frames():
    assert count_frames(Fraction(30), frames=7) == (7, "")
    assert count_frames(Fraction(30), seconds=2) == (60, "")
    assert count_frames(Fraction(30), beats=16, bpm=128) == (225, "")
    count, note = count_frames(frame_rate("30000/1001"), seconds=1)
    assert count == 30
    assert "1 ms longer" in note
    assert count_frames(Fraction(25))[0] == 300
    beats = count_frames(Fraction(30), beats=4, bpm=128)
    assert beats == (56, "56 frames are 8.33 ms shorter than 4 beats (1.875 s); "
                     "`fps=448/15` fits exactly")  # fmt: skip


@pytest.mark.parametrize("fps", ["23.976", "23.98", 29.97, "59.94"])
def test_broadcast_rates_are_thousands_over_1001(fps):
    rate = frame_rate(fps)
    assert rate.denominator == 1001 and rate.numerator % 1000 == 0
    assert abs(rate - Fraction(str(fps))) < 0.005


LENGTHS = {
    "at least one frame": {"frames": 0},
    "expected a whole number": {"frames": 2.5},
    "choose one": {"frames": 3, "seconds": 2},
    "beats: needs `bpm`": {"beats": 3},
    "bpm: needs `beats`": {"bpm": 120},
    "1 to 1000 beats": {"beats": 3, "bpm": -2},
    "got -3; a film has": {"seconds": -3},
    "got inf; expected a number": {"seconds": float("inf")},
    "got nan; expected a number": {"beats": float("nan"), "bpm": 100},
    "bpm: got inf": {"beats": 4, "bpm": float("inf")},
    "frames: got '3'": {"frames": "3"},
    "makes 300000000 frames": {"seconds": 1e7},
}


@pytest.mark.parametrize("message", LENGTHS)
def test_invalid_lengths_are_refused(message: str):
    with pytest.raises(UserError, match=message):
        count_frames(Fraction(30), **LENGTHS[message])


@pytest.mark.parametrize("fps", ["many", "0", "-3", "5000", "1/0", "nan"])
def test_invalid_rates_are_refused(fps: str):
    with pytest.raises(UserError, match="fps: got"):
        frame_rate(fps)


# ---- the grammar


def test_paths_are_written_in_one_grammar():
    first = read_paths("loop radius=0.5+zoom:factor=8;x=.1 + sweep scale=1..3")
    second = read_paths(
        ["loop radius=0.5", {"path": "zoom", "factor": 8, "x": 0.1}, "sweep scale=1.0..3"]
    )
    assert first == second
    assert [s["path"] for s in first] == ["loop", "zoom", "sweep"]
    assert read_paths([dict(s) for s in first]) == first  # what a film carries
    assert json.loads(json.dumps(first)) == first


def test_every_path_has_a_description():
    for path in PATHS.values():
        assert path.description
        assert all(argument.description for argument in path.arguments.values())


PATH_FAULTS = {
    "lop": "Did you mean 'loop'",
    "zoom factr=3": "Did you mean 'factor'",
    "zoom factor=much": "expected a number",
    "zoom factor=0": "expected 0.000001",
    "loop radius=-1": "more than 0",
    "loop 3": "expected name=value",
    "loop torus=1.5": "whole number",
    "rotate turns=1 back=perhaps": "expected yes or no",
    "walk how=wild": "unknown value 'wild'",
    "walk through=0": "expected 1 to 1000",
    "walk z=1,2": "the recipe's has 8",
    "sweep": "lacks 'values'",
    "sweep scale=1": "expected from..to",
    "sweep style=1..2": "not a number that can change",
    "sweep networks.main.widht=1..2": "Did you mean 'width'",
    "sweep width=1..99999": "networks.main.width",
    "morph": "lacks 'to'",
    "morph nothing.png": "no such file",
    "morph neural-painter:1": "precision",
    "morph silk:1 + morph silk:2": "twice",
    "keys": "lacks 'keys'",
    "keys nothing.toml": "cannot be read",
    "": "unknown path",
}


@pytest.mark.parametrize("text", PATH_FAULTS)
def test_invalid_paths_are_refused(text: str):
    with pytest.raises(UserError) as caught:
        film(text)
    assert PATH_FAULTS[text] in str(caught.value)


def test_a_morph_needs_as_many_channels():
    with pytest.raises(UserError, match="1 channels, the other 3"):
        film("morph drift:1", recipe=SILK.replace({"shading.channels": 1}))


def test_the_error_for_a_graph_without_z_names_the_paths_that_work():
    with pytest.raises(UserError, match="zoom, pan, rotate, sweep, morph and keys"):
        film(recipe=style("neurogram", seed=1))


KEYS = """
[[key]]
at = 0
"view.span" = 2.0
z = [0, 0, 0, 0, 0, 0, 0, 0]
[[key]]
at = 0.5
ease = "ease"
"view.span" = 1.0
z = [1, 0, 0, 0, 0, 0, 0, 0]
[[key]]
at = 1
ease = "hold"
"view.span" = 2.0
z = [0, 0, 0, 0, 0, 0, 0, 0]
"""


def test_keyframes_come_from_a_file_with_their_eases(tmp_path):
    path = tmp_path / "k.toml"
    path.write_text(KEYS)
    found = film(f"keys {path}")
    assert found.closed
    assert found.at(0.25).view.span == pytest.approx(1.5)
    assert found.at(0.125).z["main.z0"] == pytest.approx(0.15625)  # 3 s^2 - 2 s^3
    assert found.at(0.75).view.span == 1.0
    assert found.at(1.0).view.span == 2.0
    data = tmp_path / "k.json"
    data.write_text(json.dumps([{"at": 0, "scale": 1}, {"at": 1, "scale": 2}]))
    assert film(f"keys {data}").at(0.5).changes == {"networks.main.scale": 1.5}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "keys: "),
        ("[[key]]\nat=0\n", "two or more"),
        ("[[key]]\nat=2\n[[key]]\nat=1\n", "key 1: at=2"),
        ("[[key]]\nat=0\nease='bouncy'\n[[key]]\nat=1\n", "unknown ease"),
        ("[[key]]\nat=0\nscale='x'\n[[key]]\nat=1\n", "expected a number"),
        ("[[key]]\nat=0\nz=[1]\n[[key]]\nat=1\n", "z of 1 numbers"),
        ("[[key]]\nat=0\nscael=1\n[[key]]\nat=1\n", "unknown field 'scael'"),
    ],
)
def test_invalid_keyframes_are_refused(tmp_path, text: str, message: str):
    path = tmp_path / "k.toml"
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        film(f"keys {path}")
    assert message in str(caught.value)


def test_states_add_up():
    state = FrameState(SILK.view).moved({"main.z0": 1.0}).moved({"main.z0": 0.5, "main.z1": 2.0})
    assert state.z == {"main.z0": 1.5, "main.z1": 2.0}


def test_a_notebook_plays_a_film():
    html = film()._repr_html_()
    assert html.startswith("<img")
    assert "data:image/webp;base64," in html
