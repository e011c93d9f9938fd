"""Files: whole or absent, readable by others, carrying their recipe."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import phosphene as ph
from phosphene.core import deflate
from phosphene.files import FORMATS, create
from phosphene.files.format_types import Still
from phosphene.files.png import PngWriter, png_bytes
from phosphene.files.png_reading import read_texts


@pytest.fixture(scope="module")
def picture():
    return ph.render(ph.style("silk", seed=3), (61, 47))


def test_another_decoder_reads_the_pixels_that_were_written(picture, tmp_path):
    picture.save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as other:
        assert np.array_equal(np.asarray(other), picture.uint8)
        assert other.info["srgb"] == 0


def test_the_recipe_comes_back_from_every_file_that_carries_one(picture, tmp_path):
    picture.save(tmp_path / "a.png")
    assert ph.open(tmp_path / "a.png") == picture.recipe
    (tmp_path / "a.json").write_text(picture.recipe.json)
    assert ph.open(tmp_path / "a.json") == picture.recipe


@pytest.mark.parametrize("suffix", FORMATS)
def test_nothing_that_exists_is_overwritten_unasked(suffix, picture, tmp_path):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"mine")
    with pytest.raises(ph.UserError, match="already exists"):
        picture.save(path)
    assert path.read_bytes() == b"mine"
    picture.save(path, overwrite=True)
    assert path.is_dir() or path.read_bytes() != b"mine"


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_failure_leaves_no_file(suffix, tmp_path):
    with (
        pytest.raises(RuntimeError),
        create(tmp_path / f"a{suffix}", (4, 4), 3, {}) as writer,
    ):
        kind = np.uint8 if writer.sample_format == "bytes" else np.float32
        writer.write(np.zeros((2, 4, 3), kind))
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("library", ["isal", "zlib"])
@given(
    width=st.integers(1, 40), channels=st.sampled_from([1, 2, 3, 4]),
    heights=st.lists(st.integers(1, 9), min_size=1, max_size=4), seed=st.integers(0, 99),
)  # fmt: skip
def test_rows_may_arrive_in_any_pieces(library, width, channels, heights, seed):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (sum(heights), width, channels), np.uint8)
    memory = io.BytesIO()
    before = deflate.library
    deflate.library = zlib if library == "zlib" else before
    try:
        writer = PngWriter(memory, Still((width, sum(heights)), channels, {"note": "grün"}))
        at = 0
        for height in heights:
            writer.write(pixels[at : at + height])
            at += height
        writer.finish()
    finally:
        deflate.library = before
    memory.seek(0)
    assert read_texts("memory", memory) == {"note": "grün"}
    decoded = np.asarray(Image.open(memory)).reshape(pixels.shape)
    assert np.array_equal(decoded, pixels)


def test_a_recipe_in_an_uncompressed_text_is_read():
    memory = io.BytesIO()
    from PIL import PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_text("phosphene", ph.Recipe(seed=5).json)
    Image.new("RGB", (2, 2)).save(memory, "png", pnginfo=info)
    memory.seek(0)
    assert ph.Recipe.from_json(read_texts("memory", memory)["phosphene"]).seed == 5


@pytest.mark.filterwarnings("ignore::phosphene.RecipeWarning")  # if a copy is good
@given(st.data())
def test_a_damaged_png_is_an_error_and_never_a_crash(data):
    whole = png_bytes(np.zeros((3, 3, 3), np.uint8), {"phosphene": ph.Recipe(seed=1).json})
    at = data.draw(st.integers(8, len(whole) - 1))
    if data.draw(st.booleans()):
        broken = whole[:at]
    else:
        broken = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    try:
        texts = read_texts("memory", io.BytesIO(broken))
    except ph.UserError:
        return
    if "phosphene" in texts:  # the damage was elsewhere
        assert ph.Recipe.from_json(texts["phosphene"]) == ph.Recipe(seed=1)


def test_a_picture_shows_itself_in_a_notebook(picture):
    shown = Image.open(io.BytesIO(picture._repr_png_()))
    assert np.array_equal(np.asarray(shown), picture.uint8)
    assert picture.recipe.digest[:12] in picture.recipe._repr_html_()


def test_asarray_gives_float32_pixels(picture):
    pixels = np.asarray(picture)
    assert pixels.dtype == np.float32 and pixels.shape == (47, 61, 3)
    assert pixels.min() >= 0 and pixels.max() <= 1


def test_a_recipe_of_any_length_leaves_the_picture_readable(tmp_path):
    weights = np.random.default_rng(1).standard_normal((600, 600))
    layers = [{"weights": weights[:, :2]}, {"weights": weights}, {"weights": weights[:3]}]
    recipe = ph.Recipe(networks={"main": {"kind": "explicit", "layers": layers}})
    assert len(recipe.json) > 3_000_000
    ph.render(recipe, 8).save(tmp_path / "a.png")
    assert ph.open(tmp_path / "a.png") == recipe
    with Image.open(tmp_path / "a.png") as other:
        assert np.asarray(other).shape == (8, 8, 3)
