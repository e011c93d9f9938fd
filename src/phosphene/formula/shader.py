"""Generating shader text from expressions: GLSL ES 3.00 and WGSL.

A dialect is a table of templates; WGSL's is GLSL's with a few different entries. Shared subtrees
become variables, so the text grows with the number of distinct nodes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from phosphene.core.errors import FormulaError
from phosphene.formula.expr import Expr, Table, rewrite, walk
from phosphene.formula.language import PRIMITIVES, expand


@dataclass(frozen=True)
class Dialect:
    declare: str
    words: Mapping[str, str]


GLSL = Dialect(
    "float {name} = {value};",
    {name: word.glsl for name, word in PRIMITIVES.items()} | {"table": "{table}({0})"},
)
WGSL = Dialect(
    "let {name}: f32 = {value};",
    dict(GLSL.words)
    | {
        "round": "round({0})",
        "less": "select(0.0, 1.0, {0} < {1})",
        "select": "select({2}, {1}, {0} != 0.0)",
    },
)


# Names of numbers without a literal: `1.0 / 0.0` is an error in WGSL and undefined in GLSL. A text
# that uses one must declare it, with its value from a uniform or a buffer.
NOT_LITERAL = {"INFINITY": math.inf, "NOT_A_NUMBER": math.nan}


def number(value: float) -> str:
    """A float literal, or one of the names of `NOT_LITERAL`; the same in both dialects."""
    if math.isnan(value):
        return "NOT_A_NUMBER"
    if math.isinf(value):
        return "INFINITY" if value > 0 else "(-INFINITY)"
    text = repr(float(value))
    return f"({text})" if value < 0 else text


def shader(
    roots: list[Expr], dialect: Dialect, prefix: str = "tmp_"
) -> tuple[list[str], list[str]]:
    """Statements in order, and the text of each root. Variables keep their names.

    The caller must declare the functions `tableK` that read the k-th table, and the names of
    `NOT_LITERAL` that occur.
    """
    roots = [_spell_out(r) for r in roots]
    uses: dict[Expr, int] = {}
    for expr in walk(*roots):
        for a in expr.args:
            uses[a] = uses.get(a, 0) + 1
    text: dict[Expr, str] = {}
    tables: dict[Table, str] = {}
    lines: list[str] = []
    for expr in walk(*roots):
        if expr.op == "table":
            tables.setdefault(expr.value, f"table{len(tables)}")
        text[expr] = _say(expr, [text[a] for a in expr.args], dialect, tables)
        if expr.args and uses.get(expr, 0) > 1:
            name = f"{prefix}{len(lines)}"
            lines.append(dialect.declare.format(name=name, value=text[expr]))
            text[expr] = name
    return lines, [text[r] for r in roots]


def _spell_out(root: Expr) -> Expr:
    """The expression expanded to primitives."""

    def change(expr: Expr, args: tuple[Expr, ...]) -> Expr | None:
        if expr.op in PRIMITIVES or not expr.args or expr.op in ("table", "statistic"):
            return None
        return _spell_out(expand(expr, args))

    return rewrite([root], change)[0]


def _say(expr: Expr, args: list[str], dialect: Dialect, tables: Mapping[Table, str]) -> str:
    if expr.op == "const":
        return number(expr.value)
    if expr.op == "var":
        return str(expr.value).replace(".", "_0_")
    if expr.op not in dialect.words:
        raise FormulaError(f"no shader text for '{expr.op}'")
    table = tables[expr.value] if expr.op == "table" else ""
    return dialect.words[expr.op].format(*args, table=table)
