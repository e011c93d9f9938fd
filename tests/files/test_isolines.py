"""SVG isolines: every vertex against crossings found by hand; libvips draws the file."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from phosphene import files
from phosphene.core.errors import UserError
from tests.files.samples import noise, save, smooth, vips

SVG, INKSCAPE = "{http://www.w3.org/2000/svg}", "{http://www.inkscape.org/namespaces/inkscape}"
FINE = {"pen": "0.01", "shortest": "0"}  # nothing is left out


def paths(path) -> dict[float, np.ndarray]:
    """Level to vertices (n, 2) in millimetres."""
    found = {}
    for element in ET.parse(path).getroot().iter(f"{SVG}path"):
        numbers = [float(n) for n in re.findall(r"[\d.]+", element.get("d"))]
        found[float(element.get("id").removeprefix("level-"))] = np.reshape(numbers, (-1, 2))
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


def in_order(points: np.ndarray) -> np.ndarray:
    return points[np.lexsort(np.round(points, 2).T)]


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
    assert [len(g) for g in layers] == [3, 2, 2]
    for layer in layers:
        assert layer.get(f"{INKSCAPE}groupmode") == "layer"
        assert layer.get("fill") == "none" and layer.get("stroke-width") == "0.5"


def test_the_width_is_that_of_the_print(tmp_path):
    save(tmp_path / "a.svg", smooth(300, 150), dpi=300)
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert (root.get("width"), root.get("height")) == ("25.4mm", "12.7mm")


def test_short_lines_and_needless_points_are_left_out(tmp_path):
    for name, options in {"a": FINE, "b": {**FINE, "shortest": "30"}, "c": {"pen": "100"}}.items():
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
    for pens in ("", "black,", "#12", 'red" onload="x'):
        with pytest.raises(UserError, match="such as black,#c03"):
            files.check("a.svg", (8, 8), 3, {"pens": pens})
