"""Mixes the colours of two materials in OKLab, each point in its own part of a transition."""

from __future__ import annotations

from phosphene.colour.channels import has_opacity
from phosphene.colour.oklab import light_to_oklab, oklab_to_light
from phosphene.colour.srgb import decode, encode
from phosphene.formula import Expr, trace

SOFT = 0.8  # duration of the change at one point; from 1 on, all points change almost together


def mix_materials(
    first: list[Expr], second: list[Expr], share: Expr, leader: Expr | None
) -> list[Expr]:
    """The channels of a mix of two pictures (sRGB-encoded, with or without opacity), `share` 0..1.

    Points where `leader`, a field of mean 0 and spread 1, is low change first.
    """
    here = share if leader is None else turn(share, leader)
    alpha: list[Expr] = []
    if has_opacity(len(first)):
        opacity = first.pop(), second.pop()
        alpha = [trace.mix(*opacity, here)]
        here = opacity[1] * here / trace.maximum(alpha[0], 1e-6)
    if len(first) == 1:
        return [_grey(first[0], second[0], here), *alpha]
    labs = [to_oklab([trace.clamp(c, 0.0, 1.0) for c in colours]) for colours in (first, second)]
    lab = [trace.mix(a, b, here) for a, b in zip(*labs, strict=True)]
    return [*(encode(trace, c) for c in oklab_to_light(*lab)), *alpha]


def turn(share: Expr, leader: Expr) -> Expr:
    """The share, 0..1, of the second material at a point."""
    place = trace.sigmoid(leader * 1.7)  # 0..1: about the share of points where the field is lower
    t = trace.clamp((share * (1.0 + SOFT) - place) * (1.0 / SOFT), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def _grey(first: Expr, second: Expr, share: Expr) -> Expr:
    """Mixes greys in steps of equal lightness."""
    lights = (_root(decode(trace, trace.clamp(c, 0.0, 1.0))) for c in (first, second))
    root = trace.mix(*lights, share)
    return encode(trace, root * root * root)


def to_oklab(encoded: list[Expr]) -> tuple[Expr, Expr, Expr]:
    """L, a and b of an sRGB-encoded colour."""
    red, green, blue = (decode(trace, c) for c in encoded)
    return light_to_oklab(red, green, blue, _root)


def _root(light: Expr) -> Expr:
    return trace.power(light, 1 / 3)
