"""Colour spaces: our tables against formulas, our profiles against LittleCMS."""

from __future__ import annotations

import io

import numpy as np
import pypdf
import pytest
import tifffile
from PIL import Image, ImageCms

import phosphene as ph
from phosphene.colour.curves import decode, encode
from phosphene.colour.display_p3 import converter
from phosphene.colour.icc import icc
from phosphene.files import FORMATS
from phosphene.files.samples import as_wanted
from tests.files.samples import apart, noise, save, smooth

SRGB = ImageCms.createProfile("sRGB")
WITH_PROFILE = [suffix for suffix, f in FORMATS.items() if "profile" in f.options]


def by_littlecms(pixels: np.ndarray, source, target) -> np.ndarray:
    """uint8 RGB from one profile into another: a second colour engine."""
    image = ImageCms.profileToProfile(
        Image.fromarray(pixels), source, target, renderingIntent=1,
        flags=ImageCms.Flags.NOOPTIMIZE,
    )  # fmt: skip
    return np.asarray(image)


def profile(name: str) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(icc(name)))


def test_the_tables_follow_the_formulas_of_the_srgb_curve():
    x = np.linspace(0, 1, 1_000_003)
    curve = np.where(x < 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    assert np.abs(decode(x) - curve).max() < 4e-9
    back = np.where(x < 0.0031308, x * 12.92, 1.055 * x ** (1 / 2.4) - 0.055)
    assert np.abs(encode(x) - back).max() < 4e-9
    for curve in (decode, encode):
        assert list(curve(np.array([-1.0, 2.0])).astype(np.float32)) == [0, 1]


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_what_was_decoded_encodes_to_the_same_level(kind):
    most = np.iinfo(kind).max
    levels = np.arange(most + 1) / most
    assert np.array_equal(np.floor(encode(decode(levels)) * most + 0.5), np.arange(most + 1))


def test_the_same_pixels_come_out_however_they_are_cut():
    pixels = noise(300, 40, 4)
    whole = as_wanted(pixels, "linear")
    assert np.array_equal(whole[7:9], as_wanted(pixels[7:9], "linear"))
    assert np.array_equal(whole[..., 3], pixels[..., 3])
    bytes_ = as_wanted(pixels, "bytes")
    assert np.array_equal(converter("p3")(bytes_)[7:9], converter("p3")(bytes_[7:9]))


def test_littlecms_reads_the_profiles_correctly():
    pixels = as_wanted(noise(64, 64), "bytes")
    assert ImageCms.getProfileDescription(profile("p3")).strip() == "Display P3"
    assert apart(by_littlecms(pixels, profile("srgb"), SRGB), pixels)[0] <= 1
    assert apart(by_littlecms(pixels, profile("p3"), SRGB), pixels)[0] > 20


def test_littlecms_converts_to_display_p3_as_we_do():
    pixels = as_wanted(noise(256, 256), "bytes")
    most, mean = apart(by_littlecms(pixels, SRGB, profile("p3")), converter("p3")(pixels))
    assert most <= 1 and mean < 0.01


def test_a_display_p3_picture_of_16_bits_or_floats_agrees_with_that_of_8():
    pixels = noise(64, 64, 4)
    of_8 = converter("p3")(as_wanted(pixels, "bytes"))
    of_16 = converter("p3")(as_wanted(pixels, "words"))
    floats = converter("p3")(pixels)
    assert apart(of_16 / 65535, floats)[0] < 1e-4
    assert apart(of_8 / 255, floats)[0] < 1.7 / 255
    assert np.array_equal(of_8[..., 3], as_wanted(pixels, "bytes")[..., 3])
    assert np.array_equal(converter("p3")(pixels[..., :2]), pixels[..., :2])


def read_image(path) -> tuple[Image.Image, bytes | None]:
    """The picture in a file and its ICC profile, by Pillow, or by pypdf."""
    if path.suffix != ".pdf":
        with Image.open(path) as image:
            return image.convert("RGB"), image.info.get("icc_profile")
    page = pypdf.PdfReader(path).pages[0]
    space = page["/Resources"]["/XObject"]["/Picture"]["/ColorSpace"]
    profile = space[1].get_object().get_data() if space[0] == "/ICCBased" else None
    return page.images[0].image.convert("RGB"), profile


@pytest.mark.parametrize("suffix", WITH_PROFILE)
def test_a_file_in_display_p3_shows_the_same_colours(suffix, tmp_path):
    best = {"quality": 100} if "quality" in FORMATS[suffix].options else {}
    rows = save(tmp_path / f"a{suffix}", smooth(96, 64), options=best)
    save(tmp_path / f"b{suffix}", smooth(96, 64), options={**best, "profile": "p3"})
    shown, inside = read_image(tmp_path / f"b{suffix}")
    assert inside
    found = ImageCms.ImageCmsProfile(io.BytesIO(inside))
    assert ImageCms.getProfileDescription(found).strip() == "Display P3"
    assert apart(np.asarray(shown), rows)[1] > 5  # other numbers ...
    mean = apart(by_littlecms(np.asarray(shown), found, SRGB), rows)[1]
    assert mean < 2.5  # ... for the same colours


@pytest.mark.parametrize("suffix", WITH_PROFILE)
@pytest.mark.parametrize("opaque", [True, False])
def test_a_grey_file_has_no_profile_of_rgb(suffix: str, opaque: bool, tmp_path):
    """Other readers refuse a grey PNG with a profile of RGB."""
    shading = {"grey": "main0", "channels": 1} | ({} if opaque else {"alpha": "main1"})
    if not opaque and suffix in (".jpg", ".jpeg", ".pdf"):
        return
    path = tmp_path / f"a{suffix}"
    ph.render(ph.Recipe(seed=3, shading=shading), 16).save(path, profile="p3")
    if suffix in (".tif", ".tiff"):
        with tifffile.TiffFile(path) as found:
            assert "InterColorProfile" not in found.pages[0].tags
        return
    assert read_image(path)[1] is None
