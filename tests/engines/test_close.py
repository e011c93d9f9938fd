"""The tier "close": what cannot be seen passes, and visible faults are caught."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from phosphene.core.errors import UserError
from phosphene.engines import get_engine
from phosphene.ir.program import Program
from phosphene.recipe import Recipe
from phosphene.testing import (
    CLOSE_PICTURES,
    LAWS,
    PICTURES,
    TIERS,
    Disagreement,
    check_close_law,
    check_close_picture,
    check_engine,
    check_picture,
)
from phosphene.testing.pictures import SIDE, closeness, picture
from phosphene.testing.tolerance import JUMPING, SMOOTH, compare_close, is_smooth

STEP = np.float32(1 / 255)


class Painting:
    """The cpu engine, whose values something happens to."""

    name = "painting"
    precisions = ("f32",)

    def __init__(self, change: Callable[[Any], Any]):
        self.change = change

    def evaluate(self, program: Program, points: Any, into: Any = None) -> Any:
        values = get_engine("cpu").evaluate(program, points)
        return self.change(np.clip(np.nan_to_num(values), 0, 1).astype(np.float32))


def inward(values: Any, steps: float) -> Any:
    """Every value moved by so many levels of 255, away from the nearer end of 0..1."""
    return np.where(values < 0.5, values + STEP * steps, values - STEP * steps)


def some(values: Any, share: float, steps: float) -> Any:
    """A share of the values moved, at places spread over the picture."""
    flat = values.copy().reshape(-1)
    at = np.linspace(0, flat.size - 1, max(1, round(share * flat.size))).astype(int)
    flat[at] = inward(flat[at], steps)
    return flat.reshape(values.shape)


def set_one(values: Any, value: float) -> Any:
    made = values.copy()
    made[0, 777] = value
    return made


def upside_down(values: Any) -> Any:
    if values.shape[1] != SIDE * SIDE:
        return values
    return values.reshape(len(values), SIDE, SIDE)[:, ::-1].reshape(values.shape)


@pytest.mark.slow  # paints every picture of the test of engines
def test_an_engine_off_by_nine_tenths_of_a_level_is_close_and_not_exact():
    engine = Painting(lambda values: inward(values, 0.9))
    check_engine(engine, "close")
    for name in PICTURES:
        with pytest.raises(Disagreement):
            check_picture(engine, name)
    with pytest.raises(Disagreement):
        check_engine(engine)


@pytest.mark.parametrize("precision", ["f32", "f64"])
def test_an_exact_engine_is_close(precision: str):
    for name in CLOSE_PICTURES:
        check_close_picture(get_engine("cpu"), name, precision)
    for name in LAWS:
        check_close_law(get_engine("cpu"), name, precision)


FAULTS: dict[str, Callable[[Any], Any]] = {
    "two levels on one value of a hundred": lambda values: some(values, 0.01, 2),
    "five levels on one value": lambda values: some(values, 0.0, 5),
    "a NaN": lambda values: set_one(values, np.nan),
    "channels in another order": lambda values: values[::-1],
    "rows from the bottom up": upside_down,
    "1.1 levels everywhere": lambda values: inward(values, 1.1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_visible_fault_is_caught(fault: str):
    with pytest.raises(Disagreement, match="close picture calm"):
        check_close_picture(Painting(FAULTS[fault]), "calm")


def test_where_a_picture_jumps_one_value_of_a_hundred_may_be_anywhere():
    assert closeness("torn") is JUMPING
    check_close_picture(Painting(lambda values: some(values, 0.009, 100)), "torn")
    for change in (
        lambda values: some(values, 0.012, 1.5),
        lambda values: set_one(values, np.nan),
        upside_down,
    ):
        with pytest.raises(Disagreement, match="torn"):
            check_close_picture(Painting(change), "torn")


@pytest.mark.parametrize("name", LAWS)
def test_a_value_that_depends_on_other_points_is_caught(name: str):
    calls = iter(range(1000))
    engine = Painting(lambda values: inward(values, 2.0 if next(calls) else 0.0))
    with pytest.raises(Disagreement, match="close points"):
        check_close_law(engine, name)


@pytest.mark.parametrize("name", CLOSE_PICTURES)
def test_every_picture_shows_something(name: str):
    """A flat picture would hide a swapped channel or row."""
    program, places = picture(name)
    values = np.clip(np.nan_to_num(get_engine("reference").evaluate(program, places)), 0, 1)
    assert values.std() > 1 / 255


def test_values_beyond_0_to_1_are_judged_as_they_are_painted():
    wanted = np.array([[-3.0, 7.0, np.nan, np.inf]])
    places = np.zeros((2, 4))
    compare_close("it", places, np.array([[-9.0, 1.0, 0.0, 5.0]]), wanted, SMOOTH)
    with pytest.raises(Disagreement):
        compare_close("it", places, np.array([[-9.0, 1.0, 1.0, 5.0]]), wanted, SMOOTH)


@pytest.mark.parametrize(
    ("network", "shading", "smooth"),
    [
        ({}, None, True),
        ({"activations": ["sin", ["tanh", "gauss"]]}, {"grey": "cdf(main0)"}, True),
        ({"activations": [["tanh", "sgn"]]}, None, False),
        ({"activations": ["tan"]}, None, False),
        ({"output": "step"}, None, False),
        ({"activations": {"random": "unit", "of": ["tanh", "sgn"]}}, None, False),
        ({"inputs": ["x", "floor(4*y)"]}, None, False),
        ({"warp": ["x", "y + sign(x)"]}, None, False),
        ({}, {"grey": "bands(main0, 5)"}, False),
        ({}, {"grey": "main0 > 0.2"}, False),
        ({}, {"grey": "main0", "alpha": "step(0.1, main1)"}, False),
        ({}, {"let": {"v": "tan(main0)"}, "grey": "v"}, False),
    ],
)  # fmt: skip
def test_a_recipe_is_smooth_unless_it_uses_a_function_with_jumps(
    network: dict[str, Any], shading: dict[str, Any] | None, smooth: bool
):
    parts = {} if shading is None else {"shading": shading}
    assert is_smooth(Recipe(networks={"main": network}, **parts)) == smooth


def test_a_tier_that_does_not_exist_is_an_error():
    with pytest.raises(UserError, match=r"unknown tier 'clse'\. Did you mean 'close'\?"):
        check_engine(get_engine("cpu"), "clse")
    assert set(TIERS) == {"exact", "close"}
