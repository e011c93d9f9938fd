"""Live programs: every number of a recipe has its own labelled position.

Recipes of the same form have programs of the same structure, so parameters, weights, palettes, z
and the scales of inputs can change without a new shader. Exponents, p in q(f, p), and the form of a
measured distribution (even, crowded or constant) are part of the structure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from phosphene.compiler.cost import check_cost
from phosphene.compiler.forms import numbers_of
from phosphene.compiler.networks import latents
from phosphene.compiler.resolving import MeasureExtremes
from phosphene.compiler.tracing import DecidesFormError, Trace, stretches, trace
from phosphene.core.limits import time_limited
from phosphene.formula import Made, Symbol, Table, walk
from phosphene.ir.entries import Biases, Weights, Zeros
from phosphene.ir.labels import Labels, LatentBiases, NumberLabel
from phosphene.ir.program import Program
from phosphene.recipe import Recipe


@time_limited()
def live_program(recipe: Recipe, first_pass: MeasureExtremes | None = None) -> Program:
    """The recipe's program with labels, so that its numbers can be changed in place.

    It makes the same picture as the program of `build`; `first_pass` as there. Raises `LimitError`
    as `build` does.
    """
    check_cost(recipe)
    with np.errstate(all="ignore"):
        z = latents(recipe)
        traced = _traced(recipe, z, first_pass)
        program = traced.layout.program(recipe.precision, shared=False)
        return replace(program, labels=_labels(recipe, traced, z))


def _traced(recipe: Recipe, z: Mapping[str, float], first_pass: MeasureExtremes | None) -> Trace:
    numbers = numbers_of(recipe)
    numbers |= {f"{name}/scale": network.scale for name, network in recipe.networks.items()}
    fixed: dict[str, float] = {}
    while True:
        slots = {n: v for n, v in numbers.items() if n not in fixed} | dict(z)
        try:
            traced = trace(recipe, fixed, {}, slots, z, first_pass, live=True)
        except DecidesFormError as error:
            fixed |= {name: numbers[name] for name in error.names}
            continue
        powers = (e.args[1] for e in walk(*traced.roots) if e.op == "power")
        exponents = {e.value for e in powers if e.op == "slot"} & numbers.keys()
        if not exponents:
            return traced
        fixed |= {name: numbers[name] for name in exponents}


def _labels(recipe: Recipe, traced: Trace, z: Mapping[str, float]) -> Labels:
    layout = traced.layout
    places = layout.own_places[0].tolist()
    names = _slot_labels(recipe, traced, z)
    made_of = _made_of(layout.symbols)
    numbers: list[NumberLabel] = []
    biases: list[LatentBiases] = []
    for entry, start, size in zip(layout.entries, places, layout.sizes, strict=True):
        match entry:
            case Weights():
                label = "weights", entry.owner, entry.number
            case Biases():
                label = "biases", entry.owner, entry.number
                step = entry.step
                if step.latent is not None and entry.z:
                    where = start, entry.owner, entry.number
                    biases.append(LatentBiases(*where, step.biases, step.latent))
            case Zeros():
                label = "zeros", "", 0
            case Table():
                source = traced.tables[id(entry)]
                kind = "cdf" if source.whose == "share" else "palette"
                name = "" if source.whose == "share" else source.whose
                label = f"{kind} slope" if source.slope else kind, name, source.which
            case Symbol():
                made = layout.symbols[entry.at]
                known = names[made] if isinstance(made, str) else None
                label = known or ("derived", " ".join(sorted(made_of[entry.at])), 0)
            case _:
                label = "literal", "", 0
        numbers.append(NumberLabel(start, size, *label))
    networks = {n.name: n.latent_size for n in traced.networks if n.copy_of is None}
    values = tuple(
        (name, tuple(z[f"{name}.z{i}"] for i in range(size)))
        for name, size in networks.items()
        if size
    )
    return Labels(tuple(numbers), layout.row_labels, tuple(biases), values)


def _slot_labels(
    recipe: Recipe, traced: Trace, z: Mapping[str, float]
) -> dict[str, tuple[str, str, int]]:
    """The kind, name and number of the content of each slot, by the slot's name."""
    found = {name: ("parameter", name, 0) for name in recipe.shading.params}
    found |= {name: ("latent", name, 0) for name in z}
    found |= {name: ("norm", name, 0) for name in stretches(traced.networks)}
    for name, (kind, p) in traced.log.measured.items():
        text = f"{kind} {p:g}" if kind in ("quantile", "cdf") else kind
        found[name] = "statistic", text, int(name.removeprefix("measured/"))
    return {name: ("input", name, 0) for name in traced.log.slots if name not in found} | found


def _made_of(symbols: list[Made]) -> list[set[str]]:
    """The slots that each symbol is computed from."""
    found: list[set[str]] = []
    for made in symbols:
        if isinstance(made, str):
            found.append({made})
        else:
            parts = (found[o.at] for o in made[1] if isinstance(o, Symbol))
            found.append(set().union(*parts))
    return found
