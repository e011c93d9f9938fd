"""Lowering: from expressions to operations on rows of pixels.

A `Tape` is straight-line code: each operation reads and writes blocks of rows (a block is one or
more rows of pixels, one row per unit). Expressions are lowered as written: shared subtrees once,
constants folded in float64, nothing else. The program's assembler later assigns memory to blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from phosphene.core.errors import FormulaError
from phosphene.formula.expr import Expr, Table, walk
from phosphene.formula.language import PRIMITIVES, expand, fold


@dataclass(slots=True)  # not frozen: that would triple the time to make one
class Rows:
    """Consecutive rows of a block."""

    block: int
    start: int
    count: int

    def part(self, start: int, count: int) -> Rows:
        return Rows(self.block, self.start + start, count)


class Symbol(float):
    """A constant that depends on slots: its current value, and its index in the tape's symbols."""

    __slots__ = ("at",)
    at: int


Operand = Rows | float
# The definition of a symbol: the name of its slot, or an expression and its operands.
Made = str | tuple[Expr, tuple[float, ...]]


class Operation(NamedTuple):
    """One operation: name, target, sources. `data` is a table, or the weights of a dense layer."""

    name: str
    target: Rows
    operands: tuple[Operand, ...]
    data: object = None


class Tape:
    """Operations in order, and the size of every block they use.

    `slots` are named numbers that may change later: constants derived from them are `symbols`, and
    `guards` are the conditions on symbols on which the operations depend. `labels` names rows for
    readers of the program; None collects no names.
    """

    def __init__(self, slots: Mapping[str, float] | None = None, labelled: bool = False) -> None:
        self.labels: list[tuple[Rows, tuple[str, int, str]]] | None = [] if labelled else None
        self.operations: list[Operation] = []
        self.blocks: list[int] = []
        self.slots: Mapping[str, float] = slots or {}
        self.records = slots is not None
        self.named: dict[str, Symbol] = {}
        self.symbols: list[Made] = []
        self.guards: list[tuple[int, bool]] = []

    def number(self, name: str) -> Symbol:
        """The symbol of a slot."""
        if name not in self.named:
            self.named[name] = self.symbol(self.slots[name], name)
        return self.named[name]

    def symbol(self, value: float, made: Made) -> Symbol:
        found = Symbol(value)
        found.at = len(self.symbols)
        self.symbols.append(made)
        return found

    def block(self, rows: int) -> Rows:
        self.blocks.append(rows)
        return Rows(len(self.blocks) - 1, 0, rows)

    def label(self, rows: Rows, network: str, vector: int, tangent: str = "") -> None:
        """Record that rows hold a vector of a network."""
        if self.labels is not None:
            self.labels.append((rows, (network, vector, tangent)))

    def emit(self, name: str, target: Rows, *operands: Operand, data: object = None) -> Rows:
        self.operations.append(Operation(name, target, operands, data))
        return target


def lower(
    roots: list[Expr],
    values: Mapping[str, Operand],
    tape: Tape,
    *,
    fused: frozenset[str],
    count: int = 1,
    known: dict[Expr, Operand] | None = None,
) -> list[Operand]:
    """Append operations for the roots; returns the rows of each root's value, or a number if it is
    constant.

    `values` holds the rows of each variable; every operation works on `count` rows at once.
    Functions named in `fused` become one operation, others are expanded. `known` carries shared
    subtrees from one call to the next on the same tape.
    """
    known = {} if known is None else known
    for expr in walk(*roots, known=known):
        known[expr] = _place(expr, values, tape, fused, count, known)
    return [known[r] for r in roots]


def _place(
    expr: Expr,
    values: Mapping[str, Operand],
    tape: Tape,
    fused: frozenset[str],
    count: int,
    known: dict[Expr, Operand],
) -> Operand:
    op = expr.op
    if op == "const":
        return float(expr.value)
    if op == "var":
        if expr.value not in values:
            raise FormulaError(f"'{expr.value}' has no value")
        return values[expr.value]
    if op == "slot":
        return tape.number(expr.value)
    operands = [known[a] for a in expr.args]
    if op == "table":
        return _lookup(expr, operands[0], tape, count)
    if op == "select" and isinstance(operands[0], float):
        if isinstance(operands[0], Symbol):
            tape.guards.append((operands[0].at, operands[0] != 0))
        return operands[1] if operands[0] != 0 else operands[2]
    constant = Rows not in map(type, operands)
    if op not in PRIMITIVES and (constant or op not in fused):
        meaning = expand(expr, expr.args)
        return lower([meaning], values, tape, fused=fused, count=count, known=known)[0]
    if constant:
        numbers = [o for o in operands if isinstance(o, float)]
        value = fold(expr, numbers)
        if any(isinstance(o, Symbol) for o in numbers):
            return tape.symbol(value, (expr, tuple(numbers)))
        return value
    return tape.emit(op, tape.block(count), *operands)


def _lookup(expr: Expr, at: Operand, tape: Tape, count: int) -> Operand:
    table: Table = expr.value
    if isinstance(at, float):  # with slots, tables may change too
        value = table.at(at)
        return tape.symbol(value, (expr, (at,))) if tape.records else value
    return tape.emit("table", tape.block(count), at, data=table)
