"""The compiler: recipe to program. Draws the recipe's numbers, measures statistics, lowers.

Statistics are always measured by the cpu engine in float32, so every engine receives the same
program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from phosphene.compiler.cost import check_cost as check_cost
from phosphene.compiler.field_names import FieldNames
from phosphene.compiler.forms import planned
from phosphene.compiler.lowering import lower_program
from phosphene.compiler.measurement_log import MeasurementLog as MeasurementLog
from phosphene.compiler.measurement_log import OtherMeasuresError as OtherMeasuresError
from phosphene.compiler.networks import latents, make_networks, used_networks
from phosphene.compiler.norms import measure_norms
from phosphene.compiler.resolving import MeasureExtremes as MeasureExtremes
from phosphene.compiler.resolving import resolve_statistics
from phosphene.compiler.shading import shade
from phosphene.compiler.shifts import Shifts
from phosphene.core.limits import time_limited
from phosphene.formula import Expr, rewrite, var, variables
from phosphene.ir.network import Network
from phosphene.ir.program import Program
from phosphene.recipe import Recipe


@time_limited()
def build(recipe: Recipe, first_pass: MeasureExtremes | None = None) -> Program:
    """The program of a recipe: inputs x and y, one output row for each channel.

    `first_pass` measures the extremes of the whole image for shadings that use `least(f)` or
    `greatest(f)`; without it they raise `RecipeError`. If it has kept the values of each such f and
    nothing else needs a network, the program takes them as additional inputs after x and y. Raises
    `LimitError` before any work if the recipe costs more than the limits in force allow.
    """
    check_cost(recipe)
    with np.errstate(all="ignore"):  # primitives define overflow; silence NumPy
        program = _programs(recipe)
        if program is not None:
            return program
        prepared = prepare(recipe, first_pass)
        if len(prepared.passes) == 1 and first_pass is not None and first_pass.kept is not None:
            names = {f: f"kept{k}" for k, f in enumerate(prepared.passes[0])}
            finished = rewrite(
                prepared.channels, lambda e, _: var(names[e]) if e in names else None
            )
            if variables(*finished) <= {"x", "y", *names.values()}:
                return lower_program(
                    [], finished, {}, recipe.precision, ["x", "y", *names.values()]
                )
        return prepared.program()


@lru_cache(32)  # the quality gate builds a recipe that is then painted
def _programs(recipe: Recipe) -> Program | None:
    return planned(recipe, latents(recipe))


def forget_programs() -> None:
    """Drop the programs of recipes that were built before, so that `build` makes them again."""
    _programs.cache_clear()


@dataclass(frozen=True)
class Prepared:
    """A recipe with all numbers drawn and all statistics measured, ready to be lowered.

    `passes` holds the expressions measured by each pass over the whole image, `measured` every
    measurement.
    """

    recipe: Recipe
    networks: list[Network]
    channels: list[Expr]
    passes: list[list[Expr]]
    measured: MeasurementLog

    def program(self, z: Mapping[str, float] | None = None, shared: bool = True) -> Program:
        """The program at the recipe's z, with the components in `z` (`main.z0`, ...) replaced.

        `shared` as in `assemble`.
        """
        fixed = latents(self.recipe) | dict(z or {})
        precision = self.recipe.precision
        return lower_program(self.networks, self.channels, fixed, precision, shared=shared)


@time_limited()
def prepare(
    recipe: Recipe,
    first_pass: MeasureExtremes | None = None,
    measured: MeasurementLog | None = None,
    made: list[Network] | None = None,
) -> Prepared:
    """Everything that `build` does except the last step, which is fast and can be repeated.

    Given the measurements of another recipe of the same structure (`Prepared.measured.replay()`),
    nothing is measured; raises `OtherMeasuresError` if the structures differ. `made`: networks to
    use instead of the recipe's, with the same numbers of fields and inputs. Raises `LimitError` as
    `build` does.
    """
    check_cost(recipe)
    measured = measured or MeasurementLog()
    networks, channels = with_open_nodes(recipe, measured, made)
    shifts = Shifts(networks)
    passes: list[list[Expr]] = []
    channels = resolve_statistics(channels, shifts, recipe, first_pass, passes, measured)
    return Prepared(recipe, shifts.networks, channels, passes, measured)


def with_open_nodes(
    recipe: Recipe, measured: MeasurementLog, made: list[Network] | None = None
) -> tuple[list[Network], list[Expr]]:
    """The networks that the picture needs, with norms folded, and its channels, in which gradients,
    shifts and statistics are still unresolved nodes. `made` as in `prepare`.
    """
    channels = shade(recipe, FieldNames.of(recipe))
    networks = make_networks(recipe, channels=channels) if made is None else made
    return measure_norms(used_networks(networks, channels), measured), channels


__all__ = [
    "Prepared", "build", "forget_programs", "latents", "lower_program", "make_networks", "prepare",
    "resolve_statistics", "with_open_nodes",
]  # fmt: skip
