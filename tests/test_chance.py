"""Fields and dials that the seed draws: the recipe says what was drawn."""

from __future__ import annotations

from typing import Any

import pytest

import phosphene as ph
from phosphene.core.errors import UserError
from phosphene.judge import accept
from phosphene.recipe import Network
from phosphene.recipe.chance import LIVELY, RANDOM, drawn
from phosphene.styles import STYLES
from tests.tables import few_quick

ALL: Any = {"width": "random", "depth": "random", "activation": "random"}


def numbers(recipe: ph.Recipe) -> tuple[Any, ...]:
    main = recipe.networks["main"]
    assert isinstance(main, Network)
    return main.width, main.depth, main.activations


DRAWN = [name for name in STYLES if isinstance(ph.style(name).networks.get("main"), Network)]


@pytest.mark.parametrize("name", few_quick(DRAWN, 6))
def test_a_style_draws_its_network_from_the_seed(name: str):
    found = [numbers(ph.style(name, seed=seed, **ALL)) for seed in range(12)]
    assert len(set(found)) == 12
    for width, depth, activations in found:
        assert 4 <= width <= 64 and 2 <= depth <= 9
        assert set(activations) <= set(LIVELY) and len(activations) in (1, depth)
    assert len({width for width, _, _ in found}) > 5 and len({d for _, d, _ in found}) > 3


def test_a_style_with_dials_of_these_names_draws_them():
    found = [ph.style("resnet-cppn", seed=s, width="4..8", depth="2..5") for s in range(8)]
    layers = [len(recipe.to_dict()["networks"]["main"]["layers"]) for recipe in found]
    assert len(set(layers)) > 2


def test_the_recipe_holds_what_was_drawn():
    recipe = ph.style("silk", seed=7, **ALL)
    width, depth, activations = numbers(recipe)
    assert "random" not in recipe.json and ".." not in recipe.json
    assert recipe == ph.style(
        "silk", seed=7, width=width, depth=depth, activation=list(activations)
    )
    assert ph.Recipe.from_json(recipe.json) == recipe
    assert ph.style("silk", seed=7, **ALL) == recipe


def test_each_name_has_its_own_stream():
    alone = ph.style("silk", seed=7, width="random").get("networks.main.width")
    assert ph.style("silk", seed=7, **ALL).get("networks.main.width") == alone
    assert ph.style("marble", seed=7, width="random").get("networks.main.width") == alone


@pytest.mark.parametrize("name", RANDOM)
def test_random_covers_its_range(name: str):
    spread = RANDOM[name]
    found = [drawn(name, "random", seed) for seed in range(300)]
    assert spread.low <= min(found) < spread.low * 1.3
    assert spread.high / 1.3 < max(found) <= spread.high
    assert all(isinstance(value, int) == spread.whole for value in found)


def test_whole_ends_give_whole_numbers_and_both_occur():
    found = [drawn("depth", "2..4", seed) for seed in range(60)]
    assert set(found) == {2, 3, 4} and drawn("depth", "3..3", 1) == 3
    halves = [drawn("scale", "0.5..2", seed) for seed in range(60)]
    assert 0.5 <= min(halves) < 0.7 < 1.8 < max(halves) <= 2


def test_dials_and_other_fields_take_ranges_too():
    recipe = ph.style("mandala", seed=3, petals="5..9", turns="3..8", latent_size="2..6")
    symmetry = recipe.view.symmetry
    assert symmetry is not None and 3 <= symmetry.order <= 8
    assert 2 <= recipe.get("networks.main.latent.size") <= 6
    again = [ph.style("mandala", seed=3, petals=p, turns=symmetry.order) for p in range(5, 10)]
    shadings = [other.shading for other in again]
    assert recipe.shading in shadings


def test_every_picture_of_a_sheet_draws_its_own():
    page = ph.sheet("classic", count=4, cell=16, gate=False, **ALL)
    assert len({numbers(recipe) for _, recipe in page.pictures}) == 4


def test_the_gate_and_finished_recipes_draw_from_their_seed():
    assert accept("silk", 7, ALL, gate=False) == ph.style("silk", seed=7, **ALL)
    base = ph.style("silk", seed=7)
    redrawn = ph.as_recipe(base, fields={"width": "random"})
    assert redrawn == ph.style("silk", seed=7, width="random")
    assert ph.as_recipe(base, seed=8, fields={"width": "4..64"}).get("networks.main.width") == (
        drawn("width", "4..64", 8)
    )


def test_a_network_without_layers_has_nothing_to_draw():
    for field in ("width", "activation"):
        with pytest.raises(UserError, match=field):
            ph.style("neurogram", seed=1, dials={field: "random"})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"width": "4.."}, "width: cannot read the range '4..'; expected such as 4..64"),
        ({"width": "9..4"}, "width: got 9..4; expected the smaller number first"),
        ({"depth": "0.5..2"}, "depth"),
        ({"width": "0..0"}, "width"),
        ({"folds": "a..b"}, "folds: cannot read the range 'a..b'"),
        ({"relief": "random"}, "relief: cannot read 'random'"),
        ({"turns": "random"}, "turns: got 'random'"),
    ],
    ids=str,
)
def test_a_wrong_range_is_explained(fields: dict[str, Any], words: str):
    with pytest.raises(UserError) as caught:
        ph.style("silk", seed=4, **fields)
    assert words in str(caught.value)
