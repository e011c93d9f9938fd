"""A network's inputs: the recipe's list to formulas of the plane, earlier fields and the latent
vector.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from phosphene import exact
from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.folds import FOLDS
from phosphene.errors import FormulaError, RecipeError
from phosphene.formula import Expr, Vector, apply, parse, trace, var
from phosphene.recipe import Explicit, Fourier, Generated, Graph, Radius, Rings, Waves
from phosphene.rng import Seed, Stream


def latent_name(network: str, index: int) -> str:
    """The variable that holds one part of a network's z."""
    return f"{network}.z{index}"


def plane_features(x: Expr, y: Expr) -> dict[str, Expr]:
    return {name: feature.formula(trace, x, y) for name, feature in FEATURES.items()}


def input_formulas(
    name: str, network: Generated | Explicit | Graph, seed: Seed, fields: Mapping[str, Expr]
) -> tuple[Expr, ...]:
    """Every input as an expression of x, y, earlier `fields` and z."""
    x, y = var("x"), var("y")
    if network.fold is not None:
        fold = FOLDS[network.fold.kind]
        x, y = fold.formula(trace, x, y, network.fold.order)
    if network.scale != 1.0:
        x, y = x * network.scale, y * network.scale
    latent = {f"z{i}": var(latent_name(name, i)) for i in range(network.latent.size)}
    names = {**plane_features(x, y), **fields, **latent}
    formulas: list[Expr] = []
    for index, entry in enumerate(network.inputs):
        path = f"networks.{name}.inputs[{index}]"
        if isinstance(entry, str):
            formulas.append(_read(entry, names, path))
        else:
            generator = GENERATORS[type(entry)]
            own = getattr(entry, "seed", None)
            stream = Stream(seed if own is None else own, f"{name}/inputs/{index}")
            formulas += generator(entry, x, y, stream)
    if network.latent.inject == "concat" and isinstance(network, Generated):
        formulas += latent.values()
    return tuple(formulas)


def _read(text: str, names: Mapping[str, Expr], path: str) -> Expr:
    try:
        value = parse(text, names)
    except FormulaError as error:
        raise RecipeError(f"{path}: {error}") from None
    if isinstance(value, Vector):
        raise RecipeError(f"{path}: an input is one number, not a vector of three")
    return value


def _radius(entry: Radius, x: Expr, y: Expr, stream: Stream) -> list[Expr]:
    return [trace.hypot(x - entry.centre[0], y - entry.centre[1])]


def _rings(entry: Rings, x: Expr, y: Expr, stream: Stream) -> list[Expr]:
    r = trace.hypot(x - entry.centre[0], y - entry.centre[1])
    return [trace.cos(r * entry.frequency + entry.phase)]


def _waves(entry: Waves, x: Expr, y: Expr, stream: Stream) -> list[Expr]:
    return [
        apply(wave, axis * frequency)
        for frequency in entry.frequencies
        for axis in (x, y)
        for wave in ("sin", "cos")
    ]


def _fourier(entry: Fourier, x: Expr, y: Expr, stream: Stream) -> list[Expr]:
    """Stratified frequencies in geometric order, each with its own direction and phase."""
    draws = stream.table(3, entry.count)
    place = (np.arange(entry.count) + draws[0]) / entry.count
    ratio = exact.exp(place * float(exact.log(entry.high / entry.low)))
    angle, phase = draws[1] * 2 * math.pi, draws[2] * 2 * math.pi
    across = entry.low * ratio * math.pi * exact.cos(angle)
    down = entry.low * ratio * math.pi * exact.sin(angle)
    amplitude = exact.exp(exact.log(ratio) * -entry.falloff)
    return [
        trace.sin(x * float(across[k]) + y * float(down[k]) + float(phase[k])) * float(amplitude[k])
        for k in range(entry.count)
    ]


GENERATORS: dict[type, Callable[..., list[Expr]]] = {
    Radius: _radius,
    Rings: _rings,
    Waves: _waves,
    Fourier: _fourier,
}
