"""Symbolic derivatives agree with differences, and are numbers wherever the formula is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from phosphene.catalogue.activations import ACTIVATIONS
from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.folds import FOLDS
from phosphene.core.rng import Stream
from phosphene.engines.reference import ReferenceEngine
from phosphene.formula import (
    FUNCTIONS,
    PRIMITIVES,
    Expr,
    Table,
    Tape,
    apply,
    const,
    derive,
    expand,
    lower,
    read,
    rewrite,
    trace,
    var,
    variables,
    walk,
)
from phosphene.ir.assembling import assemble
from phosphene.testing import FORMULAS
from phosphene.testing.tolerance import words
from tests.formula.expressions import VARIABLES, expressions

ROOTS: dict[str, list[Expr]] = {
    **{f"primitive {n}": [apply(n, *map(var, "abc"[: w.arity]))] for n, w in PRIMITIVES.items()},
    **{n: list(f.roots) for n, f in FORMULAS.items() if not n.startswith("slope")},
}


# The definition of atan is a polynomial, right to 4e-8; its derivative is the true function's.
WORDS = words(atan=np.arctan, atan2=np.arctan2)
STEP = 2.0**-22


def evaluate(roots: list[Expr], values: dict[str, Any]) -> Any:
    """The roots in float64, node by node."""
    known: dict[Expr, Any] = {}
    count = len(next(iter(values.values())))
    with np.errstate(all="ignore"):
        for expr in walk(*roots):
            if expr.op in ("const", "var"):
                value = expr.value if expr.op == "const" else values[expr.value]
                known[expr] = np.broadcast_to(np.float64(value), count)
            else:
                known[expr] = getattr(WORDS, expr.op)(*(known[a] for a in expr.args))
    return np.stack([np.broadcast_to(known[r], count) for r in roots])


def disagrees(roots: list[Expr], slopes: list[Expr], values: dict[str, Any], name: str) -> Any:
    """Where the slopes are not the limit of the differences along one variable, and the slopes.

    Halving the step quarters the error of a central difference, so what is left is a third of the
    change. Where a kink or a jump falls into a step, the change is as large as the error. Rounding
    moves a difference by 2^-52 |f| / step, and what f is made of may be some times larger.
    """

    def difference(step: float) -> Any:
        over = evaluate(roots, values | {name: values[name] + step})
        return (over - evaluate(roots, values | {name: values[name] - step})) / (2 * step)

    slope = evaluate(slopes, values)
    with np.errstate(all="ignore"):
        fine, coarse = difference(STEP), difference(2 * STEP)
        size = 1 + np.abs(evaluate(roots, values)) + np.abs(slope)
        allowed = 4 * np.abs(fine - coarse) + 2.0**-48 * size / STEP
        wrong = ~(np.abs(slope - fine) <= allowed)
    return wrong & np.isfinite(fine) & np.isfinite(coarse), slope


def draws(names: list[str], count: int = 2000) -> dict[str, Any]:
    """Multiples of 2^-12, moved by 2^-20: steps are exact, and no kink of the catalogue is near."""
    made: dict[str, Any] = {}
    for name in names:
        at = np.floor(Stream("tests", f"derive/{name}").uniform(count, -2.5, 2.5) * 4096)
        made[name] = at / 4096 + 2.0**-20
    return made


@pytest.mark.parametrize("name", ROOTS)
def test_a_derivative_is_the_limit_of_differences(name: str):
    roots = ROOTS[name]
    values = draws(sorted(variables(*roots)))
    for variable in values:
        slopes = derive(roots, {variable: const(1.0)})
        wrong, _ = disagrees(roots, slopes, values, variable)
        where = {k: v[wrong.any(axis=0)][:3] for k, v in values.items()}
        assert not wrong.any(), (variable, where)


@pytest.mark.parametrize("name", ROOTS)
def test_a_derivative_one_per_cent_too_large_is_caught(name: str):
    roots = ROOTS[name]
    values = draws(sorted(variables(*roots)))
    for variable in values:
        slopes = [s * 1.01 for s in derive(roots, {variable: const(1.0)})]
        wrong, slope = disagrees(roots, slopes, values, variable)
        steep = np.isfinite(evaluate(roots, values)) & (np.abs(slope) > 1e-3)
        assert wrong[steep].mean() > 0.9 if steep.any() else not wrong.any()


def spelled_out(expr: Expr) -> Expr:
    """The expression in primitives only."""
    while any(e.op in FUNCTIONS for e in walk(expr)):
        (expr,) = rewrite([expr], lambda e, args: expand(e, args) if e.op in FUNCTIONS else None)
    return expr


@settings(deadline=None, derandomize=True, max_examples=150)
@given(expressions)
def test_the_derivative_of_any_expression_is_the_limit_of_differences(expr: Expr):
    values = draws(list(VARIABLES), 200)
    for variable in VARIABLES:
        wrong, _ = disagrees([expr], derive([expr], {variable: const(1.0)}), values, variable)
        steps = [e for e in walk(spelled_out(expr)) if e.op != "const"] or [expr]
        # Steeper than the step, or clamped, beyond.
        ordinary = (np.abs(evaluate(steps, values)) < 1e4).all(axis=0)
        assert (wrong & ordinary).mean() < 0.02, variable


def test_the_slope_of_a_table_is_its_central_differences_between_entries_interpolated():
    entries = Stream("tests", "table").normal(9)
    (slope,) = derive([read(Table("t", entries), var("a"))], {"a": const(1.0)})
    tape = Tape()
    rows = tape.block(1)
    program = assemble(tape, rows, lower([slope], {"a": rows}, tape, fused=frozenset()), "f64")
    at = np.arange(1, 8) / 8
    central = (entries[2:] - entries[:-2]) / 2 * 8
    found = ReferenceEngine().evaluate(program, np.concatenate([at, [-0.1, 1.1, 3 / 16]])[None])[0]
    np.testing.assert_allclose(found[:7], central, rtol=1e-14)
    np.testing.assert_allclose(found[7:], [0.0, 0.0, (central[0] + central[1]) / 2], rtol=1e-14)


SPECIAL = np.array([0.0, -0.0, 1e-30, -1e-30, 1e-6, 0.5, -0.5, 1, -1, 9, -9, 40, -40, 300, -300])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_of_an_activation_is_a_number_wherever_the_activation_is(name: str):
    root = ACTIVATIONS[name].formula(trace, var("h"))
    value = evaluate([root], {"h": SPECIAL})[0]
    slope = evaluate(derive([root], {"h": const(1.0)}), {"h": SPECIAL})[0]
    assert np.isfinite(slope[np.isfinite(value)]).all()


@pytest.mark.parametrize("axis", ["x", "y"])
@pytest.mark.parametrize("name", [*FEATURES, *FOLDS])
def test_a_gradient_is_a_number_on_the_axes_and_in_the_middle(name: str, axis: str):
    x, y = var("x"), var("y")
    if name in FEATURES:
        roots = [FEATURES[name].formula(trace, x, y)]
    else:
        roots = list(FOLDS[name].formula(trace, x, y, 6))
    line = np.array([0.0, -0.0, 1.0, -1.0, 1e-25, -1e-25])
    values = {"x": np.repeat(line, 6), "y": np.tile(line, 6)}
    assert np.isfinite(evaluate(roots, values)).all()
    assert np.isfinite(evaluate(derive(roots, {axis: const(1.0)}), values)).all()


def test_the_derivative_of_a_constant_is_the_constant_0():
    zero = const(0.0)
    assert derive([var("x") * 2], {"y": const(1.0)}) == [zero]
    assert derive([const(3.0), var("y")], {"x": const(1.0)}) == [zero, zero]


def test_products_with_0_and_1_are_omitted():
    x, y = var("x"), var("y")
    assert derive([x + y], {"x": const(1.0)}) == [const(1.0)]
    assert derive([x * y], {"x": const(1.0)}) == [y]
    assert derive([apply("sin", x)], {"x": const(1.0)}) == [apply("cos", x)]


def test_seeds_are_carried_through():
    """Forward mode: along a curve, the seeds are the velocities."""
    x, y = var("x"), var("y")
    (slope,) = derive([x * x * y], {"x": var("u"), "y": var("v")})
    values = draws(["x", "y", "u", "v"], 50)
    x, y, u, v = values.values()
    np.testing.assert_allclose(evaluate([slope], values)[0], 2 * x * y * u + x * x * v, rtol=1e-12)
