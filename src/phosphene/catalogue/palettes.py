"""Palettes: anchors from dark to light, interpolated in OKLab.

A palette becomes three tables (L, a, b) of 256 entries: monotone cubic interpolation of the anchors
(Fritsch & Carlson 1980), then chroma reduced at constant lightness and hue until the colour is
inside sRGB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from phosphene.catalogue.colours import encode, oklab_to_linear
from phosphene.core import exact
from phosphene.core.errors import RecipeError
from phosphene.formula import Table, arrays

Array = NDArray[np.float64]
ENTRIES = 256
HEX = frozenset("0123456789abcdefABCDEF")

PALETTES: dict[str, str] = {
    "ember": "#0b0a12 #3a0f1e #8c1c22 #e4572e #ffb347 #fff1c9",
    "abyss": "#050a14 #0b2239 #12506b #2a9d9b #a8e6cf #f3fff5",
    "plum": "#120718 #3b1447 #7a2a6b #c9577a #f6a58f #ffe9d2",
    "dusk": "#0d1026 #2b2a5e #6a4a8c #c76b8f #f3a683 #fde7c2",
    "moss": "#0d1410 #21382a #4a6b46 #8fa66a #d3cf9d #f6f1de",
    "sand": "#2b1a12 #6b3f26 #b07a4a #dcb07f #f0d9b8 #fbf3e6",
    "glacier": "#081420 #1d3f5a #4c86a8 #93c4d8 #d3ebf0 #fbfefe",
    "rose": "#2a0a16 #6d1f3c #b34a67 #e28a97 #f6c6c4 #fff3ee",
    "indigo": "#070919 #1b2060 #3b4bb5 #7d8ee8 #c3cdf8 #f7f8ff",
    "kelp": "#06110f #0f3a35 #1f6f5c #6aa884 #c7d9a4 #f8f6dc",
    "copper": "#130c0a #43211a #8a4a30 #cc8052 #edbf8f #fbeed8",
    "noir": "#08080a #26262b #55555e #93939c #cfcfd4 #f7f7f8",
    "peach": "#3b1c32 #7c3a5a #cf6f78 #f7a990 #fcd5b5 #fff6e9",
    "teal_rust": "#0a1a1f #14474f #3f8a86 #e9d8b4 #d9793f #7d2a17",
    "navy_gold": "#070d1f #122a55 #2f5c8f #b9b6af #e5b64b #fff0c4",
    "lilac": "#1c1530 #4c3f78 #8d7cc0 #c2b3e6 #e8def6 #fdfaff",
    "persimmon": "#15161f #30384f #6d7686 #e8dfd0 #f2793b #b8331a",
    "orchid": "#0f0a1e #3c1a5b #8a2f8f #d8569b #ff9fa6 #ffe8d6",
    "forest_fog": "#101715 #2d413c #5f7a72 #9db3a8 #d5dfd6 #f8faf6",
    "wine_mint": "#190912 #571633 #a3405a #efc9b8 #9fd3c0 #2f7f78",
    "ultramarine": "#04050f #0a1550 #1e3bd0 #5c8bff #b9d7ff #fbf7ea",
    "saffron": "#1a0d08 #59260d #a8560f #e89a1d #f9d46b #fff7d6",
    "cherry": "#0c0709 #460d18 #a11228 #e94b4b #ffa79b #fff2ea",
    "sky": "#14304d #2f6da3 #6fb0dc #b5dcf0 #f4e9d8 #fbd9b0",
}


@lru_cache(1024)
def hex_to_oklab(text: str) -> Array:
    """OKLab of a colour written #rrggbb; not to be written to."""
    digits = text.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(c * 2 for c in digits)
    try:
        if len(digits) != 6 or not set(digits) <= HEX:
            raise ValueError
        value = np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    except ValueError:
        raise RecipeError(f"'{text}' is no colour; write it as #rrggbb, such as #1e3bd0") from None
    lab = srgb_to_oklab(value)
    lab.flags.writeable = False
    return lab


def srgb_to_oklab(value: Array) -> Array:
    """OKLab of sRGB as it is encoded, 0..1, shape (..., 3)."""
    return linear_to_oklab(
        np.where(value < 0.04045, value / 12.92, exact.power((value + 0.055) / 1.055, 2.4))
    )


def oklab_to_bytes(lab: Array) -> NDArray[np.uint8]:
    """sRGB in 8 bits, shape (..., 3); what lies outside is clipped."""
    linear = oklab_to_linear(arrays, lab[..., 0], lab[..., 1], lab[..., 2])
    value = np.stack([encode(arrays, channel) for channel in linear], axis=-1)
    return np.floor(np.minimum(value, 1.0) * 255 + 0.5).astype(np.uint8)


def anchors_to_oklab(anchors: Iterable[str | Sequence[float]]) -> Array:
    """OKLab of a palette's anchors, which are #rrggbb or (L, a, b), shape (n, 3)."""
    labs = [hex_to_oklab(a) if isinstance(a, str) else np.array(a, np.float64) for a in anchors]
    return np.stack(labs)


def linear_to_oklab(linear: Array) -> Array:
    """OKLab of linear sRGB, shape (..., 3)."""
    r, g, b = linear[..., 0], linear[..., 1], linear[..., 2]
    long = exact.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = exact.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = exact.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return np.stack(
        [
            0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
            1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
            0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
        ],
        axis=-1,
    )


def inside_srgb(lab: Array) -> Array:
    """The same lightness and hue with as much of the chroma as sRGB can show (bisection)."""
    lightness = np.minimum(np.maximum(lab[:, 0], 0.0), 1.0)
    a, b = lab[:, 1], lab[:, 2]
    share = np.ones(len(lab))
    outside = np.flatnonzero(~_fits(lightness, a, b))
    if len(outside):
        high, low = share[outside], np.zeros(len(outside))
        held = lightness[outside], a[outside], b[outside]
        for _ in range(23):
            middle = (low + high) / 2
            fits = _fits(held[0], held[1] * middle, held[2] * middle)
            low, high = np.where(fits, middle, low), np.where(fits, high, middle)
        share[outside] = low
    return np.stack([lightness, a * share, b * share], axis=1)


def _fits(lightness: Array, a: Array, b: Array) -> NDArray[np.bool_]:
    """Which of the colours are inside sRGB but for a tolerance."""
    rgb = np.array(oklab_to_linear(arrays, lightness, a, b))
    return np.logical_and.reduce((rgb >= -1e-4) & (rgb <= 1 + 1e-4))


def ramp(anchors: Array, entries: int = ENTRIES) -> Array:
    """OKLab, inside sRGB, at `entries` even places between anchors of shape (n, 3), n >= 2."""
    return inside_srgb(interpolate(anchors, entries))


def interpolate(anchors: Array, entries: int) -> Array:
    """Monotone cubics through anchors of shape (n, 3), n >= 2, at `entries` even places."""
    n = len(anchors)
    at = np.arange(entries) / (entries - 1) * (n - 1)
    k = np.minimum(np.floor(at).astype(np.int64), n - 2)
    t = (at - k)[:, None]
    steps = anchors[1:] - anchors[:-1]
    slopes = np.empty_like(anchors)
    slopes[0], slopes[-1] = steps[0], steps[-1]
    before, after = steps[:-1], steps[1:]
    total = before + after
    harmonic = 2 * before * after / np.where(total == 0, 1.0, total)
    slopes[1:-1] = np.where(before * after > 0, harmonic, 0.0)
    s, s2, s3 = t, t * t, t * t * t
    return (
        (2 * s3 - 3 * s2 + 1) * anchors[k] + (s3 - 2 * s2 + s) * slopes[k]
        + (3 * s2 - 2 * s3) * anchors[k + 1] + (s3 - s2) * slopes[k + 1]
    )  # fmt: skip


@lru_cache(1024)
def palette_tables(anchors: tuple[str | tuple[float, float, float], ...]) -> tuple[Table, ...]:
    """The L, a and b of a palette as tables over 0..1."""
    table = ramp(anchors_to_oklab(anchors))
    return tuple(Table(f"palette_{c}", table[:, i].copy()) for i, c in enumerate("Lab"))
