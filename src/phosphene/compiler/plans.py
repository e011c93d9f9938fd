"""Build plans for recipes of one form, made by building one of them, and the cache of plans."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from phosphene.compiler.measurement_log import ProbeRequest
from phosphene.compiler.tracing import DecidesFormError, TableSource, read_with_names, trace
from phosphene.formula import Expr, Table, const, walk
from phosphene.ir.layout import Layout
from phosphene.recipe import Recipe

PLANS = 16  # of one form
MOST_BYTES = 64 << 20  # of all plans; those of the 22 house styles take about 14 MB
FORM_BYTES = 4096  # approximate size of a form's texts
SPECIAL = frozenset({0.0, 1.0})
MINUS = const(-1.0)

Form = tuple[Any, ...]
Slots = dict[str, float]


@dataclass(frozen=True)
class Plan:
    """How to build the recipes of one form. Immutable.

    `baked` are the numbers that are part of the form, `constants` the constants of the formulas;
    `powers` are the names of exponents, which must not be integers.
    """

    baked: tuple[tuple[str, str], ...]
    powers: frozenset[str]
    negated: bool  # whether numbers are negated, so that x and -x must differ too
    constants: frozenset[float]
    inputs: dict[str, tuple[Expr, ...]]  # of the networks that are needed, in order
    cached: tuple[Any, ...]  # the contents of a `FormCache`
    requests: list[ProbeRequest]
    shares: list[list[str]]  # the forms of the shares of each request
    found: dict[int, str]  # measured numbers that belong to the form
    layout: Layout
    tables: dict[int, TableSource]
    kept: tuple[Table, ...]  # so that no other object has their ids

    def suits(self, numbers: Slots) -> bool:
        """Whether the plan can build a recipe with these numbers."""
        baked = dict(self.baked)
        return all(
            value.hex() == baked[name] if name in baked else abs(value) not in self.constants
            for name, value in numbers.items()
        ) and not any(numbers[name].is_integer() for name in self.powers if name in numbers)

    @property
    def nbytes(self) -> int:
        """Its approximate size in memory, in bytes."""
        cached = [found.layout for found in self.cached if hasattr(found, "layout")]
        layouts = [self.layout, *(request.layout for request in self.requests), *cached]
        return sum(layout.nbytes for layout in layouts) + sum(t.values.nbytes for t in self.kept)


class PlanCache:
    """A thread-safe cache of plans by form, which evicts the least recently used forms beyond
    `MOST_BYTES`.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forms: OrderedDict[Form, tuple[Plan, ...] | None] = OrderedDict()
        self.nbytes = 0

    def get(self, form: Form) -> tuple[Plan, ...] | None:
        """The plans of a form, empty if it is new; None if the form cannot have a plan."""
        with self.lock:
            if form not in self.forms:
                return ()
            self.forms.move_to_end(form)
            return self.forms[form]

    def put(self, form: Form, plan: Plan | None) -> None:
        """Add a plan of a form, or None if it cannot have one; evicts forms to make room."""
        with self.lock:
            before = self._remove(form) if form in self.forms else ()
            self._add(form, None if plan is None else (plan, *before)[:PLANS])
            while self.nbytes > MOST_BYTES and len(self.forms) > 1:
                self._remove(next(iter(self.forms)))
            if self.nbytes > MOST_BYTES and plan is not None:
                self._remove(form)
                self._add(form, (plan,))

    def _add(self, form: Form, plans: tuple[Plan, ...] | None) -> None:
        self.forms[form] = plans
        self.nbytes += _nbytes(plans)

    def _remove(self, form: Form) -> tuple[Plan, ...]:
        plans = self.forms.pop(form)
        self.nbytes -= _nbytes(plans)
        return plans or ()


def _nbytes(plans: tuple[Plan, ...] | None) -> int:
    return FORM_BYTES + sum(plan.nbytes for plan in plans or ())


PLAN_CACHE = PlanCache()


def make(
    recipe: Recipe, numbers: Slots, same: Mapping[str, str], latents: Mapping[str, float]
) -> tuple[Plan, Slots]:
    """A plan, made by building the recipe, and the numbers that are not part of its form.

    `same` maps the names of duplicate numbers to the names kept.
    """
    baked = {name for name, v in numbers.items() if abs(v) in SPECIAL or not math.isfinite(v)}
    while True:
        try:
            read = read_with_names(recipe, {n: v for n, v in numbers.items() if n in baked}, same)
            written = {abs(e.value) for e in walk(*read.roots) if e.op == "const"}
            baked |= {name for name, v in numbers.items() if abs(v) in written}
            fixed = {name: numbers[name] for name in baked}
            slots = {n: v for n, v in numbers.items() if n not in baked} | dict(latents)
            traced = trace(recipe, fixed, same, slots, latents)
        except DecidesFormError as error:
            baked |= error.names
            continue
        constants, powers, negated = set(SPECIAL), set[str](), False
        for e in walk(*traced.roots):
            if e.op == "const":
                constants.add(abs(e.value))
            elif e.op == "power" and e.args[1].op == "slot":
                powers.add(e.args[1].value)
            elif e.op == "mul" and e.args[0].op == "slot" and e.args[1] is MINUS:
                negated = True
        more = {n for n, v in numbers.items() if n not in baked and abs(v) in constants}
        more |= {n for n in powers if numbers.get(n, 0.5).is_integer()}
        if not more:
            break
        baked |= more
    named = {n: v for n, v in slots.items() if n in numbers or n.startswith("measured/")}
    log = traced.log
    return Plan(
        baked=tuple((n, v.hex()) for n, v in sorted(fixed.items())),
        powers=frozenset(powers),
        negated=negated,
        constants=frozenset(constants),
        inputs=traced.inputs,
        cached=tuple(traced.cache.found),
        requests=log.requests,
        shares=log.shares,
        found=log.baked,
        layout=traced.layout,
        tables=traced.tables,
        kept=traced.kept,
    ), named


def all_distinct(numbers: Mapping[str, float], plan: Plan) -> bool:
    """Whether all numbers are finite, distinct, and different from the constants of formulas."""
    sizes = set(map(abs, numbers.values()))
    distinct = sizes if plan.negated else set(numbers.values())
    return (
        len(distinct) == len(numbers)
        and sizes.isdisjoint(plan.constants)
        and all(map(math.isfinite, sizes))
    )
