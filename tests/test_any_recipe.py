"""What must be true of every recipe: random ones, of all parts that recipes have."""

from __future__ import annotations

import re
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phosphene.catalogue.features import GENERATORS
from phosphene.catalogue.statistics import STATISTICS
from phosphene.catalogue.vectors import VECTORS
from phosphene.engines import get_engine
from phosphene.engines.reference import ReferenceEngine
from phosphene.formula import FUNCTIONS, PRIMITIVES, SPELLINGS
from phosphene.ir.program import Program
from phosphene.raster.frame import Rect
from phosphene.raster.view import points
from phosphene.recipe import Recipe, Surface
from phosphene.render import render
from phosphene.render.first_pass import make_plan
from phosphene.testing import Disagreement
from phosphene.testing.points import kind
from phosphene.testing.tolerance import allowance, compare, distance, nearby
from tests.recipes import DRAWN_GENERATORS, DRAWN_SURFACES, recipe, recipes
from tests.shadings import TEMPLATES

steady = settings(deadline=None, derandomize=True)


def pixels(*args: Any, **options: Any) -> Any:
    return render(*args, **options).float


@st.composite
def crops(draw: st.DrawFn) -> tuple[tuple[int, int], tuple[int, int, int, int]]:
    size = draw(st.sampled_from([(61, 47), (255, 33), (257, 9), (31, 257), (1, 40), (600, 7)]))
    x, y = draw(st.integers(0, size[0] - 1)), draw(st.integers(0, size[1] - 1))
    width, height = draw(st.integers(1, size[0] - x)), draw(st.integers(1, size[1] - y))
    return size, (x, y, width, height)


@settings(steady, max_examples=60)
@given(recipes, crops())
def test_a_crop_is_a_part_of_the_whole(made: Recipe, where: Any):
    size, (x, y, width, height) = where
    part = pixels(made, size, crop=(x, y, width, height))
    whole = pixels(made, size)
    np.testing.assert_array_equal(part, whole[y : y + height, x : x + width])


@settings(steady, max_examples=60)
@given(recipes, st.sampled_from([(33, 29), (16, 16), (64, 3)]))
def test_pixels_are_numbers_from_0_to_1_and_the_same_again(made: Recipe, size: Any):
    first = pixels(made, size)
    channels = made.shading.channels + (made.shading.alpha is not None)
    assert first.dtype == np.float32
    assert first.shape == (size[1], size[0], channels)
    assert ((first >= 0) & (first <= 1)).all()
    np.testing.assert_array_equal(first.view(np.uint32), pixels(made, size).view(np.uint32))


@settings(steady, max_examples=30)
@given(recipes)
def test_a_recipe_read_back_from_its_json_is_the_same_picture(made: Recipe):
    again = Recipe.from_json(made.json)
    assert again == made and again.json == made.json
    np.testing.assert_array_equal(pixels(again, (20, 20)), pixels(made, (20, 20)))


# ---- engines

SIZE = (20, 16)
# All but 2 % of the values: a point may fall on the other side of a jump.
MOST = 0.98
# Two kinds of value may be further away than `allowance` says, each for a reason:
# - One that recurs. Flat parts of a picture have one error, not as many as they have points, and no
#   neighbours whose errors would tell how large it might have been.
RECURRING, FLAT = 4, 4.0  # points, and how many times as far
# - In float64 `allowance` is 1e-9 of the value, which a chaotic picture cannot keep: there the
#   reference is itself far from what it gives in extended precision.
CHAOS = 100.0  # times that distance


def program_of(made: Recipe) -> Program:
    return make_plan(made, SIZE, 1, sample_format="float").program


def check_agreement(made: Recipe, other: Recipe, flat: float = FLAT, chaos: float = CHAOS) -> None:
    """The program of one recipe on the cpu engine, of another on the reference."""
    places = np.empty((2, SIZE[0] * SIZE[1]), kind(made.precision))
    places = points(made.view, SIZE, Rect(0, 0, *SIZE), places)
    judge, shape = program_of(other), SIZE[::-1]
    with np.errstate(all="ignore"):
        got = get_engine("cpu").evaluate(program_of(made), places)
        wanted, allowed = allowance(judge, places, shape, got.dtype)
        allowed = np.where(recurring(wanted), flat, 1.0) * allowed
        if made.precision == "f64":
            extended = ReferenceEngine(np.longdouble).evaluate(judge, places)
            moved = distance(wanted, extended.astype(np.float64))
            allowed = allowed + chaos * nearby(moved, shape)
    compare("cpu", places, got, wanted, allowed, MOST)


def recurring(values: Any) -> Any:
    """Where a channel has a value that it has at `RECURRING` points or more, to float32."""
    found = []
    for row in values.astype(np.float32):
        _, which, counts = np.unique(row, return_inverse=True, return_counts=True)
        found.append(counts[which] >= RECURRING)
    return np.array(found)


@settings(steady, max_examples=40)
@given(recipes, st.sampled_from(["f32", "f64"]))
def test_the_cpu_engine_agrees_with_the_reference(made: Recipe, precision: str):
    made = made.replace({"precision": precision})
    check_agreement(made, made)


EXCEPTIONS: dict[str, dict[str, Any]] = {
    "one value": {
        "seed": 12,
        "networks": {"main": {
            "kind": "skip", "inputs": ["bias"], "activations": ["layer_norm"], "depth": 4,
            "width": 4, "norm": "layer", "norm_position": "after",
            "weights": {"kind": "truncated_normal", "gain": 0.5},
        }},
        "surface": {"kind": "torus_y"},
    },
    "chaos": {
        "seed": 166, "precision": "f64",
        "shading": {"hsv": ["main0", "0.5 + 0.2*main1", "0.6 + 0.3*sin(4*main2)"]},
        "view": {
            "span": 37.0, "centre": [0.3, -0.7], "rotation": -2.0, "aspect": "height", "axes": "yx",
            "sampling": "start",
        },
        "surface": {"kind": "torus_y"},
        "networks": {"main": {
            "inputs": ["r", {"kind": "rings", "frequency": 9, "centre": [0.3, -0.2]}],
            "activations": [["xlogx_square", "abs_tanh"]], "depth": 4, "width": 2,
            "fold": {"kind": "kaleidoscope", "order": 1}, "warp": ["r", "theta"],
            "latent": {"size": 2, "inject": "concat"}, "norm": "batch", "norm_position": "after",
            "weights": {"kind": "uniform", "gain": 0.5},
        }},
    },
}  # fmt: skip


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_an_exception_from_the_rule_is_needed_and_enough(name: str):
    made = Recipe(**EXCEPTIONS[name])
    check_agreement(made, made)
    with pytest.raises(Disagreement):
        check_agreement(made, made, flat=1.0, chaos=0.0)


@pytest.mark.parametrize("precision", ["f32", "f64"])
def test_an_engine_of_slightly_other_weights_is_caught(precision: str):
    made = recipe(3, width=8).replace({"precision": precision})
    check_agreement(made, made)
    with pytest.raises(Disagreement):
        check_agreement(made, made.replace({"networks.main.weights.gain": (1.001,)}))


# ---- that nothing is left out above


def test_every_word_of_the_formula_language_is_drawn():
    called = set(re.findall(r"([a-z_]\w*)\(", " ".join(TEMPLATES)))
    assert called == {*PRIMITIVES, *FUNCTIONS, *SPELLINGS, *STATISTICS, *VECTORS, "vec"}


def test_every_generator_of_inputs_is_drawn():
    assert {entry["kind"] for entry in DRAWN_GENERATORS} == set(GENERATORS)


def test_every_surface_is_drawn():
    kinds = {Surface(**surface).kind for surface in DRAWN_SURFACES}
    assert kinds == set(get_args(Surface.model_fields["kind"].annotation))
