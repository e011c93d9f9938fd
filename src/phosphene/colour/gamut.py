"""The sRGB gamut: reducing chroma until a colour is inside, and the largest chroma inside."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosphene.colour.oklab import oklab_to_light
from phosphene.core import exact

Array = NDArray[np.float64]
RADIANS = 0.017453292519943295  # in a degree


def oklch_to_oklab(m: Any, lightness: Any, chroma: Any, hue: Any) -> tuple[Any, Any, Any]:
    """OKLab from lightness, chroma and hue in turns, inside sRGB; `m` as in `srgb`."""
    angle = hue * exact.TURN
    return inside(m, lightness, chroma * m.cos(angle), chroma * m.sin(angle))


def inside(m: Any, lightness: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    """OKLab with its chroma reduced to the sRGB gamut, at the same lightness and hue.

    Five steps of the Illinois method find the share of chroma at which a channel leaves 0..1; a
    shading computes them at every pixel. `inside_srgb` is exact, for palettes.
    """
    lightness = m.clamp(lightness, 0.0, 1.0)
    low, high = 0.0, 1.0
    at_low = _excess(m, lightness, 0.0, 0.0)
    whole = at_high = _excess(m, lightness, a, b)
    share = 1.0
    for _ in range(5):
        gap = at_high - at_low
        share = (low * at_high - high * at_low) / m.select(m.less(m.abs(gap), 1e-9), 1e-9, gap)
        excess = _excess(m, lightness, a * share, b * share)
        outside = m.less(0.0, excess)
        low, high = m.select(outside, low, share), m.select(outside, share, high)
        at_low, at_high = (
            m.select(outside, at_low * 0.5, excess),
            m.select(outside, excess, at_high * 0.5),
        )
    share = m.select(m.less(0.0, whole), m.clamp(share, 0.0, 1.0), 1.0)
    return lightness, a * share, b * share


def _excess(m: Any, lightness: Any, a: Any, b: Any) -> Any:
    """How far the worst channel of linear light lies outside 0..1 (negative: inside)."""
    red, green, blue = oklab_to_light(lightness, a, b)
    most = m.maximum(m.maximum(red, green), blue)
    least = m.minimum(m.minimum(red, green), blue)
    return m.maximum(most - 1.0, 0.0 - least)


def inside_srgb(lab: Array) -> Array:
    """The OKLab colours, shape (n, 3), with their chroma reduced to the sRGB gamut at the same
    lightness and hue, by 23 bisections.
    """
    lightness = np.minimum(np.maximum(lab[:, 0], 0.0), 1.0)
    a, b = lab[:, 1], lab[:, 2]
    share = np.ones(len(lab))
    outside = np.flatnonzero(~shown(lightness, a, b, 1e-4))
    if len(outside):
        high, low = share[outside], np.zeros(len(outside))
        held = lightness[outside], a[outside], b[outside]
        for _ in range(23):
            middle = (low + high) / 2
            fits = shown(held[0], held[1] * middle, held[2] * middle, 1e-4)
            low, high = np.where(fits, middle, low), np.where(fits, high, middle)
        share[outside] = low
    return np.stack([lightness, a * share, b * share], axis=1)


def shown(lightness: Array, a: Array, b: Array, tolerance: float) -> NDArray[np.bool_]:
    """Which OKLab colours lie inside sRGB: every channel of linear light within 0..1, up to a
    tolerance (negative: at least that far inside).
    """
    light = np.array(oklab_to_light(lightness, a, b))
    return np.logical_and.reduce((light >= -tolerance) & (light <= 1 + tolerance))


@cache
def chroma_limit_table() -> Array:
    """The largest chroma inside sRGB, shape (65, 360): lightness k/64, hue in whole degrees."""
    lightness = np.repeat(np.arange(65) / 64.0, 360)
    angle = np.tile(np.arange(360.0), 65) * RADIANS
    cos, sin = exact.cos(angle), exact.sin(angle)
    low, high = np.zeros(len(angle)), np.full(len(angle), 0.4)
    for _ in range(30):
        middle = (low + high) / 2
        fits = shown(lightness, middle * cos, middle * sin, 1e-7)
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    table = low.reshape(65, 360)
    table[0] = table[64] = 0.0  # black and white, where the tolerance would let chroma through
    return table


def max_chroma(lightness: ArrayLike, hue: ArrayLike) -> Array:
    """The largest chroma inside sRGB at a lightness 0..1 and a hue in degrees, interpolated from
    the table.
    """
    table = chroma_limit_table()
    row = np.minimum(np.maximum(np.asarray(lightness, np.float64), 0.0), 1.0) * 64.0
    turned = np.asarray(hue, np.float64)
    column = turned - 360.0 * np.floor(turned / 360.0)
    i = np.minimum(np.floor(row).astype(np.int64), 63)
    j = np.floor(column).astype(np.int64)
    down, right = row - i, column - j
    j, after = j % 360, (j + 1) % 360
    upper = table[i, j] * (1 - right) + table[i, after] * right
    lower = table[i + 1, j] * (1 - right) + table[i + 1, after] * right
    return upper * (1 - down) + lower * down
