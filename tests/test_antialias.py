"""Anti-aliasing: nearer to the truth, the same for every crop and thread, in linear light."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import phosphene as ph
from phosphene.raster.antialias import STEPS, antialias, rotated_grid
from phosphene.raster.frame import Rect

JUMPY = {
    "seed": 3,
    "networks": {
        "main": {"activations": ["tanh", "sgn"], "norm": "frozen", "weights": {"gain": 1.4}},
    },
    "shading": {"rgb": ["main0", "main1", "0.5 + 0.5*sin(20*main2)"]},
}  # fmt: skip


def jumpy(mode: str | int) -> ph.Recipe:
    return ph.Recipe(**JUMPY, finish={"antialias": mode})


def error(mode: str | int, truth: np.ndarray) -> float:
    return float(np.abs(ph.render(jumpy(mode), 96).float - truth).mean())


def test_each_mode_is_nearer_to_the_truth_than_the_one_before():
    truth = ph.render(jumpy(256), 96).float
    errors = [error(mode, truth) for mode in ("none", 4, "auto", "print")]
    assert errors == sorted(errors, reverse=True)
    assert errors[1] < errors[0] / 2 and errors[3] < errors[2]


@pytest.mark.parametrize("n", [2, 3, 4, 8])
def test_the_rotated_grid_is_centred_and_uncorrelated(n):
    x, y = rotated_grid(n)
    assert abs(x.sum()) < 1e-12 and abs(y.sum()) < 1e-12
    assert abs((x * y).mean()) < 1e-12
    assert np.allclose((x * x).mean(), (1 - n**-4.0) / 12)
    for axis in (x, y):
        assert len(np.unique(np.round(axis * n * n, 6))) == n * n


@settings(max_examples=12, deadline=None)
@given(
    mode=st.sampled_from(["draft", "auto", "print", 4]),
    rect=st.tuples(st.integers(0, 60), st.integers(0, 40), st.integers(1, 40), st.integers(1, 30)),
    threads=st.integers(1, 3),
)  # fmt: skip
def test_a_crop_is_part_of_the_whole(mode, rect, threads):
    whole = ph.render(jumpy(mode), (100, 70)).float
    part = ph.render(jumpy(mode), (100, 70), crop=rect, threads=threads).float
    x, y, width, height = rect
    assert np.array_equal(part, whole[y : y + height, x : x + width])


def test_windows_of_one_row_or_column_agree_with_the_whole():
    """There the centres are a view of memory that the next samples overwrite, if not copied."""
    stripes = ph.Recipe(
        shading={"grey": "fract(9*x + 7*y)", "channels": 1}, finish={"antialias": "auto"}
    )
    whole = ph.render(stripes, (64, 33)).float
    for crop in [(0, k, 64, 1) for k in range(8)] + [(k, 0, 1, 33) for k in range(8)]:
        x, y, width, height = crop
        part = ph.render(stripes, (64, 33), crop=crop).float
        assert np.array_equal(part, whole[y : y + height, x : x + width])


def test_samples_are_averaged_in_linear_light():
    """Half black, half white is 0.735 on the sRGB curve, not 0.5."""

    def halves(columns, rows):
        return (columns < 0).astype(np.float32)[None]

    values, taken = antialias(halves, Rect(0, 0, 1, 1), 16)
    assert taken == 16 and abs(values[0, 0] - 0.7354) < 1e-3


def test_calm_pixels_take_one_sample():
    def flat(columns, rows):
        return np.full((3, np.broadcast(columns, rows).size), 0.4, np.float32)

    values, taken = antialias(flat, Rect(5, 5, 8, 6), "auto")
    assert taken == 48 and np.all(values == np.float32(0.4))


def test_a_steep_ramp_takes_one_sample():
    """Its centre is its mean: only edges and bends are worth more."""

    def ramp(columns, rows):
        return (0.2 + 0.09 * columns + 0.01 * rows).astype(np.float32).reshape(1, -1)

    values, taken = antialias(ramp, Rect(0, 0, 8, 2), "auto")
    assert taken == 16
    assert np.allclose(values.reshape(2, 8)[0], 0.2 + 0.09 * np.arange(8), atol=1e-6)


@pytest.mark.parametrize("slope", [0.0, 4e-4])
def test_neighbours_make_a_centre_the_mean_over_its_pixel(slope):
    """Of cubic polynomials it is the mean itself: of x^2 over a pixel, x^2 + 1/12."""

    def cubic(columns, rows):
        v = 0.3 + slope * columns**3 + 4e-3 * columns**2 + 2e-3 * rows**2 + 0.01 * rows
        return v.astype(np.float32).reshape(1, -1)

    values, taken = antialias(cubic, Rect(0, 0, 5, 1), "auto")
    x = np.arange(5)
    mean = 0.3 + slope * (x**3 + x / 4) + 4e-3 * (x**2 + 1 / 12) + 2e-3 / 12
    assert taken == 5 and np.abs(values[0] - mean).max() < 1e-6
    assert np.abs(cubic(x, 0) - mean).max() > 1e-4


def test_a_limit_that_is_too_high_is_caught(monkeypatch):
    truth = ph.render(jumpy(256), 96).float
    good = error("auto", truth)
    monkeypatch.setitem(STEPS, "auto", ((2.0, 2),))
    assert error("auto", truth) > 2 * good


def test_opacity_is_averaged_as_it_is():
    def edge(columns, rows):
        half = (columns < 0).astype(np.float32)
        return np.stack([half, half, half, half])

    values, _ = antialias(edge, Rect(0, 0, 1, 1), 16)
    assert values[3, 0] == np.float32(0.5) and values[0, 0] > 0.7


@pytest.mark.parametrize("mode", ["some", 5, 1, -4, 1000])
def test_an_unknown_mode_is_an_error(mode):
    with pytest.raises(ph.RecipeError, match="antialias"):
        jumpy(mode)
