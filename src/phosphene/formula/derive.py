"""Symbolic differentiation."""

from __future__ import annotations

from collections.abc import Mapping

from phosphene.formula.expr import Expr, as_expr, walk
from phosphene.formula.language import (
    FUNCTIONS,
    ONE,
    PRIMITIVES,
    ZERO,
    expand,
    table_partials,
)


def derive(roots: list[Expr], seeds: Mapping[str, Expr]) -> list[Expr]:
    """The derivatives of the roots, given the derivatives of variables in `seeds` (others: 0).

    Forward mode, by the chain rule: products with 0 and 1 are dropped, nothing else is simplified.
    At a kink, the derivative is that of one side; at a jump, it is 0.
    """
    known: dict[Expr, Expr] = {}
    _derive_all(roots, seeds, known)
    return [known[r] for r in roots]


def _derive_all(roots: list[Expr], seeds: Mapping[str, Expr], known: dict[Expr, Expr]) -> None:
    for expr in walk(*roots, known=known):
        known[expr] = _rule(expr, seeds, known)


def _rule(expr: Expr, seeds: Mapping[str, Expr], known: dict[Expr, Expr]) -> Expr:
    if expr.op == "var":
        return seeds.get(expr.value, ZERO)
    if expr.op in ("const", "slot", "statistic") or all(known[a] is ZERO for a in expr.args):
        return ZERO
    if expr.op == "table":
        partials = table_partials(expr)
    elif expr.op in PRIMITIVES:
        partials = PRIMITIVES[expr.op].partials(*expr.args, expr)
    else:
        rule = FUNCTIONS[expr.op].partials
        if rule is None:
            meaning = expand(expr, expr.args)
            _derive_all([meaning], seeds, known)
            return known[meaning]
        partials = rule(*expr.args, expr)
    total = ZERO
    for partial, argument in zip(partials, expr.args, strict=True):
        total = _add(total, _multiply(as_expr(partial), known[argument]))
    return total


def _multiply(a: Expr, b: Expr) -> Expr:
    if a is ZERO or b is ZERO:
        return ZERO
    if a is ONE:
        return b
    return a if b is ONE else a * b


def _add(a: Expr, b: Expr) -> Expr:
    if a is ZERO:
        return b
    return a if b is ZERO else a + b
