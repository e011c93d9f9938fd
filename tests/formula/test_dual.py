"""Dual numbers differentiate as `derive` does, over any namespace."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.formula import (
    FUNCTIONS,
    PRIMITIVES,
    Table,
    apply,
    arrays,
    derive,
    dual,
    evaluate,
    namespace,
    read,
    tangent,
    trace,
    value_of,
    var,
)

X = np.concatenate([np.linspace(-3, 3, 201), [0.0, 1.0, -1.0, 0.5]])
VALUES = {"a": X, "b": X[::-1].copy(), "c": np.cos(X)}
VARIABLES = {name: var(name) for name in VALUES}

FORMULAS = {
    **{
        name: apply(name, *list(VARIABLES.values())[: word.arity])
        for name, word in (PRIMITIVES | FUNCTIONS).items()
    },
    **{f"activation {n}": a.formula(trace, var("a")) for n, a in ACTIVATIONS.items()},
    **{f"across {n}": a.formula(trace, [*VARIABLES.values()])[1] for n, a in ACROSS.items()},
    "table": read(Table("draws", np.sin(np.arange(9.0))), var("a") * 0.2 + 0.5),
    "constant": apply("add", 1.0, 2.0),
    "nested": trace.sin(var("a") * trace.exp(var("b"))) / (var("c") + 2.0),
}


def differentiated(root: Any, m: Any = arrays) -> tuple[Any, list[Any]]:
    """The value of an expression and its derivatives by a and b, as rows."""
    d = dual(m, 2)
    values = {**VALUES, "a": d.variable(VALUES["a"], 0), "b": d.variable(VALUES["b"], 1)}
    with np.errstate(all="ignore"):
        (found,) = evaluate(d, [root], values)
    slopes = [tangent(found, axis) for axis in range(2)]
    return value_of(found), [0.0 * X if s is None else s + 0.0 * X for s in slopes]


@pytest.mark.parametrize("name", FORMULAS)
def test_values_and_derivatives_are_those_of_expressions(name: str):
    root = FORMULAS[name]
    value, slopes = differentiated(root)
    with np.errstate(all="ignore"):
        (wanted,) = evaluate(arrays, [root], VALUES)
        ends = [derive([root], {v: trace.add(1.0, 0.0)})[0] for v in ("a", "b")]
        known = evaluate(arrays, ends, VALUES)
    np.testing.assert_array_equal(value, wanted)
    for slope, other in zip(slopes, known, strict=True):
        np.testing.assert_allclose(slope, other + 0.0 * X, rtol=1e-12, atol=1e-12)


def test_a_derivative_that_is_wrong_is_caught():
    root = FORMULAS["nested"]
    _, slopes = differentiated(root)
    (other,) = evaluate(arrays, [derive([root], {"a": trace.add(1.0, 0.001)})[0]], VALUES)
    assert np.abs(slopes[0] - other).max() > 1e-6


def test_an_expression_without_variables_stays_a_number():
    d = dual(arrays, 1)
    assert evaluate(d, [FORMULAS["constant"]], {}) == [3.0]
    assert not isinstance(d.floor(d.variable(X, 0)), type(d.variable(X, 0)))


def test_vectors_of_dual_numbers_are_stacked_joined_multiplied_and_indexed():
    d = dual(arrays, 1)
    x = d.variable(X, 0)
    vector = d.stack([x * x, 2.0, d.sin(x)])
    np.testing.assert_array_equal(value_of(vector)[1], np.full(len(X), 2.0))
    np.testing.assert_allclose(tangent(vector, 0), [2 * X, 0 * X, np.cos(X)])
    weights = np.array([[1.0, 0.5, -2.0]])
    summed = d.matmul(weights, vector)
    np.testing.assert_allclose(tangent(summed, 0)[0], 2 * X - 2 * np.cos(X))
    joined = d.concatenate([summed, d.stack([1.0, X]), vector[2:]])
    assert value_of(joined).shape == (4, len(X))
    np.testing.assert_allclose(tangent(joined, 0)[1:], [0 * X, 0 * X, np.cos(X)])


def test_dual_numbers_work_over_plain_floats():
    """With no arrays at all: `m` may be any namespace."""
    floats = namespace(
        {
            "add": lambda a, b: a + b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
            "exp2": lambda a: 2.0**a, "sin": math.sin, "cos": math.cos,
        }
    )  # fmt: skip
    d = dual(floats, 1)
    a = d.variable(0.3, 0)
    (found,) = evaluate(d, [trace.sin(var("a") * trace.exp(var("a")))], {"a": a})
    inner = 0.3 * math.exp(0.3)
    assert value_of(found) == pytest.approx(math.sin(inner), rel=1e-14)
    slope = math.cos(inner) * (math.exp(0.3) + inner)
    assert tangent(found, 0) == pytest.approx(slope, rel=1e-14)
