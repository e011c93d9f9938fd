"""SVG isolines: every vertex against crossings found by hand; libvips draws the file."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
import shapely

import phosphene as ph
from phosphene import files
from phosphene.core.errors import UserError
from phosphene.files.pen_paths import in_order, measure, nearest_first
from tests.files.samples import noise, save, smooth, vips

SVG, INKSCAPE = "{http://www.w3.org/2000/svg}", "{http://www.inkscape.org/namespaces/inkscape}"
FINE = {"tolerance": "0", "shortest": "0"}  # nothing is left out


def paths(path) -> dict[float, np.ndarray]:
    """Level to vertices (n, 2) in millimetres."""
    found: dict[float, list[np.ndarray]] = {}
    for element in ET.parse(path).getroot().iter(f"{SVG}path"):
        level = float(element.get("class").removeprefix("level-"))
        found.setdefault(level, []).extend(subpaths(element))
    return {level: np.concatenate(found[level]) for level in sorted(found)}


def subpaths(element) -> list[np.ndarray]:
    """The lines of a path element, closed ones without their last point, (n, 2) in millimetres."""
    parts = [re.findall(r"[\d.]+", part) for part in element.get("d").split("M")[1:]]
    return [np.reshape([float(n) for n in part], (-1, 2)) for part in parts]


def strokes(path) -> list[np.ndarray]:
    """All lines in the order of drawing, closed ones with their last point."""
    found = []
    for element in ET.parse(path).getroot().iter(f"{SVG}path"):
        for part, points in zip(element.get("d").split("M")[1:], subpaths(element), strict=True):
            found.append(np.concatenate([points, points[:1]]) if part.endswith("Z") else points)
    return found


def crossings(brightness: np.ndarray, level: float) -> np.ndarray:
    """Where the level lies between two neighbouring pixels: x, y in pixels from the corner."""
    found = []
    above = brightness > level
    for axis, step in ((0, (0, 1)), (1, (1, 0))):
        first = brightness.take(range(brightness.shape[axis] - 1), axis).astype(np.float64)
        second = brightness.take(range(1, brightness.shape[axis]), axis)
        y, x = np.nonzero(np.diff(above.astype(int), axis=axis))
        share = (level - first[y, x]) / (second[y, x] - first[y, x])
        found.append(np.stack([x + 0.5 + share * step[0], y + 0.5 + share * step[1]], -1))
    return np.concatenate(found)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("make", [smooth, noise])
def test_every_vertex_is_a_crossing_and_every_crossing_a_vertex(make, channels, tmp_path):
    pixels = make(40, 30, channels)
    weights = np.float32((0.2126, 0.7152, 0.0722)) if channels == 3 else np.float32((1,))
    brightness = (pixels * weights).sum(-1)
    save(tmp_path / "a.svg", pixels, options={**FINE, "levels": "5", "width": "400"})
    found = paths(tmp_path / "a.svg")
    low, high = brightness.min(), brightness.max()
    assert list(found) == pytest.approx([low + (high - low) * k / 6 for k in range(1, 6)], abs=1e-4)
    for k, points in enumerate(found.values(), 1):
        level = low + (high - low) * k / 6
        expected = crossings(brightness, level)
        assert len(points) == len(expected)
        far = np.abs(points[:, None] / 10 - expected[None]).max(-1)
        assert far.min(1).max() < 2e-3 and far.min(0).max() < 2e-3


def test_a_line_that_moved_by_a_tenth_of_a_pixel_is_caught():
    pixels = smooth(40, 30, 1)[..., 0]
    expected = crossings(pixels, 0.5)
    far = np.abs(expected[:, None] + 0.1 - expected[None]).max(-1)
    assert far.min(1).max() > 0.05


def test_each_pen_is_a_layer_of_strokes_in_millimetres(tmp_path):
    options = {"levels": "7", "pens": "black,#C03,teal", "pen": "0.5"}
    save(tmp_path / "a.svg", smooth(40, 30), options=options)
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert (root.get("width"), root.get("height")) == ("200mm", "150mm")
    assert root.get("viewBox") == "0 0 200 150"
    layers = root.findall(f"{SVG}g")
    labels = [g.get(f"{INKSCAPE}label") for g in layers]
    assert labels == ["1 black", "2 #c03", "3 teal"]
    levels = [sorted({path.get("class") for path in g}) for g in layers]
    assert [len(found) for found in levels] == [3, 2, 2]
    for layer in layers:
        assert layer.get(f"{INKSCAPE}groupmode") == "layer"
        assert layer.get("fill") == "none" and layer.get("stroke-width") == "0.5"


def test_the_width_is_that_of_the_print(tmp_path):
    save(tmp_path / "a.svg", smooth(300, 150), dpi=300)
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert (root.get("width"), root.get("height")) == ("25.4mm", "12.7mm")


def test_short_lines_and_needless_points_are_left_out(tmp_path):
    coarse = {"shortest": "0", "tolerance": "3"}
    for name, options in {"a": FINE, "b": {**FINE, "shortest": "30"}, "c": coarse}.items():
        save(tmp_path / f"{name}.svg", noise(40, 30), options=options)
    sizes = {n: (tmp_path / f"{n}.svg").read_text().count(",") for n in "abc"}
    assert sizes["b"] < sizes["a"] and sizes["c"] < sizes["a"] / 2


def test_another_program_draws_the_lines_where_they_are(tmp_path):
    ramp = np.broadcast_to(np.linspace(0, 1, 40, dtype=np.float32)[None, :, None], (30, 40, 1))
    save(tmp_path / "a.svg", ramp, options={"levels": "1", "width": "40", "pen": "2"})
    drawn = vips(tmp_path / "a.svg", scale=254 / 72)  # ten pixels to the millimetre
    assert drawn.shape[:2] == (300, 400)
    inked = np.nonzero(drawn[150, :, 3] > 128)[0]
    assert inked.min() == pytest.approx(190, abs=1) and inked.max() == pytest.approx(209, abs=1)


def test_a_picture_of_one_colour_has_no_lines(tmp_path):
    save(tmp_path / "a.svg", np.full((10, 10, 3), 0.5, np.float32))
    assert paths(tmp_path / "a.svg") == {}


def test_a_pen_that_is_not_a_colour_is_refused():
    for pens in ("", "black,", "#12", 'red" onload="x', "black,notacolour", "none", "rgb(1,2,3)"):
        with pytest.raises(UserError, match="such as black,#c03"):
            files.check("a.svg", (8, 8), 3, {"pens": pens})
    with pytest.raises(UserError, match=r"unknown colour .tael.. Did you mean .teal.\?"):
        files.check("a.svg", (8, 8), 3, {"pens": "black,tael"})
    assert files.check("a.svg", (8, 8), 3, {"pens": "Black, #C03"}).options["pens"] == "black,#c03"


# ---- paper


@pytest.mark.parametrize(
    ("size", "bleed", "expected"),
    [
        ("10x15cm@20dpi", None, ("100mm", "150mm")),
        ("a5@20dpi", None, ("148mm", "210mm")),
        ("a5-landscape@20dpi", "3mm", ("216mm", "154mm")),
        ("8.5x11in@30dpi", None, ("215.9mm", "279.4mm")),
    ],
)
def test_paper_keeps_its_lengths_exactly(size, bleed, expected, tmp_path):
    ph.render_file("classic", tmp_path / "a.svg", size, seed=4, bleed=bleed)
    ph.render("classic", size, seed=4, bleed=bleed).save(tmp_path / "b.svg")
    for name in "ab":
        root = ET.parse(tmp_path / f"{name}.svg").getroot()
        assert (root.get("width"), root.get("height")) == expected
        assert root.get("viewBox") == "0 0 {} {}".format(*(v.removesuffix("mm") for v in expected))


def test_the_margins_stay_empty_and_the_picture_keeps_its_shape(tmp_path):
    save(tmp_path / "a.svg", smooth(40, 30), options={"width": "200", "margin": "20", **FINE})
    points = np.concatenate(strokes(tmp_path / "a.svg"))
    left, top = points.min(0)
    right, bottom = points.max(0)
    assert left >= 20 + 15 / 4 and top >= 20 and right <= 180 and bottom <= 130  # 147 by 110
    save(tmp_path / "b.svg", smooth(40, 30), options={"width": "200", **FINE})
    wide = np.concatenate(strokes(tmp_path / "b.svg"))
    shares = (right - left) / np.ptp(wide[:, 0]), (bottom - top) / np.ptp(wide[:, 1])
    assert shares[0] == pytest.approx(shares[1], abs=1e-4)
    with pytest.raises(UserError, match="less than half"):
        save(tmp_path / "c.svg", smooth(40, 30), options={"width": "200", "margin": "75"})


# ---- little to draw


def distance(points: np.ndarray, lines: list[np.ndarray]) -> float:
    """The largest distance of points to the nearest line."""
    ways = shapely.multilinestrings([shapely.linestrings(line) for line in lines])
    return float(shapely.distance(shapely.points(points), ways).max())


@pytest.mark.parametrize("tolerance", [0.05, 0.5])
def test_a_line_deviates_by_the_tolerance_at_most_and_has_far_fewer_points(tolerance, tmp_path):
    common = {"levels": "3", "shortest": "0"}
    save(tmp_path / "a.svg", smooth(400, 300), options={**common, "tolerance": "0"})
    save(tmp_path / "b.svg", smooth(400, 300), options={**common, "tolerance": str(tolerance)})
    exact, simple = (strokes(tmp_path / f"{name}.svg") for name in "ab")
    assert sum(map(len, simple)) < sum(map(len, exact)) / 5
    assert distance(np.concatenate(exact), simple) <= tolerance + 2e-3
    assert distance(np.concatenate(exact), [line + 2 * tolerance for line in simple]) > tolerance


def test_the_order_of_drawing_spares_the_raised_pen(tmp_path):
    """And nothing is lost or drawn twice by it."""
    generator = np.random.default_rng(3)
    paths = [at + generator.random((3, 2)) for at in generator.random((300, 2)) * 100]
    paths += [np.concatenate([p, p[:1]]) for p in paths[:20]]
    ordered = in_order(paths)
    assert sorted(k for k, _ in ordered) == list(range(len(paths)))
    for k, path in ordered:
        assert shapely.equals(*map(shapely.linestrings, (path, paths[k])))
    before, after = measure(paths), measure([path for _, path in ordered])
    assert after.down == pytest.approx(before.down) and after.segments == before.segments
    assert after.up < before.up / 8
    assert after.up < measure([path for _, path in nearest_first(paths)]).up


def test_the_report_counts_what_the_file_holds(tmp_path):
    notes = []
    ph.render_file("silk", tmp_path / "a.svg", 64, seed=7, say=notes.append)
    lines = strokes(tmp_path / "a.svg")
    expected = f"{len(lines)} lines of {sum(map(len, lines)) - len(lines):,} segments"
    down = sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in lines)
    assert len(notes) == 1 and expected in notes[0] and f"{down / 1000:.1f} m drawn" in notes[0]


# ---- areas


def test_a_dark_area_is_hatched_more_densely_than_a_light_one(tmp_path):
    ramp = np.broadcast_to(np.linspace(0, 1, 60, dtype=np.float32)[None, :, None], (60, 60, 1))
    options = {"levels": "3", "lines": "false", "hatch": "2", "shortest": "0"}
    save(tmp_path / "a.svg", ramp, options=options)
    lengths = [0.0, 0.0, 0.0, 0.0]
    for line in strokes(tmp_path / "a.svg"):
        for start, end in pairwise(line):
            lengths[int((start[0] + end[0]) / 2 // 50)] += np.hypot(*(end - start))
    assert lengths[0] > 1.2 * lengths[1] > 1.5 * lengths[2] > 0
    assert lengths[0] == pytest.approx(50 * 200 / 2 * 7 / 8, rel=0.15)  # 2 mm apart, less at first
    assert lengths[3] == 0  # the brightest area stays paper


def test_hatching_that_is_finer_than_any_pen_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"hatch=0.001: expected 0, or at least 0.1"):
        save(tmp_path / "a.svg", smooth(40, 30), options={"hatch": "0.001"})
    assert not list(tmp_path.iterdir())


def test_filled_areas_cover_what_is_darker_than_the_highest_level(tmp_path):
    pixels = smooth(40, 30, 1)
    options = {"levels": "2", "fill": "true", "lines": "false", "width": "40"}
    save(tmp_path / "a.svg", pixels, options=options | {"pens": "black,#c03"})
    drawn = vips(tmp_path / "a.svg", scale=254 / 72)[5::10, 5::10][: len(pixels)]
    level = pixels.min() + np.ptp(pixels) * 2 / 3
    sure = np.abs(pixels[..., 0] - level) > 0.05
    assert ((drawn[..., 3] > 128) == (pixels[..., 0] < level))[sure].mean() > 0.97
