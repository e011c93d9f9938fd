"""Sizes in pixels, by name and on paper; bleed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import phosphene as ph
from phosphene.catalogue.sizes import PAPERS, PRESETS
from phosphene.core.errors import SizeError
from phosphene.raster.frame import MAX_SIDE, Rect, parse_frame, parse_print, parse_size
from phosphene.render import render_file
from tests.output.contents import PLAIN, RECIPE, contents


@pytest.mark.parametrize(
    ("text", "size", "dpi"),
    [
        ("800", (800, 800), None),
        (800, (800, 800), None),
        ((30, 40), (30, 40), None),
        ("1920x1080", (1920, 1080), None),
        ("1920×1080px", (1920, 1080), None),
        ("1920x1080@96dpi", (1920, 1080), 96),
        ("4k", (3840, 2160), None),
        ("4k-portrait", (2160, 3840), None),
        ("a4", (2480, 3508), 300),
        ("A4@300dpi", (2480, 3508), 300),
        ("a3@300dpi", (3508, 4961), 300),
        ("a3-landscape@300dpi", (4961, 3508), 300),
        ("a3-portrait@150", (1754, 2480), 150),
        ("letter@300dpi", (2550, 3300), 300),
        ("tabloid@100ppi", (1100, 1700), 100),
        ("30x40in@200dpi", (6000, 8000), 200),
        ("60x40cm@300dpi", (7087, 4724), 300),
        ("600 x 400 mm @ 300 dpi", (7087, 4724), 300),
        ("60x40cm", (7087, 4724), 300),
        ("2.5x2.5in@72.5dpi", (181, 181), 72.5),
        ("poster@100dpi", (2400, 3600), 100),
    ],
)
def test_a_size_means_so_many_pixels(text, size, dpi):
    assert parse_print(text) == (size, dpi)
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "dpi", "found"),
    [
        ("a4", 150, ((1240, 1754), 150)),
        ("1920x1080", 300, ((1920, 1080), 300)),
        ("a4@150dpi", 150, ((1240, 1754), 150)),
    ],
)
def test_the_resolution_may_be_given_with_the_size(text, dpi, found):
    assert parse_print(text, dpi) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ultrawyde", "unknown size 'ultrawyde'. Did you mean 'ultrawide'"),
        ("a9", "unknown size 'a9'"),
        ("a3@", "got '@'; expected pixels per inch"),
        ("a3@fine", "got '@fine'"),
        ("a3@0dpi", "expected 1 to 100,000 pixels per inch"),
        ("a3@1e9dpi", "got '@1e9dpi'"),
        ("60x40", None),
        ("10.5", "got '10.5'; pixels are whole numbers, such as 800 or 1920x1080"),
        ("10.5x3", "pixels are whole"),
        ("10.5 x 3 px", "pixels are whole"),
        ("10.5cm", "lengths need a width and a height, such as 10.5x10.5cm"),
        ("60x40km", "unknown size '60x40km'"),
        ("0x40cm", "at least 1 pixel"),
        ("60x40cm@1dpi@2dpi", "expected pixels per inch"),
        ("99999999x40cm@9000dpi", f"at most {MAX_SIDE:,} pixels"),
        ("-5x-5", "at least 1 pixel"),
        ("landscape", "unknown size 'landscape'"),
        ("-landscape", "unknown size"),
        ("", "unknown size ''"),
        (None, "expected (width, height)"),
        ((1, 2, 3), "expected (width, height)"),
        ("9" * 5000, "unknown size"),
    ],
)
def test_nonsense_is_refused_with_an_example(text, message):
    if message is None:
        assert parse_size(text) == (60, 40)
        return
    with pytest.raises(SizeError) as told:
        parse_size(text)
    assert message in str(told.value)


def test_two_resolutions_that_differ_are_refused():
    with pytest.raises(SizeError, match="dpi: got 200, but `size` has 300 dpi; omit one"):
        parse_print("a4@300dpi", 200)


@pytest.mark.parametrize("name", [*PRESETS, *PAPERS])
def test_every_name_is_a_size_with_a_description(name):
    width, height = parse_size(name)
    assert 100 <= min(width, height) <= max(width, height) <= 20_000
    assert parse_size(f"{name}-landscape") == (max(width, height), min(width, height))
    assert {**PRESETS, **PAPERS}[name][2]


@given(st.text(max_size=30))
def test_any_text_is_a_size_or_an_error_of_ours(text):
    try:
        width, height = parse_size(text)
    except SizeError:
        return
    assert min(width, height) >= 1


@pytest.mark.parametrize(
    ("bleed", "dpi", "pixels"),
    [
        (None, None, 0),
        (9, None, 9),
        ("9px", None, 9),
        ("0", None, 0),
        ("3mm", 300, 35),
        (".3cm", 300, 35),
        ("0.125in", 300, 38),
        ("3mm", None, None),
        ("1.5px", 300, None),
        ("-3mm", 300, None),
        ("0,3cm", 300, None),
        ("3m", 300, None),
        ("1000mm", 300, None),
        ("", 300, None),
    ],
)
def test_bleed_is_whole_pixels_on_every_side(bleed, dpi, pixels):
    if pixels is None:
        with pytest.raises(SizeError, match="bleed: "):
            parse_frame((400, 300), None, bleed, dpi)
        return
    frame = parse_frame((400, 300), None, bleed, dpi)
    assert frame.rect == Rect(-pixels, -pixels, 400 + 2 * pixels, 300 + 2 * pixels)
    assert (frame.size, frame.bleed, frame.dpi) == ((400, 300), pixels, dpi)


@pytest.mark.parametrize("size", ["60x40cm", "6x4in@100dpi", "a6", "A6-landscape@72dpi"])
def test_bleed_of_paper_has_a_unit(size):
    with pytest.raises(SizeError, match="bleed: 3 needs a unit, such as 3mm or 3px"):
        parse_frame(size, bleed="3")
    assert parse_frame(size, bleed="3px").bleed == parse_frame(size, bleed=3).bleed == 3
    assert parse_frame(size, bleed="3mm").bleed > 3
    assert parse_frame("600x400@300dpi", bleed="3").bleed == parse_frame("4k", bleed="3").bleed == 3


def test_a_crop_has_no_bleed():
    with pytest.raises(SizeError, match="a crop cannot have a bleed"):
        parse_frame((400, 300), "0,0,9,9", "3px")


FOLDED = ph.Recipe(seed=4, networks={"main": {"fold": {"kind": "kaleidoscope", "order": 5}}})
RANGED = ph.Recipe(
    seed=4, shading={"grey": "(main0 - least(main0)) / (greatest(main0) - least(main0))"}
)

HARD_AND_EASY = [RECIPE, PLAIN, FOLDED, RANGED]


@pytest.mark.parametrize("engine", ["cpu", "reference"])
@pytest.mark.parametrize(
    "recipe", [RECIPE, PLAIN, FOLDED, RANGED], ids="hard plain fold range".split()
)
def test_trimmed_at_the_bleed_the_picture_is_the_picture(recipe, engine):
    whole = ph.render(recipe, (64, 48), engine=engine)
    wide = ph.render(recipe, (64, 48), engine=engine, bleed=9)
    assert wide.float.shape[:2] == (66, 82)
    assert np.array_equal(wide.float[9:-9, 9:-9], whole.float)
    assert np.array_equal(wide.uint8[9:-9, 9:-9], whole.uint8)


@pytest.mark.parametrize(
    "view",
    [
        {"sampling": "ends"},
        {"sampling": "start"},
        {"aspect": "stretch"},
        {"aspect": "pixel", "span": 0.01},
        {"origin": "corner"},
        {"axes": "yx"},
        {"rotation": 0.4, "centre": (0.3, -1)},
    ],
)
def test_every_view_continues_beyond_the_trim(view):
    recipe = ph.Recipe(seed=2, view=view)
    wide = ph.render(recipe, (40, 30), bleed=5).float
    assert np.array_equal(wide[5:-5, 5:-5], ph.render(recipe, (40, 30)).float)
    assert len(np.unique(wide[:5].reshape(-1, 3), axis=0)) > 5


def test_a_file_with_bleed_is_marked_and_holds_the_same_pixels(tmp_path):
    path = tmp_path / "a.png"
    rect = render_file(RECIPE, path, "50x40mm@50dpi", bleed="3mm")
    assert rect == (-6, -6, 98 + 12, 79 + 12)
    assert np.array_equal(contents(path), ph.render(RECIPE, (98, 79), bleed=6).uint8)
    from phosphene.files import read_metadata, recorded_size

    assert '"bleed": 6' in read_metadata(path)["phosphene-render"]
    assert recorded_size(path) == "98x79"
