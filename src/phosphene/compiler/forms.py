"""Forms: recipes that differ only in their numbers share a build plan.

A new seed of a style means new weights, palettes and parameters in the same formulas. The work that
does not depend on numbers is therefore cached by the recipe's form: parsing, differentiating and
lowering expressions, placing blocks, and generating code. For a new seed, only numbers are drawn,
statistics measured, and both filled in.

The program is bit-identical to the one that `build` makes without a plan. Some numbers affect the
code: those equal to each other or to a constant of the formulas (equal expressions are merged),
0 and 1 (dropped by differentiation), and integers (as exponents). Such numbers are part of the
form; if a measured number is one of them, the recipe is built without a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phosphene.compiler.filling import NoPlanError, fill
from phosphene.compiler.plans import PLAN_CACHE, Form, Slots, all_distinct, make
from phosphene.compiler.resolving import WholeImageError
from phosphene.core.errors import UserError
from phosphene.ir.layout import OtherNumbersError
from phosphene.ir.program import Program
from phosphene.networks import form_of_inputs, input_numbers
from phosphene.recipe import Network, RandomActivations, Recipe


def planned(recipe: Recipe, latents: Mapping[str, float]) -> Program | None:
    """The program of a recipe, built by the plan of its form; None if it cannot have a plan.

    `latents` is the recipe's z, by variable name.
    """
    form = form_of(recipe)
    if form is None:
        return None
    numbers, same = _merged(numbers_of(recipe))
    form = (*form, same)
    plans = PLAN_CACHE.get(form)
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
        except WholeImageError:  # the build without a plan makes a first pass
            PLAN_CACHE.put(form, None)
            return None
        except UserError:  # the build without a plan reports it; other numbers may be right
            return None
        PLAN_CACHE.put(form, plan)
        if not all_distinct(measured, plan):
            return None
        return plan.layout.program(recipe.precision)
    except (NoPlanError, OtherNumbersError):
        return None


def form_of(recipe: Recipe) -> Form | None:
    """All of a recipe except the numbers that a plan fills in; None if it cannot have a plan."""
    if recipe.shares:  # its tables depend on everything else
        return None
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
    """The numbers of formulas, by name: parameters and numbers of the networks' inputs."""
    found: Slots = dict(recipe.shading.params)
    for name, network in recipe.networks.items():
        found |= input_numbers(name, network, recipe.seed)
    return found


def _merged(numbers: Slots) -> tuple[Slots, tuple[tuple[str, str], ...]]:
    """The distinct numbers by name, and for every duplicate its name and the name kept."""
    first: dict[str, str] = {}
    same: list[tuple[str, str]] = []
    for name, value in numbers.items():
        known = first.setdefault(value.hex(), name)
        if known is not name:
            same.append((name, known))
    return {name: numbers[name] for name in first.values()}, tuple(same)
