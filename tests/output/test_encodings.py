"""16 bits, floats and linear light: what files get besides bytes."""

from __future__ import annotations

import numpy as np
import pytest

import phosphene as ph
from phosphene.raster.encodings import FAST, encoded, finisher, to_words
from phosphene.raster.finish import to_float
from phosphene.raster.frame import Rect
from phosphene.render import render_file
from tests.output.contents import RECIPE, SIZE, contents

INVERTED = ph.Recipe(seed=3, finish={"invert": True})
DOUBLE = ph.Recipe(seed=3, precision="f64")


def planes(channels, dtype=np.float32, count=600) -> np.ndarray:
    """Values (channels, count), some of which no pixel can have."""
    values = np.random.default_rng(channels).random((channels, count)) * 1.4 - 0.2
    values[:, :6] = 0, 1, np.nan, np.inf, -np.inf, 0.5
    return values.astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_words_are_the_nearest_of_65536_levels(channels, dtype):
    rect = Rect(0, 0, 30, 20)
    values = planes(channels, dtype)
    found = to_words(values, rect)
    exact = to_float(values, rect).astype(np.float64) * 65535
    assert found.dtype == np.uint16 and found.shape == (20, 30, channels)
    assert np.abs(found - exact).max() <= 0.5 + 1 / 128  # float32 rounds before we do
    assert found.min() == 0 and found.max() == 65535


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("sample_format", FAST)
def test_the_fast_way_is_the_plain_one(sample_format, channels):
    rect, values = Rect(0, 0, 60, 50), planes(channels, count=3000)
    fast = finisher(sample_format, RECIPE.finish)(values, rect)
    plain = encoded(to_float(values, rect), sample_format, RECIPE.finish)
    assert np.array_equal(fast, plain) and fast.dtype == plain.dtype
    plain[7, 7, 0] = (
        np.nextafter(plain[7, 7, 0], 2) if sample_format == "linear" else plain[7, 7, 0] ^ 1
    )
    assert not np.array_equal(fast, plain)


def test_linear_light_is_the_srgb_curve_undone_and_leaves_opacity():
    rect, values = Rect(0, 0, 30, 20), planes(4)
    v = to_float(values, rect).astype(np.float64)
    light = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    light[..., 3] = v[..., 3]
    found = finisher("linear", RECIPE.finish)(values, rect)
    assert found.dtype == np.float32 and np.abs(found - light).max() < 1e-7


@pytest.mark.parametrize("sample_format", ["words", "float", "linear"])
def test_an_inverted_picture_is_inverted_at_every_depth(sample_format):
    rect, values = Rect(0, 0, 30, 20), planes(4)
    other = np.concatenate([1 - np.nan_to_num(values[:3]), values[3:]])
    found = finisher(sample_format, INVERTED.finish)(values, rect).astype(np.float64)
    expected = finisher(sample_format, RECIPE.finish)(other, rect)
    assert np.abs(found - expected).max() <= 1e-6
    assert np.abs(found - finisher(sample_format, RECIPE.finish)(values, rect)).max() > 0.5


@pytest.mark.parametrize(
    ("name", "options"), [("a.tiff", {"depth": "32f"}), ("a.zarr", {"depth": "32f"})], ids=str
)
def test_an_inverted_picture_is_inverted_in_every_file_that_shows_it(name, options, tmp_path):
    picture = ph.render(INVERTED, SIZE)
    picture.save(tmp_path / name, **options)
    saved = contents(tmp_path / name)
    assert np.abs(saved - (1 - picture.float)).max() < 1e-6
    render_file(INVERTED, tmp_path / name, SIZE, overwrite=True, **options)
    assert np.array_equal(contents(tmp_path / name), saved)


@pytest.mark.parametrize(("name", "options"), [("a.npy", {}), ("a.exr", {"raw": True})], ids=str)
def test_data_are_the_numbers_of_the_recipe_inverted_or_not(name, options, tmp_path):
    for recipe in (INVERTED, INVERTED.replace({"finish.invert": False})):
        render_file(recipe, tmp_path / name, SIZE, overwrite=True, **options)
        apart = np.abs(contents(tmp_path / name) - ph.render(recipe, SIZE).float)
        assert apart.max() <= (2**-12 if options else 0)  # EXR: rounded to half


@pytest.mark.parametrize("recipe", [RECIPE, INVERTED, DOUBLE], ids=["hard", "inverted", "f64"])
@pytest.mark.parametrize("options", [{}, {"depth": 16}], ids=["8", "16"])
def test_a_picture_and_its_export_are_the_same_file(recipe, options, tmp_path):
    ph.render(recipe, SIZE).save(tmp_path / "a.png", dpi=300, **options)
    render_file(recipe, tmp_path / "b.png", SIZE, dpi=300, **options)
    a, b = contents(tmp_path / "a.png"), contents(tmp_path / "b.png")
    assert a.dtype == (np.uint16 if options else np.uint8) and np.array_equal(a, b)
    if options:
        pixels = ph.render(recipe, SIZE).float
        pixels = 1 - pixels if recipe.finish.invert else pixels
        assert np.abs(a - pixels.astype(np.float64) * 65535).max() < 0.51
    assert (tmp_path / "a.png").read_bytes()[:80] == (tmp_path / "b.png").read_bytes()[:80]


@pytest.mark.parametrize("options", [{"depth": "32f"}, {"depth": 16}])
def test_a_picture_in_double_precision_goes_into_every_depth(options, tmp_path):
    render_file(DOUBLE, tmp_path / "a.tiff", SIZE, **options)
    pixels = ph.render(DOUBLE, SIZE).float
    most = 65535 if options == {"depth": 16} else 1
    apart = np.abs(contents(tmp_path / "a.tiff") - pixels * most).max()
    assert apart < (0.51 if most > 1 else 1e-7)
