"""Forms: recipes that differ in their numbers alone are built by one plan.

A seed of a style is new weights, palettes and parameters in the same formulas. So what of a build
does not depend on numbers is kept by the recipe's form: expressions read, differentiated and
lowered, blocks placed, code written. A new seed draws its numbers, measures its statistics, and
fills them in.

The program is the one that `build` makes without a plan, bit for bit. Numbers do decide its form
where they are equal to each other or to a number of the formulas (equal expressions are one), 0 or
1 (a derivative leaves them out) or whole (powers): such numbers belong to the form, or, where they
are measured, the recipe is built without a plan.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from phosphene.catalogue.palettes import palette_tables
from phosphene.compiler.compiled_draws import quick_normal
from phosphene.compiler.lowering import lay_out_program, stretch_slots
from phosphene.compiler.measurement_log import Look, MeasurementLog
from phosphene.compiler.networks import make_networks, used_networks
from phosphene.compiler.norms import Notes, measure_norms
from phosphene.compiler.probe import Share, probe_points, share_below
from phosphene.compiler.resolving import look_at, resolve_statistics
from phosphene.compiler.shading import shade
from phosphene.compiler.shifts import Shifts
from phosphene.core.errors import UserError
from phosphene.formula import Expr, Table, const, slot, walk
from phosphene.ir.entries import Biases, Weights
from phosphene.ir.layout import Layout, OtherNumbersError
from phosphene.ir.network import Affine, Floats, Network, Stretch
from phosphene.ir.program import Program
from phosphene.networks import form_of_inputs, input_numbers, make_network
from phosphene.recipe import Generated, RandomActivations, Recipe

FORMS, PLANS = 256, 16  # forms that are kept, and plans of one form
SPECIAL = frozenset({0.0, 1.0})
MINUS = const(-1.0)

Form = tuple[Any, ...]
Slots = dict[str, float]


@dataclass(frozen=True)
class Plan:
    """How recipes of one form are built. Nothing of it changes once it is made.

    `baked` are the numbers that belong to the form, `taken` those of the formulas; `powers` are
    the names of exponents, which must not be whole.
    """

    baked: tuple[tuple[str, str], ...]
    powers: frozenset[str]
    turned: bool  # whether numbers are negated, which makes another number of them
    taken: frozenset[float]
    inputs: dict[str, tuple[Expr, ...]]  # of the networks that are needed, in order
    notes: tuple[Any, ...]
    looks: list[Look]
    shares: list[list[str]]  # the forms of the shares of each look
    found: dict[int, str]  # measured numbers that belong to the form
    layout: Layout
    tables: dict[int, tuple[Any, int, bool]]  # whose, which, and whether its slope
    kept: tuple[Table, ...]  # so that no other object has their ids

    def suits(self, numbers: Slots) -> bool:
        baked = dict(self.baked)
        return all(
            value.hex() == baked[name] if name in baked else abs(value) not in self.taken
            for name, value in numbers.items()
        ) and not any(numbers[name].is_integer() for name in self.powers if name in numbers)


class Plans:
    """The plans of all forms, those of the forms used last; safe to share between threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forms: OrderedDict[Form, tuple[Plan, ...] | None] = OrderedDict()

    def get(self, form: Form) -> tuple[Plan, ...] | None:
        """The plans of a form; None of one that has none."""
        with self.lock:
            if form not in self.forms:
                return ()
            self.forms.move_to_end(form)
            return self.forms[form]

    def put(self, form: Form, plan: Plan | None) -> None:
        with self.lock:
            before = self.forms.pop(form, ()) or ()
            self.forms[form] = None if plan is None else (plan, *before)[:PLANS]
            if len(self.forms) > FORMS:
                self.forms.popitem(last=False)


PLANS_KNOWN = Plans()


def planned(recipe: Recipe, latents: Mapping[str, float]) -> Program | None:
    """The program of a recipe by the plan of its form; None where there can be no plan.

    `latents` is the recipe's z.
    """
    form = form_of(recipe)
    if form is None:
        return None
    numbers, same = _merged(numbers_of(recipe))
    form = (*form, same)
    plans = PLANS_KNOWN.get(form)
    if plans is None:
        return None
    seen: dict[Any, Any] = {}
    try:
        for plan in plans:
            if plan.suits(numbers):
                try:
                    return fill(plan, recipe, numbers, latents, seen)
                except OtherNumbersError:
                    continue
        try:
            plan, measured = make(recipe, numbers, dict(same), latents)
        except UserError:  # told by whoever builds without a plan; or it needs a whole image
            PLANS_KNOWN.put(form, None)
            return None
        PLANS_KNOWN.put(form, plan)
        if not _apart(measured, plan):
            return None
        return plan.layout.program(recipe.precision)
    except (_NoPlanError, OtherNumbersError):
        return None


# ---- what decides the form


def form_of(recipe: Recipe) -> Form | None:
    """Everything of a recipe but the numbers that a plan puts in; None where there is no plan."""
    networks: list[Any] = []
    for name, n in recipe.networks.items():
        if not isinstance(n, Generated) or isinstance(n.activations, RandomActivations):
            return None
        networks.append((
            name, n.kind, form_of_inputs(n), n.scale, n.fold and (n.fold.kind, n.fold.order),
            n.standardise, n.latent.size, n.latent.inject, n.width, n.depth, n.outputs,
            n.activations, n.output, n.norm, n.norm_position, n.epsilon, n.residual_scale,
        ))  # fmt: skip
    shading, surface = recipe.shading, recipe.surface
    palettes = list(recipe.palettes.values())
    return (
        tuple(networks), tuple(shading.params), tuple(shading.let.items()), shading.colour_space,
        shading.colour, shading.alpha, shading.channels, shading.fixed_latent,
        tuple(recipe.palettes), tuple([palettes.index(p) for p in palettes]), surface.kind,
        surface.period, recipe.precision,
    )  # fmt: skip


def numbers_of(recipe: Recipe) -> Slots:
    """The numbers of formulas, by name: parameters, and those of the networks' inputs."""
    found: Slots = dict(recipe.shading.params)
    for name, network in recipe.networks.items():
        found |= input_numbers(name, network, recipe.seed)
    return found


def _merged(numbers: Slots) -> tuple[Slots, tuple[tuple[str, str], ...]]:
    """The numbers that differ, and under which of their names the others stand."""
    first: dict[str, str] = {}
    same: list[tuple[str, str]] = []
    for name, value in numbers.items():
        known = first.setdefault(value.hex(), name)
        if known is not name:
            same.append((name, known))
    return {name: numbers[name] for name in first.values()}, tuple(same)


def _apart(numbers: Mapping[str, float], plan: Plan) -> bool:
    """Whether numbers are all different, and none is one of the formulas'."""
    sizes = set(map(abs, numbers.values()))
    apart = sizes if plan.turned else set(numbers.values())
    return (
        len(apart) == len(numbers)
        and sizes.isdisjoint(plan.taken)
        and all(map(math.isfinite, sizes))
    )


# ---- a plan is made


class _NoPlanError(Exception):
    """Numbers of which no plan can be made."""


@dataclass
class _Noted(MeasurementLog):
    """Measures whose numbers have names, and what was looked at."""

    slots: Slots  # type: ignore[assignment]
    looks: list[Look] = field(default_factory=list)
    shares: list[list[str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    baked: dict[int, str] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def note(self, look: Look) -> None:
        self.looks.append(look)
        self.shares.append([])

    def number(self, value: Any) -> Expr:
        return self._named(float(value))

    def _named(self, value: float) -> Expr:
        self.count += 1
        if abs(value) in SPECIAL:
            self.baked[self.count - 1] = value.hex()
            return const(value)
        self.slots[f"measured/{self.count - 1}"] = value
        return slot(f"measured/{self.count - 1}")

    def share(self, f: Expr, value: Any) -> Expr:
        share = share_below(*value)
        self.shares[-1].append(share.form)
        table = None if share.values is None else Table("cdf", share.values)
        if table is not None:
            self.tables.append(table)
        return share.of(f, tuple(self._named(v) for v in share.numbers), table)


def make(
    recipe: Recipe, numbers: Slots, same: Mapping[str, str], latents: Mapping[str, float]
) -> tuple[Plan, Slots]:
    """A plan, made by building the recipe, and the recipe's numbers that are not of the form.
    `same` names those that stand under another name.
    """
    baked = {name for name, v in numbers.items() if abs(v) in SPECIAL or not math.isfinite(v)}
    said = {abs(e.value) for e in walk(*_read(recipe, same, baked)[2]) if e.op == "const"}
    baked |= {name for name, v in numbers.items() if abs(v) in said}
    while True:
        plan, roots, named = _traced(recipe, numbers, same, baked, latents)
        taken, powers, turned = set(SPECIAL), set[str](), False
        for e in walk(*roots):
            if e.op == "const":
                taken.add(abs(e.value))
            elif e.op == "power" and e.args[1].op == "slot":
                powers.add(e.args[1].value)
            elif e.op == "mul" and e.args[0].op == "slot" and e.args[1] is MINUS:
                turned = True
        more = {n for n, v in numbers.items() if n not in baked and abs(v) in taken}
        more |= {n for n in powers if numbers.get(n, 0.5).is_integer()}
        if not more:
            made = Plan(taken=frozenset(taken), powers=frozenset(powers), turned=turned, **plan)
            return made, named
        baked |= more


def _read(
    recipe: Recipe, same: Mapping[str, str], baked: set[str]
) -> tuple[list[Network], list[Expr], list[Expr]]:
    """Networks and channels with slots for all numbers but `baked`; and all their expressions."""

    def number(name: str, value: float) -> Expr:
        name = same.get(name, name)
        return const(value) if name in baked else slot(name)

    networks = make_networks(recipe, number)
    fields = [f"{n.name}{i}" for n in networks for i in range(n.widths()[-1])]
    channels = shade(recipe, fields, number)
    return networks, channels, [*channels, *(e for n in networks for e in n.inputs)]


def _traced(
    recipe: Recipe,
    numbers: Slots,
    same: Mapping[str, str],
    baked: set[str],
    latents: Mapping[str, float],
) -> tuple[dict[str, Any], list[Expr], Slots]:
    slots = {n: v for n, v in numbers.items() if n not in baked} | dict(latents)
    networks, channels, roots = _read(recipe, same, baked)
    networks = used_networks(networks, channels)
    inputs = {n.name: n.inputs for n in networks}
    notes, kept = Notes(), _Noted(slots)
    networks = measure_norms(networks, kept, notes, slots)
    _stretched(slots, networks)
    shifts = Shifts(networks)
    passes: list[list[Expr]] = []
    channels = resolve_statistics(channels, shifts, recipe, None, passes, kept)
    layout = lay_out_program(shifts.networks, channels, latents, slots=slots)
    roots += [*channels, *(e for n in shifts.networks for e in n.inputs)]
    own = {f: palette_tables(p) for f, p in recipe.palettes.items()}
    tables = {id(t): (f, k, False) for f, three in own.items() for k, t in enumerate(three)}
    tables |= {id(t): ("share", k, False) for k, t in enumerate(kept.tables)}
    all_tables = [*(t for three in own.values() for t in three), *kept.tables]
    slopes = [t.slope for t in all_tables]
    for t in all_tables:
        whose, which, _ = tables[id(t)]
        tables.setdefault(id(t.slope), (whose, which, True))
    plan = {
        "baked": tuple((n, numbers[n].hex()) for n in sorted(baked)), "inputs": inputs,
        "notes": tuple(notes.found), "looks": kept.looks, "shares": kept.shares,
        "layout": layout, "found": kept.baked, "tables": tables, "kept": (*all_tables, *slopes),
    }  # fmt: skip
    named = {n: v for n, v in slots.items() if n in numbers or n.startswith("measured/")}
    return plan, roots, named


def _stretched(slots: Slots, networks: list[Network]) -> None:
    for n in networks:
        for i, step in enumerate(n.steps):
            if isinstance(step, Stretch):
                slots |= stretch_slots(n.name, i, step)


# ---- and filled


def fill(
    plan: Plan, recipe: Recipe, numbers: Slots, latents: Mapping[str, float], seen: dict[Any, Any]
) -> Program:
    """The recipe's program. Raises `OtherNumbersError` where the plan is not for its numbers;
    `seen` keeps what was measured, for the next plan.
    """
    baked = {name for name, _ in plan.baked}
    named = {n: v for n, v in numbers.items() if n not in baked}
    slots = named | dict(latents)
    if "networks" not in seen:
        networks = [
            make_network(
                name,
                recipe.networks[name],
                recipe.seed,
                {},
                recipe.surface,
                inputs=inputs,
                normal=quick_normal,
            )
            for name, inputs in plan.inputs.items()
        ]
        seen["networks"] = measure_norms(networks, None, Notes(plan.notes), slots)
    networks: list[Network] = seen["networks"]
    _stretched(slots, networks)
    steps = {n.name: n.steps for n in networks}
    z = {n.name: tuple(latents[f"{n.name}.z{i}"] for i in range(n.latent_size)) for n in networks}
    shares: list[Share] = []

    def arrays(part: Weights | Biases) -> Floats:
        step = steps[part.owner][part.number]
        assert isinstance(step, Affine)
        if isinstance(part, Biases) and part.z:
            return part._replace(step=step, z=z[part.owner]).values()
        return part._replace(step=step).values()

    def table(asked: Table) -> Any:
        whose, which, slope = plan.tables[id(asked)]
        if whose == "share":
            values = shares[which].values
            assert values is not None
            return Table("cdf", values).slope.values if slope else values
        found = palette_tables(recipe.palettes[whose])[which]
        return found.slope.values if slope else found.values

    fixed = recipe.shading.fixed_latent and latents
    count, so_far = 0, tuple(plan.found.items())
    for look, forms in zip(plan.looks, plan.shares, strict=True):
        if so_far not in seen:
            points, _ = probe_points([] if fixed else networks)
            program = look.layout.program("f32", False, slots, arrays, table)
            seen[so_far] = look_at(program, points, look.asks)
        at = 0
        for (_, kind, _), value in zip(look.asks, seen[so_far], strict=True):
            found = [value]
            if kind == "cdf":
                share = share_below(*value)
                if share.form != forms[at]:
                    raise OtherNumbersError
                at += 1
                found = list(share.numbers)
                if share.values is not None:
                    shares.append(share)
            for number in map(float, found):
                if plan.found.get(count, number.hex()) != number.hex():
                    raise OtherNumbersError
                if count not in plan.found:
                    named[f"measured/{count}"] = slots[f"measured/{count}"] = number
                count += 1
        so_far = (*so_far, tuple(forms))
    if not _apart(named, plan):
        raise _NoPlanError if SPECIAL.isdisjoint(map(abs, named.values())) else OtherNumbersError
    return plan.layout.program(recipe.precision, True, slots, arrays, table)
