"""NPY: the recipe after the array is no trouble to NumPy."""

from __future__ import annotations

import io

import numpy as np
import pytest

import phosphene as ph
from phosphene.core.errors import InputError
from phosphene.files.npy import MARK
from tests.files.samples import noise, save


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_numpy_loads_and_maps_the_array_alone(kind, tmp_path):
    rows = save(tmp_path / "a.npy", noise(61, 47).astype(kind))
    loaded = np.load(tmp_path / "a.npy")
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    streamed = np.load(io.BytesIO((tmp_path / "a.npy").read_bytes()))
    for found in (loaded, mapped, streamed):
        assert found.dtype == kind and found.shape == (47, 61, 3)
        assert np.array_equal(found, rows)


def test_an_array_of_another_program_has_no_recipe(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(3))
    with pytest.raises(InputError, match="an NPY file without a recipe"):
        ph.open(tmp_path / "a.npy")


def test_an_impossible_length_is_an_input_error(tmp_path):
    (tmp_path / "a.npy").write_bytes(b"\x93NUMPY" + b"\xff" * 8 + MARK)
    with pytest.raises(InputError, match="damaged"):
        ph.open(tmp_path / "a.npy")
