"""Films over widths and depths: units and layers grow in, nothing is shown twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import phosphene as ph
from phosphene.compiler import make_networks
from phosphene.compiler.growth import NotGrowingError, grow, grows, prepare_grown
from phosphene.motion import Film, animate
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.grammar import read_paths
from phosphene.motion.render.frame_renderer import FrameRenderer
from phosphene.styles import style
from tests.tables import few_quick

SMALL = (32, 20)
SILK = style("silk", seed=7)
PLACES = {"width": "networks.main.width", "depth": "networks.main.depth"}
KINDS = ("mlp", "tied", "residual", "densenet", "skip")
MANNERS = {
    "frozen": {},
    "none": {"norm": "none"},
    "layer": {"norm": "layer"},
    "batch": {"norm": "batch", "norm_position": "after"},
    "shared out": {"activations": [["tanh", "sin"]]},
    "per unit": {"activations": {"random": "unit"}},
    "across": {"activations": ["softmax"], "norm": "none"},
    "of another kind": {
        "activations": {"random": "layer", "of": ["softmax", "tanh", "sin"]},
        "weights.draws": "numpy_randomstate",
        "norm": "none",
    },
    "one stream": {"weights.draws": "numpy_randomstate", "norm": "none"},
    "per layer": {"weights.gain": [0.9, 1.5, 0.7], "norm": "none"},
}


def silk(**changes: object) -> ph.Recipe:
    return SILK.replace({f"networks.main.{name}": value for name, value in changes.items()})


def seen(recipe: ph.Recipe, **sizes: float) -> np.ndarray:
    """A frame of a film that is at these sizes."""
    renderer = FrameRenderer(recipe, None, SMALL)
    changes = {PLACES[name]: value for name, value in sizes.items()}
    return renderer.frame([FrameState(recipe.view, changes=changes)], "float")


def far(first: np.ndarray, second: np.ndarray) -> float:
    """The mean difference, in steps of 8 bits."""
    return float(np.abs(first - second).mean()) * 255


def double_exposure(first: np.ndarray, second: np.ndarray, middle: np.ndarray) -> float:
    """How much of a picture is explained by two others on top of each other, 0 to 1."""
    columns = np.stack([first.ravel(), second.ravel(), np.ones(first.size)], axis=1)
    wanted = middle.ravel() - middle.mean()
    fit = columns @ np.linalg.lstsq(columns, middle.ravel(), rcond=None)[0]
    return 1.0 - float(((middle.ravel() - fit) ** 2).sum() / (wanted**2).sum())


@pytest.mark.parametrize(("name", "low", "high"), [("width", 4, 5), ("depth", 1, 2)])
def test_whole_sizes_are_exactly_the_stills_of_their_recipes(name: str, low: int, high: int):
    for size in (low, high):
        still = ph.render(silk(**{name: size}), SMALL).float
        assert np.array_equal(seen(SILK, **{name: float(size)}), still)


@pytest.mark.parametrize("manner", few_quick(MANNERS, 1))
@pytest.mark.parametrize("kind", KINDS)
def test_a_little_more_than_a_whole_size_is_a_little_more(kind: str, manner: str):
    recipe = silk(kind=kind, width=5, depth=2, **MANNERS[manner])
    for name, size in (("width", 5), ("depth", 2)):
        ends = [seen(recipe, **{name: float(size + k)}) for k in (0, 1)]
        near = [seen(recipe, **{name: size + k}) for k in (1e-6, 1 - 1e-6)]
        assert far(*ends) > 2
        assert far(ends[0], near[0]) < 0.1
        assert far(ends[1], near[1]) < 0.1


def test_between_two_sizes_small_steps_are_small():
    for name, size in (("width", 6), ("depth", 2)):
        at = [seen(SILK, **{name: size + 0.4 + d}) for d in (0.0, 1e-2, 1e-3)]
        assert 0 < far(at[0], at[2]) < 0.3 * far(at[0], at[1])


@pytest.mark.parametrize(("name", "low"), [("width", 7), ("depth", 2)])
def test_the_middle_is_not_a_double_exposure(name: str, low: int):
    ends = [seen(SILK, **{name: float(low + k)}) for k in (0, 1)]
    middle = seen(SILK, **{name: low + 0.5})
    assert double_exposure(*ends, middle) < 0.7
    assert double_exposure(*ends, (ends[0] + ends[1]) / 2) > 0.99  # a planted blend is seen
    assert far(middle, (ends[0] + ends[1]) / 2) > 5
    assert far(middle, ends[0]) > 2
    assert far(middle, ends[1]) > 2


def test_width_and_depth_grow_together():
    corner = seen(SILK, width=5.0, depth=2.0)
    assert far(corner, seen(SILK, width=5 + 1e-6, depth=2 + 1e-6)) < 0.1
    middle = seen(SILK, width=5.5, depth=2.5)
    assert far(middle, seen(SILK, width=5.5, depth=2.501)) < 0.1 * far(middle, corner)


def test_new_units_are_read_with_their_share_of_the_weights():
    few, many = (make_networks(silk(width=n, norm="none"))[0] for n in (4, 5))
    quarter = grow(few, many, 0.25)
    one, two, got = few.steps[3], many.steps[3], quarter.steps[3]
    assert got.weights[:, 4] == pytest.approx(0.25 * two.weights[:, 4])
    assert got.weights[:4, :4] == pytest.approx(0.75 * one.weights + 0.25 * two.weights[:4, :4])
    with pytest.raises(NotGrowingError):
        grow(few, make_networks(silk(width=4, norm="none", depth=2))[0], 0.5)


def test_only_widths_and_depths_of_drawn_networks_grow():
    assert grows(SILK, "networks.main.width")
    assert grows(SILK, "networks.main.depth")
    assert not grows(SILK, "networks.main.outputs")
    assert not grows(SILK, "networks.main.inputs.2.count")
    assert not grows(SILK, "view.span")


def test_statistics_are_those_of_each_size():
    """Frozen ones of another width would let the field run out of its palette."""
    grown = prepare_grown(SILK, {"networks.main.width": 5.5}, None)
    found = dict(grown.measured.found)
    assert ("norm", 6) in found


@pytest.mark.slow  # plans films of many structures
def test_notes_say_what_grows_and_what_is_a_cross_fade():
    told = animate(SILK, "sweep width=4..5", frames=4, size=SMALL, subframes=1).notes
    assert any("units grow in" in line for line in told)
    count = "sweep networks.main.inputs.2.count=2..3"
    told = animate(SILK, count, frames=4, size=SMALL, subframes=1).notes
    assert any("cross-fade of colours" in line for line in told)


def test_during_a_morph_sizes_are_cross_faded_with_a_note():
    path = "sweep width=19..20 + morph drift:3"
    film = animate(SILK, path, frames=4, size=SMALL, subframes=1, even=False)
    assert any("width: between whole numbers a cross-fade" in line for line in film.notes)
    plain = Film(SILK, tuple(read_paths("sweep width=19..20")), 4, size=SMALL)
    with_morph = replace(plain, path=film.path)
    assert len(plain.renderer(SMALL).layers(plain.at(0.5))) == 1
    assert len(with_morph.renderer(SMALL).layers(with_morph.at(0.5))) == 2
