"""Random expressions, and their text."""

from __future__ import annotations

from hypothesis import strategies as st

from phosphene.formula import FUNCTIONS, PRIMITIVES, Expr, apply, const, var

VARIABLES = ("x", "y")
INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/", "less": "<"}
ARITY = {name: word.arity for name, word in (PRIMITIVES | FUNCTIONS).items()}

numbers = st.one_of(
    st.sampled_from([0.0, 1.0, 2.0, 0.5, 0.1, 1e-8, 12345.678]),
    st.floats(0.01, 10.0, allow_nan=False),
)
leaves = st.one_of(st.sampled_from(VARIABLES).map(var), numbers.map(const))


def _grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    calls = [st.tuples(st.just(n), *[inner] * k).map(lambda a: apply(*a)) for n, k in ARITY.items()]
    return st.one_of(*calls, inner.map(lambda e: -e))


expressions = st.recursive(leaves, _grow, max_leaves=12)


def text(expr: Expr) -> str:
    """The expression as the grammar writes it."""
    if expr.op in ("const", "var"):
        return repr(expr.value) if expr.op == "const" else expr.value
    args = [text(a) for a in expr.args]
    if expr.op == "mul" and expr.args[1] == const(-1.0):
        return f"(-{args[0]})"
    if expr.op in INFIX:
        return f"({args[0]} {INFIX[expr.op]} {args[1]})"
    return f"{expr.op}({', '.join(args)})"
