"""The complexity dial: the gain for a wanted kappa, or the reach of a network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import phosphene as ph
from phosphene.cli import run
from phosphene.compiler import build
from phosphene.compiler.complexity import GAIN, complexity, missed_complexity, with_complexity
from phosphene.compiler.probe import probe_points
from phosphene.core.errors import RecipeError, UserError
from phosphene.engines import get_engine
from phosphene.render.sheets import grid


def recipe(**network: Any) -> ph.Recipe:
    main = {"norm": "frozen", "width": 8, "depth": 2, "biases": {"kind": "normal"}, **network}
    return ph.Recipe(seed=3, networks={"main": main}, shading={"grey": "main0"})


def test_kappa_is_the_slope_by_the_spread_on_the_probe():
    shown = recipe().replace({"shading": {"rgb": ["main0", "dx(main0)", "dy(main0)"]}})
    points, _ = probe_points([])
    f, dx, dy = get_engine("cpu").evaluate(build(shown), points).astype(float)
    assert complexity(recipe()) == pytest.approx(np.sqrt(np.mean(dx * dx + dy * dy)) / f.std())


@pytest.mark.parametrize("wanted", [3, 4.5, 8.0])
@pytest.mark.parametrize("seed", [0, 3])
def test_the_gain_is_solved_for_a_wanted_kappa(wanted: float, seed: int):
    base = recipe(activations=["sin"], weights={"gain": [0.9, 1.3]}).replace({"seed": seed})
    found = with_complexity(base, wanted)
    assert complexity(found) == pytest.approx(wanted, rel=2e-4)
    assert found.replace({GAIN: base.get(GAIN)}) == base  # nothing else is new
    first, second = found.get(GAIN)
    assert second / first == pytest.approx(1.3 / 0.9, rel=1e-4)
    assert [float(f"{g:.6g}") for g in found.get(GAIN)] == [first, second]


def test_a_recipe_that_has_the_wanted_kappa_is_unchanged():
    base = recipe(activations=["sin"])
    assert with_complexity(base, complexity(base)) == base
    assert with_complexity(base, None) is base


def test_colours_z_and_precision_do_not_matter():
    base = ph.style("silk", seed=7)
    other = base.replace({"precision": "f64", "palettes.A": "ember"})
    other = other.replace({"networks.main.latent.seed": 99})
    assert complexity(other) == complexity(base)


def test_the_nearest_to_an_unreachable_kappa_can_be_requested():
    base = ph.style("dunes", seed=2)
    with pytest.raises(RecipeError, match=r"dunes of seed 2 reaches [\d.]+ to [\d.]+; got 30$"):
        with_complexity(base, 30)
    found = with_complexity(base, 30, nearest=True)
    kappa = missed_complexity(found, 30)
    assert kappa == complexity(found) and complexity(base) < kappa < 30
    assert missed_complexity(with_complexity(base, 5), 5) is None
    assert missed_complexity(base, None) is None


def test_the_error_for_an_unreachable_kappa_gives_the_range():
    with pytest.raises(RecipeError, match=r"this network reaches [\d.]+ to [\d.]+; got 5000$"):
        with_complexity(recipe(activations=["tanh"]), 5000)


@pytest.mark.parametrize("activation", ["relu", "abs", "maxmin"])
def test_the_error_for_a_scale_free_network_gives_its_only_kappa(activation: str):
    base = recipe(activations=[activation])
    with pytest.raises(RecipeError, match=rf"has {complexity(base):.3g} at any gain; got 40"):
        with_complexity(base, 40)


def test_a_network_of_steps_has_none():
    assert complexity(recipe(activations=["sgn"])) == 0
    with pytest.raises(RecipeError, match="has 0 at any gain; got 4 .*no slope"):
        with_complexity(recipe(activations=["sgn"]), 4)


@pytest.mark.parametrize("wanted", [0, -3.0, float("nan"), float("inf"), "8", True])
def test_only_numbers_above_zero_are_accepted(wanted: Any):
    with pytest.raises(UserError, match="expected a number"):
        with_complexity(recipe(), wanted)


def test_networks_that_have_no_gain_are_refused():
    layers = [{"weights": [[1.0, 2.0]]}]
    given = {"main": {"kind": "explicit", "inputs": ["x", "y"], "layers": layers}}
    with pytest.raises(RecipeError, match="the weights of 'main' are fixed"):
        with_complexity(ph.Recipe(networks=given, shading={"grey": "main0"}), 4)
    other = {"side": {"norm": "frozen"}}
    with pytest.raises(RecipeError, match="'main'; this recipe has side"):
        with_complexity(ph.Recipe(networks=other, shading={"grey": "side0"}), 4)


def test_an_axis_of_a_grid_may_be_complexity():
    page = grid(recipe(activations=["sin"]), x="complexity=3..9/3", y="depth=2,3", cell=8)
    found = [complexity(r) for _, r in page.pictures]
    assert found == pytest.approx([3, 6, 9] * 2, rel=2e-4)
    assert [r.get("networks.main.depth") for _, r in page.pictures] == [2] * 3 + [3] * 3


def test_every_picture_of_a_sheet_has_the_wanted_complexity():
    base = recipe(activations=["sin"])
    page = ph.sheet(base, count=2, vary="weights", complexity=5, cell=8)
    first, second = (r for _, r in page.pictures)
    assert complexity(first) == pytest.approx(5, rel=2e-4)
    assert complexity(second) == pytest.approx(5, rel=2e-4) and first != second


def test_paint_and_render_take_it_and_the_recipe_holds_the_gain(tmp_path, capsys):
    painted, again = tmp_path / "a.png", tmp_path / "b.png"
    common = ["--size", "16", "--complexity"]
    assert run(["paint", "silk", "--seed", "2", *common, "4", "-o", str(painted)]) == 0
    assert run(["render", str(painted), *common, "9", "-o", str(again)]) == 0
    assert complexity(ph.open(painted)) == pytest.approx(4, rel=2e-4)
    assert complexity(ph.open(again)) == pytest.approx(9, rel=2e-4)
    capsys.readouterr()
    assert run(["render", str(painted), *common, "9e9", "-o", str(tmp_path / "c.png")]) == 2
    assert "silk of seed 2 reaches" in capsys.readouterr().err
