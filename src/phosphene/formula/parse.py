"""Parsing formula texts into expressions, with a safe grammar.

    numbers, names, + - * / **, unary -, < <= > >=, calls of known functions, vec(a, b, c)

The text is parsed by Python's parser, and only the syntax above is accepted; nothing is executed.
Length, node count and depth are limited. The caller's `names` defines names: expressions, vectors
of three (a colour), or callables (a palette, a statistic). Operators and functions work on vectors
componentwise.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache
from inspect import CO_VARARGS
from typing import Any

from phosphene.core.errors import FormulaError, unknown
from phosphene.formula.expr import Expr, apply, as_expr, const
from phosphene.formula.language import ARITY, SPELLINGS

MAX_LENGTH, MAX_NODES, MAX_DEPTH = 4000, 2000, 60


class Vector(tuple[Expr, Expr, Expr]):
    """A vector of three expressions, such as a colour."""


Value = Expr | Vector
Names = Mapping[str, "Value | Callable[..., Value]"]

# Syntax of other languages, and what to write instead.
_ELSEWHERE: dict[type[ast.AST], tuple[str, str]] = {
    ast.BitXor: ("^", "write a ** b"),
    ast.Mod: ("%", "write mod(a, b)"),
    ast.FloorDiv: ("//", "write floor(a / b)"),
    ast.MatMult: ("@", "write dot(v, w)"),
    ast.Eq: ("==", "numbers are rarely equal; write 1 - step(1e-6, abs(a - b))"),
    ast.NotEq: ("!=", "numbers are rarely equal; write step(1e-6, abs(a - b))"),
    ast.And: ("and", "write a product: (a < b) * (c < d)"),
    ast.Or: ("or", "write a maximum: max(a < b, c < d)"),
    ast.Not: ("not", "write 1 - a"),
}

_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Expr]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
    ast.Lt: lambda a, b: apply("less", a, b),
    ast.Gt: lambda a, b: apply("less", b, a),
    ast.LtE: lambda a, b: 1.0 - apply("less", b, a),
    ast.GtE: lambda a, b: 1.0 - apply("less", a, b),
}


def componentwise(f: Callable[..., Any], *args: Any) -> Value:
    """`f` of the arguments, componentwise if any of them is a vector."""
    if not any(isinstance(a, Vector) for a in args):
        return f(*args)
    spread = [a if isinstance(a, Vector) else (a, a, a) for a in args]
    return Vector(f(*component) for component in zip(*spread, strict=True))


def parse(text: str, names: Names) -> Value:
    """The value of a formula text: an expression or a vector. Raises `FormulaError`, which shows
    the position in the text.
    """
    if not isinstance(text, str):
        raise FormulaError(f"expected a formula text, got {text!r}")
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(text)} characters; the limit is {MAX_LENGTH}")
    if not text.strip():
        raise FormulaError(f"expected a formula, such as 0.5 + 0.5*x, got {text!r}")
    line = text if "#" in text else " ".join(text.splitlines())  # a comment ends at its line end
    lead = len(line) - len(line.lstrip())
    try:
        tree = _tree(line.strip())
    except SyntaxError as error:
        at = lead + (error.offset or len(line.strip()) + 1) - 1
        raise FormulaError(f"cannot read the formula: {error.msg}", line, at) from None
    except (ValueError, MemoryError, RecursionError):
        raise FormulaError("cannot read the formula: nested too deeply or not text", text) from None
    return _Reader(line, names).read(tree, 0)


@lru_cache(1024)  # styles use the same texts repeatedly
def _tree(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def value_names(names: Names) -> list[str]:
    """The names of values, not functions."""
    known = getattr(names, "value_names", None)
    return known() if known else [n for n, value in names.items() if not callable(value)]


def _arity(word: Callable[..., Value]) -> int:
    """The number of arguments that a function takes; -1 if it checks them itself."""
    code = getattr(word, "__code__", None)
    return -1 if code is None or code.co_flags & CO_VARARGS else code.co_argcount


class _Reader:
    def __init__(self, text: str, names: Names):
        self.text, self.names, self.count = text, names, 0

    def fail(self, problem: str, at: Any) -> FormulaError:
        return FormulaError(problem, self.text, self.column(at))

    def column(self, at: Any) -> int:
        """The column of a node in characters; Python counts bytes."""
        lead = len(self.text) - len(self.text.lstrip())
        before = self.text.lstrip().encode()[: at.col_offset]
        return lead + len(before.decode(errors="ignore"))

    def read(self, tree: Any, depth: int) -> Value:
        self.count += 1
        if self.count > MAX_NODES or depth > MAX_DEPTH:
            raise self.fail(
                f"the formula is too large; at most {MAX_NODES} parts, {MAX_DEPTH} deep", tree
            )
        match tree:
            case ast.Constant(value=bool()):
                raise self.fail(f"{tree.value} is not a number; write 1 or 0", tree)
            case ast.Constant(value=int() | float() as value):
                try:
                    return const(value)
                except OverflowError:
                    raise self.fail("this number is too large", tree) from None
            case ast.Name():
                return self.name(tree)
            case ast.UnaryOp(op=ast.USub()):
                return componentwise(lambda a: -a, self.read(tree.operand, depth + 1))
            case ast.UnaryOp(op=ast.UAdd()):
                return self.read(tree.operand, depth + 1)
            case ast.BinOp() if type(tree.op) in _OPERATORS:
                return self.binary(tree, tree.op, tree.left, tree.right, depth)
            case ast.Compare(ops=[operator]) if type(operator) in _OPERATORS:
                return self.binary(tree, operator, tree.left, tree.comparators[0], depth)
            case ast.Call(func=ast.Name(), keywords=[]):
                return self.call(tree, depth)
        raise self.unsupported(tree)

    def unsupported(self, tree: Any) -> FormulaError:
        """The error for syntax that the language lacks, with its position."""
        kind = type(tree.ops[0] if isinstance(tree, ast.Compare) else getattr(tree, "op", None))
        if isinstance(tree, ast.Compare) and len(tree.ops) > 1:
            problem = "one comparison at a time: (a < b) * (b < c)"
        elif kind in _ELSEWHERE:
            sign, instead = _ELSEWHERE[kind]
            here = self.text.find(sign, self.column(tree))
            return FormulaError(f"'{sign}' is not supported; {instead}", self.text, here)
        else:
            problem = "only numbers, names, + - * / **, < <= > >=, and calls are allowed here"
        return self.fail(problem, tree)

    def binary(self, tree: Any, operator: Any, left: Any, right: Any, depth: int) -> Value:
        a, b = self.read(left, depth + 1), self.read(right, depth + 1)
        return componentwise(_OPERATORS[type(operator)], a, b)

    def name(self, tree: ast.Name) -> Value:
        try:
            found = self.names.get(tree.id)
        except FormulaError as error:
            raise self.fail(error.problem, tree) from None
        if found is None:
            if tree.id in ARITY or tree.id in SPELLINGS:
                raise self.fail(f"'{tree.id}' needs arguments, as in {tree.id}(x)", tree)
            raise self.fail(unknown("name", tree.id, value_names(self.names)), tree)
        if callable(found):
            raise self.fail(f"'{tree.id}' needs arguments, as in {tree.id}(x)", tree)
        return found

    def call(self, tree: Any, depth: int) -> Value:
        spelling: str = tree.func.id
        name = SPELLINGS.get(spelling, spelling)
        own = self.names.get(name)
        if own is None and name not in ARITY and name != "vec":
            known = [*ARITY, *SPELLINGS, "vec", *(set(self.names) - set(value_names(self.names)))]
            raise self.fail(unknown("function", spelling, known), tree)
        args = [self.read(a, depth + 1) for a in tree.args]
        if name == "vec" and own is None:
            return self.vector(tree, args)
        if own is not None:
            if not callable(own):
                raise self.fail(f"'{name}' is a value, not a function", tree)
            self.count_arguments(tree, spelling, _arity(own))
            try:
                return own(*args)
            except FormulaError as error:
                raise self.fail(error.problem, tree) from None
        self.count_arguments(tree, spelling, ARITY[name])
        return componentwise(lambda *a: apply(name, *a), *args)

    def count_arguments(self, tree: Any, name: str, wanted: int) -> None:
        if len(tree.args) != wanted and wanted >= 0:
            some = f"{wanted} argument{'s' if wanted > 1 else ''}"
            raise self.fail(f"{name}() takes {some}, got {len(tree.args)}", tree)

    def vector(self, tree: Any, args: list[Value]) -> Vector:
        if len(args) != 3 or any(isinstance(a, Vector) for a in args):
            raise self.fail("vec() takes three numbers", tree)
        return Vector(as_expr(a) for a in args)  # type: ignore[arg-type]
