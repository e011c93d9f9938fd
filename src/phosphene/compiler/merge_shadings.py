"""Merges two shadings that differ only in their numbers into one whose numbers move from the
first to the second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phosphene.compiler.measurement_log import MeasurementLog
from phosphene.formula import Expr, Table, node, trace, var

Two = tuple[Expr, Expr]


class OtherFormError(Exception):
    """The two shadings have different forms."""


class Moving:
    """Moving numbers as variables: `ends` holds the first and last value of each, by name.

    `share` is the variable that mixes whole tables.
    """

    def __init__(self, share: Expr):
        self.share = share
        self.ends: dict[str, tuple[float, float]] = {}

    def number(self, first: float, last: float) -> Expr:
        name = f"number.{len(self.ends)}"
        self.ends[name] = first, last
        return var(name)

    def merge(self, first: list[Expr], second: list[Expr]) -> list[Expr]:
        """One formula for each pair. Raises `OtherFormError` if the forms of a pair differ."""
        known: dict[Two, Expr] = {}
        pairs = list(zip(first, second, strict=True))
        stack = list(pairs)
        while stack:
            pair = stack.pop()
            if pair in known:
                continue
            waiting = [p for p in _arguments(*pair) if p not in known]
            if waiting:
                stack += [pair, *waiting]
            else:
                known[pair] = self._merged(*pair, known)
        return [known[p] for p in pairs]

    def _merged(self, a: Expr, b: Expr, known: dict[Two, Expr]) -> Expr:
        if a is b:
            return a
        if a.op == "const":
            return self.number(a.value, b.value)
        args = tuple(known[p] for p in zip(a.args, b.args, strict=True))
        made = node(a.op, args, a.value)
        if a.value == b.value:
            return made
        return trace.mix(made, node(b.op, args, b.value), self.share)


def _arguments(a: Expr, b: Expr) -> list[Two]:
    if a is b or a.op == "const" == b.op:
        return []
    same = a.value == b.value or (isinstance(a.value, Table) and isinstance(b.value, Table))
    if a.op != b.op or len(a.args) != len(b.args) or not same:
        raise OtherFormError
    return list(zip(a.args, b.args, strict=True))


class BothMeasured(MeasurementLog):
    """Replays the measurements of two stills: every number moves from the first to the second."""

    def __init__(self, first: MeasurementLog, second: MeasurementLog, moving: Moving):
        super().__init__([])
        self.two, self.moving = (first, second), moving

    def record_or_replay(self, what: Any, measure: Callable[[], Any]) -> Any:
        found = [measured.record_or_replay(what, measure) for measured in self.two]
        if what[0] == "extremes":  # least and greatest of many
            return [list(zip(a, b, strict=True)) for a, b in zip(*found, strict=True)]
        return list(zip(*found, strict=True))

    def number(self, value: Any, statistic: tuple[str, float]) -> Expr:
        return self.moving.number(*map(float, value))

    def share(self, f: Expr, value: Any) -> Expr:
        first, second = (MeasurementLog.share(self, f, v) for v in value)
        return trace.mix(first, second, self.moving.share)
