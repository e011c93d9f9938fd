"""Two colours at every place, of two materials, as one: mixed in OKLab, not before its turn."""

from __future__ import annotations

from phosphene.catalogue.colours import decode, encode, oklab_to_linear
from phosphene.formula import Expr, trace

SOFT = 0.8  # of the way that every place takes to turn; at 1 and more all turn at nearly one time


def mix_materials(
    first: list[Expr], second: list[Expr], share: Expr, leader: Expr | None
) -> list[Expr]:
    """The channels between two pictures (sRGB-encoded, perhaps with opacity), at a share 0..1.

    Where `leader`, a field of mean 0 and spread 1, is low, the second comes first.
    """
    here = share if leader is None else turn(share, leader)
    seen: list[Expr] = []
    if len(first) % 2 == 0:
        opacity = first.pop(), second.pop()
        seen = [trace.mix(*opacity, here)]
        here = opacity[1] * here / trace.maximum(seen[0], 1e-6)
    if len(first) == 1:
        return [_grey(first[0], second[0], here), *seen]
    labs = [to_oklab([trace.clamp(c, 0.0, 1.0) for c in colours]) for colours in (first, second)]
    lab = [trace.mix(a, b, here) for a, b in zip(*labs, strict=True)]
    return [*(encode(trace, c) for c in oklab_to_linear(trace, *lab)), *seen]


def turn(share: Expr, leader: Expr) -> Expr:
    """How far a place has turned."""
    place = trace.sigmoid(leader * 1.7)  # 0..1: about the share of places where the field is lower
    t = trace.clamp((share * (1.0 + SOFT) - place) * (1.0 / SOFT), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def _grey(first: Expr, second: Expr, share: Expr) -> Expr:
    """Of equal lightness steps."""
    lights = (_root(decode(trace, trace.clamp(c, 0.0, 1.0))) for c in (first, second))
    root = trace.mix(*lights, share)
    return encode(trace, root * root * root)


def to_oklab(encoded: list[Expr]) -> list[Expr]:
    """Ottosson 2020, "A perceptual color space for image processing"."""
    r, g, b = (decode(trace, c) for c in encoded)
    long = _root(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = _root(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = _root(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return [
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    ]


def _root(light: Expr) -> Expr:
    return trace.power(light, 1 / 3)
