"""The walks of the seed systems: through the latents that their programs visit."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.compiler import latents
from phosphene.core.errors import UserError
from phosphene.motion import Film
from phosphene.motion.paths.grammar import read_paths
from phosphene.motion.paths.original import DRIFTS, WALKS
from phosphene.styles import style

SMALL = (16, 16)


def film(name, count=101, path="original"):
    return Film(style(name, seed=4), tuple(read_paths(path)), count, size=SMALL)


def z_of(made, k):
    """The latent of frame k as numbers."""
    offsets = made.state(k).z
    return np.array([v + offsets.get(n, 0.0) for n, v in latents(made.moving).items()])


@pytest.mark.parametrize("name", [*WALKS, *DRIFTS])
def test_a_walk_starts_at_the_recipe_and_closes_if_the_program_does(name):
    made = film(name)
    start = np.array(list(latents(made.moving).values()))
    assert np.allclose(z_of(made, 0), start)
    assert made.closed == (name != "cppn-art")
    assert np.abs(z_of(made, 50) - start).max() > 0.01
    last = np.abs(z_of(made, 100) - start).max()
    assert last < 0.5 if made.closed else last > 50


def test_cppn_art_adds_one_to_seven_of_its_eight_numbers_in_each_of_100_frames():
    made = film("cppn-art", count=100)
    steps = np.diff([z_of(made, k) for k in range(100)], axis=0)
    assert np.allclose(steps, [1, 1, 1, 1, 1, 1, 1, 0])


def test_cppn_tensorflow_goes_straight_to_another_z_of_its_range_and_back():
    made = film("cppn-tensorflow", count=24)
    there = [z_of(made, k) for k in range(24)]
    assert np.allclose(np.diff(there[:13], axis=0), (there[12] - there[0]) / 12)
    assert np.allclose(there[13:], there[11:0:-1])
    assert np.abs(there[12]).max() <= 1


def test_another_seed_is_another_walk():
    paths = ["original", "original seed=5", "original seed=5"]
    first, second, third = (z_of(film("neale", path=path), 30) for path in paths)
    assert not np.allclose(first, second) and np.array_equal(second, third)


@pytest.mark.parametrize("name", ["silk", "npainter"])
def test_a_style_without_a_walk_names_those_that_have_one(name):
    with pytest.raises(UserError, match=f"{name} has no walk of its own; cppn-tensorflow, .*loop"):
        film(name)
