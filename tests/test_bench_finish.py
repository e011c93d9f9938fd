"""The bench of finishing: its figures mean what they say."""

from __future__ import annotations

from typing import Any

import pytest

from phosphene.bench.finish import FAMILIES, MODES, errors, finish_rows, finish_text, sampled
from phosphene.compiler import build
from phosphene.recipe import Recipe

STEP = Recipe(shading={"grey": "x > 0.3"})


def test_a_flat_picture_has_no_error_and_takes_one_sample():
    found = errors(Recipe(shading={"grey": "0.25"}), 16)
    assert list(found) == list(MODES)
    assert found["auto"][2] == found["none"][2] == 1 and found["fixed 4"][2] == 4
    assert max(mean for mean, _, _ in found.values()) < 1e-4


def test_more_samples_leave_less_error_at_an_edge():
    found = errors(STEP, 16)
    assert found["none"][0] > found["auto"][0] > found["print"][0] > 0
    assert 1 < found["auto"][2] < found["print"][2]


def test_the_samples_of_a_picture_are_those_that_paint_it():
    from phosphene.render import render

    recipe = STEP.replace({"finish.antialias": "auto"})
    values, _ = sampled(build(recipe), recipe, 80, "auto")
    assert (render(recipe, 80).float[..., 0] == values[0].astype("f")).all()


def figures(auto: float, samples: float) -> dict[str, Any]:
    modes = {m: {"mean": 0.1, "p99": 1.0, "samples": 4.0} for m in MODES}
    modes["auto"] = {"mean": auto, "p99": 1.0, "samples": samples}
    modes["print"] = {"mean": 0.05, "p99": 1.0, "samples": 5.0}
    names = "picture build network bytes png thumbnail".split()
    seconds = dict.fromkeys((*names, "one sample", "anti-aliased"), 0.1)
    return {
        "size": 512, "seeds": 1, "edges": {"ink": modes}, "seconds": seconds,
        "shading_ns": 5.0, "banding": {"none": 0.1, "blue": 0.005},
    }  # fmt: skip


@pytest.mark.parametrize(("auto", "samples", "met"), [(0.09, 2.5, 0), (0.2, 2.5, 1), (0.09, 3, 1)])
def test_a_missed_aim_is_reported(auto: float, samples: float, met: int):
    rows = finish_rows(figures(auto, samples))
    assert [r.met for r in rows].count(False) == met
    assert finish_text(figures(auto, samples)).count("NO") == met


def test_every_family_makes_recipes_of_seeds():
    assert all(make(0) != make(1) for make in FAMILIES.values())
