"""Counts what expressions need, with every shift and derivative written out, without writing them
out.

`at(f, dx, dy)` copies all of f, and the networks under it; a derivative adds to each operation some
of its own. The walk therefore visits states: an expression, the shifts around it, and how often it
is differentiated. The number of states is the size of the formula that the compiler would make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from phosphene.compiler.probe import CDF_ENTRIES
from phosphene.compiler.step_costs import LEAVES, NOTHING, ROW, Work, steps_work, word_size
from phosphene.core.limits import exceed, limits_in_force
from phosphene.formula import Expr, Table
from phosphene.ir.network import Network

GROWTH = 4  # times as large is each further derivative of a formula, about
SHARE_SIZE = 10  # operations of the share of values up to f
MOST_ORDERS = 40  # of derivatives; beyond them numbers would only be astronomical
State = tuple[Expr, int, int]  # the expression, the number of its chain of shifts, derivatives


class Walk:
    """What the states visited so far need. Raises `LimitError` as soon as there are more nodes than
    the limits in force allow.
    """

    def __init__(self, owner: Callable[[str], str | None], shape: Callable[[str], Network]) -> None:
        self.owner, self.shape = owner, cache(shape)
        self.most = limits_in_force().nodes
        self.work = NOTHING
        self.statistics: dict[Expr, None] = {}
        self.tables: set[tuple[object, bool]] = set()
        self.table_entries = 0
        self.networks: dict[str, None] = {}
        self.seen: set[State] = set()
        self.copies: set[tuple[str, int, int]] = set()
        self.shifts: dict[tuple[int, Expr, Expr], int] = {}

    def visit(self, roots: Iterable[Expr]) -> None:
        """Count what the expressions need; what was visited before is not counted again."""
        left: list[State] = [(root, 0, 0) for root in roots]
        while left:
            state = left.pop()
            if state not in self.seen:
                self.seen.add(state)
                left += self._count(*state)
                if self.work.code > self.most:
                    exceed("nodes")

    def _add(self, size: float, order: int) -> None:
        """Count `size` operations, or those of a derivative along both axes."""
        times = 1 if order == 0 else 2 * GROWTH ** min(order - 1, MOST_ORDERS)
        self.work += Work(size * times, ROW * size * times)

    def _count(self, expr: Expr, shift: int, order: int) -> list[State]:
        """Count one state; returns the states that it needs."""
        match expr.op:
            case "var":
                return self._copy(expr.value, shift, order)
            case op if op in LEAVES:
                return []
            case "gradient":
                return [(expr.args[0], shift, order + 1)]
            case "shifted":
                f, dx, dy = expr.args
                inner = self.shifts.setdefault((shift, dx, dy), len(self.shifts) + 1)
                self._add(2, 0)
                return [(f, inner, order), (dx, shift, order), (dy, shift, order)]
            case "statistic":
                self.statistics[expr] = None
                if expr.value[0] != "cdf":
                    return []
                self._table(expr, order)
                self._add(SHARE_SIZE, order)
                return self._needs(expr, shift, order)
            case "table":
                self._table(expr, order)
                self._add(1 if order == 0 else 6, order)
                return self._needs(expr, shift, order)
            case op:
                self._add(word_size(op, order > 0), order)
                return self._needs(expr, shift, order)

    def _needs(self, expr: Expr, shift: int, order: int) -> list[State]:
        """The arguments; of a derivative also the value that is differentiated."""
        found: list[State] = [(argument, shift, order) for argument in expr.args]
        return found if order == 0 else [*found, (expr, shift, order - 1)]

    def _copy(self, name: str, shift: int, order: int) -> list[State]:
        """Count the network of a field, once for each chain of shifts."""
        owner, order = self.owner(name), min(order, 1)
        if owner is None:
            self._add(2 if shift else 0, 0)
            return []
        if (owner, shift, order) in self.copies:
            return []
        self.copies.add((owner, shift, order))
        self.networks[owner] = None
        shape = self.shape(owner)
        self.work += steps_work(shape, order > 0)
        return [(formula, shift, order) for formula in shape.inputs]

    def _table(self, expr: Expr, order: int) -> None:
        key = expr.value if expr.op == "table" else expr
        size = len(key.values) if isinstance(key, Table) else CDF_ENTRIES
        if (key, order > 0) not in self.tables:
            self.tables.add((key, order > 0))
            self.table_entries += size
