"""Deep Zoom: against the same pyramid from libvips, tile by tile."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import pyvips
from PIL import Image

import phosphene as ph
from phosphene import files
from phosphene.core.errors import OutputError, UserError
from phosphene.files.row_buffer import halve
from tests.files.samples import RECIPE, TEXTS, apart, noise, save, smooth, vips

SIZES = [(61, 47), (64, 64), (65, 33), (1, 50), (1, 1), (200, 16)]


def tiles(folder) -> dict[str, np.ndarray]:
    """Every tile of a folder, by level/column_row."""
    return {
        path.relative_to(folder).with_suffix("").as_posix(): vips(path)
        for path in folder.glob("*/*_*.*")
    }


def pyramid_of_libvips(rows: np.ndarray, place, tile: int, overlap: int) -> dict[str, np.ndarray]:
    height, width, channels = rows.shape
    image = pyvips.Image.new_from_memory(rows.tobytes(), width, height, channels, "uchar")
    image = image.copy(interpretation="srgb" if channels > 2 else "b-w")
    image.dzsave(str(place), tile_size=tile, overlap=overlap, suffix=".png")
    return tiles(place.with_name(f"{place.name}_files"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("tile", "overlap"), [(16, 1), (16, 0), (32, 3)])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_tile_is_the_one_that_libvips_makes(size, tile, overlap, channels, tmp_path):
    options = {"tile": tile, "overlap": overlap, "format": "png"}
    rows = save(tmp_path / "a.dzi", noise(*size, channels), options=options)
    ours = tiles(tmp_path / "a_files")
    theirs = pyramid_of_libvips(rows, tmp_path / "b", tile, overlap)
    assert set(ours) == set(theirs)
    for name, pixels in theirs.items():
        assert np.array_equal(ours[name], pixels), name


def test_the_whole_picture_is_in_the_tiles_pixel_by_pixel(tmp_path):
    options = {"tile": 16, "overlap": 2, "format": "png"}
    for channels in (1, 2, 3, 4):
        rows = save(tmp_path / f"{channels}.dzi", noise(61, 47, channels), options=options)
        found = np.zeros_like(rows)
        for name, pixels in tiles(tmp_path / f"{channels}_files").items():
            level, column, row = map(int, re.split("[/_]", name))
            if level == 6:
                left, top = max(0, column * 16 - 2), max(0, row * 16 - 2)
                height, width, _ = pixels.shape
                found[top : top + height, left : left + width] = pixels
        assert np.array_equal(found, rows)


@pytest.mark.parametrize("channels", [2, 4])
def test_opacity_is_halved_as_a_channel_like_the_others(channels, tmp_path):
    options = {"tile": 64, "format": "png"}
    rows = save(tmp_path / "a.dzi", noise(41, 30, channels), options=options)
    found = tiles(tmp_path / "a_files")
    for level in (5, 4, 3):
        rows = halve(rows)
        assert np.array_equal(found[f"{level}/0_0"], rows)
    assert not np.array_equal(found["2/0_0"], halve(rows[:, ::-1]))


def test_jpeg_tiles_are_close(tmp_path):
    rows = save(tmp_path / "a.dzi", smooth(61, 47), options={"tile": 64, "quality": "95"})
    assert apart(vips(tmp_path / "a_files" / "6" / "0_0.jpg"), rows)[1] < 1


def test_the_dzi_describes_the_tiles(tmp_path):
    save(tmp_path / "a.dzi", smooth(61, 47), options={"tile": 32, "overlap": 2})
    root = ET.parse(tmp_path / "a.dzi").getroot()
    assert root.tag == "{http://schemas.microsoft.com/deepzoom/2008}Image"
    assert root.attrib == {"TileSize": "32", "Overlap": "2", "Format": "jpg"}
    assert root[0].attrib == {"Width": "61", "Height": "47"}


def test_the_page_describes_the_picture_and_needs_no_network(tmp_path):
    path = tmp_path / "<i>ö & b.dzi"
    save(path, smooth(61, 47), options={"tile": 32})
    page = path.with_suffix(".html").read_text(encoding="utf-8")
    about = json.loads(re.search(r'id="about">(.*?)</script>', page)[1])
    assert about["folder"] == "<i>ö & b_files" and about["width"] == 61
    assert "<title>&lt;i&gt;ö &amp; b</title>" in page and "[[" not in page
    loaded = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)  # XMP there names its vocabularies
    assert "<script>" in loaded and not re.search(r"https?:|//[a-z]+\.", loaded)
    assert ph.open(path.with_suffix(".html")) == RECIPE


def test_opacity_needs_tiles_of_png(tmp_path):
    with pytest.raises(UserError, match="opacity; the format option format=png can; .png"):
        save(tmp_path / "a.dzi", noise(20, 20, 4))
    save(tmp_path / "a.dzi", noise(20, 20, 4), options={"format": "png"})


def test_an_existing_file_in_place_of_any_part_is_an_error(tmp_path):
    for name in ("a.html", "a.dzi"):
        (tmp_path / name).write_text("mine")
        with pytest.raises(UserError, match=f"{name}: already exists"):
            save(tmp_path / "a.dzi", smooth(20, 20))
        (tmp_path / name).unlink()
    (tmp_path / "a_files").mkdir()
    with pytest.raises(UserError, match="a_files: already exists"):
        save(tmp_path / "a.dzi", smooth(20, 20))
    (tmp_path / "a_files" / "letter.txt").write_text("mine")
    with pytest.raises(UserError, match="a_files: is a folder that Phosphene did not create"):
        save(tmp_path / "a.dzi", smooth(20, 20), overwrite=True)
    assert (tmp_path / "a_files" / "letter.txt").read_text() == "mine"


def test_with_overwrite_the_old_tiles_are_gone(tmp_path):
    save(tmp_path / "a.dzi", smooth(200, 200), options={"tile": 16})
    save(tmp_path / "a.dzi", smooth(20, 20), overwrite=True)
    assert {p.name for p in tmp_path.iterdir()} == {"a_files", "a.html", "a.dzi"}
    assert {p.name for p in (tmp_path / "a_files").iterdir()} == set("012345")


def test_when_the_last_rename_fails_everything_is_restored(tmp_path, monkeypatch):
    save(tmp_path / "a.dzi", smooth(61, 47), options={"tile": 16})
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    real = files.atomic_folder.os.rename

    def rename(old, new):
        if str(new) == str(tmp_path / "a.dzi") and ".part" in str(old) and ".old" not in str(old):
            raise OSError(5, "Input/output error")
        real(old, new)

    monkeypatch.setattr(files.atomic_folder.os, "rename", rename)
    with pytest.raises(OutputError, match="Input/output error"):
        save(tmp_path / "a.dzi", smooth(20, 20), overwrite=True)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_a_sheet_of_many_recipes_goes_into_any_format(tmp_path):
    page = ph.sheet("silk", count=2, cell=64)
    for suffix in files.FORMATS:
        page.save(tmp_path / f"a{suffix}")
        assert ph.open(tmp_path / f"a{suffix}", pick=2) == page.pictures[1][1]
    assert set(TEXTS) == {"phosphene", "phosphene-render"}


def test_a_tile_that_moved_is_caught(tmp_path):
    rows = save(tmp_path / "a.dzi", noise(61, 47), options={"tile": 16, "format": "png"})
    theirs = pyramid_of_libvips(rows[::-1].copy(), tmp_path / "b", 16, 1)
    assert apart(tiles(tmp_path / "a_files")["6/0_0"], theirs["6/0_0"])[0] > 1
    with Image.open(tmp_path / "a_files" / "0" / "0_0.png") as image:
        assert image.size == (1, 1)
