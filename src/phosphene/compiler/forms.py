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

from collections.abc import Mapping
from typing import Any

from phosphene.compiler.filling import NoPlanError, fill
from phosphene.compiler.plans import PLANS_KNOWN, Form, Slots, apart, make
from phosphene.core.errors import UserError
from phosphene.ir.layout import OtherNumbersError
from phosphene.ir.program import Program
from phosphene.networks import form_of_inputs, input_numbers
from phosphene.recipe import Network, RandomActivations, Recipe


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
        if not apart(measured, plan):
            return None
        return plan.layout.program(recipe.precision)
    except (NoPlanError, OtherNumbersError):
        return None


def form_of(recipe: Recipe) -> Form | None:
    """Everything of a recipe but the numbers that a plan puts in; None where there is no plan."""
    networks: list[Any] = []
    for name, n in recipe.networks.items():
        if not isinstance(n, Network) or isinstance(n.activations, RandomActivations):
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
