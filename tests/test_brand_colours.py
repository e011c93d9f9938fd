"""Pictures in given colours: every colour appears, no other hue does, in every house style."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import phosphene as ph
from phosphene.catalogue.brand_shadings import BRAND
from phosphene.cli import run
from phosphene.colour.oklab import srgb_to_oklab
from phosphene.colour.ramps import anchors_to_oklab
from phosphene.compiler import build
from phosphene.compiler.live import live_program
from phosphene.compiler.places import place_share
from phosphene.core.errors import RecipeError, UserError
from phosphene.engines import get_engine
from phosphene.judge import house_styles
from phosphene.judge.measures import SAME, colour_shares
from phosphene.recipe.brand_colours import even_out
from phosphene.styles import STYLES
from tests.tables import few_quick

LEAST = 0.01
BRANDS = {
    "five": "#0b1d39,#2a9d9b,#f4a261,#e76f51,#f3fff5",
    "red": "#000000,#ffffff,#e30613,#888888",
    "forest": "#1f3d2b,#7a9e5f,#f5ecd7,#6b4226",
    "blues": "#1d4ed8,#2563eb,#3b82f6,#60a5fa,#93c5fd",
    "ends": "#050505,#0b132b,#fdfdfd,#f2e9e4",
    "six": "#ff0054,#ffbd00,#390099,#9e0059,#ff5400,#00b4d8",
    "bright": "#4285f4,#ea4335,#fbbc05,#34a853",
    "pastels": "#ffadad,#ffd6a5,#caffbf,#a0c4ff,#bdb2ff",
}
FIVE = BRANDS["five"]
COLOURS = FIVE.split(",")


def shares(recipe: ph.Recipe, colours: list[str], size: Any = 96) -> list[float]:
    return colour_shares(ph.render(recipe, size).float, anchors_to_oklab(colours))


def hues_off(recipe: ph.Recipe, colours: list[str]) -> float:
    """How far 99 % of the pixels are, in a and b, from a mixture of two of the colours."""
    lab = srgb_to_oklab(ph.render(recipe, 64).float).reshape(-1, 3)[:, 1:]
    ends = anchors_to_oklab(colours)[:, 1:]
    off = np.full(len(lab), np.inf)
    for first in ends:
        for second in ends:
            way = second - first
            t = np.clip((lab - first) @ way / max(way @ way, 1e-12), 0, 1)
            off = np.minimum(off, np.linalg.norm(lab - first - t[:, None] * way, axis=1))
    return float(np.quantile(off, 0.99))


@pytest.mark.slow  # 22 styles, 8 palettes, 4 seeds, square and wide or tall
@pytest.mark.parametrize("style", house_styles())
def test_every_style_shows_every_colour_of_every_brand(style: str):
    for name, palette in BRANDS.items():
        for seed in range(4):
            recipe = ph.style(style, seed=seed, palette=palette)
            for size in (96, (180, 100) if seed % 2 else (100, 150)):
                found = shares(recipe, palette.split(","), size)
                assert min(found) >= LEAST, (name, seed, size, found)


@pytest.mark.parametrize(("style",), few_quick(house_styles(), 6))
def test_a_style_shows_every_colour_and_no_other_hue(style: str):
    recipe = ph.style(style, seed=1, palette=FIVE)
    assert min(shares(recipe, COLOURS)) >= LEAST
    assert hues_off(recipe, COLOURS) < 0.045


def test_a_colour_that_a_picture_lacks_is_reported():
    recipe = ph.style("silk", seed=1, palette=FIVE)
    good = ph.check(recipe)
    assert good.ok and min(good.palette.values()) > 0.1
    planted = recipe.replace({"shading.let.u": "0.5*lit", "shading.let.height": "main0"})
    planted = planted.replace({"shading.colour": ["linear(mix(A(u), A(0.0), 0.9))"]})
    report = ph.check(planted)
    assert report.palette["#f3fff5"] == 0.0
    said = {verdict.name: verdict.message for verdict in report.verdicts}
    assert "#f3fff5" in said["colours"] and "less than 1% of it is near" in said["colours"]


def test_the_command_reports_shares(tmp_path: Any, capsys: pytest.CaptureFixture[str]):
    path = str(tmp_path / "a.png")
    wanted = "#0b1d39:20,#2a9d9b,#f4a261"
    paint = ["paint", "silk", "--seed", "3", "--palette", wanted, "--size", "128", "-o", path]
    assert run(paint) == 0
    capsys.readouterr()
    assert run(["check", path, "--json"]) == 0
    (picture,) = json.loads(capsys.readouterr().out)["pictures"]
    assert picture["palette"]["#0b1d39"] == pytest.approx(0.2, abs=0.02)
    assert run(["check", path]) == 0
    assert "colours of its palettes: #0b1d39 2" in capsys.readouterr().out


@pytest.mark.parametrize(("style",), few_quick(["silk", "crystal", "dunes", "drift"], 1))
def test_a_given_share_is_kept(style: str):
    for seed in (1, 2):
        for wanted in (10, 40):
            recipe = ph.style(style, seed=seed, palette=f"#0b1d39:{wanted},#2a9d9b,#f3fff5")
            dark = shares(recipe, ["#0b1d39"])[0]
            assert dark == pytest.approx(wanted / 100, abs=0.06), (seed, wanted)


def test_colours_take_their_shares_from_texts_and_from_pairs():
    as_text = ph.style("silk", palette="#0b1d39:20,#2a9d9b")
    assert as_text == ph.style("silk", palette=["#0b1d39:20%", "#2a9d9b"])
    assert as_text == ph.style("silk", palette=[("#0b1d39", 20), "#2a9d9b"])
    assert as_text.shares["A"] == (20.0, 68.0)


@pytest.mark.parametrize("name", ["silk", "glass", "ink"])
def test_a_palette_from_the_catalogue_is_the_ramp_that_it_was(name: str):
    recipe = ph.style(name, seed=1, palette="ember")
    assert recipe.shares == {} and recipe.shading == ph.style(name, seed=1).shading
    asked = ph.style(name, seed=1, palette="ember", shares="even")
    assert asked.shares and asked != recipe


def test_colours_without_shares_are_a_ramp_in_the_order_given():
    recipe = ph.style("silk", seed=1, palette=FIVE, shares="no")
    assert recipe == ph.style("silk", seed=1, set={"palettes.A": COLOURS})


def test_another_palette_takes_the_shares_away():
    recipe = ph.style("silk", seed=1, palette=FIVE)
    assert ph.as_recipe(recipe, fields={"palette": "ember"}).shares == {}
    assert ph.recolour(recipe, "ember;rose").shares == {}


def test_colours_go_from_dark_to_light_unless_given_from_light_to_dark():
    assert ph.style("silk", palette=FIVE).palettes["A"][2:4] == ("#e76f51", "#f4a261")
    assert ph.style("silk", palette="#f3fff5,#0b1d39").palettes["A"] == ("#f3fff5", "#0b1d39")


def test_shares_leave_at_least_three_per_cent_for_every_colour():
    assert even_out([None] * 5) == [12.0] * 5
    assert min(even_out([None] * 32)) >= 3.0
    assert even_out([20.0, None, None])[0] == 20.0
    assert sum(even_out([50.0, 50.0])) == pytest.approx(96.0)


@pytest.mark.parametrize(
    ("palette", "words"),
    [
        ("#0b1d39:0,#2a9d9b", "a colour and its share in per cent"),
        ("#0b1d39:x,#2a9d9b", "a colour and its share in per cent"),
        ("#0b1d39:120,#2a9d9b", "a colour and its share in per cent"),
        ("#0b1d39:99,#2a9d9b", "at least 3 % for each other colour"),
        ("#0b1d39:60,#2a9d9b:60", "shares of 120 % in all"),
        ("#0b1d39:20", "a palette has 2 to 64"),
    ],
)
def test_shares_that_cannot_be_are_refused(palette: str, words: str):
    with pytest.raises(RecipeError, match=words):
        ph.style("silk", palette=palette)


def test_shares_need_a_palette():
    with pytest.raises(UserError, match="set `palette` too"):
        ph.style("silk", shares="even")
    with pytest.raises(RecipeError, match="expected auto, even, no"):
        ph.style("silk", palette=FIVE, shares="odd")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"shares": {"B": [10, 10]}}, "unknown palette 'B'"),
        ({"shares": {"A": [10, 10]}}, "got 2 shares for 5 colours"),
        ({"shares": {"A": [60, 60, 1, 1, 1]}}, "add up to 123 %"),
        ({"shares": {"A": [0, 1, 1, 1, 1]}}, r"shares.A\[0\]"),
    ],
)
def test_a_recipe_with_wrong_shares_is_refused(change: dict[str, Any], words: str):
    recipe = ph.style("silk", palette=FIVE)
    with pytest.raises(RecipeError, match=words):
        recipe.replace(change)


def test_the_places_of_a_smooth_field_have_no_jump():
    values = np.sin(np.linspace(0, 9, 9216)).astype(np.float32)
    share = place_share(values, anchors_to_oklab(COLOURS), [12.0] * 5)
    assert share.values is not None
    steps = np.diff(share.values)
    assert steps.min() >= 0 and steps.max() < 0.02
    assert share.values[0] == 0 and share.values[-1] == 1


def test_areas_have_pure_colours_in_their_shares():
    areas = np.repeat([0.0, 1.0, 2.0, 3.0, 5.0], [900, 100, 300, 300, 400])
    share = place_share(areas, anchors_to_oklab(COLOURS[:3]), [45.0, 35.0, 20.0])
    assert share.values is not None
    places = share.values[[0, 205, 409, 614, 1023]]
    assert places.tolist() == [0.0, 0.425, 0.5, 0.575, 1.0]


@pytest.mark.parametrize("style", ["silk", "glass"])
def test_live_programs_crops_and_files_have_the_same_pixels(style: str):
    recipe = ph.style(style, seed=3, palette=FIVE)
    points = np.random.default_rng(0).uniform(-1, 1, (2, 300)).astype(np.float32)
    engine = get_engine("cpu")
    plain = engine.evaluate(build(recipe), points)
    assert np.array_equal(plain, engine.evaluate(live_program(recipe), points))
    assert ph.Recipe.from_json(recipe.json) == recipe
    whole = ph.render(recipe, 48).float
    assert np.array_equal(whole[8:28, 8:38], ph.render(recipe, 48, crop=(8, 8, 30, 20)).float)


@pytest.mark.parametrize("style", BRAND)
def test_every_change_of_a_shading_finds_its_text(style: str):
    """A row of the table that names a formula which the style no longer has would do nothing."""
    assert style in STYLES
    made = [ph.style(style, seed=seed) for seed in range(24)]
    for name, before, _ in BRAND[style].texts:
        texts = [r.shading.colour[0] if name == "colour" else r.shading.let[name] for r in made]
        assert any(before in text for text in texts), (name, before)
    for name in BRAND[style].at_least:
        assert name in made[0].shading.params


def test_near_colours_count_as_the_same():
    pixels = np.array([[[0.5, 0.5, 0.5], [0.5, 0.52, 0.5], [1.0, 0.0, 0.0]]])
    grey = srgb_to_oklab(np.array([0.5, 0.5, 0.5]))[None]
    assert SAME == 0.07 and colour_shares(pixels, grey) == [pytest.approx(2 / 3)]


@pytest.mark.parametrize(
    "change", [{"kaleidoscope": 6}, {"mirror": "x"}, {"set": {"view.span": 0.7}}]
)
def test_colours_have_their_shares_in_what_the_picture_shows(change: dict[str, Any]):
    recipe = ph.style("silk", seed=4, palette=FIVE, **change)
    assert min(shares(recipe, COLOURS)) > 0.03
