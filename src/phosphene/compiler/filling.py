"""Builds a recipe's program from a plan: draws and measures its numbers and fills them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    named = {name: value for name, value in numbers.items() if name not in baked}
    if "networks" not in seen:
        seen["networks"] = _networks(plan, recipe, named | dict(latents))
    filling = _Filling(plan, recipe, named, latents, seen["networks"])
    filling.measure(seen)
    if not all_distinct(named, plan):
        raise NoPlanError if SPECIAL.isdisjoint(map(abs, named.values())) else OtherNumbersError
    return plan.layout.program(recipe.precision, True, filling.slots, filling.arrays, filling.table)


def _networks(plan: Plan, recipe: Recipe, slots: Slots) -> list[Network]:
    """The networks with their weights drawn and their norms measured."""
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
    return measure_norms(networks, None, FormCache(plan.cached), slots)


class _Filling:
    """What the layouts of a plan ask for: numbers by name, arrays and tables.

    `named` gets an entry for every measured number.
    """

    def __init__(
        self,
        plan: Plan,
        recipe: Recipe,
        named: Slots,
        latents: Mapping[str, float],
        networks: list[Network],
    ):
        self.plan, self.recipe, self.named, self.networks = plan, recipe, named, networks
        self.slots = named | dict(latents) | stretches(networks)
        self.steps = {n.name: n.steps for n in networks}
        self.z = {
            n.name: tuple(latents[f"{n.name}.z{i}"] for i in range(n.latent_size)) for n in networks
        }
        self.probed = [] if recipe.shading.fixed_latent and latents else networks
        self.shares: list[Share] = []
        self.count = 0  # of measured numbers

    def arrays(self, part: Weights | Biases) -> Floats:
        """The weights or biases of a step."""
        step = self.steps[part.owner][part.number]
        assert isinstance(step, Affine)
        if isinstance(part, Biases) and part.z:
            return part._replace(step=step, z=self.z[part.owner]).values()
        return part._replace(step=step).values()

    def table(self, asked: Table) -> Any:
        """The values of a measured distribution or of a palette's channel, or of its slope."""
        owner, which, slope = self.plan.tables[id(asked)]
        if owner == "share":
            values = self.shares[which].values
            assert values is not None
            return Table("cdf", values).slope.values if slope else values
        found = palette_tables(self.recipe.palettes[owner])[which]
        return found.slope.values if slope else found.values

    def measure(self, seen: dict[Any, Any]) -> None:
        """Measure the statistics that the plan requests, one request after the other: a later one
        may need numbers of an earlier one. `seen` holds those that were measured before.
        """
        so_far = tuple(self.plan.found.items())
        for request, forms in zip(self.plan.requests, self.plan.shares, strict=True):
            if so_far not in seen:
                points, _ = probe_points(self.probed)
                program = request.layout.program("f32", False, self.slots, self.arrays, self.table)
                seen[so_far] = measure_statistics(program, points, request.statistics)
            expected = iter(forms)
            for (_, kind, _), value in zip(request.statistics, seen[so_far], strict=True):
                found = self._share(value, next(expected)) if kind == "cdf" else (value,)
                for number in map(float, found):
                    self._add(number)
            so_far = (*so_far, tuple(forms))

    def _share(self, value: Any, form: Any) -> Iterable[float]:
        """The numbers of a measured distribution, which must have the form that the plan has."""
        share = share_below(*value)
        if share.form != form:
            raise OtherNumbersError
        if share.values is not None:
            self.shares.append(share)
        return share.numbers

    def _add(self, number: float) -> None:
        """Give the next measured number its name, or compare it with the one in the plan."""
        fixed = self.plan.found.get(self.count)
        if fixed is None:
            name = f"measured/{self.count}"
            self.named[name] = self.slots[name] = number
        elif fixed != number.hex():
            raise OtherNumbersError
        self.count += 1
