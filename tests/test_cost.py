"""What a recipe costs is known before any work begins, and work beyond the limits never begins."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import phosphene as ph
from phosphene.compiler import build, networks
from phosphene.compiler.cost import check_cost, cost_of
from phosphene.compiler.networks import make_networks, network_shapes
from phosphene.raster.first_pass import FirstPass
from phosphene.styles import STYLES
from tests.goldens.recipes import HOUSE, RECIPES

COSTLY = Path(__file__).parent / "data/costly"
DEFAULT = ph.Limits()
TENTH = ph.Limits(**{name: getattr(DEFAULT, name) / 10 for name in ph.limits()})


def network(**fields: Any) -> ph.Recipe:
    return ph.Recipe.checked({"phosphene": 1, "networks": {"main": fields}})


def dials_at_their_ends(name: str) -> list[dict[str, Any]]:
    """All dials of a style at their least, and all at their greatest, values; where a dial has no
    range, its default.
    """
    ends: list[dict[str, Any]] = [{}, {}]
    for dial, (default, _) in STYLES[name].dials.items():
        for values, far in zip(ends, (-1e9, 1e9), strict=True):
            try:
                ph.style(name, seed=1, **{dial: far})
            except ph.UserError as error:
                found = re.search(r"expected (-?[\d.]+) to (-?[\d.]+)", str(error))
                if found:
                    end = float(found[1 if far < 0 else 2])
                    values[dial] = int(end) if isinstance(default, int) else end
    return ends


def test_networks_that_nothing_uses_are_not_drawn(monkeypatch):
    used = {"width": 4, "depth": 1}
    wide = {"main": used, "aa": {"width": 1024, "depth": 31}, "ab": {"inputs": ["aa0"]}}
    alone = ph.render({"phosphene": 1, "networks": {"main": used}}, 16)
    drawn: list[str] = []
    make = networks.make_network

    def record(name, *args, draws=None, **given):
        if draws is None:  # else it is only a shape
            drawn.append(name)
        return make(name, *args, draws=draws, **given)

    monkeypatch.setattr(networks, "make_network", record)
    np.testing.assert_array_equal(ph.render({"phosphene": 1, "networks": wide}, 16), alone)
    assert set(drawn) == {"main"}


def test_a_network_has_the_same_shape_with_and_without_its_numbers():
    for name, data in RECIPES.items():
        recipe = ph.Recipe.checked(data)
        for drawn, shape in zip(make_networks(recipe), network_shapes(recipe), strict=True):
            assert shape.widths() == drawn.widths(), name
            assert shape.layers() == drawn.layers(), name
            assert shape.parameters() == drawn.parameters(), name
            assert shape.inputs == drawn.inputs, name


@pytest.mark.parametrize("name", STYLES)
def test_every_style_costs_less_than_a_tenth_of_the_limits(name):
    recipes = [ph.style(name, seed=seed) for seed in range(4)]
    if name in HOUSE:
        recipes += [ph.style(name, seed=1, **dials) for dials in dials_at_their_ends(name)]
    with TENTH:
        for recipe in recipes:
            check_cost(ph.Recipe.from_json(recipe.json))


def test_every_golden_and_kept_recipe_costs_less_than_a_tenth_of_the_limits():
    kept = json.loads((COSTLY.parent / "edition-1/recipes.json").read_text())
    with TENTH:
        for data in [*RECIPES.values(), *(entry["recipe"] for entry in kept.values())]:
            check_cost(ph.Recipe.checked(data))


def test_a_network_100_wide_and_24_deep_passes():
    check_cost(network(width=100, depth=24))
    check_cost(network(width=100, depth=24, norm="frozen", latent={"size": 8}))


def test_the_cost_is_that_of_the_program_or_somewhat_more():
    for name in ("silk", "drift", "crystal", "marble", "classic", "resnet-cppn", "neurogram"):
        recipe = ph.style(name, seed=3)
        program = build(recipe, FirstPass(recipe, (16, 16), threads=1, keeps=False))
        cost = cost_of(recipe)
        assert 0.9 * program.cost <= cost.operations <= 3 * program.cost, name
        assert cost.nodes >= len(program.code), name


def test_the_cost_does_not_depend_on_the_seed():
    assert cost_of(network(width=9)) == cost_of(network(width=9).replace({"seed": "other"}))
    drawn = {"random": "layer", "of": ["tanh", "sin(h)*cos(h)*atan(h)"]}
    few, many = (cost_of(network(activations=a)) for a in ("tanh", drawn))
    assert many.operations > few.operations  # the most expensive that a seed may pick


@pytest.mark.parametrize("name", sorted(p.stem for p in COSTLY.glob("*.json")))
def test_a_costly_recipe_is_refused_unless_nothing_uses_what_costs(name):
    recipe = ph.open(COSTLY / f"{name}.json")
    if name == "unused":
        check_cost(recipe)
        return
    with pytest.raises(ph.LimitError, match=r"needs .*more than .*limits=ph.Limits\("):
        ph.render(recipe, 8)


@pytest.mark.slow  # a process for each file
@pytest.mark.parametrize("name", sorted(p.stem for p in COSTLY.glob("*.json")))
def test_a_costly_recipe_is_refused_at_once_and_in_little_memory(name):
    code = (
        "import re, sys, time, phosphene as ph\n"
        "start = time.process_time()\n"
        "try: said = str(ph.render(ph.open(sys.argv[1]), 64).size)\n"
        "except ph.LimitError as error: said = str(error)\n"
        # not ru_maxrss, which begins with that of the parent
        "most = int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
        "import json; print(json.dumps([said, time.process_time() - start, most]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(COSTLY / f"{name}.json")], capture_output=True, check=True
    )
    said, seconds, kilobytes = json.loads(done.stdout)
    if name == "unused":
        assert said == "(64, 64)"  # what nothing uses is not drawn
    else:
        assert "more than" in said and "limits=ph.Limits(" in said
    assert seconds < 2 and kilobytes < 500_000


def shading(*lets: str, **fields: Any) -> ph.Recipe:
    names = [f"v{chr(97 + k)}" for k in range(len(lets))]
    let = dict(zip(names, lets, strict=True))
    fields = {"width": 8, "depth": 2} | fields
    made = {"networks": {"main": fields}, "shading": {"let": let, "grey": names[0]}}
    return ph.Recipe.checked({"phosphene": 1, **made})


def test_nested_derivatives_of_the_plane_are_counted_too():
    lets = [f"dx(v{chr(98 + k)})*v{chr(98 + k)}" for k in range(14)]
    with pytest.raises(ph.LimitError, match="formula nodes"):
        check_cost(shading(*lets, "sin(x*r)"))


def test_samples_and_passes_over_the_picture_count():
    recipe = network(width=200, depth=4)
    check_cost(recipe)
    with pytest.raises(ph.LimitError, match="operations per pixel"):
        check_cost(recipe.replace({"finish.antialias": 256}))
    once, twice = (cost_of(shading(text)) for text in ("least(main0)", "least(least(main0)+x)"))
    assert (once.passes, twice.passes) == (1, 2)


def test_a_graph_that_goes_round_for_many_ticks_is_refused_before_it_is_unrolled():
    wheel = [{"source": 2 + k, "target": 2 + (k + 1) % 500, "weight": 0.5} for k in range(500)]
    wheel += [{"source": 2 + k, "target": 2 + (7 * k) % 500, "weight": 0.5} for k in range(500)]
    lonely = [{"source": 502, "target": 503, "weight": 1.0}]  # never reached: all ticks are made
    start = [{"source": 0, "target": 2, "weight": 1.0}]
    with pytest.raises(ph.LimitError, match="formula nodes"):
        check_cost(
            network(
                kind="graph", inputs=["x", "y"], nodes=["tanh"] * 502, output_nodes=[2, 3, 4],
                connections=[*wheel, *lonely, *start],
            )
        )  # fmt: skip


def test_a_limit_that_is_raised_lets_the_recipe_through():
    recipe = network(width=600, depth=4)
    with pytest.raises(ph.LimitError):
        ph.render(recipe, 8)
    assert ph.render(recipe, 8, limits=ph.Limits(operations=2e6)).size == (8, 8)


def test_a_build_that_takes_longer_than_allowed_ends():
    with pytest.raises(ph.LimitError, match="seconds"):
        ph.render(ph.style("silk", seed=99), 8, limits=ph.Limits(seconds=0))
