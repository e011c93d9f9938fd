"""Formula texts: what they mean, and what they may not say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phosphene.core.errors import FormulaError
from phosphene.formula import (
    FUNCTIONS,
    PRIMITIVES,
    SPELLINGS,
    Expr,
    Vector,
    apply,
    const,
    parse,
    var,
    walk,
)
from phosphene.formula.parse import MAX_DEPTH, MAX_LENGTH, MAX_NODES
from tests.formula.expressions import ARITY, expressions, text

NAMES = {
    "x": var("x"),
    "y": var("y"),
    "c": Vector([var("r"), var("g"), var("b")]),
    "A": lambda at: Vector([at, at, at]),
}


@settings(deadline=None, derandomize=True, max_examples=300)
@given(expressions)
def test_a_printed_expression_reads_back_as_the_same_node(expr: Expr):
    assert parse(text(expr), NAMES) is expr


x, y = NAMES["x"], NAMES["y"]


@pytest.mark.parametrize(
    ("formula", "meaning"),
    [
        ("x", x),
        ("  x\n", x),
        ("+x", x),
        ("-x", x * -1.0),
        ("2", const(2)),
        ("1e-3 + .5", apply("add", 1e-3, 0.5)),
        ("x - y - 1", (x - y) - 1),
        ("x / y / 2", (x / y) / 2),
        ("x + y * 2", x + y * 2),
        ("(x + y) * 2", (x + y) * 2),
        ("-x ** 2", (x * x) * -1.0),
        ("x ** 3", x * x * x),
        ("x ** 0.5", apply("power", x, 0.5)),
        ("x ** y", apply("power", x, y)),
        ("2 ** x", apply("power", 2, x)),
        ("x < y", apply("less", x, y)),
        ("x > y", apply("less", y, x)),
        ("x <= y", 1.0 - apply("less", y, x)),
        ("x >= y", 1.0 - apply("less", x, y)),
        ("atan2(y, x)", apply("atan2", y, x)),
        ("select(x < 0, 1, sin(y))", apply("select", apply("less", x, 0), 1, apply("sin", y))),
    ],
)
def test_a_text_means_this_node(formula: str, meaning: Expr):
    assert parse(formula, NAMES) is meaning


@pytest.mark.parametrize("name", ARITY)
def test_every_word_of_the_language_can_be_called(name: str):
    args = [var(n) for n in "xyx"[: ARITY[name]]]
    assert parse(f"{name}({', '.join('xyx'[: ARITY[name]])})", NAMES) is apply(name, *args)


@pytest.mark.parametrize("short", SPELLINGS)
def test_every_spelling_is_the_function_it_stands_for(short: str):
    word = SPELLINGS[short]
    assert word in PRIMITIVES | FUNCTIONS
    args = ", ".join("xyx"[: ARITY[word]])
    assert parse(f"{short}({args})", NAMES) is parse(f"{word}({args})", NAMES)


def test_vectors_are_taken_component_by_component():
    r, g, b = (var(n) for n in "rgb")
    assert parse("2 * c + vec(x, y, 1)", NAMES) == (2 * r + x, 2 * g + y, 2 * b + 1)
    assert parse("mix(c, 0, x)", NAMES) == tuple(apply("mix", v, 0.0, x) for v in (r, g, b))
    assert parse("-A(x) ** 2", NAMES) == (-(x * x),) * 3
    assert isinstance(parse("c", NAMES), Vector)


UNSAFE = {
    "an attribute": "x.real",
    "a method": "x.__class__.__mro__",
    "a subscript": "c[0]",
    "a slice": "c[:]",
    "lambda": "lambda: x",
    "a walrus": "(z := x)",
    "a text": "'x'",
    "bytes": "b'x'",
    "an f-string": "f'{x}'",
    "a list": "[x, y]",
    "a tuple": "(x, y)",
    "a set": "{x}",
    "a dict": "{x: y}",
    "a comprehension": "[x for x in y]",
    "a generator": "sum(x for x in y)",
    "import": "__import__('os')",
    "an unknown name": "__import__",
    "a builtin": "eval(x)",
    "a call of a call": "sin(x)(y)",
    "a call of a value": "x(y)",
    "a name for a function": "sin",
    "a palette without brackets": "A + 1",
    "keywords": "sin(x=y)",
    "double star": "sin(**x)",
    "star": "sin(*x)",
    "a conditional": "x if y else x",
    "and": "x and y",
    "not": "not x",
    "is": "x is y",
    "in": "x in y",
    "equality": "x == y",
    "a chain": "0 < x < 1",
    "modulo": "x % y",
    "floor division": "x // y",
    "a matrix product": "x @ y",
    "bits": "x | y",
    "a shift": "1 << 9999999",
    "inversion": "~x",
    "True": "True",
    "None": "None",
    "an ellipsis": "...",
    "an imaginary number": "1j",
    "await": "await x",
    "yield": "(yield x)",
    "a statement": "x = y",
    "two lines": "x\ny",
    "an assert": "assert x",
    "nothing": "",
    "a comment": "# x",
    "a null byte": "x\0",
    "half a bracket": "(x",
    "too few arguments": "atan2(x)",
    "too many arguments": "sin(x, y)",
    "a vector of two": "vec(x, y)",
    "a vector of vectors": "vec(c, x, y)",
    "too many arguments for a palette": "A(x, y)",
    "a huge whole number": "1" + "0" * 400,
    "a huge text": "x + " * MAX_LENGTH + "x",
    "deep brackets": "(" * 1500 + "x" + ")" * 1500,
    "deep calls": "sin(" * (MAX_DEPTH + 1) + "x" + ")" * (MAX_DEPTH + 1),
    "deep minus": "-" * (MAX_DEPTH + 1) + "x",
    "deep powers": "x" + "**x" * (MAX_DEPTH + 1),
    "many parts": "+".join([f"max({'x,' * 2}y)"] * 50),
    "a long call": f"max({','.join('x' * (MAX_NODES + 1))})"[:MAX_LENGTH],
    "not a text": 3,
}


@pytest.mark.parametrize("what", UNSAFE)
def test_an_invalid_formula_is_refused(what: str):
    with pytest.raises(FormulaError) as error:
        parse(UNSAFE[what], NAMES)  # type: ignore[arg-type]
    assert str(error.value)


@pytest.mark.parametrize("exponent", ["1e999", "0", "9", "0.5", "-2", "1e308", "-1e999"])
def test_any_exponent_is_a_formula(exponent: str):
    assert isinstance(parse(f"x ** {exponent}", NAMES), Expr)


@settings(deadline=None, derandomize=True, max_examples=500)
@given(st.text("xyc A()+-*/<>=.,0123456789e_'\"[]:\n\\#ß×", max_size=60))
def test_any_text_is_a_value_or_a_formula_error(anything: str):
    try:
        value = parse(anything, NAMES)
    except FormulaError as error:
        assert str(error)
    else:
        assert isinstance(value, Expr | Vector)


def test_the_limits_leave_room_for_real_formulas():
    chain = " + ".join(["x"] * MAX_DEPTH)
    assert sum(e.op == "add" for e in walk(parse(chain, NAMES))) == MAX_DEPTH - 1
    wide = "(" + "x+" * 29 + "x)"
    assert isinstance(parse("*".join([wide] * 30), NAMES), Expr)


@pytest.mark.parametrize(
    ("formula", "column", "message"),
    [
        ("x + tahn(y)", 4, "Did you mean 'tanh'?"),
        ("x + q", 4, "unknown name 'q'. Known: c, x, y."),
        ("x +\n  q", 6, "unknown name 'q'"),
        ("x +", 3, "cannot read"),
        ("x + y ^ 2", 6, "a ** b"),
        ("x*x == y", 4, "numbers are rarely equal"),
        ("x < y < 1", 0, "one comparison at a time"),
        ("A(x, y)", 0, "A() takes 1 argument, got 2"),
        ("x + ß", 4, "unknown name"),
        ("0.5 + sin", 6, "'sin' needs arguments"),
        ("  x + q", 6, "unknown name 'q'"),
        ("sin(x, y)", 0, "sin() takes 1 argument, got 2"),
        ("x + y.real", 4, "only numbers, names"),
        ("max(x, A)", 7, "'A' needs arguments"),
    ],
)
def test_an_error_points_at_the_place(formula: str, column: int, message: str):
    with pytest.raises(FormulaError) as error:
        parse(formula, NAMES)
    assert message in str(error.value)
    assert error.value.column == column
    caret = str(error.value).splitlines()[-1]
    assert caret == "  " + " " * column + "^"
