"""Numbers that films move: by which names, which of them, and what is said of the others."""

from __future__ import annotations

import pytest

from phosphene.core.errors import UserError
from phosphene.motion import Film
from phosphene.motion.paths.grammar import path_text, read_paths
from phosphene.motion.paths.parameters import leaves, path_of
from phosphene.styles import style

SILK = style("silk", seed=7)


def film(path: str) -> Film:
    return Film(SILK, tuple(read_paths(path)), 12, size=(24, 16))


def test_dials_and_fields_have_short_names():
    assert path_of(SILK, "folds", "") == "shading.params.folds"
    assert path_of(SILK, "gain.1", "") == "networks.main.weights.gain.1"
    assert path_of(SILK, "view.span", "") == "view.span"
    assert film("sweep folds=2..4").at(0.5).changes == {"shading.params.folds": 3.0}


def test_a_list_moves_as_a_whole_by_a_factor():
    gain = SILK.get("networks.main.weights.gain")
    moved = film("sweep gain=0.5..2").at(0.0).changes["networks.main.weights.gain"]
    assert moved == pytest.approx([g * 0.5 for g in gain])
    one = style("classic", seed=3).replace({"networks.main.weights.gain": [1.5]})
    found = Film(one, tuple(read_paths("sweep gain=0.5..2")), 12, size=(24, 16)).at(1.0)
    assert found.changes["networks.main.weights.gain"] == (2.0,)


def test_the_view_moves_as_the_camera_does():
    assert film("sweep view.centre.0=0..1").at(0.5).view.centre[0] == 0.5
    assert film("sweep view.span=2..1").at(1.0).view.span == 1.0


FAULTS = {
    "sweep seed=7..9": "'morph silk:9'",
    "sweep networks.main.inputs.2.seed=1..2": "seeds are labels and cannot be interpolated",
    "sweep channels=1..3": "channels of a file",
    "sweep antialias=1..4": "the same in all frames of a film",
    "sweep networks.main.latent.size=2..4": "parts of a latent vector",
    "sweep gain[1]=1..2": "Did you mean 'gain.1'?",
    "sweep falloff=1..2": "is at networks.main.inputs.2.falloff",
    "sweep flods=1..2": "Did you mean 'folds'?",
    "sweep networks.main.inputs=1..2": "one inside is networks.main.inputs.2.count",
    "sweep networks.main.weights.kind=1..2": "not a number that can change",
    "sweep width=4..inf": "expected two numbers",
    "sweep width=1..1024.5": "networks.main.width",
    "sweep networks.main.inputs.2.count=0..3": "networks.main.inputs",
}


@pytest.mark.parametrize("text", FAULTS)
def test_the_error_for_a_fixed_value_says_why_and_what_can_move(text: str):
    with pytest.raises(UserError) as caught:
        film(text)
    assert FAULTS[text] in str(caught.value)


def test_every_leaf_is_at_its_path():
    found = dict(leaves(SILK))
    assert len(found) > 30
    assert all(SILK.get(path) == value for path, value in found.items())


def test_a_path_is_reported_as_it_was_written():
    text = "zoom factor=8 centre=0.3,0.2 endless=yes"
    assert path_text(read_paths(text)[0]) == text
