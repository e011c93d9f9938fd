"""Formula text to expressions, by a safe grammar.

    numbers, names, + - * / **, unary -, < <= > >=, calls of known functions, vec(a, b, c)

Python's parser reads the text; only the nodes above are accepted, so nothing can be executed.
Length, node count and depth are bounded. A name is whatever the caller's `names` says: an
expression, a vector of three (a colour), or a callable (a palette, a statistic). Operators and
functions work on vectors componentwise.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from phosphene.errors import FormulaError, unknown
from phosphene.formula.expr import Expr, apply, as_expr, const
from phosphene.formula.language import ARITY, SPELLINGS

MAX_LENGTH, MAX_NODES, MAX_DEPTH = 4000, 2000, 60


class Vector(tuple[Expr, Expr, Expr]):
    """Three expressions taken together, such as a colour."""


Value = Expr | Vector
Names = Mapping[str, "Value | Callable[..., Value]"]

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
    """`f` of expressions, or of each component where any argument is a vector."""
    if not any(isinstance(a, Vector) for a in args):
        return f(*args)
    spread = [a if isinstance(a, Vector) else (a, a, a) for a in args]
    return Vector(f(*component) for component in zip(*spread, strict=True))


def parse(text: str, names: Names) -> Value:
    """The value of a formula text. Raises `FormulaError`, which points into the text."""
    if not isinstance(text, str):
        raise FormulaError(f"expected a formula text, got {text!r}")
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"a formula of {len(text)} characters; the limit is {MAX_LENGTH}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise FormulaError(
            f"cannot read the formula: {error.msg}", text, (error.offset or 1) - 1
        ) from None
    except (ValueError, MemoryError, RecursionError):
        raise FormulaError("cannot read the formula: nested too deeply or not text", text) from None
    return _Reader(text, names).read(tree, 0)


class _Reader:
    def __init__(self, text: str, names: Names):
        self.text, self.names, self.count = text, names, 0

    def fail(self, problem: str, at: Any) -> FormulaError:
        lead = len(self.text) - len(self.text.lstrip())
        return FormulaError(problem, self.text, at.col_offset + lead)

    def read(self, tree: Any, depth: int) -> Value:
        self.count += 1
        if self.count > MAX_NODES or depth > MAX_DEPTH:
            raise self.fail(f"a formula may have {MAX_NODES} parts, {MAX_DEPTH} deep", tree)
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
        raise self.fail("only numbers, names, + - * / **, < >, and calls are allowed here", tree)

    def binary(self, tree: Any, operator: Any, left: Any, right: Any, depth: int) -> Value:
        a, b = self.read(left, depth + 1), self.read(right, depth + 1)
        return componentwise(_OPERATORS[type(operator)], a, b)

    def name(self, tree: ast.Name) -> Value:
        found = self.names.get(tree.id)
        if found is None:
            known = [n for n in self.names if not n.startswith("_")]
            raise self.fail(unknown("name", tree.id, known), tree)
        if callable(found):
            raise self.fail(f"'{tree.id}' needs arguments, as in {tree.id}(x)", tree)
        return found

    def call(self, tree: Any, depth: int) -> Value:
        said: str = tree.func.id
        name = SPELLINGS.get(said, said)
        own = self.names.get(name)
        if own is None and name not in ARITY and name != "vec":
            known = [*ARITY, *SPELLINGS, "vec", *(n for n, v in self.names.items() if callable(v))]
            raise self.fail(unknown("function", said, known), tree)
        args = [self.read(a, depth + 1) for a in tree.args]
        if name == "vec" and own is None:
            return self.vector(tree, args)
        if own is not None:
            if not callable(own):
                raise self.fail(f"'{name}' is a value, not a function", tree)
            try:
                return own(*args)
            except FormulaError as error:
                raise self.fail(error.problem, tree) from None
            except TypeError:
                raise self.fail(f"{name}() does not take {len(args)} arguments", tree) from None
        if len(args) != ARITY[name]:
            raise self.fail(f"{said}() takes {ARITY[name]} arguments, got {len(args)}", tree)
        return componentwise(lambda *a: apply(name, *a), *args)

    def vector(self, tree: Any, args: list[Value]) -> Vector:
        if len(args) != 3 or any(isinstance(a, Vector) for a in args):
            raise self.fail("vec() takes three numbers", tree)
        return Vector(as_expr(a) for a in args)  # type: ignore[arg-type]
