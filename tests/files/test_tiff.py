"""TIFF: written through tifffile, read back by libvips (libtiff)."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from PIL import Image

import phosphene as ph
from phosphene.files import tiff
from phosphene.files.row_buffer import halve
from tests.files.samples import RECIPE, apart, noise, save, smooth, vips, vips_says


@pytest.mark.parametrize("depth", ["8", "16", "32f"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("compression", ["deflate", "none"])
def test_another_decoder_reads_the_pixels_that_were_written(depth, channels, compression, tmp_path):
    options = {"depth": depth, "compression": compression, "tile": "32"}
    rows = save(tmp_path / "a.tiff", noise(161, 147, channels), options=options)
    found = vips(tmp_path / "a.tiff")
    assert found.dtype == rows.dtype and np.array_equal(found, rows)


@pytest.mark.parametrize("depth", ["8", "16", "32f"])
@pytest.mark.parametrize("size", [(161, 147), (160, 16), (17, 300), (16, 16)])
def test_every_level_of_a_pyramid_is_the_mean_of_the_one_above(depth, size, tmp_path):
    options = {"depth": depth, "pyramid": "true", "tile": "16"}
    level = save(tmp_path / "a.tiff", noise(*size), options=options)
    assert np.array_equal(vips(tmp_path / "a.tiff"), level)
    count = 0
    while max(level.shape[:2]) > 16:
        found = vips(tmp_path / "a.tiff", subifd=count)
        assert apart(found, mean(level))[0] <= (1e-7 if depth == "32f" else 0)
        level = found
        count += 1
    with tifffile.TiffFile(tmp_path / "a.tiff") as file:
        assert len(file.pages) == 1 and len(file.series[0].levels) == count + 1


def mean(level: np.ndarray) -> np.ndarray:
    """2 x 2 means, plainly."""
    height, width, _ = level.shape
    level = np.pad(level, ((0, height % 2), (0, width % 2), (0, 0)), "edge")
    parts = [level[i::2, j::2].astype(np.float64) for i in (0, 1) for j in (0, 1)]
    whole = level.dtype.kind == "u"
    found = sum(parts) / 4
    return np.floor(found + 0.5).astype(level.dtype) if whole else found.astype(np.float32)


def test_a_biased_half_is_caught():
    level = noise(9, 7).astype(np.float32)
    bytes_ = (level * 255).astype(np.uint8)
    assert np.array_equal(halve(bytes_), mean(bytes_))
    assert not np.array_equal(halve(bytes_[::-1]), mean(bytes_))


def test_other_programs_find_the_recipe_the_resolution_the_colours_and_the_source(tmp_path):
    save(tmp_path / "a.tiff", smooth(40, 30), dpi=300)
    assert vips_says(tmp_path / "a.tiff", "image-description").startswith('{"phosphene":{')
    assert vips_says(tmp_path / "a.tiff", "xres") * 25.4 == pytest.approx(300)
    assert b"algorithmicMedia" in vips_says(tmp_path / "a.tiff", "xmp-data")
    with Image.open(tmp_path / "a.tiff") as image:
        assert image.info["dpi"] == (300, 300) and len(image.info["icc_profile"]) == 480


def test_from_two_gigabytes_on_it_is_a_bigtiff(tmp_path, monkeypatch):
    save(tmp_path / "a.tiff", smooth(40, 30))
    monkeypatch.setattr(tiff, "CLASSIC", 40 * 30 * 3 - 1)
    rows = save(tmp_path / "b.tiff", smooth(40, 30))
    assert (tmp_path / "a.tiff").read_bytes()[:4] == b"II*\0"
    assert (tmp_path / "b.tiff").read_bytes()[:4] == b"II+\0"
    assert np.array_equal(vips(tmp_path / "b.tiff"), rows)
    assert ph.open(tmp_path / "b.tiff") == RECIPE


def test_a_tiff_that_another_program_described_has_no_recipe(tmp_path):
    for order in "<>":
        tifffile.imwrite(tmp_path / "a.tiff", np.zeros((4, 4), np.uint8), byteorder=order)
        with pytest.raises(ph.UserError, match="a TIFF without a recipe"):
            ph.open(tmp_path / "a.tiff")


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("big", [False, True])
def test_a_recipe_is_read_in_either_byte_order(order, big, tmp_path):
    text = f'{{"phosphene":{RECIPE.json}}}'.encode("ascii", "backslashreplace").decode()
    text = text.replace("\\xfc", "\\u00fc")
    pixels = np.zeros((4, 4), np.uint8)
    tifffile.imwrite(
        tmp_path / "a.tiff", pixels, byteorder=order, bigtiff=big, description=text, metadata=None
    )
    assert ph.open(tmp_path / "a.tiff") == RECIPE
