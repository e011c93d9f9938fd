"""The functions of the language: primitives, and functions defined in terms of them.

A primitive is an operation that engines implement. It has a NumPy definition (the reference),
partial derivatives, GLSL and WGSL text, and a rule for special arguments (range, NaN, overflow). A
function has a definition in primitives, and common ones also a derivative in closed form. `m` in a
catalogue formula is a namespace of all of them: `trace` builds expressions, `arrays` computes with
NumPy arrays, and `namespace` makes one for other values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from phosphene.core import exact
from phosphene.formula.expr import Expr, Table, apply, const, node

SIN_LIMIT = 2.0**20
EXP_RANGE = (-125.0, 127.0)
TINY = 2.0**-126
LN2 = math.log(2)


class Primitive(NamedTuple):
    arity: int
    description: str
    numpy: Callable[..., Any]
    partials: Callable[..., tuple[Any, ...]]
    glsl: str
    exact: Callable[..., Any] | None = None


class Function(NamedTuple):
    arity: int
    description: str
    define: Callable[..., Any]
    partials: Callable[..., tuple[Any, ...]] | None = None


def _exp2(x: Any, exp2: Callable[[Any], Any] = np.exp2) -> Any:
    return exp2(np.minimum(np.maximum(x, EXP_RANGE[0]), EXP_RANGE[1]))


def _log2(x: Any, log2: Callable[[Any], Any] = np.log2) -> Any:
    return np.where(x >= 0, log2(np.maximum(x, TINY)), np.nan)


def _circular(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def bounded(x: Any) -> Any:
        inside = np.abs(x) < SIN_LIMIT
        return np.where(inside, f(np.where(inside, x, 0.0 * x)), x - x)

    return bounded


def _exact_exp2(x: Any) -> Any:
    return _exp2(x, lambda v: exact.exp(v * exact.LN2))


def _exact_log2(x: Any) -> Any:
    return _log2(x, lambda v: np.where(np.isinf(v), v, exact.log(v) / exact.LN2))


PRIMITIVES: dict[str, Primitive] = {
    "add": Primitive(2, "a + b, IEEE 754", np.add, lambda a, b, f: (1.0, 1.0), "({0} + {1})"),
    "sub": Primitive(2, "a - b, IEEE 754", np.subtract, lambda a, b, f: (1.0, -1.0), "({0} - {1})"),
    "mul": Primitive(2, "a * b, IEEE 754", np.multiply, lambda a, b, f: (b, a), "({0} * {1})"),
    "div": Primitive(
        2, "a / b, IEEE 754: x/0 is infinite, 0/0 is NaN", np.divide,
        lambda a, b, f: (_over(1.0, b), -_over(f, b)), "({0} / {1})",
    ),
    "minimum": Primitive(
        2, "the smaller; NaN if either is NaN", np.minimum,
        lambda a, b, f: (less(a, b), 1.0 - less(a, b)), "min({0}, {1})",
    ),
    "maximum": Primitive(
        2, "the larger; NaN if either is NaN", np.maximum,
        lambda a, b, f: (less(b, a), 1.0 - less(b, a)), "max({0}, {1})",
    ),
    "abs": Primitive(
        1, "|x|", np.abs, lambda x, f: (select(less(x, 0.0), -1.0, 1.0),), "abs({0})"
    ),
    "floor": Primitive(
        1, "the largest integer not above x", np.floor, lambda x, f: (0.0,), "floor({0})"
    ),
    "round": Primitive(
        1, "the nearest integer, halves to even", np.rint, lambda x, f: (0.0,), "roundEven({0})"
    ),
    "sqrt": Primitive(
        1, "square root; 0 below 0", lambda x: np.sqrt(np.maximum(x, 0.0)),
        lambda x, f: (_over(0.5, f),), "sqrt(max({0}, 0.0))",
    ),
    "exp2": Primitive(
        1, "2^x with x clamped to [-125, 127], so never 0 or infinite", _exp2,
        lambda x, f: (LN2 * f,), "exp2(clamp({0}, -125.0, 127.0))", _exact_exp2,
    ),
    "log2": Primitive(
        1, "binary logarithm; -126 for 0 <= x < 2^-126, NaN below 0", _log2,
        lambda x, f: (_over(1.0, LN2 * x),), "log2(max({0}, 1.1754944e-38))", _exact_log2,
    ),
    "sin": Primitive(
        1, "sine of radians; 0 for |x| >= 2^20, NaN at infinity", _circular(np.sin),
        lambda x, f: (apply("cos", x),), "sin({0})", _circular(exact.sin),
    ),
    "cos": Primitive(
        1, "cosine of radians; 0 for |x| >= 2^20, NaN at infinity", _circular(np.cos),
        lambda x, f: (-apply("sin", x),), "cos({0})", _circular(exact.cos),
    ),
    "less": Primitive(
        2, "1 where a < b, else 0 (0 if either is NaN)",
        lambda a, b: np.where(np.less(a, b), _one(a, b), 0 * _one(a, b)),
        lambda a, b, f: (0.0, 0.0), "({0} < {1} ? 1.0 : 0.0)",
    ),
    "select": Primitive(
        3, "b where a is not 0 (NaN is not 0), else c", lambda a, b, c: np.where(a != 0, b, c),
        lambda a, b, c, f: (0.0, select(a, 1.0, 0.0), select(a, 0.0, 1.0)),
        "({0} != 0.0 ? {1} : {2})",
    ),
}  # fmt: skip


def _one(a: Any, b: Any) -> Any:
    return np.ones((), np.result_type(a, b))


def less(a: Any, b: Any) -> Expr:
    return apply("less", a, b)


def select(condition: Any, yes: Any, no: Any) -> Expr:
    return apply("select", condition, yes, no)


def _over(a: Any, b: Any) -> Expr:
    """a / b in a derivative; 0 at b = 0, where it would be infinite or NaN and break the pixel."""
    return select(b, a / b, 0.0)


def _atan(m: Any, x: Any) -> Any:
    """Odd polynomial on [-1, 1] (the form of Abramowitz & Stegun 4.4.49), reciprocal outside.

    Error of the formula below 4e-8 rad.
    """
    a = m.abs(x)
    small = m.less(a, 1.0)
    t = m.select(small, a, 1.0 / m.maximum(a, 1.0))
    s = t * t
    p = s * -0.00405456128 + 0.021862937
    for c in (-0.0559122974, 0.0964219524, -0.139086288, 0.199465655, -0.333298608, 0.999999336):
        p = p * s + c
    p = p * t
    p = m.select(small, p, math.pi / 2 - p)
    return m.select(m.less(x, 0.0), 0.0 - p, p)


def _atan2(m: Any, y: Any, x: Any) -> Any:
    base = m.atan(y / m.select(m.less(m.abs(x), 1e-30), 1e-30, x))
    turn = m.select(m.less(y, 0.0), -math.pi, math.pi)
    return m.select(m.less(x, 0.0), base + turn, base)


def _smoothstep(m: Any, low: Any, high: Any, x: Any) -> Any:
    t = m.clamp((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


FUNCTIONS: dict[str, Function] = {
    "exp": Function(1, "e^x", lambda m, x: m.exp2(x * (1 / LN2)), lambda x, f: (f,)),
    "log": Function(
        1, "natural logarithm", lambda m, x: m.log2(x) * LN2, lambda x, f: (_over(1.0, x),)
    ),
    "tanh": Function(
        1, "hyperbolic tangent", lambda m, x: 1.0 - 2.0 / (m.exp2(x * (2 / LN2)) + 1.0),
        lambda x, f: (1.0 - f * f,),
    ),
    "sigmoid": Function(
        1, "1 / (1 + e^-x)", lambda m, x: 1.0 / (m.exp2(x * (-1 / LN2)) + 1.0),
        lambda x, f: (f * (1.0 - f),),
    ),
    "gauss": Function(
        1, "e^(-x^2)", lambda m, x: m.exp2((x * x) * (-1 / LN2)), lambda x, f: (-2.0 * x * f,)
    ),
    "softplus": Function(
        1, "ln(1 + e^x)",
        lambda m, x: m.maximum(x, 0.0) + m.log2(m.exp2(m.abs(x) * (-1 / LN2)) + 1.0) * LN2,
        lambda x, f: (apply("sigmoid", x),),
    ),
    "sign": Function(
        1, "-1, 0 or 1", lambda m, x: m.less(0.0, x) - m.less(x, 0.0), lambda x, f: (0.0,)
    ),
    "step": Function(2, "0 where x < edge, else 1", lambda m, edge, x: 1.0 - m.less(x, edge)),
    "tan": Function(
        1, "tangent of radians", lambda m, x: m.sin(x) / m.cos(x), lambda x, f: (1.0 + f * f,)
    ),
    "atan": Function(
        1, "arc tangent, -pi/2..pi/2", _atan, lambda x, f: (1.0 / (1.0 + x * x),)
    ),
    "atan2": Function(
        2, "angle of the point (x, y), called atan2(y, x), -pi..pi; 0 at (0, 0)", _atan2,
        lambda y, x, f: (_over(x, x * x + y * y), -_over(y, x * x + y * y)),
    ),
    "hypot": Function(
        2, "sqrt(a^2 + b^2)", lambda m, a, b: m.sqrt(a * a + b * b),
        lambda a, b, f: (_over(a, f), _over(b, f)),
    ),
    "power": Function(
        2, "a^b for a >= 0, NaN below; a ** 3 takes any a", lambda m, a, b: m.exp2(b * m.log2(a)),
        lambda a, b, f: (_over(b * f, a), f * LN2 * apply("log2", a)),
    ),
    "fract": Function(1, "x - floor(x)", lambda m, x: x - m.floor(x), lambda x, f: (1.0,)),
    "mod": Function(2, "a - b floor(a / b), NaN for b = 0", lambda m, a, b: a - b * m.floor(a / b)),
    "clamp": Function(
        3, "x clamped to low..high", lambda m, x, low, high: m.minimum(m.maximum(x, low), high)
    ),
    "mix": Function(3, "a (1 - t) + b t", lambda m, a, b, t: a * (1.0 - t) + b * t),
    "smoothstep": Function(
        3, "smooth step from low to high, smoothstep(low, high, x); hard where low = high",
        _smoothstep,
    ),
    "square": Function(1, "x^2", lambda m, x: x * x),
    "bands": Function(
        2, "the centre of the band of width 1/n around x; infinite for n = 0", lambda m, x, n:
        (m.floor(x * n) + 0.5) / n,
    ),
    "mirror": Function(
        1, "x reflected back and forth into 0..1: 0.3, 1.7 and 2.3 give 0.3",
        lambda m, x: m.abs(x - 2.0 * m.round(x * 0.5)),
    ),
}  # fmt: skip

# Other names that formula texts can use; the catalogue uses NumPy's names.
SPELLINGS = {"min": "minimum", "max": "maximum", "pow": "power", "ln": "log", "sgn": "sign"}

ARITY = {name: word.arity for name, word in (PRIMITIVES | FUNCTIONS).items()}


def _tracer(name: str) -> Callable[..., Expr]:
    return lambda *args: apply(name, *args)


def namespace(words: Mapping[str, Callable[..., Any]], m: Any = None) -> Any:
    """A namespace of the language from implementations `words`; functions that are missing in it
    are defined by the others. `m` is the namespace to fill, or None for a new one.
    """
    m = SimpleNamespace() if m is None else m
    vars(m).update(words)
    for name, function in FUNCTIONS.items():
        if name not in words:
            setattr(m, name, partial(function.define, m))
    return m


def _read_table(table: Table, at: Any) -> Any:
    last = len(table.values) - 1
    along = np.where(at > 0, np.minimum(at, 1.0), 0.0) * last
    k = np.minimum(np.floor(along), last - 1).astype(np.int64)
    part = along - k
    return table.values[k] * (1.0 - part) + table.values[k + 1] * part


ARRAY_WORDS: dict[str, Callable[..., Any]] = {
    "table": _read_table,
    "stack": lambda rows: np.stack(np.broadcast_arrays(*rows)),
    "concatenate": np.concatenate,
    "matmul": np.matmul,
}

trace = SimpleNamespace(**{name: _tracer(name) for name in ARITY})
arrays = namespace({name: word.numpy for name, word in PRIMITIVES.items()} | ARRAY_WORDS)


def expand(expr: Expr, args: tuple[Expr, ...]) -> Expr:
    """A function's definition with its arguments substituted."""
    return FUNCTIONS[expr.op].define(trace, *args)


def read(table: Table, at: Expr) -> Expr:
    """The table's value at `at`, clamped to [0, 1] (NaN reads the first entry)."""
    return node("table", (at,), table)


def table_partials(expr: Expr) -> tuple[Expr, ...]:
    at, table = expr.args[0], expr.value
    inside = less(0.0, at) * less(at, 1.0)
    return (inside * read(table.slope, at),)


def fold(expr: Expr, args: list[float]) -> float:
    """The value of a primitive of constants, in float64 with the same bits on every machine."""
    word = PRIMITIVES[expr.op]
    with np.errstate(all="ignore"):
        return float((word.exact or word.numpy)(*[np.float64(a) for a in args]))


def fold_fast(expr: Expr, args: list[float]) -> float:
    """`fold`, with Python floats where the result is the same."""
    match expr.op:
        case "add":
            return args[0] + args[1]
        case "sub":
            return args[0] - args[1]
        case "mul":
            return args[0] * args[1]
        case "div" if args[1]:
            return args[0] / args[1]
        case "less":
            return 1.0 if args[0] < args[1] else 0.0
        case "select":
            return args[1] if args[0] != 0 else args[2]
        case "minimum" if args[0] < args[1] or args[0] > args[1]:
            return min(args)
        case "maximum" if args[0] < args[1] or args[0] > args[1]:
            return max(args)
        case "sqrt" if args[0] > 0:
            return math.sqrt(args[0])
    return fold(expr, args)


ZERO, ONE = const(0.0), const(1.0)
