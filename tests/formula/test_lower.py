"""Lowering: the operations of a formula compute the formula, each thing once."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from phosphene.core import exact
from phosphene.core.errors import FormulaError
from phosphene.engines import get_engine
from phosphene.engines.reference import ReferenceEngine
from phosphene.formula import (
    FUNCTIONS,
    PRIMITIVES,
    Expr,
    Operand,
    Table,
    Tape,
    apply,
    arrays,
    const,
    fold_fast,
    language,
    lower,
    read,
    trace,
    var,
)
from phosphene.ir.assembling import assemble
from phosphene.ir.operations import FUSED, OPERATIONS
from phosphene.ir.program import Program
from phosphene.testing.points import smooth
from phosphene.testing.tolerance import allowance, compare
from tests.formula.expressions import VARIABLES, expressions

x, y = var("x"), var("y")


def program(
    *roots: Expr, precision: str = "f32", names: tuple[str, ...] = VARIABLES, count: int = 1
) -> Program:
    tape = Tape()
    rows = tape.block(len(names) * count)
    values: dict[str, Operand] = {n: rows.part(i * count, count) for i, n in enumerate(names)}
    placed = lower(list(roots), values, tape, fused=FUSED, count=count)
    outputs = [
        o.part(i, 1) if o.__class__ is not float else o for o in placed for i in range(count)
    ]
    return assemble(tape, rows, outputs, precision)


def operations(made: Program) -> list[str]:
    return [OPERATIONS[op] for op in made.code[:, 0]]


def numpy_value(expr: Expr, values: dict[str, Any]) -> Any:
    if expr.op in ("const", "var"):
        return np.float64(expr.value) if expr.op == "const" else values[expr.value]
    return getattr(arrays, expr.op)(*(numpy_value(a, values) for a in expr.args))


@settings(deadline=None, derandomize=True, max_examples=200)
@given(expressions)
def test_a_program_computes_what_numpy_does_with_the_formula(expr: Expr):
    places, _ = smooth(2, "f64")
    with np.errstate(all="ignore"):
        wanted = numpy_value(expr, dict(zip(VARIABLES, places, strict=True)))
    wanted = np.broadcast_to(wanted, (1, places.shape[1]))
    got = ReferenceEngine().evaluate(program(expr, precision="f64"), places)
    # Constants are folded by exact functions, not NumPy's: a few units in the last place, before
    # what the rest of the formula makes of it.
    compare(repr(expr), places, got, wanted, 1e-9 * (1 + np.abs(wanted)), 0.99)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(expressions)
def test_the_cpu_engine_agrees_on_any_expression(expr: Expr):
    for precision in ("f32", "f64"):
        places, shape = smooth(2, precision)
        made = program(expr, precision=precision)
        got = get_engine("cpu").evaluate(made, places)
        wanted, allowed = allowance(made, places, shape, got.dtype)
        compare(f"{precision} {expr}", places, got, wanted, allowed, 0.99)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(expressions)
def test_points_in_many_rows_at_once_are_the_same(expr: Expr):
    places, _ = smooth(2, "f32")
    single = get_engine("cpu").evaluate(program(expr), places)
    stacked = np.concatenate([places[0].reshape(4, -1), places[1].reshape(4, -1)])
    many = get_engine("cpu").evaluate(program(expr, count=4), stacked)
    np.testing.assert_array_equal(many.ravel(), single.ravel())


def test_equal_expressions_are_one_object():
    assert trace.sin(x * 2) is apply("sin", var("x") * const(2.0))
    assert const(0.0) is not const(-0.0)


def test_what_occurs_twice_is_computed_once():
    shared = trace.sin(x * y)
    assert sorted(operations(program(shared * shared + shared, trace.cos(x * y)))) == [
        "add", "cos", "mul", "mul", "sin",
    ]  # fmt: skip


def test_constants_are_folded_by_exact_functions():
    made = program(x + trace.exp2(const(0.3)) * trace.sin(const(2.0)), precision="f64")
    assert operations(made) == ["add_k"]
    wanted = exact.exp(0.3 * exact.LN2) * exact.sin(2.0)
    assert made.numbers[made.code[0, 6]] == wanted


@pytest.mark.parametrize("name", PRIMITIVES | FUNCTIONS)
def test_every_word_can_be_folded_and_is_near_numpys(name: str):
    args = (1.3, 0.4, 0.7)[: (PRIMITIVES | FUNCTIONS)[name].arity]
    made = program(x + apply(name, *args), precision="f64")
    assert set(operations(made)) <= {"add_k"}
    (value,) = ReferenceEngine().evaluate(made, np.zeros((2, 1)))[0]
    assert math.isclose(value, float(getattr(arrays, name)(*args)), rel_tol=1e-13, abs_tol=1e-15)


@pytest.mark.parametrize("x_", [math.inf, -math.inf, math.nan, 0.0, -0.0, 1e-320, -1.0, 1e300])
@pytest.mark.parametrize("name", [n for n, w in PRIMITIVES.items() if w.arity == 1])
def test_folding_follows_the_rules_for_odd_arguments(name: str, x_: float):
    made = program(x + apply(name, x_), precision="f64")
    with np.errstate(all="ignore"):
        wanted = float(PRIMITIVES[name].numpy(np.float64(x_)))
        got = ReferenceEngine().evaluate(made, np.zeros((2, 1)))[0, 0]
    np.testing.assert_allclose(got, wanted, rtol=1e-13, atol=1e-300)


def test_a_choice_between_constants_is_made_when_lowering():
    assert operations(program(trace.select(const(1.0), x, y))) == []
    assert operations(program(trace.select(trace.less(const(1.0), 0.5), x, y * 2))) == ["mul_k"]


def test_operations_that_no_output_needs_are_omitted():
    tape = Tape()
    rows = tape.block(2)
    values = {"x": rows.part(0, 1), "y": rows.part(1, 1)}
    _, wanted = lower([trace.sin(x), trace.cos(y)], values, tape, fused=FUSED)
    assert operations(assemble(tape, rows, [wanted], "f32")) == ["cos"]


def test_constant_and_plain_outputs_are_rows_too():
    made = program(const(0.25), x, x)
    values = get_engine("cpu").evaluate(made, np.array([[1, 2], [3, 4]], np.float32))
    assert values.tolist() == [[0.25, 0.25], [1, 2], [1, 2]]


@pytest.mark.parametrize("name", sorted(FUSED))
def test_a_fused_function_is_one_operation_and_otherwise_primitives(name: str):
    assert operations(program(apply(name, x))) == [name]
    tape = Tape()
    rows = tape.block(1)
    placed = lower([apply(name, x)], {"x": rows}, tape, fused=frozenset())
    plain = operations(assemble(tape, rows, placed, "f32"))
    assert len(plain) > 1
    assert {p.replace("k_", "").split("_")[0] for p in plain} <= set(PRIMITIVES)


def test_a_long_formula_needs_few_rows():
    expr = x
    for k in range(200):
        expr = trace.sin(expr * y + k)
    assert program(expr).rows <= 6


def test_no_operation_writes_over_a_row_it_reads_or_that_is_needed_later():
    waves = [trace.sin(x * k) * y for k in range(1, 40)]
    made = program(*waves, sum(waves, const(0.0)))
    written: dict[int, int] = {0: -1, 1: -1}
    for at, (_, target, a, b, _, _, _, _) in enumerate(made.code.tolist()):
        assert target not in (a, b)
        written[target] = at
    assert len(set(made.outputs.tolist())) == 40
    got = get_engine("cpu").evaluate(made, np.array([[0.5], [2.0]], np.float32))
    wanted = [2 * math.sin(0.5 * k) for k in range(1, 40)]
    np.testing.assert_allclose(got[:, 0], [*wanted, sum(wanted)], atol=1e-5)


def test_equal_constants_and_equal_tables_are_stored_once():
    table = Table("t", np.arange(5.0))
    made = program((x + 0.1) * 0.1 - 0.1, read(table, x) + read(table, y))
    assert len(made.numbers) == 1 + 5 + 1  # and one to end with


def test_a_table_read_at_a_constant_is_read():
    table = Table("t", np.array([0.0, 10.0, 30.0]))
    values = get_engine("cpu").evaluate(program(read(table, const(0.75))), np.zeros((2, 3), "f4"))
    assert values.tolist() == [[20.0] * 3]


def test_a_name_without_a_value_is_an_error():
    with pytest.raises(FormulaError, match="'q' has no value"):
        program(var("q") + x)


def test_the_digest_of_a_program_is_that_of_its_numbers_and_code():
    assert program(x * 2).digest == program(x * 2).digest
    others = [
        program(x * 2), program(x * 2.5), program(y * 2), program(x + 2), program(x * 2, y),
        program(x * 2, precision="f64"), program(x * 2, names=("x", "y", "z")),
    ]  # fmt: skip
    assert len({p.digest for p in others}) == len(others)


# ---- constants folded by Python's floats

ODD = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.5,
    1e-310,
    -5e-324,
    1e308,
    -1e308,
    math.inf,
    -math.inf,
    math.nan,
)


def folded(fold: Any, op: str, args: tuple[float, ...]) -> str:
    """The bits of the result; any NaN is one."""
    value = fold(apply(op, *args), list(args))
    return "nan" if value != value else float(value).hex()


@pytest.mark.parametrize("op", PRIMITIVES)
def test_fast_folding_is_bit_identical_to_folding(op: str):
    for args in itertools.product(ODD, repeat=PRIMITIVES[op].arity):
        assert folded(fold_fast, op, args) == folded(language.fold, op, args), args


def test_a_fast_fold_with_python_min_is_caught():
    """Python's min takes -0.0 for 0.0 and skips NaN."""
    pairs = [*itertools.product(ODD, repeat=2)]
    wrong = {
        args
        for args in pairs
        if folded(lambda _, a: min(a), "minimum", args) != folded(language.fold, "minimum", args)
    }
    assert {(0.0, -0.0), (1.0, math.nan)} & wrong
