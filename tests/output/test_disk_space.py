"""A picture that the disk cannot hold is refused before hours are spent on it."""

from __future__ import annotations

import shlex
from types import SimpleNamespace

import pytest

import phosphene as ph
from phosphene.cli import run
from phosphene.core.errors import SizeError
from phosphene.files import FORMATS
from phosphene.files.formats import read_target
from phosphene.files.piece_store import store_folder
from phosphene.raster.frame import Rect
from phosphene.render import disk_space as room
from phosphene.render.disk_space import check_disk_space

RECIPE = ph.Recipe()
SIDE = 10_000  # 300 MB of bytes, 1.2 GB of floats
RAW = 3 * SIDE * SIDE


@pytest.fixture
def disk(monkeypatch):
    """Sets how many bytes are free."""

    def free(count: int) -> None:
        monkeypatch.setattr(room.shutil, "disk_usage", lambda path: SimpleNamespace(free=count))

    return free


def look(path, options=None, resume=False, side=SIDE, recipe=RECIPE) -> str:
    target = read_target(path, options)
    return check_disk_space(path, target, recipe, Rect(0, 0, side, side), resume)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_picture_that_fits_uncompressed_passes_without_a_note(suffix, disk, tmp_path):
    disk(4 * RAW)
    assert look(tmp_path / f"a{suffix}") == ""


@pytest.mark.parametrize("suffix", [".npy", ".zarr", ".dzi"])
def test_uncompressed_pieces_larger_than_the_disk_are_refused(suffix, disk, tmp_path):
    disk(RAW - 1)
    with pytest.raises(SizeError, match=r"before compression, and the disk has 300 MB free;.*png"):
        look(tmp_path / f"a{suffix}")


def test_compressible_pictures_get_a_note_unless_they_can_never_fit(disk, tmp_path):
    for suffix in (".png", ".tiff", ".exr"):
        disk(RAW // 10)
        told = look(tmp_path / f"a{suffix}")
        assert "10,000 x 10,000 pixels are" in told and "30 MB free; it fits if it compr" in told
        disk(RAW // 1001)
        with pytest.raises(SizeError, match="smaller `size`"):
            look(tmp_path / f"a{suffix}")
    disk(RAW // 10)
    with pytest.raises(SizeError, match="uncompressed"):
        look(tmp_path / "a.tiff", {"compression": "none"})
    assert "20 times" in look(tmp_path / "a.png")
    assert "40 times" in look(tmp_path / "a.png", {"depth": "16"})


def test_more_channels_and_wider_samples_need_more_space(disk, tmp_path):
    disk(RAW)
    grey = RECIPE.replace({"shading": {"grey": "x"}})
    assert look(tmp_path / "a.png") == "" == look(tmp_path / "a.png", recipe=grey)
    clear = RECIPE.replace({"shading": {"rgb": ["x", "x", "x"], "alpha": "y"}})
    assert look(tmp_path / "a.png", recipe=clear)
    assert look(tmp_path / "a.png", {"depth": "16"})


def test_finished_pieces_count_as_free_space(disk, tmp_path):
    path = tmp_path / "a.npy"
    store_folder(path).mkdir()
    (store_folder(path) / "0.piece").write_bytes(bytes(1000))
    disk(4 * RAW - 1000)
    assert look(path, resume=True) == ""
    with pytest.raises(SizeError):
        look(path)


def test_disk_space_is_not_checked_for_stdout_and_small_pictures(disk, tmp_path):
    disk(0)
    assert look("-") == look(tmp_path / "a.npy", side=100) == ""


def test_the_command_reports_it_before_it_paints(disk, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    disk(1_000_000)
    assert run(shlex.split("paint silk --seed 1 --size 2100 -o a.npy")) == 2
    assert "52.9 MB before compression, and the disk has 1 MB free" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert (
        run(shlex.split("paint silk --seed 1 --size 2100 --set finish.dither=none -o a.png")) == 0
    )
    assert "note: a.png: 2,100 x 2,100 pixels are 13.2 MB" in capsys.readouterr().err
