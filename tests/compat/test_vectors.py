"""Every seed system paints, from its own weights, the pixels that it painted."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from phosphene.core.errors import PhospheneError
from phosphene.systems import SYSTEMS
from tests.compat.vectors import (
    PEERS,
    Disagrees,
    check_vector,
    damaged,
    find_peer,
    find_vectors,
)

DATA = Path(__file__).parent.parent / "data" / "vectors"
FOLDER = Path(os.environ.get("PHOSPHENE_VECTORS") or DATA)
# What a 1 % change of the last layer shows in.
SENSITIVE = ["cppn_tensorflow-1", "cppn_art-1", "npainter_inv-1", "neale_cppn-1", "seed002_torch-1"]


def test_there_are_vectors():
    assert find_vectors(FOLDER)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.npz")), ids=lambda p: p.stem)
def test_a_vector_gives_its_pixels(path, record_property):
    for result in check_vector(path):
        record_property(result.engine, f"{result.error:.3g} of {result.tolerance:.3g}")
        print(path.stem, result)


def test_every_peer_is_a_system_and_every_system_has_a_peer():
    assert {peer.system for peer in PEERS.values()} == set(SYSTEMS)


@pytest.mark.parametrize("name", SENSITIVE)
def test_a_weight_that_is_one_percent_off_is_caught(name, tmp_path):
    path = DATA / f"{name}.npz"
    with np.load(path) as stored:
        matrices = [n for n in stored.files if n.endswith(("Matrix", "weight")) or n[:2] == "w_"]
        weights = stored[matrices[-1]].copy()
    weights.ravel()[np.abs(weights).argmax()] *= 1.01
    with pytest.raises(Disagrees, match="differs by"):
        check_vector(damaged(path, tmp_path, **{matrices[-1]: weights}))


@pytest.mark.parametrize("path", sorted(DATA.glob("*.npz")), ids=lambda p: p.stem)
def test_a_picture_on_its_side_is_caught(path, tmp_path):
    with np.load(path) as stored:
        turned = {n: stored[n].swapaxes(0, 1) for n in stored.files if n.startswith("pixels")}
    with pytest.raises(Disagrees):
        check_vector(damaged(path, tmp_path, **turned))


@pytest.mark.parametrize("path", sorted(DATA.glob("*.npz")), ids=lambda p: p.stem)
def test_any_array_that_is_missing_is_caught_by_its_name(path, tmp_path):
    unused = {"settings", "uint8", "pixels", "pixels64", "coords", "z"}
    with np.load(path) as stored:
        names = [n for n in stored.files if n not in unused]
    for name in names:
        with pytest.raises(PhospheneError, match="missing|expected"):
            check_vector(damaged(path, tmp_path, **{name: None}))
    with pytest.raises(Disagrees, match="pixels"):
        check_vector(damaged(path, tmp_path, pixels=None, pixels64=None))


def test_bytes_that_are_off_by_two_levels_are_caught(tmp_path):
    path = DATA / "cppn_tensorflow-1.npz"
    with np.load(path) as stored:
        off = np.minimum(stored["uint8"], 250) + np.uint8(3)
    with pytest.raises(Disagrees, match="within 1 level"):
        check_vector(damaged(path, tmp_path, uint8=off))


@pytest.mark.parametrize("name", ["npainter_inv-1", "npainter_squar-1"])
def test_a_float64_peer_is_held_to_its_ninth_digit(name, tmp_path):
    path = DATA / f"{name}.npz"
    with np.load(path) as stored:
        off = np.abs(stored["pixels64"] - 3e-9)
    with pytest.raises(Disagrees, match="differs by 3e-09 > 1e-09"):
        check_vector(damaged(path, tmp_path, pixels64=off))


@pytest.mark.parametrize("name", ["painter-1", "neural-1", "", "cppn-1"])
def test_an_unknown_prefix_is_a_failure(name, tmp_path):
    path = Path(shutil.copy(DATA / "cppn_art-1.npz", tmp_path / f"{name}.npz"))
    with pytest.raises(Disagrees, match="no known prefix"):
        check_vector(path)


def test_the_longest_prefix_decides():
    assert find_peer("neural_painter_py2-14").system == "neural-painter"
    assert find_peer("npainter_inv-1").system == "npainter"
    assert find_peer("jan_js_seeded-1").system == "huenermann-browser"
    assert find_peer("jan_py-1").tolerance == 5e-3


def test_a_folder_without_vectors_is_a_failure(tmp_path):
    with pytest.raises(Disagrees, match=r"no \.npz"):
        find_vectors(tmp_path)


def test_a_file_that_is_cut_short_is_a_failure(tmp_path):
    whole = (DATA / "cppn_art-1.npz").read_bytes()
    (tmp_path / "cppn_art-1.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PhospheneError, match="cppn_art-1"):
        check_vector(tmp_path / "cppn_art-1.npz")
