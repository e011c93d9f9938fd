"""The page of a Deep Zoom picture: Node.js runs its script, in as much of a browser as it needs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.files.samples import save, smooth

BROWSER = Path(__file__).with_name("browser.js")
NODE = shutil.which("node") or ("node" if "CI" in os.environ else None)  # there it must be
WIDTH, HEIGHT, TILE, OVERLAP = 300, 200, 16, 1
ROOM = 1200, 800  # 600 x 400 on the screen, two of its pixels in each
FIT = 4.0

pytestmark = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("viewer") / "a b.dzi"
    save(path, smooth(WIDTH, HEIGHT), options={"tile": TILE, "overlap": OVERLAP})
    return path.with_suffix(".html")


def shown(page: Path, *steps) -> list[dict]:
    """What the page shows at first and after each step."""
    said = "\n".join(map(json.dumps, steps))
    done = subprocess.run(
        [NODE, str(BROWSER), str(page)], input=said, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def wheel(by, x=300, y=200):
    return "wheel", {"deltaY": by, "deltaMode": 0, "offsetX": x, "offsetY": y}


def pointer(kind, x, y, number=1):
    return f"pointer{kind}", {"pointerId": number, "offsetX": x, "offsetY": y}


def under(state, x, y) -> tuple[float, float]:
    """The point of the picture at a place of the screen."""
    return state["x"] + 2 * x / state["scale"], state["y"] + 2 * y / state["scale"]


def test_at_first_the_whole_picture_is_shown_in_the_middle(page):
    (first,) = shown(page)
    assert (first["x"], first["y"], first["scale"]) == (0, 0, FIT)
    assert first["width"] == ROOM[0] and first["help"]["className"] == ""


def test_every_tile_in_sight_is_drawn_in_its_place(page):
    for state in shown(page, wheel(-500, 100, 300), wheel(-200)):
        finest = [d for d in state["drawn"] if d["name"].startswith("a%20b_files/9/")]
        places = set()
        for tile in finest:
            column, row = map(int, tile["name"].removesuffix(".jpg").split("/")[-1].split("_"))
            left, top = column * TILE - (column > 0), row * TILE - (row > 0)
            assert (page.parent / tile["name"].replace("%20", " ")).exists()
            x, y = ((at - state[n]) * state["scale"] for at, n in ((left, "x"), (top, "y")))
            assert tile["box"][:2] == pytest.approx([x, y])
            places.add((column, row))
        ends = [(state[n] + room / state["scale"]) for n, room in zip("xy", ROOM, strict=True)]
        assert places == {
            (column, row)
            for column in range(-(-WIDTH // TILE)) for row in range(-(-HEIGHT // TILE))
            if (column + 1) * TILE > state["x"] and column * TILE <= ends[0]
            if (row + 1) * TILE > state["y"] and row * TILE <= ends[1]
        }  # fmt: skip


def test_zoomed_out_a_smaller_level_is_drawn(page):
    small = shown(page, ("resize", 15, 10))[-1]
    names = {d["name"].split("/")[1] for d in small["drawn"]}
    assert small["scale"] == 0.1 and names == {"6"}


def test_zooming_keeps_what_is_under_the_pointer(page):
    before, after = shown(page, wheel(-200, 450, 120))
    assert after["scale"] == pytest.approx(FIT * 2**0.6)
    assert under(after, 450, 120) == pytest.approx(under(before, 450, 120))


def test_dragging_moves_the_picture_with_the_pointer(page):
    steps = wheel(-500), pointer("down", 300, 200), pointer("move", 250, 230), pointer("up", 0, 0)
    _, before, _, after, done = shown(page, *steps)
    assert under(after, 250, 230) == pytest.approx(under(before, 300, 200))
    assert after["help"]["className"] == "used"
    (*_, later) = shown(page, *steps, pointer("move", 10, 10))
    assert later["x"] == done["x"]


def test_two_fingers_zoom_about_the_one_that_stays(page):
    steps = pointer("down", 200, 200), pointer("down", 300, 200, 2), pointer("move", 400, 200, 2)
    before, _, _, after = shown(page, *steps)
    assert after["scale"] == pytest.approx(2 * FIT)
    assert under(after, 200, 200) == pytest.approx(under(before, 200, 200))


def test_the_picture_cannot_be_lost(page):
    pull = pointer("down", 0, 0), pointer("move", 90_000, -90_000), pointer("up", 0, 0)
    (*_, far) = shown(page, wheel(-500), *pull)
    assert under(far, 300, 200) == pytest.approx((0, HEIGHT))  # a corner comes to the middle
    (*_, small) = shown(page, wheel(-500), *pull, wheel(90_000, 10, 10))
    assert small["scale"] == FIT / 2
    assert under(small, 300, 200) == pytest.approx((WIDTH / 2, HEIGHT / 2))
    (*_, large) = shown(page, wheel(-90_000))
    assert large["scale"] == 16


def test_a_window_of_another_size_shows_the_same(page):
    (*_, fitted) = shown(page, ("resize", 150, 400))
    assert fitted["scale"] == 1 and fitted["y"] == (HEIGHT - 800) / 2
    _, before, after = shown(page, wheel(-500), ("resize", 300, 200))
    assert after["scale"] == before["scale"]
    assert under(after, 150, 100) == pytest.approx(under(before, 300, 200))


@pytest.mark.parametrize(("key", "scale"), [("+", 6), ("0", FIT), ("1", 2), ("-", 8 / 3)])
def test_keys_zoom(key, scale, page):
    (*_, state) = shown(page, ("keydown", {"key": key}))
    assert state["scale"] == pytest.approx(scale)


def test_arrows_move(page):
    _, before, after = shown(page, wheel(-500), ("keydown", {"key": "ArrowRight"}))
    assert after["x"] - before["x"] == pytest.approx(ROOM[0] / 8 / after["scale"])


def test_a_missing_tile_is_reported(page):
    *_, state, later = shown(page, ("missing",), ("resize", 15, 10), pointer("down", 5, 5))
    assert "a b_files: a tile is missing" in state["help"]["textContent"]
    assert state["help"]["className"] == later["help"]["className"] == "missing"
