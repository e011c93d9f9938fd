"""A picture as a Python object: its pixels, and every way to write it."""

from __future__ import annotations

import errno
import io
import json

import numpy as np
import pytest

import phosphene as ph
from phosphene.core.errors import OutputError, UserError

PICTURE = ph.render(ph.Recipe(seed=3), (12, 8))


def test_its_pixels_are_floats_and_bytes():
    assert PICTURE.float.dtype == np.float32 and PICTURE.float.shape == (8, 12, 3)
    assert PICTURE.uint8.dtype == np.uint8 and PICTURE.uint8.shape == (8, 12, 3)
    assert np.array_equal(np.asarray(PICTURE), PICTURE.float)


def test_json_is_the_recipe_alone(tmp_path):
    PICTURE.save(tmp_path / "a.json")
    assert ph.open(tmp_path / "a.json") == PICTURE.recipe
    with pytest.raises(UserError, match="exists"):
        PICTURE.save(tmp_path / "a.json")
    PICTURE.save(tmp_path / "a.json", overwrite=True)
    assert (tmp_path / "a.json").read_bytes() == PICTURE.to_bytes("json")
    with pytest.raises(UserError, match="quality: JSON recipes have no options"):
        PICTURE.save(tmp_path / "b.json", quality=3)


@pytest.mark.parametrize(
    ("format", "options"),
    [("png", {}), ("PNG", {"depth": 16}), (".jpeg", {"quality": 50}), ("npy", {}), ("exr", {}),
     ("tif", {"depth": "32f", "pyramid": True})],
)  # fmt: skip
def test_bytes_in_memory_are_those_of_the_file(format, options, tmp_path):
    path = tmp_path / f"a.{format.lower().lstrip('.')}"
    PICTURE.save(path, dpi=150, **options)
    made = PICTURE.to_bytes(format, dpi=150, **options)
    assert made == path.read_bytes()
    file = io.BytesIO()
    PICTURE.save(file, format=format, dpi=150, **options)
    assert file.getvalue() == made


def test_a_file_object_gets_nothing_unless_all_can_be_written():
    file = io.BytesIO()
    alpha = ph.Recipe(shading={"rgb": ["x", "y", "0"], "alpha": "0.5"})
    with pytest.raises(UserError, match="opacity"):
        ph.render(alpha, 8).save(file, format="jpg")
    assert file.getvalue() == b""


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({}, "format: a file object has no suffix; name a format, such as format='png'"),
        ({"format": "pgn"}, "Did you mean '.png'"),
        ({"format": "dzi"}, "format: 'dzi' is a folder of files"),
        ({"format": "png", "sidecar": True}, "sidecar: a file object has no folder for it"),
        ({"format": "png", "colour": 1}, "colour"),
    ],
)
def test_an_unusable_file_object_is_explained(how, message):
    with pytest.raises(UserError, match=message):
        PICTURE.save(io.BytesIO(), **how)


@pytest.mark.parametrize("format", [None, 5, b"png"])
def test_a_format_that_is_no_name_is_an_error_of_ours(format):
    with pytest.raises(UserError, match=f"format: got {format!r}; expected a name such as 'png'"):
        PICTURE.to_bytes(format)


class Full(io.RawIOBase):
    def write(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")


def closed() -> io.BytesIO:
    file = io.BytesIO()
    file.close()
    return file


@pytest.mark.parametrize("file", [io.StringIO(), Full(), closed()], ids=["text", "full", "closed"])
def test_a_file_object_that_takes_no_bytes_is_an_error_of_ours(file):
    with pytest.raises(OutputError, match="the file object: cannot be written .*binary mode, 'wb'"):
        PICTURE.save(file, format="png")


@pytest.mark.parametrize("path", [5, None, b"a.png", object()])
def test_what_is_neither_a_path_nor_a_file_is_an_error_of_ours(path):
    says = r"path: got .* \(\w+\); expected a path"
    film = ph.animate(PICTURE.recipe, "rotate turns=1", frames=2, size=16, even=False, subframes=1)
    sheet = ph.sheet(PICTURE.recipe, count=1, vary="weights", cell=16)
    for save in (PICTURE.save, sheet.save, film.save):
        with pytest.raises(UserError, match=says):
            save(path)
    with pytest.raises(UserError, match=says):
        ph.render_file(PICTURE.recipe, path, 8)


def test_deep_zoom_keeps_its_option_format(tmp_path):
    PICTURE.save(tmp_path / "a.dzi", format="png")
    assert list((tmp_path / "a_files").rglob("*.png"))


def test_a_sidecar_is_the_recipe(tmp_path):
    PICTURE.save(tmp_path / "a.png", sidecar=True)
    beside = json.loads((tmp_path / "a.png.json").read_text())
    assert ph.Recipe(**beside) == PICTURE.recipe
