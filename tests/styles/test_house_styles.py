"""House styles: every seed builds, texts do not depend on the seed, dials turn, films move."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from phosphene.compiler import build
from phosphene.core.errors import UserError
from phosphene.engines import get_engine
from phosphene.raster.frame import Rect
from phosphene.raster.view import points
from phosphene.recipe import Recipe
from phosphene.render import render
from phosphene.styles import PICKS, STYLES, style
from phosphene.testing.tolerance import Disagreement, allowance, compare
from tests.tables import HOUSE, few_quick

# A seed without a style paints the same picture in every version of an edition: a new style is for
# those who name it.
OF_SEEDS = (
    "dunes aurora dunes engraving agate silk ink agate mandala chrome batik nebula crystal "
    "agate engraving papercut glass impasto impasto aurora prism impasto riley contour "
    "engraving aurora nebula ink drift glass agate contour papercut lightning agate dunes "
    "prism batik silk batik prism riley ink nebula contour contour batik marble agate pearl "
    "nebula drift silk silk contour crystal agate glass bloom"
).split()


def test_a_bare_seed_picks_the_style_that_it_always_picked():
    assert [style(seed=k).style for k in range(len(OF_SEEDS))] == OF_SEEDS
    assert set(PICKS[1]) == set(OF_SEEDS) <= set(HOUSE)


def test_every_house_style_shows_a_dial_in_the_documentation():
    for name in HOUSE:
        dial, _, values = STYLES[name].sweep.partition("=")
        assert dial in STYLES[name].dials and ".." in values


@pytest.mark.parametrize("name", few_quick(HOUSE, 6))
def test_every_seed_is_a_picture(name: str):
    for seed in (*range(100, 106), "harbour", -5):
        recipe = style(name, seed=seed)
        assert Recipe.from_json(recipe.json) == recipe
        pixels = render(recipe, (40, 24)).float
        assert np.isfinite(pixels).all() and np.ptp(pixels) > 0.1


@pytest.mark.parametrize(
    ("name", "dial", "least", "greatest"),
    [
        ("batik", "dyes", 2, 9), ("contour", "layers", 3, 40), ("crystal", "facets", 4, 60),
        ("glass", "cuts", 3, 16), ("ink", "every", 1, 20), ("mandala", "petals", 2, 36),
        ("mandala", "steps", 2, 16), ("papercut", "sheets", 2, 16), ("prism", "splinters", 6, 60),
    ],
)  # fmt: skip
def test_a_dial_that_is_counted_takes_whole_numbers(
    name: str, dial: str, least: int, greatest: int
):
    for good in (least, greatest, str(least)):
        assert style(name, seed=1, **{dial: good}) != style(name, seed=1)
    expected = f"{least} to {greatest}"
    for bad in (greatest + 0.161, least + 0.5):
        with pytest.raises(UserError, match=f"expected a whole number, {expected}"):
            style(name, seed=1, **{dial: bad})
    with pytest.raises(UserError, match=f"got {greatest + 1}; expected {expected}"):
        style(name, seed=1, **{dial: greatest + 1})


def test_the_error_for_a_dial_of_another_style_names_that_style():
    assert style(seed=4).style == "agate"
    with pytest.raises(
        UserError, match=r"folds: a dial of silk, pearl; seed 4 picked agate, which takes"
    ):
        style(seed=4, folds=3)
    with pytest.raises(UserError, match="folds: a dial of silk, pearl; glass takes cuts"):
        style("glass", seed=4, folds=3)
    with pytest.raises(UserError, match="unknown field 'fodls'"):
        style("silk", seed=4, fodls=3)


@pytest.mark.parametrize("name", HOUSE)
def test_drawn_numbers_are_parameters_not_text(name: str):
    texts = {
        json.dumps([s.let, s.colour]) for s in (style(name, seed=k).shading for k in range(60))
    }
    assert len(texts) <= 6  # a few structures, such as the number of panes


@pytest.mark.parametrize("name", HOUSE)
def test_another_latent_is_another_frame(name: str):
    recipe = style(name, seed=3)
    moved = {
        f"networks.{n}.latent.values": [1.5] * network.latent.size
        for n, network in recipe.networks.items()
        if network.latent.size
    }
    assert moved
    apart = render(recipe.replace(moved), (32, 32)).float - render(recipe, (32, 32)).float
    assert np.abs(apart).mean() > 0.005


@pytest.mark.parametrize("name", few_quick(HOUSE))
def test_every_number_among_the_dials_does_something(name: str):
    dials = {k: d for k, (d, _) in STYLES[name].dials.items() if not isinstance(d, str)}
    for dial, default in dials.items():
        changed = {
            build(made).digest
            for value in _tries(default)
            if (made := _turned(name, dial, value)) is not None
        }
        assert len(changed) >= 2, f"--dial {dial} changes nothing"
        with pytest.raises(UserError, match=dial):
            style(name, seed=3, **{dial: 1e9})


SIDE = 48


def _against_the_reference(name: str, seed: int, wrong: float = 0.0) -> None:
    recipe = style(name, seed=seed)
    program = build(recipe)
    places = np.empty((2, SIDE * SIDE), np.float32)
    points(recipe.view, (SIDE, SIDE), Rect(0, 0, SIDE, SIDE), places)
    got = get_engine("cpu").evaluate(program, places) + np.float32(wrong)
    wanted, allowed = allowance(program, places, (SIDE, SIDE), got.dtype)
    # On an edge a place may fall to the other side: single points of styles with hard edges.
    compare(f"cpu: {name} {seed}", places, got, wanted, allowed, share=0.998)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", few_quick(HOUSE))
def test_the_cpu_engine_paints_what_the_reference_does(name: str, seed: int):
    _against_the_reference(name, seed)


def test_a_style_a_hundredth_brighter_is_caught():
    with pytest.raises(Disagreement):
        _against_the_reference("silk", 0, wrong=0.01)


def _tries(default: Any) -> list[float]:
    if default is None or not default:
        return [
            0.0,
            0.004,
            0.006,
            0.01,
            0.02,
            0.1,
            0.3,
            0.5,
            1.0,
            1.5,
            2.0,
            3.0,
            4.0,
            5.0,
            6.0,
            8.0,
            10.0,
            12.0,
            20.0,
            40.0,
        ]
    return [default, default * 0.75, default * 1.25, default * 2, default / 2]


def _turned(name: str, dial: str, value: float) -> Recipe | None:
    try:
        return style(name, seed=3, **{dial: value})
    except UserError:
        return None  # outside the dial's range
