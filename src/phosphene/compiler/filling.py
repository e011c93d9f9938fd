"""Builds a recipe's program from a plan: draws and measures its numbers and fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phosphene.compiler.compiled_draws import compiled_normal
from phosphene.compiler.norms import FormCache, measure_norms
from phosphene.compiler.plans import SPECIAL, Plan, Slots, all_distinct
from phosphene.compiler.probe import Share, probe_points, share_below
from phosphene.compiler.resolving import measure_statistics
from phosphene.compiler.shading import palette_tables
from phosphene.compiler.tracing import stretches
from phosphene.formula import Table
from phosphene.ir.entries import Biases, Weights
from phosphene.ir.layout import OtherNumbersError
from phosphene.ir.network import Affine, Floats, Network
from phosphene.ir.program import Program
from phosphene.networks import make_network
from phosphene.recipe import Recipe


class NoPlanError(Exception):
    """No plan can be made for the numbers of a recipe."""


def fill(
    plan: Plan, recipe: Recipe, numbers: Slots, latents: Mapping[str, float], seen: dict[Any, Any]
) -> Program:
    """The recipe's program. Raises `OtherNumbersError` if the plan does not fit its numbers; then
    `seen` keeps the measurements for the next plan.
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
                normal=compiled_normal,
            )
            for name, inputs in plan.inputs.items()
        ]
        seen["networks"] = measure_norms(networks, None, FormCache(plan.cached), slots)
    networks: list[Network] = seen["networks"]
    slots |= stretches(networks)
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
    for request, forms in zip(plan.requests, plan.shares, strict=True):
        if so_far not in seen:
            points, _ = probe_points([] if fixed else networks)
            program = request.layout.program("f32", False, slots, arrays, table)
            seen[so_far] = measure_statistics(program, points, request.statistics)
        at = 0
        for (_, kind, _), value in zip(request.statistics, seen[so_far], strict=True):
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
    if not all_distinct(named, plan):
        raise NoPlanError if SPECIAL.isdisjoint(map(abs, named.values())) else OtherNumbersError
    return plan.layout.program(recipe.precision, True, slots, arrays, table)
