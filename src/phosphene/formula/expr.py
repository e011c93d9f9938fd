"""Expressions: scalar formulas as shared, immutable trees.

Equal expressions are the same object (hash-consing), so a repeated subtree is evaluated once.
`apply` and Python operators build nodes. Nothing is simplified here: a formula is evaluated as
written.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Container, Iterator
from typing import Any, Union

Number = Union["Expr", float, int]

# A WeakValueDictionary with less overhead, since nodes are made by the thousand.
_interned: dict[tuple[Any, ...], _Interned] = {}
_entering = threading.RLock()  # reentrant: garbage collection may remove an entry at any time


class Expr:
    """A node: an operation, its arguments, and for a leaf its value (number, name or table)."""

    __slots__ = ("__weakref__", "args", "op", "value")

    op: str
    args: tuple[Expr, ...]
    value: Any

    def __repr__(self) -> str:
        if self.op in ("const", "var", "slot"):
            return str(self.value)
        inside = ", ".join(map(repr, self.args))
        return f"{self.op}({inside}{'' if self.value is None else f'; {self.value}'})"

    def __add__(self, other: Number) -> Expr:
        return apply("add", self, other)

    def __radd__(self, other: Number) -> Expr:
        return apply("add", other, self)

    def __sub__(self, other: Number) -> Expr:
        return apply("sub", self, other)

    def __rsub__(self, other: Number) -> Expr:
        return apply("sub", other, self)

    def __mul__(self, other: Number) -> Expr:
        return apply("mul", self, other)

    def __rmul__(self, other: Number) -> Expr:
        return apply("mul", other, self)

    def __truediv__(self, other: Number) -> Expr:
        return apply("div", self, other)

    def __rtruediv__(self, other: Number) -> Expr:
        return apply("div", other, self)

    def __neg__(self) -> Expr:
        return const(-self.value) if self.op == "const" else apply("mul", self, -1.0)

    def __pow__(self, exponent: Number) -> Expr:
        """Whole exponents become products, which allow negative bases; others become `power`."""
        value = exponent.value if isinstance(exponent, Expr) else exponent
        whole = isinstance(value, int | float) and abs(value) <= 64 and value == int(value)
        if not whole or (isinstance(exponent, Expr) and exponent.op != "const"):
            return apply("power", self, exponent)
        if value < 0:
            return 1.0 / self**-value
        return _product(self, int(value))

    def __rpow__(self, base: Number) -> Expr:
        return apply("power", base, self)


def _product(base: Expr, times: int) -> Expr:
    """base^times, by repeated squaring."""
    if times <= 1:
        return base if times else const(1.0)
    half = _product(base, times // 2)
    return half * half * base if times % 2 else half * half


class _Interned(weakref.ref[Expr]):
    """A weak reference to a node, and its key."""

    __slots__ = ("key",)
    key: tuple[Any, ...]


def _gone(interned: _Interned) -> None:
    key = interned.key
    with _entering:
        if _interned.get(key) is interned:  # a new node may have replaced it
            del _interned[key]


def node(op: str, args: tuple[Expr, ...] = (), value: Any = None) -> Expr:
    """The unique node with these parts."""
    # -0.0 equals 0.0, but is a different number.
    key = op, args, value if value != 0 or op != "const" else str(value)
    known = _interned.get(key)
    found = known() if known is not None else None
    return found if found is not None else _enter(key, op, args, value)


def _enter(key: tuple[Any, ...], op: str, args: tuple[Expr, ...], value: Any) -> Expr:
    """A new node, or the one that another thread has just made."""
    made = object.__new__(Expr)
    made.op, made.args, made.value = op, args, value
    mine = _Interned(made, _gone)
    mine.key = key
    with _entering:
        known = _interned.setdefault(key, mine)
        found = known()
        if found is None:  # the earlier node has been collected
            _interned[key], found = mine, made
    return found


def const(value: float) -> Expr:
    return node("const", (), float(value))


def var(name: str) -> Expr:
    return node("var", (), name)


def slot(name: str) -> Expr:
    """A named number, constant over a picture, which gets its value when the program is filled."""
    return node("slot", (), name)


def as_expr(value: Number) -> Expr:
    return value if isinstance(value, Expr) else const(value)


def apply(op: str, *args: Number) -> Expr:
    return node(op, tuple([a if isinstance(a, Expr) else const(a) for a in args]))


class Table:
    """Values on an even grid over [0, 1], read by linear interpolation. Compared by identity."""

    def __init__(self, name: str, values: Any):
        self.name, self.values = name, values
        self._slope: Table | None = None

    def __repr__(self) -> str:
        return f"table {self.name}"

    def at(self, place: float) -> float:
        """The value at a place in [0, 1]; places outside and NaN are clamped."""
        last = len(self.values) - 1
        along = min(max(place, 0.0), 1.0) * last if place == place else 0.0
        k = min(int(along), last - 1)
        return float(self.values[k] + (self.values[k + 1] - self.values[k]) * (along - k))

    @property
    def slope(self) -> Table:
        """The derivative as a table on the same grid (central differences)."""
        if self._slope is None:
            v = self.values
            steps = v * 0.0
            steps[1:-1] = (v[2:] - v[:-2]) / 2
            steps[0], steps[-1] = v[1] - v[0], v[-1] - v[-2]
            self._slope = Table(self.name + "'", steps * (len(v) - 1))
        return self._slope


def walk(*roots: Expr, known: Container[Expr] = ()) -> Iterator[Expr]:
    """Yield every node under the roots once, arguments before the nodes that use them; nodes in
    `known` and those only below them are skipped.
    """
    seen: set[Expr] = set()
    ready: set[Expr] = set()  # nodes with their arguments above them on the stack
    stack = list(reversed(roots))
    while stack:
        expr = stack.pop()
        if expr in seen:
            if expr in ready:
                ready.remove(expr)
                yield expr
        elif expr not in known:
            seen.add(expr)
            stack.append(expr)
            for argument in reversed(expr.args):
                if argument not in seen and argument not in known:
                    stack.append(argument)
            if stack[-1] is expr:  # all its arguments have been yielded
                yield stack.pop()
            else:
                ready.add(expr)


def rewrite(
    roots: list[Expr], change: Callable[[Expr, tuple[Expr, ...]], Expr | None]
) -> list[Expr]:
    """The roots with nodes replaced by `change(node, its new arguments)`, unless it is None."""
    new: dict[Expr, Expr] = {}
    for expr in walk(*roots):
        args = tuple([new[a] for a in expr.args])
        changed = change(expr, args)
        if changed is None:
            changed = expr if args == expr.args else node(expr.op, args, expr.value)
        new[expr] = changed
    return [new[r] for r in roots]


def variables(*roots: Expr) -> set[str]:
    found: set[str] = set()
    seen, stack = set(roots), list(roots)
    while stack:
        expr = stack.pop()
        if expr.op == "var":
            found.add(expr.value)
        for argument in expr.args:
            if argument not in seen:
                seen.add(argument)
                stack.append(argument)
    return found
