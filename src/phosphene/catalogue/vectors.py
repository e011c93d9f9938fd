"""Functions of vectors of three numbers in shadings: colours and directions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from phosphene.colour.gamut import inside, oklch_to_oklab
from phosphene.colour.oklab import oklab_to_light


class Word(NamedTuple):
    """A function. `takes` holds the components of each argument, 3 for a vector and 1 for a number;
    `gives` those of the result.

    The formula receives the components of vectors one after the other.
    """

    formula: Callable[..., Any]
    description: str
    takes: tuple[int, ...]
    gives: int


def _length(m: Any, a: Any, b: Any, c: Any) -> Any:
    return m.sqrt(a * a + b * b + c * c)


def _normalise(m: Any, a: Any, b: Any, c: Any) -> tuple[Any, Any, Any]:
    shrink = 1.0 / m.maximum(_length(m, a, b, c), 1e-12)
    return a * shrink, b * shrink, c * shrink


def _toward(m: Any, angle: Any, elevation: Any) -> tuple[Any, Any, Any]:
    flat = m.cos(elevation)
    return flat * m.cos(angle), flat * m.sin(angle), m.sin(elevation)


VECTORS: dict[str, Word] = {
    "dot": Word(
        lambda m, a, b, c, d, e, f: a * d + b * e + c * f, "dot(v, w): the scalar product",
        (3, 3), 1,
    ),
    "length": Word(_length, "length(v): the length of a vector", (3,), 1),
    "normalise": Word(_normalise, "normalise(v): v scaled to length 1", (3,), 3),
    "toward": Word(
        _toward, "toward(angle, elevation): the direction to a light, in radians; y points down",
        (1, 1), 3,
    ),
    "oklch": Word(
        oklch_to_oklab, "oklch(l, c, h): OKLab of lightness, chroma and hue in turns, inside sRGB",
        (1, 1, 1), 3,
    ),
    "inside": Word(
        inside, "inside(lab): lab with its chroma reduced to the sRGB gamut", (3,), 3
    ),
    "linear": Word(
        lambda m, *lab: oklab_to_light(*lab),
        "linear(lab): an OKLab colour as linear red, green and blue", (3,), 3,
    ),
}  # fmt: skip
