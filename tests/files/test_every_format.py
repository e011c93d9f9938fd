"""What holds for every format in the table: whole or absent, the recipe inside, clear errors."""

from __future__ import annotations

import json
import os
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import phosphene as ph
from phosphene import files
from phosphene.core.errors import InputError, OutputError, PhospheneError, SizeError, UserError
from phosphene.files import FORMATS, formats
from phosphene.files.recipes import sidecar_path, write_sidecar
from tests.files.samples import (
    RECIPE,
    SMALL,
    TEXTS,
    channels_of,
    disk_of,
    long_texts,
    noise,
    rows_for,
    save,
    smooth,
)

every = pytest.mark.parametrize("suffix", FORMATS)


@every
def test_the_recipe_and_the_size_come_back(suffix, tmp_path):
    path = tmp_path / f"ä{suffix}"
    save(path, smooth(61, 47))
    assert ph.open(path) == RECIPE
    assert files.recorded_size(path) == "61x47"
    found = files.read_metadata(path)
    assert {k: json.loads(found[k]) for k in TEXTS} == {k: json.loads(TEXTS[k]) for k in TEXTS}


@every
def test_a_recipe_of_a_megabyte_comes_back(suffix, tmp_path):
    path, texts = tmp_path / f"a{suffix}", long_texts()
    save(path, smooth(20, 10), texts)
    assert ph.open(path) == ph.Recipe.from_json(texts["phosphene"])


@every
@pytest.mark.filterwarnings("ignore::phosphene.RecipeWarning")  # if a copy is good
def test_the_recipe_of_a_picture_that_was_cut_short_or_changed_never_crashes(suffix, tmp_path):
    whole = _bytes_of(suffix, tmp_path)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def damage(data):
        at = data.draw(st.integers(0, len(whole) - 1))
        if data.draw(st.booleans()):
            broken = whole[:at]
        else:
            broken = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]
        place = tmp_path / "broken"
        place.write_bytes(broken)
        try:
            ph.open(place)
        except UserError as error:
            assert str(place) in str(error)

    damage()


def _bytes_of(suffix, tmp_path) -> bytes:
    path = tmp_path / f"a{suffix}"
    save(path, smooth(20, 10))
    return (path / "zarr.json" if path.is_dir() else path).read_bytes()


@every
@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(suffix, share, tmp_path):
    path, options = tmp_path / f"a{suffix}", SMALL.get(suffix)
    save(path, smooth(61, 47), options=options)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    room = int((max(map(len, before.values())) - 1) * share)
    with disk_of(room), pytest.raises(OutputError, match="cannot be written") as told:
        save(path, smooth(61, 47), options=options, overwrite=True)
    assert str(path) in str(told.value)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


@every
@pytest.mark.parametrize("written", [0, 20, 47])
def test_an_interruption_at_any_moment_leaves_nothing(suffix, written, tmp_path):
    path, options = tmp_path / f"a{suffix}", SMALL.get(suffix)
    rows = rows_for(path, smooth(61, 47), options)
    with (
        pytest.raises(KeyboardInterrupt),
        files.create(path, (61, 47), 3, TEXTS, options=options) as writer,
    ):
        if written:
            writer.write(rows[:written])
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


@every
def test_a_folder_removed_while_writing_is_a_clear_error(suffix, tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    path = folder / f"a{suffix}"
    with (
        pytest.raises(OutputError, match="cannot be written"),
        files.create(path, (61, 47), 3, TEXTS) as writer,
    ):
        folder.rename(tmp_path / "elsewhere")
        writer.write(rows_for(path, smooth(61, 47)))
    assert not path.exists()


@every
def test_a_read_only_folder_is_a_clear_error(suffix, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    real = os.open
    monkeypatch.setattr("os.open", lambda p, f, *a: (refuse if f & os.O_CREAT else real)(p, f, *a))
    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(OutputError, match=r"cannot be written \(Permission denied\)"):
        save(tmp_path / f"a{suffix}", smooth(5, 5))


@every
def test_an_existing_file_is_replaced_only_with_overwrite(suffix, tmp_path):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"mine")
    with pytest.raises(UserError, match="already exists"):
        save(path, smooth(5, 5))
    assert path.read_bytes() == b"mine"
    save(path, smooth(5, 5), overwrite=True)
    save(path, noise(6, 5), overwrite=True)
    assert ph.open(path) == RECIPE


@every
def test_a_picture_of_one_pixel_and_of_one_row_can_be_written(suffix, tmp_path):
    for channels in channels_of(suffix):
        for size in ((1, 1), (40, 1), (1, 40)):
            path = tmp_path / f"{channels}-{size}{suffix}"
            save(path, noise(*size, channels))
            assert ph.open(path) == RECIPE


@every
def test_an_unknown_option_and_a_bad_value_are_named(suffix, tmp_path):
    path = tmp_path / f"a{suffix}"
    with pytest.raises(UserError, match="format option colour=1") as told:
        files.sample_format(path, {"colour": "1"})
    known = FORMATS[suffix].options
    assert not known or any(name in str(told.value) for name in known)
    for name, option in known.items():
        target = files.check(path, (8, 8), 3, {name: str(option.default)})
        assert target.options == {n: o.default for n, o in known.items()}
        with pytest.raises(UserError, match=f"format option {name}=no way: {suffix} takes"):
            files.check(path, (8, 8), 3, {name: "no way"})
        if isinstance(option.allowed, range):
            with pytest.raises(UserError, match=str(option.allowed[-1])):
                files.check(path, (8, 8), 3, {name: str(option.allowed[-1] + 1)})
        if isinstance(option.allowed, formats.Between):
            for value in (option.allowed.high * 1.01, float("nan")):
                with pytest.raises(UserError, match=f"to {option.allowed.high:g}"):
                    files.check(path, (8, 8), 3, {name: value})
    assert list(tmp_path.iterdir()) == []


@every
def test_a_size_too_large_for_a_format_is_refused_and_larger_formats_are_named(suffix):
    chosen = FORMATS[suffix]
    if chosen.max_side:
        with pytest.raises(SizeError, match=f"{chosen.max_side:,} a side.*.png"):
            files.check(f"a{suffix}", (1, chosen.max_side + 1), 1)
        files.check(f"a{suffix}", (1, chosen.max_side), 1)
    if chosen.max_pixels:
        with pytest.raises(SizeError, match=f"{chosen.max_pixels:,} in all.*.png"):
            files.check(f"a{suffix}", (chosen.max_side, chosen.max_side), 3)


@every
def test_a_picture_larger_than_memory_is_refused_unless_it_is_streamed(suffix, monkeypatch):
    monkeypatch.setattr(formats, "machine_memory", lambda: 1_000_000)
    if FORMATS[suffix].streams:
        files.check(f"a{suffix}", (10_000, 10_000), 3)
    else:
        with pytest.raises(SizeError, match="GB; half of this machine's memory.*.png"):
            files.check(f"a{suffix}", (10_000, 10_000), 3)


@every
def test_a_missing_extra_is_named_before_anything_is_made(suffix, tmp_path, monkeypatch):
    extra = FORMATS[suffix].extra
    for module in formats.EXTRAS.values():
        monkeypatch.setitem(sys.modules, module, None)
    if extra is None:
        save(tmp_path / f"a{suffix}", smooth(5, 5))
        return
    with pytest.raises(UserError, match=rf"pip install .*\[{extra}\]"):
        save(tmp_path / f"a{suffix}", smooth(5, 5))
    assert list(tmp_path.iterdir()) == []


@every
def test_a_recipe_is_read_without_the_extra(suffix, tmp_path, monkeypatch):
    path = tmp_path / f"a{suffix}"
    save(path, smooth(20, 10))
    for module in formats.EXTRAS.values():
        monkeypatch.setitem(sys.modules, module, None)
    assert ph.open(path) == RECIPE


def test_foreign_and_broken_files_are_input_errors(tmp_path):
    bodies = {"a.png": b"", "b.tiff": b"II*\0", "c.zip": b"PK\3\4", "d.svg": b"<svg/>"}
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
        with pytest.raises(InputError):
            ph.open(tmp_path / name)
    with pytest.raises(PhospheneError, match="folder"):
        ph.open(tmp_path)


def test_opacity_is_refused_by_formats_without_it():
    with pytest.raises(
        UserError, match=r"cannot hold the picture.s opacity; \.png, \.webp, \.avif,"
    ):
        files.check("a.jpg", (8, 8), 4)


def test_a_sidecar_is_a_recipe_that_opens(tmp_path):
    path = write_sidecar(tmp_path / "art.tiff", TEXTS)
    assert path == sidecar_path(tmp_path / "art.tiff") == tmp_path / "art.tiff.json"
    assert ph.open(path) == RECIPE
    with pytest.raises(UserError, match="already exists"):
        write_sidecar(tmp_path / "art.tiff", TEXTS)
    write_sidecar(tmp_path / "art.tiff", TEXTS, overwrite=True)


def test_the_suffix_of_a_format_may_be_spelled_in_other_ways():
    assert files.check_suffix("a.JPEG") == ".jpg"
    assert files.check_suffix("a.tif") == ".tiff"
    with pytest.raises(UserError, match="Did you mean '.tiff'"):
        files.check_suffix("a.tifff")
