"""OpenEXR: our writer, read back by the library."""

from __future__ import annotations

import numpy as np
import OpenEXR
import pytest

import phosphene as ph
from phosphene.core.errors import InputError
from tests.files.samples import TEXTS, noise, rows_for, save, smooth

NAMES = {1: "Y", 2: "YA", 3: "RGB", 4: "RGBA"}


def library(path) -> tuple[dict, np.ndarray]:
    """The header, and the channels as (height, width, channels), as the library reads them."""
    with OpenEXR.File(str(path), separate_channels=True) as file:
        channels = file.channels()
        order = NAMES[len(channels)]
        pixels = np.stack([channels[name].pixels for name in order], -1)
        return dict(file.header()), pixels


@pytest.mark.parametrize("depth", ["half", "float"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("make", [noise, smooth])
def test_the_library_reads_the_pixels_that_were_written(depth, channels, make, tmp_path):
    for size in ((61, 47), (33, 200), (16, 16)):
        path = tmp_path / f"{size}.exr"
        rows = save(path, make(*size, channels), options={"depth": depth})
        if channels in (2, 4):
            rows = np.concatenate([rows[..., :-1] * rows[..., -1:], rows[..., -1:]], -1)
        found = library(path)[1]
        assert found.dtype == (np.float16 if depth == "half" else np.float32)
        assert np.array_equal(found, rows.astype(found.dtype))


@pytest.mark.parametrize("depth", ["half", "float"])
def test_raw_numbers_stay_as_they_are(depth, tmp_path):
    pixels = noise(61, 47, 4)
    save(tmp_path / "a.exr", pixels, options={"depth": depth, "raw": "true"})
    header, found = library(tmp_path / "a.exr")
    assert np.array_equal(found, pixels.astype(found.dtype))
    assert "chromaticities" not in header


def test_without_raw_it_is_linear_light(tmp_path):
    pixels = np.full((2, 2, 3), 0.5, np.float32)
    assert rows_for("a.exr", pixels)[0, 0, 0] == pytest.approx(0.21404114)
    assert np.array_equal(rows_for("a.exr", pixels, {"raw": True}), pixels)


def test_the_library_finds_the_recipe_the_resolution_and_the_colours(tmp_path):
    save(tmp_path / "a.exr", smooth(61, 47), dpi=300)
    header = library(tmp_path / "a.exr")[0]
    assert header["phosphene"] == TEXTS["phosphene"]
    assert header["xDensity"] == 300
    assert header["chromaticities"][:2] == pytest.approx((0.64, 0.33))


def test_an_exr_of_another_program_has_no_recipe(tmp_path):
    channels = {"RGB": np.zeros((4, 4, 3), np.float32)}
    OpenEXR.File({"type": OpenEXR.scanlineimage}, channels).write(str(tmp_path / "a.exr"))
    with pytest.raises(InputError, match="an OpenEXR file without a recipe"):
        ph.open(tmp_path / "a.exr")


def test_a_header_that_was_cut_off_is_an_input_error(tmp_path):
    save(tmp_path / "a.exr", smooth(61, 47))
    (tmp_path / "b.exr").write_bytes((tmp_path / "a.exr").read_bytes()[:200])
    with pytest.raises(InputError, match="cut off"):
        ph.open(tmp_path / "b.exr")
