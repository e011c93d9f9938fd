"""Colours survive the way to OKLab and back: every one that 8 bits can say."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from phosphene.catalogue.colour_spaces import COLOUR_SPACES, ColourSpace
from phosphene.colour.oklab import linear_to_oklab
from phosphene.colour.srgb import decode
from phosphene.engines import get_engine
from phosphene.formula import Operand, Rows, Tape, arrays, lower, trace, var
from phosphene.ir.assembling import assemble
from phosphene.ir.operations import FUSED
from phosphene.ir.program import Program
from phosphene.raster import quantise

LEVELS = np.arange(256)
# How far from its level a colour may come back, in levels; half a one would be another byte. In
# float64 it is the ten digits of the published matrices, in float32 the roundings.
ALLOWED = {"f32": 0.02, "f64": 0.001, "catalogue": 0.001}
WAYS = list(ALLOWED)


def to_oklab(m: Any, red: Any, green: Any, blue: Any) -> tuple[Any, Any, Any]:
    """OKLab of linear light (Ottosson 2020), in the words of formulas."""
    long = m.power(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue, 1 / 3)
    medium = m.power(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue, 1 / 3)
    short = m.power(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue, 1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


@cache
def converter(precision: str) -> Program:
    """sRGB -> linear light -> OKLab -> linear light -> sRGB, as one program of three inputs."""
    tape = Tape()
    rows = tape.block(3)
    values: dict[str, Operand] = {name: rows.part(i, 1) for i, name in enumerate("rgb")}
    lab = to_oklab(trace, *(decode(trace, var(name)) for name in "rgb"))
    placed = lower(list(COLOUR_SPACES["oklab"].formula(trace, *lab)), values, tape, fused=FUSED)
    finals: list[Rows | float] = list(placed)
    return assemble(tape, rows, finals, precision)


def there_and_back(way: str, wanted: Any) -> Any:
    """Values of shape (3, n) of bytes: by the engine, or by the float64 arrays of palettes."""
    if way != "catalogue":
        return get_engine("cpu").evaluate(converter(way), wanted / 255)
    linear = decode(arrays, LEVELS / 255)[wanted]
    return np.stack(COLOUR_SPACES["oklab"].formula(arrays, *linear_to_oklab(linear.T).T))


def colours(red: int, step: int = 1) -> Any:
    """Bytes of every colour of one red, of every `step`-th green and blue: shape (3, n)."""
    green, blue = np.meshgrid(LEVELS[::step], LEVELS[::step])
    return np.stack([np.full(green.size, red), green.ravel(), blue.ravel()])


def check(way: str, wanted: Any) -> None:
    values = there_and_back(way, wanted)
    held = np.minimum(np.maximum(values, 0), 1)
    np.testing.assert_array_equal(quantise(np.ascontiguousarray(held.T)[None])[0].T, wanted)
    assert np.abs(values * 255.0 - wanted).max() < ALLOWED[way]


@pytest.mark.parametrize("way", WAYS)
def test_some_colours_go_to_oklab_and_back(way: str):
    for red in LEVELS[::15]:
        check(way, colours(red, 15))


@pytest.mark.slow  # 2^24 colours
@pytest.mark.parametrize("way", WAYS)
def test_every_colour_goes_to_oklab_and_back(way: str):
    for red in LEVELS:
        check(way, colours(red))


def test_a_digit_that_is_wrong_is_caught(monkeypatch: pytest.MonkeyPatch):
    plain = COLOUR_SPACES["oklab"]
    off = ColourSpace(
        lambda m, lightness, a, b: plain.formula(m, lightness, a * 1.01, b), plain.description
    )
    monkeypatch.setitem(COLOUR_SPACES, "oklab", off)
    with pytest.raises(AssertionError):
        check("catalogue", colours(LEVELS[30], 15))
