"""Evaluating expressions over any namespace of the language's functions.

`arrays` is the namespace of NumPy arrays, `dual(m)` that of values with their derivatives, and
`namespace` makes one from the primitives over other values, such as JAX arrays. A namespace has
every primitive and function by its name, and four functions for arrays:

    table(table, at)      the table's values at `at`, clamped to 0..1
    stack(rows)           rows, which broadcast against each other, as one vector of shape (rows, n)
    concatenate(vectors)  vectors one after the other
    matmul(weights, v)    the matrix product of (units, inputs) with a vector of `inputs` rows

Values support the operators + - * / and unary -, also with Python numbers; vectors support
indexing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from phosphene.core.errors import FormulaError
from phosphene.formula.expr import Expr, walk

# Evaluators of operations that are not functions of the language: from node and arguments.
Nodes = Mapping[str, Callable[[Expr, list[Any]], Any]]
NO_NODES: Nodes = {}


def evaluate(
    m: Any, roots: Sequence[Expr], values: Mapping[str, Any], nodes: Nodes = NO_NODES
) -> list[Any]:
    """The values of expressions over `m`, given the values of variables and slots by name.

    The value of an expression without variables is a Python float. Raises `FormulaError` if a name
    has no value.
    """
    known: dict[Expr, Any] = {}
    for expr in walk(*roots):
        known[expr] = _value(m, expr, [known[a] for a in expr.args], values, nodes)
    return [known[r] for r in roots]


def _value(m: Any, expr: Expr, args: list[Any], values: Mapping[str, Any], nodes: Nodes) -> Any:
    if expr.op == "const":
        return expr.value
    if expr.op in ("var", "slot"):
        if expr.value not in values:
            raise FormulaError(f"'{expr.value}' has no value")
        return values[expr.value]
    if expr.op == "table":
        return m.table(expr.value, args[0])
    if expr.op in nodes:
        return nodes[expr.op](expr, args)
    return getattr(m, expr.op)(*args)
