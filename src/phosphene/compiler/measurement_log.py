"""A log of the measurements of a build, which can be replayed in another build.

A film's statistics are those of its first frame: all other frames replay them, so nothing flickers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from phosphene.compiler.probe import Share, share_below
from phosphene.formula import Expr, Table, const
from phosphene.ir.layout import Layout


class ProbeRequest(NamedTuple):
    """A program to evaluate on the probe, and the statistics to measure: (row, kind, p)."""

    layout: Layout
    statistics: list[tuple[int, str, float]]


class OtherMeasuresError(Exception):
    """The recorded measurements are of a recipe of a different structure."""


def as_share(value: Any) -> Share:
    """A measured share: as it is or, for "cdf", made of levels and shares."""
    return value if isinstance(value, Share) else share_below(*value)


class MeasurementLog:
    """Records measurements, or with `found` replays those of an earlier build in the same order."""

    def __init__(self, found: list[tuple[Any, Any]] | None = None):
        self.found: list[tuple[Any, Any]] = [] if found is None else found
        self.again, self.at = found is not None, 0

    def record_or_replay(self, what: Any, measure: Callable[[], Any]) -> Any:
        """The next measurement: the result of `measure()`, recorded, or the recorded one.

        `what` identifies its kind. Raises `OtherMeasuresError` if the recorded kind differs.
        """
        if not self.again:
            self.found.append((what, measure()))
            return self.found[-1][1]
        if self.at == len(self.found) or self.found[self.at][0] != what:
            raise OtherMeasuresError(str(what))
        self.at += 1
        return self.found[self.at - 1][1]

    def number(self, value: Any, statistic: tuple[str, float]) -> Expr:
        """A measured number as an expression; `statistic` names it, such as ("quantile", 0.3)."""
        return const(float(value))

    def share(self, f: Expr, value: Any) -> Expr:
        """The expression of the share of values up to f, by a measured distribution."""
        share = as_share(value)
        table = None if share.values is None else Table("cdf", share.values)
        return share.of(f, tuple(const(v) for v in share.numbers), table)

    slots: dict[str, float] | None = None  # numbers by name, if they are named

    def add_request(self, request: ProbeRequest) -> None:
        """Called for each program evaluated on the probe; does nothing here."""

    def replay(self) -> MeasurementLog:
        """A log that replays these measurements from the start."""
        return MeasurementLog(self.found)
