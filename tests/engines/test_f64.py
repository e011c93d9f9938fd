"""Precision f64 on the cpu engine: within 1e-9 of the reference, where NaN and infinity agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS, LAYER_NORM_TINY
from phosphene.compiler import build
from phosphene.engines import get_engine
from phosphene.ir.operations import OPERATIONS
from phosphene.ir.program import Program
from phosphene.recipe import Recipe
from phosphene.render import render

PROMISE = 1e-9
CPU, REFERENCE = get_engine("cpu"), get_engine("reference")

SPICY = np.array(
    [
        0.0, -0.0, 5e-324, -1e-310, 2.0**-127, 2.0**-126, 1e-8, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5,
        -3.7, np.pi / 2, np.pi, -2 * np.pi, 1000 * np.pi, 2.0**20, -np.nextafter(2.0**20, 0),
        -125.0, -125.5, 126.75, 127.0, 128.0, 2.0**52 + 1, 1e30, -1e30, 1e300,
        np.inf, -np.inf, np.nan,
    ]
)  # fmt: skip
PAIRS = np.array(np.meshgrid(SPICY, SPICY)).reshape(2, -1)


def far(values, truth) -> float:
    """The largest |value - truth| / max(1, |truth|); infinite where NaN or infinity differ."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(values - truth) / np.maximum(1.0, np.abs(truth))
    same = (values == truth) | (np.isnan(values) & np.isnan(truth))
    apart = np.where(same, 0.0, np.where(np.isfinite(values) & np.isfinite(truth), apart, np.inf))
    return float(apart.max())


def program(name: str, *, count: int, numbers, a=0, b=0, c=0, i=0, j=1, inputs: int) -> Program:
    """One operation on `count` rows, into the rows after the inputs."""
    line = [OPERATIONS.index(name), inputs, a, b, c, count, i, j]
    return Program(
        code=np.array([line], np.int32),
        numbers=np.array(numbers, np.float64),
        rows=inputs + count,
        inputs=inputs,
        outputs=np.arange(inputs, inputs + count, dtype=np.int32),
    )


def distance(program: Program, points) -> float:
    return far(CPU.evaluate(program, points), REFERENCE.evaluate(program, points))


def mixed(rng, shape) -> np.ndarray:
    """Ordinary numbers, with spicy ones strewn in."""
    return np.where(rng.random(shape) < 0.1, rng.choice(SPICY, shape), rng.normal(0, 4, shape))


@pytest.mark.parametrize(
    "name", [n for n in OPERATIONS if n not in ACROSS and n not in ("dense", "table")]
)
def test_an_operation_on_units_agrees_with_the_reference(name: str):
    rng = np.random.default_rng(7)
    n = PAIRS.shape[1]
    points = np.concatenate([PAIRS, rng.normal(0, 30, (1, n)), mixed(rng, (6, n))])
    points = points[[0, 2, 3, 1, 2, 4, 5, 6, 7]]
    for k, k2 in [(0.7, -2.0), *zip(SPICY, SPICY[::-1], strict=True)]:
        one = program(name, count=3, b=3, c=6, numbers=[k, k2], inputs=9)
        assert distance(one, points) <= PROMISE, (k, k2)


@pytest.mark.parametrize("name", ["exp2", "log2", "sin", "cos", "gauss", "sigmoid"])
def test_a_function_is_as_accurate_as_libm(name: str):
    x = np.random.default_rng(1).uniform(-20, 20, (1, 20_000))
    one = program(name, count=1, numbers=[0, 0], inputs=1)
    assert distance(one, np.abs(x) if name == "log2" else x) <= 2e-15


def test_a_table_is_read_as_the_reference_reads_it():
    rng = np.random.default_rng(2)
    points = np.concatenate([SPICY, rng.uniform(-0.1, 1.1, 1000)])[None]
    for entries in (2, 3, 256):
        one = program("table", count=1, numbers=rng.normal(size=entries), i=0, j=entries, inputs=1)
        assert distance(one, points) <= PROMISE


@pytest.mark.parametrize("outputs", range(1, 15))
def test_a_dense_layer_agrees_with_the_reference(outputs: int):
    rng = np.random.default_rng(outputs)
    for inputs in (1, 2, 7):
        numbers = rng.normal(size=outputs * (inputs + 1))
        one = program(
            "dense", count=outputs, b=inputs, numbers=numbers, j=outputs * inputs, inputs=inputs
        )
        assert distance(one, rng.normal(0, 3, (inputs, 700))) <= PROMISE
        assert distance(one, mixed(rng, (inputs, 700))) <= PROMISE


@pytest.mark.parametrize("name", [n for n in OPERATIONS if n in ACROSS])
def test_an_operation_across_units_agrees_with_the_reference(name: str):
    rng = np.random.default_rng(3)
    for count in (1, 2, 3, 5, 8, 13, 20):
        one = program(name, count=count, numbers=[LAYER_NORM_TINY, 0], inputs=count)
        assert distance(one, rng.normal(0, 4, (count, 700))) <= PROMISE
        assert distance(one, mixed(rng, (count, 700))) <= PROMISE


def net(**fields):
    """A network whose outputs fill 0..1 without being cut off."""
    return {"output": "half_sin", "width": 18, "depth": 3} | fields


RECIPES = {
    "tanh": {"networks": {"main": net()}},
    "units share activations": {
        "networks": {"main": net(activations=[["tanh", "sin", "relu", "gauss", "softplus"]])}
    },
    "sort, softmax, logsoftmax": {
        "networks": {"main": net(depth=4, activations=["sort", "softmax", "logsoftmax", "maxmin"])}
    },
    "norms": {"networks": {"main": net(norm="layer", activations=["elu", "log_abs_p1", "atan"])}},
    "batch norm and a latent": {
        "networks": {"main": net(kind="residual", norm="batch", latent={"size": 4})}
    },
    "a rotated view": {
        "networks": {"main": net(kind="densenet", fold="kaleidoscope")},
        "view": {"centre": [0.3, -0.2], "span": 0.7, "rotation": 0.5},
    },
    "a palette and a gradient": {
        "networks": {"main": net(outputs=1)},
        "palettes": {"A": "ember"},
        "shading": {"oklab": ["A(main0) * (0.8 + 0.1*tanh(dx(main0)))"]},
    },
    "grey": {"shading": {"grey": ["cdf(main0)"], "channels": 1}},
}


def recipe(name: str, seed: int = 5) -> Recipe:
    return Recipe(seed=seed, precision="f64", **RECIPES[name])


@pytest.mark.parametrize("name", RECIPES)
def test_a_picture_agrees_with_the_reference(name: str):
    one = render(recipe(name), (71, 53)).float
    two = render(recipe(name), (71, 53), engine="reference").float
    assert one.dtype == np.float64
    assert one.std() > 0.02
    assert far(one, two) <= PROMISE


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_layer_of_any_activation_agrees_with_the_reference(name: str):
    """One layer: two layers of tan or log have no 1e-9 to keep, as they enlarge any rounding."""
    networks = {"main": net(width=12, depth=1, activations=[name])}
    made = build(Recipe(seed=11, precision="f64", networks=networks))
    points = np.random.default_rng(4).uniform(-1, 1, (2, 3000))
    assert distance(made, points) <= PROMISE


def test_threads_and_crops_give_the_same_bits():
    whole = render(recipe("units share activations"), (301, 143), threads=1).float
    two = render(recipe("units share activations"), (301, 143), threads=2).float
    crop = render(recipe("units share activations"), (301, 143), crop=(57, 31, 111, 97)).float
    assert two.tobytes() == whole.tobytes()
    assert crop.tobytes() == whole[31:128, 57:168].tobytes()


def test_one_engine_serves_both_precisions_in_turn():
    one = Recipe(seed=5, networks=RECIPES["tanh"]["networks"])
    before = render(one, 64).float
    double = render(recipe("tanh"), 64).float
    assert before.dtype == np.float32
    assert render(one, 64).float.tobytes() == before.tobytes()
    assert 1e-9 < far(before.astype(np.float64), double) < 1e-4


@pytest.mark.parametrize("name", ["tanh", "units share activations"])
def test_a_weight_that_is_wrong_by_a_millionth_is_caught(name: str):
    right = build(recipe(name))
    dense = right.code[right.code[:, 0] == OPERATIONS.index("dense")]
    numbers = right.numbers.copy()
    numbers[dense[1, 6]] += 1e-6
    points = np.random.default_rng(6).uniform(-1, 1, (2, 500))
    truth = REFERENCE.evaluate(right, points)
    assert far(CPU.evaluate(right, points), truth) <= PROMISE
    assert far(CPU.evaluate(replace(right, numbers=numbers), points), truth) > PROMISE


def test_the_comparator_does_not_overlook_nan_and_infinity():
    x = np.array([1.0, np.nan, np.inf])
    assert far(x, x.copy()) == 0
    for at, wrong in [(0, np.nan), (0, np.inf), (1, 0.0), (1, np.inf), (2, -np.inf), (2, 1e308)]:
        y = x.copy()
        y[at] = wrong
        assert far(y, x) == far(x, y) == np.inf
