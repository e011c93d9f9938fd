"""Dual numbers: values that carry their derivatives, over any namespace of the language.

`dual(m, axes)` evaluates and differentiates a formula in one pass, where `derive` differentiates
symbolically.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

from phosphene.formula.evaluate import evaluate
from phosphene.formula.expr import Expr, Table, as_expr, var
from phosphene.formula.language import (
    FUNCTIONS,
    ONE,
    PRIMITIVES,
    ZERO,
    namespace,
    read,
    table_partials,
)


class Dual:
    """A value and its derivatives along some axes, with the operators of a namespace's values.

    A derivative of None is exactly 0. The rules are those of `derive`.
    """

    __slots__ = ("m", "tangents", "value")
    __array_ufunc__ = None  # makes NumPy use the operators of this class

    def __init__(self, m: Any, value: Any, tangents: Sequence[Any]):
        self.m, self.value, self.tangents = m, value, tuple(tangents)

    def __getitem__(self, index: Any) -> Dual:
        parts = [None if t is None else t[index] for t in self.tangents]
        return Dual(self.m, self.value[index], parts)

    def __add__(self, other: Any) -> Any:
        return self.m.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return self.m.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return self.m.sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        return self.m.sub(other, self)

    def __mul__(self, other: Any) -> Any:
        return self.m.mul(self, other)

    def __rmul__(self, other: Any) -> Any:
        return self.m.mul(other, self)

    def __truediv__(self, other: Any) -> Any:
        return self.m.div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self.m.div(other, self)

    def __neg__(self) -> Any:
        return self.m.mul(self, -1.0)


def dual(m: Any, axes: int) -> Any:
    """The namespace of `Dual` values over those of `m`, by the rules of `derive`.

    Its function `variable(value, axis)` makes a variable to differentiate by; any value that is not
    a `Dual` is constant.
    """
    words = SimpleNamespace()
    differentiable = [*PRIMITIVES, *(n for n, word in FUNCTIONS.items() if word.partials)]

    def made(value: Any, tangents: list[Any]) -> Any:
        return value if all(t is None for t in tangents) else Dual(words, value, tangents)

    def variable(value: Any, axis: int) -> Dual:
        return Dual(words, value, [1.0 if axis == k else None for k in range(axes)])

    def word(name: str) -> Callable[..., Any]:
        def apply(*args: Any) -> Any:
            values = [value_of(a) for a in args]
            value = getattr(m, name)(*values)
            given = dict(zip("abcf", [*values, value], strict=False)) | {"f": value}
            return made(value, _chain(m, _rule(name), args, given, axes))

        return apply

    def table(table: Table, at: Any) -> Any:
        place = value_of(at)
        value = m.table(table, place)
        return made(value, _chain(m, _table_rule(table), [at], {"a": place}, axes))

    def linear(f: Callable[[list[Any]], Any], parts: list[Any]) -> Any:
        """Apply `f`, which is linear in its parts, to values and to tangents."""
        values = [value_of(p) for p in parts]
        tangents: list[Any] = []
        for axis in range(axes):
            along = [tangent(p, axis) for p in parts]
            known = any(t is not None for t in along)
            filled = [_filled(m, t, v) for t, v in zip(along, values, strict=True)]
            tangents.append(f(filled) if known else None)
        return made(f(values), tangents)

    vars(words).update({name: word(name) for name in differentiable})
    vars(words).update(
        variable=variable,
        table=table,
        stack=lambda rows: linear(m.stack, rows),
        concatenate=lambda parts: linear(m.concatenate, parts),
        matmul=lambda weights, v: linear(lambda one: m.matmul(weights, one[0]), [v]),
    )
    return namespace(vars(words), words)


def value_of(given: Any) -> Any:
    """The value of a `Dual`; other arguments are returned unchanged."""
    return given.value if isinstance(given, Dual) else given


def tangent(given: Any, axis: int) -> Any:
    """The derivative along an axis; None if it is exactly 0."""
    return given.tangents[axis] if isinstance(given, Dual) else None


def _chain(
    m: Any, partials: Sequence[Expr], args: Sequence[Any], given: Mapping[str, Any], axes: int
) -> list[Any]:
    """The chain rule: for each axis, the sum of partial derivative times tangent."""
    needed = [
        k
        for k, (p, a) in enumerate(zip(partials, args, strict=True))
        if p is not ZERO and isinstance(a, Dual)
    ]
    factors = dict(zip(needed, evaluate(m, [partials[k] for k in needed], given), strict=True))
    totals: list[Any] = [None] * axes
    for axis in range(axes):
        for k in needed:
            along = tangent(args[k], axis)
            if along is None:
                continue
            term = along if partials[k] is ONE else factors[k] * along
            totals[axis] = term if totals[axis] is None else totals[axis] + term
    return totals


def _filled(m: Any, along: Any, value: Any) -> Any:
    """A tangent broadcast to the shape of its value."""
    if isinstance(value, int | float):
        return 0.0 if along is None else along
    along = 0.0 if along is None else along
    return m.select(value, along, along)


@cache
def _rule(name: str) -> tuple[Expr, ...]:
    """The partial derivatives of a function, in terms of its arguments a, b, c and value f."""
    word = (PRIMITIVES | FUNCTIONS)[name]
    assert word.partials is not None
    made = word.partials(*(var(n) for n in "abc"[: word.arity]), var("f"))
    return tuple(map(as_expr, made))


@cache
def _table_rule(table: Table) -> tuple[Expr, ...]:
    return table_partials(read(table, var("a")))
