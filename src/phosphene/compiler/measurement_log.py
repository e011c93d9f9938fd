"""What build measures, in the order in which it does: kept, so that it can be taken again.

A film's statistics are those of its first frame: every other program is built with them, so
nothing flickers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from phosphene.compiler.probe import share_below
from phosphene.formula import Expr, Table, const
from phosphene.ir.layout import Layout


class Look(NamedTuple):
    """A program that is looked at on the probe, and what is asked: (its row, kind, p)."""

    layout: Layout
    asks: list[tuple[int, str, float]]


class OtherMeasuresError(Exception):
    """A recipe of another structure, whose measures are not those that were kept."""


class MeasurementLog:
    """Measures as they are made, or, with `found`, those of an earlier build in the same order.

    `take(what, measure)` gives the next of them; `what` says of what kind it is. Taking other
    kinds than those that were kept raises `OtherMeasuresError`.
    """

    def __init__(self, found: list[tuple[Any, Any]] | None = None):
        self.found: list[tuple[Any, Any]] = [] if found is None else found
        self.again, self.at = found is not None, 0

    def take(self, what: Any, measure: Callable[[], Any]) -> Any:
        if not self.again:
            self.found.append((what, measure()))
            return self.found[-1][1]
        if self.at == len(self.found) or self.found[self.at][0] != what:
            raise OtherMeasuresError(str(what))
        self.at += 1
        return self.found[self.at - 1][1]

    def number(self, value: Any, asked: tuple[str, float]) -> Expr:
        """A measured number as a formula has it; `asked`, such as ("quantile", 0.3), is what was
        measured.
        """
        return const(float(value))

    def share(self, f: Expr, value: Any) -> Expr:
        """The share of values up to f, of a measured cumulative distribution."""
        share = share_below(*value)
        table = None if share.values is None else Table("cdf", share.values)
        return share.of(f, tuple(const(v) for v in share.numbers), table)

    slots: dict[str, float] | None = None  # where numbers have names, those

    def note(self, look: Look) -> None:
        """What has been looked at; nothing has to remember it."""

    def replay(self) -> MeasurementLog:
        """The same measures, to be taken from the first on."""
        return MeasurementLog(self.found)
