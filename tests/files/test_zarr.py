"""Zarr: written by the zarr library, read back by it and by hand."""

from __future__ import annotations

import itertools
import json
import struct

import numpy as np
import pytest
import zarr
from numcodecs import Zstd

import phosphene as ph
from phosphene.core.errors import InputError, UserError
from tests.files.samples import RECIPE, noise, save, smooth

SIZES = [(61, 47), (64, 64), (16, 200), (1, 1)]
EMPTY = 2**64 - 1


def by_hand(folder) -> np.ndarray:
    """A sharded array from its files, as the specification of zarr 3 lays them out."""
    about = json.loads((folder / "zarr.json").read_text())
    assert [c["name"] for c in about["codecs"]] == ["sharding_indexed"]
    kind = np.dtype(about["data_type"]).newbyteorder("<")
    shard = about["chunk_grid"]["configuration"]["chunk_shape"]
    chunk = about["codecs"][0]["configuration"]["chunk_shape"]
    found = np.zeros([-(-n // s) * s for n, s in zip(about["shape"], shard, strict=True)], kind)
    across = shard[0] // chunk[0]
    for path in folder.glob("c/*/*/0"):
        top, left = (int(part) * shard[0] for part in path.parts[-3:-1])
        body = path.read_bytes()
        index = struct.unpack(f"<{2 * across**2}Q", body[-16 * across**2 - 4 : -4])
        places = itertools.product(range(across), range(across))
        for (row, column), at, size in zip(places, index[::2], index[1::2], strict=True):
            if at == EMPTY:
                continue
            y, x = top + row * chunk[0], left + column * chunk[0]
            pixels = np.frombuffer(Zstd().decode(body[at : at + size]), kind).reshape(chunk)
            found[y : y + chunk[0], x : x + chunk[0]] = pixels
    height, width, _ = about["shape"]
    return found[:height, :width]


@pytest.mark.parametrize("depth", ["8", "16", "32f"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channels", [1, 4])
def test_every_reader_reads_the_pixels_that_were_written(depth, size, channels, tmp_path):
    options = {"depth": depth, "chunk": "16", "shard": "2"}
    rows = save(tmp_path / "a.zarr", noise(*size, channels), options=options)
    array = zarr.open_array(tmp_path / "a.zarr", mode="r")
    assert array.dtype == rows.dtype
    assert array.chunks == (16, 16, channels) and array.shards == (32, 32, channels)
    assert np.array_equal(array[:], rows)
    assert np.array_equal(by_hand(tmp_path / "a.zarr"), rows)


def test_a_chunk_that_moved_is_caught(tmp_path):
    rows = save(tmp_path / "a.zarr", noise(64, 64), options={"chunk": 16, "shard": 2})
    (tmp_path / "a.zarr" / "c" / "0").rename(tmp_path / "x")
    (tmp_path / "a.zarr" / "c" / "1").rename(tmp_path / "a.zarr" / "c" / "0")
    assert not np.array_equal(by_hand(tmp_path / "a.zarr"), rows)


def test_the_recipe_is_in_the_attributes(tmp_path):
    save(tmp_path / "a.zarr", smooth(61, 47))
    array = zarr.open_array(tmp_path / "a.zarr", mode="r")
    assert array.attrs["phosphene"] == json.loads(RECIPE.json)
    assert array.metadata.dimension_names == ("y", "x", "c")
    assert ph.open(tmp_path / "a.zarr" / "zarr.json") == RECIPE


def test_a_folder_that_is_not_ours_is_never_replaced(tmp_path):
    folder = tmp_path / "a.zarr"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(UserError, match="already exists"):
        save(folder, smooth(20, 20))
    with pytest.raises(UserError, match="a folder that Phosphene did not create"):
        save(folder, smooth(20, 20), overwrite=True)
    assert (folder / "letter.txt").read_text() == "mine"
    (folder / "letter.txt").unlink()
    save(folder, smooth(20, 20), overwrite=True)
    save(folder, smooth(30, 20), overwrite=True)
    assert zarr.open_array(folder, mode="r").shape == (20, 30, 3)


def test_an_array_of_another_program_or_another_folder_has_no_recipe(tmp_path):
    zarr.create_array(str(tmp_path / "a.zarr"), shape=(2, 2), dtype="u1")
    with pytest.raises(InputError, match="a Zarr array without a recipe"):
        ph.open(tmp_path / "a.zarr")
    with pytest.raises(InputError, match="is a folder"):
        ph.open(tmp_path)
    (tmp_path / "zarr.json").write_text('"a text"')
    with pytest.raises(InputError, match="cannot be read"):
        ph.open(tmp_path)
