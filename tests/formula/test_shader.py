"""Shader text: both dialects say every formula, in floats, each shared part once."""

from __future__ import annotations

import math
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from phosphene.formula import GLSL, PRIMITIVES, WGSL, Expr, Table, apply, const, read, shader, var
from phosphene.formula.shader import NOT_LITERAL, Dialect, number
from phosphene.testing import FORMULAS
from phosphene.testing.tolerance import words
from tests.formula.expressions import expressions

DIALECTS = {"glsl": GLSL, "wgsl": WGSL}
x, y = var("x"), var("y")


def lines_of(roots: list[Expr], dialect: Dialect) -> list[str]:
    """The whole text: statements, then one line each for the roots."""
    statements, values = shader(roots, dialect)
    return [*statements, *(f"{v};" for v in values)]


TOKEN = re.compile(r"(?P<number>\d[\d.]*(?:e[+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\S)")


def check_shape(lines: list[str], variables: set[str]) -> None:
    """Balanced, floats only, and no name before it is declared."""
    texts = " ".join([*GLSL.words.values(), *WGSL.words.values()])
    declared = variables | set(re.findall(r"\b[A-Za-z]\w*(?=\()", texts))
    for line in lines:
        assert line.endswith(";")
        head, _, value = line.rstrip(";").rpartition(" = ")
        depth = 0
        for token in TOKEN.finditer(value):
            number_, name, sign = token.group("number", "name", "sign")
            depth += {"(": 1, ")": -1}.get(sign, 0)
            assert depth >= 0
            assert number_ is None or "." in number_ or "e" in number_, f"{number_} is whole"
            assert name is None or name in declared, f"{name} is not declared in {line}"
        assert depth == 0
        if head:
            declared |= set(re.findall(r"^(?:float|let) (\w+)", head))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", PRIMITIVES)
def test_every_primitive_has_text_with_a_place_for_each_argument(dialect: str, name: str):
    text = DIALECTS[dialect].words[name]
    places = {int(p) for p in re.findall(r"\{(\d)\}", text)}
    assert places == set(range(PRIMITIVES[name].arity))
    arguments = "abc"[: PRIMITIVES[name].arity]
    check_shape(lines_of([apply(name, *map(var, arguments))], DIALECTS[dialect]), set(arguments))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", FORMULAS)
def test_every_formula_has_a_shader_text(dialect: str, name: str):
    formula = FORMULAS[name]
    check_shape(lines_of(list(formula.roots), DIALECTS[dialect]), set(formula.variables))


@settings(deadline=None, derandomize=True, max_examples=100)
@given(expressions)
def test_any_expression_has_a_shader_text(expr: Expr):
    for dialect in DIALECTS.values():
        check_shape(lines_of([expr, expr + 1], dialect), {"x", "y"})


@settings(deadline=None, derandomize=True, max_examples=100)
@given(expressions)
def test_wgsl_has_no_question_mark_and_glsl_has_no_select(expr: Expr):
    assert not any("?" in line for line in lines_of([expr], WGSL))
    assert not any("select" in line for line in lines_of([expr], GLSL))


def in_python(roots: list[Expr], values: dict[str, Any]) -> Any:
    """WGSL text, evaluated: its expressions are Python's, once its words are defined."""
    known = vars(words())
    meanings = {
        **{n: known[n] for n in ("abs", "floor", "round", "sqrt", "exp2", "log2", "sin", "cos")},
        "min": np.minimum,
        "max": np.maximum,
        "clamp": lambda v, low, high: np.minimum(np.maximum(v, low), high),
        "select": lambda no, yes, condition: np.where(condition, yes, no),
    } | values
    statements, results = shader(roots, WGSL)
    with np.errstate(all="ignore"):
        for line in statements:
            name, value = re.fullmatch(r"let (\w+): f32 = (.*);", line).groups()  # type: ignore[union-attr]
            meanings[name] = eval(value, {"__builtins__": {}}, meanings)
        return [eval(r, {"__builtins__": {}}, meanings) for r in results]


@pytest.mark.parametrize("name", FORMULAS)
def test_the_text_means_what_the_formula_means(name: str):
    formula = FORMULAS[name]
    turns = np.linspace(0.1, 40, 500)
    values = {v: 2 * np.sin(turns * (i + 1)) for i, v in enumerate(formula.variables)}
    m: Any = SimpleNamespace(**vars(words()))

    known: dict[Expr, Any] = {}  # shared parts once: a tree of them would grow without end

    def meaning(expr: Expr) -> Any:
        if expr.op in ("const", "var"):
            return np.float64(expr.value) if expr.op == "const" else values[expr.value]
        if expr not in known:
            known[expr] = getattr(m, expr.op)(*map(meaning, expr.args))
        return known[expr]

    with np.errstate(all="ignore"):
        wanted = [np.broadcast_to(meaning(r), 500) for r in formula.roots]
    found = [np.broadcast_to(v, 500) for v in in_python(list(formula.roots), values)]
    # Shaders need not know NaN: the logarithm of a negative number is that of the least one there.
    number_ = ~np.isnan(wanted)
    np.testing.assert_allclose(np.array(found)[number_], np.array(wanted)[number_], 1e-12, 1e-12)


def test_what_occurs_twice_becomes_a_variable():
    shared = apply("sin", x * y)
    statements, (value,) = shader([shared * shared + x], GLSL)
    assert statements == ["float tmp_0 = sin((x * y));"]
    assert value == "((tmp_0 * tmp_0) + x)"
    statements, _ = shader([shared * shared + x], WGSL, prefix="v")
    assert statements == ["let v0: f32 = sin((x * y));"]


def test_text_grows_with_the_distinct_nodes_only():
    expr = x
    for _ in range(60):
        expr = expr * expr + y
    assert len("".join(lines_of([expr], GLSL))) < 60 * 60


def test_variables_and_tables_appear_under_names_a_shader_can_have():
    table = Table("A_L", np.arange(4.0))
    _, values = shader([var("main0.dx") + read(table, x)], GLSL)
    assert values == ["(main0_0_dx + table0(x))"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (0.0, "0.0"),
        (-2.5, "(-2.5)"),
        (1e-8, "1e-08"),
        (1e30, "1e+30"),
        (1 / 3, "0.3333333333333333"),
    ],
)
def test_numbers_print_as_floats(value: float, text: str):
    assert number(value) == text
    assert float(text.strip("()")) == value


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_number_without_a_literal_is_a_name_that_the_caller_declares(dialect: str, value: float):
    """WGSL refuses `1.0 / 0.0`: a constant expression must be finite."""
    (text,) = lines_of([x * const(value)], DIALECTS[dialect])
    assert "/" not in text
    check_shape([text], {"x", *NOT_LITERAL})
    (found,) = in_python([const(value)], dict(NOT_LITERAL))
    np.testing.assert_equal(found, value)


def test_negative_numbers_stand_in_brackets():
    assert shader([x - const(-1.0)], GLSL)[1] == ["(x - (-1.0))"]
