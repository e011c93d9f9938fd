"""JPEG, WebP and AVIF: written by Pillow, read back by libvips."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.core.errors import InputError, SizeError
from tests.files.samples import (
    RECIPE,
    apart,
    channels_of,
    long_texts,
    noise,
    save,
    smooth,
    vips,
    vips_says,
)

# of 255: the largest and the mean difference that each may have on a smooth picture
LOSSY = [
    (".jpg", {}, 6, 0.9), (".jpg", {"subsampling": "420"}, 14, 1.1),
    (".webp", {}, 18, 2), (".avif", {}, 15, 1.2), (".avif", {"quality": "100"}, 3, 0.8),
]  # fmt: skip


def in_rgb(rows: np.ndarray) -> np.ndarray:
    """Grey rows as WebP and AVIF give them back: red, green and blue."""
    if rows.shape[-1] > 2:
        return rows
    return np.concatenate([np.repeat(rows[..., :1], 3, -1), rows[..., 1:]], -1)


@pytest.mark.parametrize(("suffix", "options", "most", "mean"), LOSSY)
def test_another_decoder_reads_nearly_the_same_pixels(suffix, options, most, mean, tmp_path):
    for channels in channels_of(suffix):
        path = tmp_path / f"{channels}{suffix}"
        rows = save(path, smooth(161, 147, channels), options=options)
        found = vips(path)
        expected = rows if found.shape == rows.shape else in_rgb(rows)
        assert np.all(np.array(apart(found, expected)) <= (most, mean))


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".avif"])
def test_a_swapped_channel_differs_by_more_than_the_formats_lose(suffix, tmp_path):
    rows = save(tmp_path / f"a{suffix}", smooth(161, 147))
    assert apart(vips(tmp_path / f"a{suffix}"), rows[..., ::-1])[1] > 10


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_lossless_webp_holds_every_pixel(channels, tmp_path):
    rows = save(tmp_path / "a.webp", noise(61, 47, channels), options={"lossless": "true"})
    assert np.array_equal(vips(tmp_path / "a.webp"), in_rgb(rows))


def test_quality_and_subsampling_make_a_difference(tmp_path):
    sizes = []
    for name, options in {"a": {"quality": 30}, "b": {"subsampling": "420"}, "c": {}}.items():
        save(tmp_path / f"{name}.jpg", noise(64, 64), options=options)
        sizes.append((tmp_path / f"{name}.jpg").stat().st_size)
    assert sizes[0] < sizes[1] * 0.9 < sizes[2] * 0.81
    assert vips_says(tmp_path / "b.jpg", "jpeg-chroma-subsample") == "4:2:0"
    assert vips_says(tmp_path / "c.jpg", "jpeg-chroma-subsample") == "4:4:4"


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".avif"])
def test_other_programs_find_the_recipe_the_resolution_and_the_source(suffix, tmp_path):
    path = tmp_path / f"a{suffix}"
    save(path, smooth(20, 10), dpi=300)
    comment = vips_says(path, "exif-ifd2-UserComment")
    assert '{"phosphene":{' in comment and '"size":[61,47]' in comment
    assert ", Undefined, " in comment  # Exiv2 prints bytes as numbers
    assert vips_says(path, "exif-ifd0-XResolution").startswith("300/1")
    assert b"digitalsourcetype/algorithmicMedia" in vips_says(path, "xmp-data")
    assert b"Phosphene" in vips_says(path, "xmp-data")
    assert vips_says(path, "exif-ifd0-Software").startswith("Phosphene")
    if suffix == ".jpg":
        assert vips_says(path, "xres") * 25.4 == pytest.approx(300)


def test_a_long_recipe_in_a_jpeg_is_in_segments_that_others_skip(tmp_path):
    save(tmp_path / "a.jpg", smooth(20, 10), long_texts())
    with Image.open(tmp_path / "a.jpg") as image:
        image.load()
        assert sum(name == "APP15" for name, _ in image.applist) > 5
    assert vips(tmp_path / "a.jpg").shape == (10, 20, 3)


def test_a_jpeg_without_a_part_of_its_recipe_is_an_error(tmp_path):
    save(tmp_path / "a.jpg", smooth(20, 10), long_texts())
    whole = (tmp_path / "a.jpg").read_bytes()
    at = whole.index(b"\xff\xef")
    length = struct.unpack(">H", whole[at + 2 : at + 4])[0]
    (tmp_path / "b.jpg").write_bytes(whole[:at] + whole[at + 2 + length :])
    with pytest.raises(InputError, match="parts of the recipe inside are missing"):
        ph.open(tmp_path / "b.jpg")


def test_a_picture_that_another_program_saved_again_has_no_recipe(tmp_path):
    for suffix in (".jpg", ".webp", ".avif"):
        path = tmp_path / f"a{suffix}"
        Image.new("RGB", (8, 8)).save(path)
        with pytest.raises(InputError, match="without a recipe"):
            ph.open(path)


def test_pillow_keeps_the_recipe_when_it_saves_the_exif_again(tmp_path):
    save(tmp_path / "a.jpg", smooth(20, 10))
    with Image.open(tmp_path / "a.jpg") as image:
        image.save(tmp_path / "b.webp", exif=image.info["exif"])
    assert ph.open(tmp_path / "b.webp") == RECIPE


def test_a_recipe_is_read_from_a_pipe(tmp_path, monkeypatch):
    for suffix in (".jpg", ".webp", ".avif", ".tiff", ".npy"):
        save(tmp_path / f"a{suffix}", smooth(20, 10))
        body = io.BytesIO((tmp_path / f"a{suffix}").read_bytes())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(body))
        assert ph.open("-") == RECIPE


@pytest.mark.parametrize("suffix", [".jpg", ".svg"])
def test_a_picture_too_large_for_memory_is_a_size_error(suffix, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise MemoryError

    rows = smooth(20, 10)
    monkeypatch.setattr("PIL.Image.new", refuse)
    monkeypatch.setattr("phosphene.files.isolines.np.empty", refuse)
    with pytest.raises(SizeError, match="20 x 10 pixels do not fit in memory"):
        save(tmp_path / f"a{suffix}", rows)
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []
