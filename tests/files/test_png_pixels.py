"""Pixels of PNGs in bands: the same as Pillow and libvips read, of every kind and filter."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import pyvips
from PIL import Image

from phosphene.core.errors import InputError, LimitError
from phosphene.core.limits import Limits
from phosphene.files import png_pixels
from phosphene.files.png_pixels import read_bands, read_header
from phosphene.judge.images import read_picture, read_pixels
from tests.files.hostile import chunk
from tests.files.test_bounds import measured

NOISE = (np.random.default_rng(1).random((70, 83, 4)) * 255).astype(np.uint8)
COLOURS = Image.fromarray(NOISE)


def read(data: bytes) -> np.ndarray:
    file = io.BytesIO(data)
    header = read_header(file)
    return np.concatenate([*read_bands(file, header)])


def saved(image: Image.Image, **options) -> bytes:
    memory = io.BytesIO()
    image.save(memory, "PNG", **options)
    return memory.getvalue()


KINDS = {
    **{mode: saved(COLOURS.convert(mode)) for mode in ("1", "L", "LA", "RGB", "RGBA", "P")},
    "P of 4 bits": saved(COLOURS.convert("RGB").quantize(12)),
    "RGB with a clear colour": saved(
        COLOURS.convert("RGB"), transparency=tuple(map(int, NOISE[3, 4, :3]))
    ),
    "L with a clear level": saved(Image.fromarray(NOISE[..., 0]), transparency=int(NOISE[3, 4, 0])),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_as_pillow_reads_it(kind):
    with Image.open(io.BytesIO(KINDS[kind])) as image:
        expected = np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB"))
    found = read(KINDS[kind])
    if found.shape[2] < 3:
        found = np.take(found, [0, 0, 0, *range(1, found.shape[2])], axis=2)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("filters", [8, 16, 32, 64, 128, 248])
def test_every_filter_is_undone(filters, channels, depth, monkeypatch):
    monkeypatch.setattr(png_pixels, "BAND", 1000)  # several bands
    stored = np.random.default_rng(2).integers(0, 2**depth, (40, 33, channels))
    words = stored.astype(f"u{depth // 8}")
    space = {8: ("b-w", "srgb"), 16: ("grey16", "rgb16")}[depth][channels > 2]
    image = pyvips.Image.new_from_array(words).copy(interpretation=space)
    found = read(image.pngsave_buffer(bitdepth=depth, filter=filters))
    most = 1 if depth == 8 else 65535
    np.testing.assert_array_equal(np.rint(found * np.float64(most)), stored)


def test_an_interlaced_picture_is_read_too(tmp_path):
    image = pyvips.Image.new_from_array(NOISE[..., :3]).copy(interpretation="srgb")
    image.pngsave(str(tmp_path / "a.png"), interlace=True)
    np.testing.assert_array_equal(read_pixels(tmp_path / "a.png"), NOISE[..., :3])


def test_a_picture_cut_off_or_changed_anywhere_is_an_input_error_or_a_picture(tmp_path):
    data, path = KINDS["P of 4 bits"], tmp_path / "a.png"
    for at in range(0, len(data), 97):
        for body in (data[:at], data[:at] + b"\xff" + data[at + 1 :]):
            path.write_bytes(body)
            try:
                assert read_pixels(path).shape[2] == 3
            except InputError as error:
                assert str(path) in str(error)


def black(side: int) -> bytes:
    head = struct.pack(">2I5B", side, side, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(1)
    rows = [packer.compress(b"\2" + bytes(3 * side)) for _ in range(side)] + [packer.flush()]
    chunks = chunk(b"IHDR", head), chunk(b"IDAT", b"".join(rows)), chunk(b"IEND", b"")
    return b"".join([png_pixels.SIGNATURE, *chunks])


@pytest.mark.slow  # decodes 64 million pixels
def test_a_large_picture_is_checked_in_little_memory(tmp_path):
    (tmp_path / "a.png").write_bytes(black(8000))
    found, memory = measured([["check", "a.png"]], tmp_path)
    assert found[0][0] == 0, found
    assert memory < 400


def test_more_pixels_than_the_limit_are_refused_with_figures(tmp_path):
    (tmp_path / "a.png").write_bytes(black(100))
    with (
        Limits(pixels=9999),
        pytest.raises(
            LimitError, match=r"a\.png: needs 10,000 pixels, more than the limit of 9,999"
        ),
    ):
        read_picture(tmp_path / "a.png")
