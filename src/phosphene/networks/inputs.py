"""A network's inputs: from the recipe's list to formulas of the plane, earlier fields and the
latent vector.
"""

from __future__ import annotations

import math
import re
from collections import ChainMap
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.folds import FOLDS
from phosphene.catalogue.statistics import STATISTICS
from phosphene.core import exact
from phosphene.core.errors import FormulaError, RecipeError
from phosphene.core.exact import TURN
from phosphene.core.rng import AnySeed, Stream
from phosphene.formula import Expr, Names, Vector, apply, const, parse, trace, var
from phosphene.recipe import (
    AnyNetwork,
    Fourier,
    Network,
    Radius,
    Rings,
    Surface,
    Torus,
    Waves,
)


def latent_name(network: str, index: int) -> str:
    """The name of the variable for one component of a network's z."""
    return f"{network}.z{index}"


def charts(surface: Surface, x: Expr, y: Expr) -> list[tuple[Expr, Expr]]:
    """The coordinates that networks see for a point of the picture: the point itself, or, to make
    edges meet, flat views of a torus or sphere around which the picture is wrapped.

    Lengths near the middle of the picture are preserved. The views together distinguish all points.
    """
    if surface.kind == "plane":
        return [(x, y)]
    radius = [period / TURN for period in surface.period]
    across = x * (1.0 / radius[0])
    if surface.kind == "sphere":
        up = y * (math.pi / surface.period[1])
        ring = trace.cos(up) * radius[0]
        height = trace.sin(up) * radius[0]
        return [(ring * trace.sin(across), height), (ring * trace.cos(across), height)]
    down = y * (1.0 / radius[1])
    first, second = [x, y], [x, y]
    if surface.kind in ("torus", "torus_x"):
        first[0], second[0] = trace.sin(across) * radius[0], trace.cos(across) * radius[0]
    if surface.kind in ("torus", "torus_y"):
        first[1], second[1] = trace.sin(down) * radius[1], trace.cos(down) * radius[1]
    return [(first[0], first[1]), (second[0], second[1])]


def plane_features(x: Expr, y: Expr) -> dict[str, Expr]:
    features = {name: feature.formula(trace, x, y) for name, feature in FEATURES.items()}
    return {"pi": const(math.pi), **features}


def _refused(word: str) -> Callable[..., Expr]:
    def value(*arguments: Expr) -> Expr:
        raise FormulaError(
            f"{word}() is for shadings; inputs and warps can use x, y, r, theta, z and fields "
            "of other networks"
        )

    return value


SHADING_ONLY = {word: _refused(word) for word in STATISTICS}


ONE = const(1.0)

# Turns a named number into an expression; `as_written` keeps it a constant.
Number = Callable[[str, float], Expr]


def as_written(name: str, value: float) -> Expr:
    return const(value)


def input_numbers(name: str, network: AnyNetwork, seed: AnySeed) -> dict[str, float]:
    """The numbers in a network's inputs and its warp, by the names that `input_formulas` uses."""
    found: dict[str, float] = {}
    for index, text in enumerate(network.warp or ()):
        numbers = split_numbers(text)[1]
        found |= {f"{name}/warp/{index}/{k}": v for k, v in enumerate(numbers)}
    for index, entry in enumerate(network.inputs):
        if isinstance(entry, str):
            numbers = split_numbers(entry)[1]
        else:
            numbers = NUMBERS[type(entry)](entry, _stream(name, index, entry, seed))
        found |= {f"{name}/{index}/{k}": v for k, v in enumerate(numbers)}
    return found


def form_of_inputs(network: AnyNetwork) -> tuple[Any, ...]:
    """A network's inputs and warp without the numbers of `input_numbers`."""
    entries: list[Any] = [network.warp and tuple(split_numbers(text)[0] for text in network.warp)]
    for entry in network.inputs:
        match entry:
            case str():
                entries.append(split_numbers(entry)[0])
            case Waves():
                entries.append(("waves", len(entry.frequencies)))
            case Fourier():
                entries.append(("fourier", entry.count))
            case Torus():
                entries.append(("torus", entry.order, entry.period))
            case _:
                entries.append(entry.kind)
    return tuple(entries)


# A number with a decimal point after an operator or bracket of a formula, with its unary minus.
LITERAL = re.compile(r"(^|[-+*/(,<>=])(\s*)(-?\d+(?:\.\d+(?:e[-+]?\d+)?|e[-+]?\d+))(?![\w.])")


@lru_cache(1024)
def split_numbers(text: str) -> tuple[str, tuple[float, ...]]:
    """A formula text with its numbers replaced by names _0, _1, ..., and the numbers."""
    if "**" in text or "#" in text:  # exponents change a formula's structure
        return text, ()
    numbers: list[float] = []

    def name(found: re.Match[str]) -> str:
        numbers.append(float(found[3]))
        return f"{found[1]}{found[2]}_{len(numbers) - 1}"

    return LITERAL.sub(name, text), tuple(numbers)


def latent_stream(name: str, network: AnyNetwork, seed: AnySeed) -> Stream:
    """The stream of a network's latent vector."""
    own = network.latent.seed
    return Stream(seed if own is None else own, f"{name}/latent")


def _stream(name: str, index: int, entry: Any, seed: AnySeed) -> Stream:
    own = getattr(entry, "seed", None)
    return Stream(seed if own is None else own, f"{name}/inputs/{index}")


def input_formulas(
    name: str,
    network: AnyNetwork,
    seed: AnySeed,
    fields: Mapping[str, Expr],
    surface: Surface,
    number: Number = as_written,
) -> tuple[Expr, ...]:
    """Every input as an expression of x, y, earlier `fields` and z; `number` makes its numbers.

    On a torus or sphere, a generated network has its inputs once per view; one with given weights
    sees only the first view, so its picture is mirrored on the far side.
    """
    latent = {f"z{i}": var(latent_name(name, i)) for i in range(network.latent.size)}
    views = charts(surface, var("x"), var("y"))
    formulas: list[Expr] = []
    for x, y in views if isinstance(network, Network) else views[:1]:
        formulas += _view_inputs(name, network, seed, fields, latent, x, y, number)
    if network.latent.inject == "concat" and isinstance(network, Network):
        formulas += latent.values()
    return tuple(formulas)


def _view_inputs(
    name: str,
    network: AnyNetwork,
    seed: AnySeed,
    fields: Mapping[str, Expr],
    latent: dict[str, Expr],
    x: Expr,
    y: Expr,
    number: Number,
) -> list[Expr]:
    if network.warp is not None:
        names = _names(x, y, fields, latent)
        x, y = (
            _read(text, names, f"networks.{name}.warp[{i}]", f"{name}/warp/{i}", number)
            for i, text in enumerate(network.warp)
        )
    if network.fold is not None:
        fold = FOLDS[network.fold.kind]
        x, y = fold.formula(trace, x, y, network.fold.order)
    scale = number(f"{name}/scale", network.scale)
    if scale is not ONE:
        x, y = x * scale, y * scale
    names = _names(x, y, fields, latent)
    formulas: list[Expr] = []
    for index, entry in enumerate(network.inputs):
        path = f"networks.{name}.inputs[{index}]"
        if isinstance(entry, str):
            formulas.append(_read(entry, names, path, f"{name}/{index}", number))
        else:
            numbers = NUMBERS[type(entry)](entry, _stream(name, index, entry, seed))
            given = [number(f"{name}/{index}/{k}", v) for k, v in enumerate(numbers)]
            formulas += GENERATORS[type(entry)](entry, x, y, given)
    return formulas


def _names(x: Expr, y: Expr, fields: Mapping[str, Expr], latent: dict[str, Expr]) -> Names:
    """What formulas may use at a point."""
    return ChainMap(latent, fields, {**plane_features(x, y), **SHADING_ONLY})  # type: ignore[arg-type]


def _read(text: str, names: Names, path: str, label: str, number: Number) -> Expr:
    if number is not as_written:
        text, numbers = split_numbers(text)
        given = {f"_{k}": number(f"{label}/{k}", v) for k, v in enumerate(numbers)}
        names = ChainMap(given, names)  # type: ignore[arg-type]
    try:
        value = parse(text, names)
    except FormulaError as error:
        raise RecipeError(f"{path}: {error}") from None
    if isinstance(value, Vector):
        raise RecipeError(f"{path}: an input must be a number, not a vector of three")
    return value


def _radius(entry: Radius, x: Expr, y: Expr, given: list[Expr]) -> list[Expr]:
    return [trace.hypot(x - given[0], y - given[1])]


def _rings(entry: Rings, x: Expr, y: Expr, given: list[Expr]) -> list[Expr]:
    r = trace.hypot(x - given[0], y - given[1])
    return [trace.cos(r * given[2] + given[3])]


def _waves(entry: Waves, x: Expr, y: Expr, given: list[Expr]) -> list[Expr]:
    return [
        apply(wave, axis * frequency)
        for frequency in given
        for axis in (x, y)
        for wave in ("sin", "cos")
    ]


def _fourier_numbers(entry: Fourier, stream: Stream) -> list[float]:
    """Stratified frequencies on a geometric scale, each with its own direction and phase."""
    draws = stream.table(3, entry.count)
    place = (np.arange(entry.count) + draws[0]) / entry.count
    ratio = exact.exp(place * float(exact.log(entry.high / entry.low)))
    angle, phase = draws[1] * 2 * math.pi, draws[2] * 2 * math.pi
    across = entry.low * ratio * math.pi * exact.cos(angle)
    down = entry.low * ratio * math.pi * exact.sin(angle)
    if entry.stretch:
        cosine, sine = float(exact.cos(entry.angle)), float(exact.sin(entry.angle))
        across, down = across * (1 + entry.stretch), down * (1 - 0.9 * entry.stretch)
        across, down = across * cosine - down * sine, across * sine + down * cosine
    amplitude = exact.exp(exact.log(ratio) * -entry.falloff)
    return [*across.tolist(), *down.tolist(), *phase.tolist(), *amplitude.tolist()]


def _fourier(entry: Fourier, x: Expr, y: Expr, given: list[Expr]) -> list[Expr]:
    n = entry.count
    across, down, phase, amplitude = (given[k * n : (k + 1) * n] for k in range(4))
    return [
        trace.sin(x * across[k] + y * down[k] + phase[k]) * amplitude[k] for k in range(entry.count)
    ]


def _torus(entry: Torus, x: Expr, y: Expr, given: list[Expr]) -> list[Expr]:
    return [
        apply(wave, axis * (TURN * k / period)) * (1.0 / k)
        for axis, period in ((x, entry.period[0]), (y, entry.period[1]))
        for k in range(1, entry.order + 1)
        for wave in ("cos", "sin")
    ]


# For each kind of entry: its numbers, and its formulas made from them.
NUMBERS: dict[type, Callable[..., list[float]]] = {
    Radius: lambda entry, stream: [*entry.centre],
    Rings: lambda entry, stream: [*entry.centre, entry.frequency, entry.phase],
    Waves: lambda entry, stream: [*entry.frequencies],
    Fourier: _fourier_numbers,
    Torus: lambda entry, stream: [],
}
GENERATORS: dict[type, Callable[..., list[Expr]]] = {
    Radius: _radius,
    Rings: _rings,
    Waves: _waves,
    Fourier: _fourier,
    Torus: _torus,
}
