"""Build: recipe to program. Spends the recipe's random streams, runs the probe, lowers.

The probe always runs on the cpu engine in float32, so every engine receives the same frozen
program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from phosphene.compiler.forms import planned
from phosphene.compiler.lowering import lower_program
from phosphene.compiler.measurement_log import MeasurementLog as MeasurementLog
from phosphene.compiler.measurement_log import OtherMeasuresError as OtherMeasuresError
from phosphene.compiler.networks import latents, make_networks, used_networks
from phosphene.compiler.norms import measure_norms
from phosphene.compiler.resolving import FirstPass as FirstPass
from phosphene.compiler.resolving import resolve_statistics
from phosphene.compiler.shading import shade
from phosphene.compiler.shifts import Shifts
from phosphene.formula import Expr, rewrite, var, variables
from phosphene.ir.network import Network
from phosphene.ir.program import Program
from phosphene.recipe import Recipe


def build(recipe: Recipe, first_pass: FirstPass | None = None) -> Program:
    """The program of a recipe: x and y in, one row for each channel out.

    `first_pass` measures shadings that ask for extremes of the whole image (`least(f)`,
    `greatest(f)`); without it they raise `RecipeError`. Where it has kept the values of those f and
    nothing else needs a network, the program takes them as further inputs after x and y.
    """
    with np.errstate(all="ignore"):  # numbers that overflow have their rules; they are no news
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


@lru_cache(32)  # the gate looks at a picture, and then it is painted
def _programs(recipe: Recipe) -> Program | None:
    return planned(recipe, latents(recipe))


@dataclass(frozen=True)
class Prepared:
    """A recipe with its streams spent and its probe run: what is left is to lower it.

    `passes` holds what each pass over the whole image has measured, `measured` all that was.
    """

    recipe: Recipe
    networks: list[Network]
    channels: list[Expr]
    passes: list[list[Expr]]
    measured: MeasurementLog

    def program(self, z: Mapping[str, float] | None = None, shared: bool = True) -> Program:
        """The program, at the recipe's z or with parts of it (`main.z0`, ...) put in anew.

        `shared` as in `assemble`.
        """
        fixed = latents(self.recipe) | dict(z or {})
        precision = self.recipe.precision
        return lower_program(self.networks, self.channels, fixed, precision, shared=shared)


def prepare(
    recipe: Recipe,
    first_pass: FirstPass | None = None,
    measured: MeasurementLog | None = None,
    made: list[Network] | None = None,
) -> Prepared:
    """Everything that `build` does but the last step, which is quick and may be repeated.

    With the measures of another recipe of the same structure (`Prepared.measured.replay()`)
    nothing is measured; raises `OtherMeasuresError` where the structure is another. `made`: other
    networks than those of the recipe, with as many fields and inputs.
    """
    measured = measured or MeasurementLog()
    networks, channels = with_open_nodes(recipe, measured, made)
    shifts = Shifts(networks)
    passes: list[list[Expr]] = []
    channels = resolve_statistics(channels, shifts, recipe, first_pass, passes, measured)
    return Prepared(recipe, shifts.networks, channels, passes, measured)


def with_open_nodes(
    recipe: Recipe, measured: MeasurementLog, made: list[Network] | None = None
) -> tuple[list[Network], list[Expr]]:
    """The networks that the picture needs, norms folded, and its channels, in which gradients,
    shifts and statistics stand as open nodes. `made` as in `prepare`.
    """
    networks = make_networks(recipe) if made is None else made
    fields = [f"{n.name}{i}" for n in networks for i in range(n.widths()[-1])]
    channels = shade(recipe, fields)
    return measure_norms(used_networks(networks, channels), measured), channels


__all__ = [
    "Prepared", "build", "latents", "lower_program", "make_networks", "prepare",
    "resolve_statistics", "with_open_nodes",
]  # fmt: skip
