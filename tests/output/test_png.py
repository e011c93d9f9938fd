"""PNG: other decoders read what is written as rows or joined from pieces, bit for bit."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

import phosphene as ph
from phosphene.core import deflate
from phosphene.files import create
from phosphene.files.format_types import Still
from phosphene.files.png import PngWriter, join_adler
from phosphene.files.samples import as_wanted
from tests.files.samples import TEXTS, apart, noise, smooth, vips

KINDS = {8: "bytes", 16: "words"}


def written(rows, heights, pieces=True, texts=TEXTS, options=None, dpi=None) -> bytes:
    """A PNG of rows, joined from pieces or written in bands of these heights, over and over."""
    memory = io.BytesIO()
    height, width, channels = rows.shape
    options = {"depth": str(rows.itemsize * 8), **(options or {})}
    writer = PngWriter(memory, Still((width, height), channels, texts, options, dpi))
    top, k = 0, 0
    while top < height:
        band = rows[top : top + heights[k % len(heights)]]
        if pieces:
            writer.append(PngWriter.encode(band, options))
        else:
            writer.write(band)
        top, k = top + len(band), k + 1
    writer.finish()
    return memory.getvalue()


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Kinds and bodies, every CRC checked."""
    found, at = [], 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack_from(">I", data, at + 8 + length)[0]
        found.append((kind, body))
        at += 12 + length
    return found


@pytest.mark.parametrize("pieces", [True, False])
@pytest.mark.parametrize("heights", [[1], [7], [64]])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("depth", [8, 16])
def test_other_decoders_read_what_was_written(depth, channels, heights, pieces, tmp_path):
    path = tmp_path / "a.png"
    for pixels in (smooth(99, 71, channels), noise(99, 71, channels)):
        rows = as_wanted(pixels, KINDS[depth])
        path.write_bytes(written(rows, heights, pieces))
        found = vips(path)
        assert found.dtype == rows.dtype and np.array_equal(found, rows)
        if depth == 8:
            with Image.open(path) as image:
                assert np.array_equal(np.asarray(image).reshape(rows.shape), rows)


def test_the_stream_inside_is_a_zlib_stream_that_its_checksum_fits():
    data = written(as_wanted(noise(50, 30), "bytes"), [7])
    body = b"".join(body for kind, body in chunks(data) if kind == b"IDAT")
    assert len(zlib.decompress(body)) == 30 * (1 + 50 * 3)
    assert chunks(data)[-1] == (b"IEND", b"")


@pytest.mark.parametrize("module", ["isal", "zlib"])
def test_pieces_of_either_library_fit_together(module, monkeypatch, tmp_path):
    rows = as_wanted(noise(40, 40), "bytes")
    options = {"depth": "8"}
    first = PngWriter.encode(rows[:13], options)
    if module == "zlib":
        monkeypatch.setattr(deflate, "library", zlib)
    memory = io.BytesIO()
    writer = PngWriter(memory, Still((40, 40), 3, {}, options))
    writer.append(first)
    writer.append(PngWriter.encode(rows[13:], options))
    writer.finish()
    (tmp_path / "a.png").write_bytes(memory.getvalue())
    assert np.array_equal(vips(tmp_path / "a.png"), rows)


@given(st.binary(), st.binary())
def test_checksums_of_parts_join_to_that_of_the_whole(first, second):
    joined = join_adler(zlib.adler32(first), zlib.adler32(second), len(second))
    assert joined == zlib.adler32(first + second)


def test_a_joined_checksum_of_another_order_is_another():
    a, b = zlib.adler32(b"first"), zlib.adler32(b"second")
    assert join_adler(a, b, 6) != join_adler(b, a, 5)


def test_a_piece_that_is_left_out_is_noticed_by_other_decoders():
    rows, memory = as_wanted(noise(40, 40), "bytes"), io.BytesIO()
    writer = PngWriter(memory, Still((40, 40), 3))
    writer.append(PngWriter.encode(rows[:20]))
    writer.finish()
    with Image.open(memory) as image, pytest.raises(OSError, match="truncated"):
        image.load()


@pytest.mark.parametrize("dpi", [72, 300, 299.5, 1200])
def test_the_resolution_is_read_by_others(dpi):
    data = written(as_wanted(smooth(9, 9), "bytes"), [9], dpi=dpi)
    with Image.open(io.BytesIO(data)) as image:
        assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
    assert not any(kind == b"pHYs" for kind, _ in chunks(written(smooth_bytes(), [9])))


def smooth_bytes() -> np.ndarray:
    return as_wanted(smooth(9, 9), "bytes")


def test_the_recipe_and_what_made_it_stand_before_the_pixels():
    kinds = [kind for kind, _ in chunks(written(smooth_bytes(), [3], dpi=300))]
    assert kinds[:5] == [b"IHDR", b"sRGB", b"pHYs", b"iTXt", b"iTXt"]
    assert set(kinds[kinds.index(b"IDAT") :]) == {b"IDAT", b"IEND"}
    with Image.open(io.BytesIO(written(smooth_bytes(), [3]))) as image:
        assert "algorithmicMedia" in image.text["XML:com.adobe.xmp"]
        assert ph.Recipe.from_json(image.text["phosphene"]).json == TEXTS["phosphene"]


@pytest.mark.parametrize("pieces", [True, False])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("depth", [8, 16])
def test_display_p3_looks_the_same_through_its_profile(depth, channels, pieces, tmp_path):
    rows = as_wanted(smooth(60, 40, channels), KINDS[depth])
    data = written(rows, [7], pieces, options={"profile": "p3"})
    assert [kind for kind, _ in chunks(data)][1:3] == [b"cICP", b"iCCP"]
    (tmp_path / "a.png").write_bytes(data)
    stored = vips(tmp_path / "a.png")
    assert np.abs(stored.astype(int) - rows).max() > 0.02 * np.iinfo(rows.dtype).max
    if channels == 4:
        assert np.array_equal(stored[..., 3], rows[..., 3])
    if depth == 8:
        with Image.open(io.BytesIO(data)) as image:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
            back = ImageCms.profileToProfile(
                image.convert("RGB"), profile, ImageCms.createProfile("sRGB")
            )
        most, mean = apart(np.asarray(back), rows[..., :3])
        assert most <= 6 and mean < 0.5  # a level of a dark colour in P3 is several of sRGB
        assert apart(stored[..., :3], rows[..., :3])[1] > 3


@pytest.mark.parametrize("depth", ["8", "16"])
def test_a_file_does_not_depend_on_how_many_rows_come_at_a_time(depth, tmp_path):
    kind = np.uint8 if depth == "8" else np.uint16
    pixels = np.random.default_rng(1).integers(0, 200, (700, 900, 3)).astype(kind)
    found = set()
    for rows in (1, 13, 291, 700):
        path = tmp_path / "a.png"
        with create(path, (900, 700), 3, {}, overwrite=True, options={"depth": depth}) as writer:
            for top in range(0, 700, rows):
                writer.write(pixels[top : top + rows])
        found.add(path.read_bytes())
    assert len(found) == 1
