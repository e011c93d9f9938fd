"""Contact sheets and grids."""

from __future__ import annotations

import numpy as np
import pytest

import phosphene as ph
from phosphene.catalogue.palettes import PALETTES
from phosphene.judge import house_styles
from phosphene.recipe import Recipe
from phosphene.render.grids import clipped
from phosphene.styles import STYLES, Style


def test_a_sheet_shows_the_pictures_of_its_seeds(tmp_path):
    page = ph.sheet("silk", count=5, seed=10, cell=32)
    assert [label for label, _ in page.pictures] == [f"silk {s}" for s in range(10, 15)]
    assert page.pictures[0][1] == ph.style("silk", seed=10)
    first = ph.render(ph.style("silk", seed=10), (32, 32)).uint8
    assert np.array_equal(page.uint8[6:38, 6:38], first)
    page.save(tmp_path / "s.png")
    assert ph.open(tmp_path / "s.png", pick=4) == ph.style("silk", seed=13)
    with pytest.raises(ph.UserError, match="choose one with `pick`, 1 to 5"):
        ph.open(tmp_path / "s.png")


def test_varying_z_keeps_the_weights_and_varying_weights_keeps_z():
    base = ph.style("silk", seed=1, z="random")
    latent, weights = (ph.sheet(base, vary=v, count=2, cell=8) for v in ("latent", "weights"))
    changed = [r.networks["main"] for _, r in latent.pictures]
    assert all(n.weights == base.networks["main"].weights for n in changed)
    assert changed[0].latent != changed[1].latent
    changed = [r.networks["main"] for _, r in weights.pictures]
    assert all(n.latent == base.networks["main"].latent for n in changed)
    assert changed[0].weights != changed[1].weights
    for page in (latent, weights):
        first, second = (ph.render(r, 8).float for _, r in page.pictures)
        assert not np.array_equal(first, second)


@pytest.fixture
def pairs(monkeypatch):
    """A house style in which seeds 2 k and 2 k + 1 make the same picture."""

    def make(seed):
        shift = {"shift": (seed if isinstance(seed, int) else 0) // 2}
        waves = "0.5 + 0.45*sin(3*x + 2*y + shift)*cos(2*y)"
        return Recipe(
            seed=seed,
            style="pairs",
            networks={"main": {"depth": 1, "width": 1}},
            shading={"grey": waves, "params": shift},
        )

    monkeypatch.setitem(STYLES, "pairs", Style(make, "two of each"))


def test_a_sheet_of_a_house_style_leaves_out_near_duplicates(pairs):
    def seeds(**more):
        return [r.seed for _, r in ph.sheet("pairs", count=3, cell=8, **more).pictures]

    assert seeds() == [0, 2, 4]
    assert seeds(seed=1) == [1, 2, 4]
    assert seeds(gate=False) == [0, 1, 2]


def test_near_duplicates_of_seed_systems_are_left_out_and_their_pictures_stay(pairs, monkeypatch):
    monkeypatch.setitem(STYLES, "old", Style(STYLES["pairs"].make, "two of each", 2016))
    page = ph.sheet("old", count=3, cell=8)
    assert [r for _, r in page.pictures] == [ph.style("old", seed=s) for s in (0, 2, 4)]
    assert [r.seed for _, r in ph.sheet("old", count=3, cell=8, gate=False).pictures] == [0, 1, 2]


def test_a_sheet_uses_the_nearest_complexity_that_a_seed_reaches_with_a_note():
    page = ph.sheet("dunes", count=1, seed=2, complexity=30, cell=8)
    (_, recipe), *_ = page.pictures
    assert recipe.seed == 2 and recipe.get("networks.main.weights.gain") != ph.style(
        "dunes", seed=2
    ).get("networks.main.weights.gain")
    assert page.notes[0].startswith("dunes 2: complexity ")
    assert page.notes[0].endswith(", the nearest to 30 that it reaches")
    assert ph.sheet("dunes", count=1, seed=2, complexity=5, cell=8).notes == ()


def test_a_sheet_says_which_pictures_no_seed_could_rescue():
    page = ph.sheet("silk", count=1, seed=4, palette="#ff0000,#ff0000", cell=8)
    assert page.notes == ("silk 4: flat, contrast, clip, garish",)


def test_labels_stay_next_to_their_picture():
    assert clipped("silk 7", 64) == "silk 7"
    long = clipped("engraving 123456", 64)
    assert long.endswith("..") and "engraving 123456".startswith(long.removesuffix(".."))
    assert clipped("anything", 4) == ""
    page = ph.sheet("engraving", count=1, seed="a very long text for a seed", cell=32)
    around = page.uint8[40:, 38:]  # below the picture and to the right of it
    assert (around == around[0, 0]).all() and page.uint8[40:, :38].max() > 150


def test_a_sheet_is_full_even_if_all_pictures_are_alike(monkeypatch):
    alike = ph.style("silk", seed=1)
    monkeypatch.setitem(STYLES, "alike", Style(lambda seed: alike.replace({"seed": seed}), ""))
    page = ph.sheet("alike", count=3, cell=8)
    assert len({r.seed for _, r in page.pictures}) == 3


def test_varying_the_palette_shows_one_picture_in_all_of_them():
    base = ph.style("drift", seed=3)
    page = ph.sheet(base, vary="palette", cell=8)
    recipes = [r for _, r in page.pictures]
    assert {r.palettes["A"] for r in recipes} == {tuple(p.split()) for p in PALETTES.values()}
    assert all(r.palettes["A"] != r.palettes["B"] for r in recipes)
    assert recipes[5] == ph.style("drift", seed=3, palette=[*PALETTES][5])
    parts = [r for _, r in ph.sheet("marble", seed=3, vary="palette", cell=8).pictures]
    assert parts[5] == ph.style("marble", seed=3, palette=[*PALETTES][5])
    assert all(r.replace({"palettes": dict(base.palettes)}) == base for r in recipes)
    assert page.pictures[0][0].split()[0] == next(iter(PALETTES))
    with pytest.raises(ph.RecipeError, match="no palette: add `recolour=auto`"):
        ph.sheet("classic", vary="palette")
    with pytest.raises(ph.UserError, match=f"there are {len(PALETTES)} palettes"):
        ph.sheet(base, vary="palette", count=len(PALETTES) + 1)


def test_a_sheet_of_all_styles_shows_each_house_style_once():
    page = ph.sheet(all_styles=True, seed=1, cell=8)
    assert [r.style for _, r in page.pictures] == house_styles()
    with pytest.raises(ph.UserError, match="omit the style"):
        ph.sheet("silk", all_styles=True)


def test_a_grid_shares_weights_so_that_it_changes_smoothly_along_width():
    """Neighbours along a fine width axis are nearer than pictures of different weights."""
    style = {"set": {"networks.main.norm": "frozen"}}
    page = ph.grid("classic", x=("width", [60, 61, 62]), cell=16, depth=2, **style)
    a, b, c = (ph.render(r, 32).float for _, r in page.pictures)
    other = ph.render(ph.style("classic", seed=99, width=61, depth=2, **style), 32).float
    step = max(np.abs(a - b).mean(), np.abs(b - c).mean())
    assert step < np.abs(b - other).mean() / 3


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        ("depth=2..4", [2, 3, 4]),
        ("depth=4..2", [4, 3, 2]),
        ("scale=0..1/3", [0.0, 0.5, 1.0]),
        ("activation=sin,tanh", [("sin",), ("tanh",)]),
        ("networks.main.biases.gain=0.5,2", [0.5, 2]),
    ],
)
def test_an_axis_reads_ranges_lists_and_paths(axis, values):
    page = ph.grid("classic", x=axis, cell=8)
    name = axis.split("=")[0]
    path = {"activation": "networks.main.activations"}.get(name, f"networks.main.{name}")
    path = name if "." in name else path
    got = [r.get(path) for _, r in page.pictures]
    assert [tuple(v) if isinstance(v, list) else v for v in got] == values


def test_an_axis_of_a_dial_needs_a_style():
    recipe = ph.style("silk", seed=7)
    with pytest.raises(ph.UserError, match="Name the style instead: 'silk', with `seed=7` and `fo"):
        ph.grid(recipe, x="folds=1..7/5", cell=8)
    with pytest.raises(ph.UserError, match="folds=VALUE"):
        ph.sheet(recipe, folds=3, cell=8)
    assert len(ph.grid("silk", seed=7, x="folds=1..7/2", cell=8).pictures) == 2


def test_a_sheet_of_seeds_is_the_same_for_any_number_of_threads():
    one, three = (ph.sheet("silk", count=5, cell=32, threads=n) for n in (1, 3))
    assert one.pictures == three.pictures
    assert one.uint8.tobytes() == three.uint8.tobytes()
