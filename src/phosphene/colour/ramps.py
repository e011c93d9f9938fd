"""Palettes interpolated between their anchors, in OKLab.

Monotone cubic interpolation of the anchors (Fritsch & Carlson 1980), then chroma reduced at
constant lightness and hue until the colour is inside sRGB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.gamut import inside_srgb
from phosphene.colour.oklab import hex_to_oklab

Array = NDArray[np.float64]
ENTRIES = 256


def anchors_to_oklab(anchors: Iterable[str | Sequence[float]]) -> Array:
    """OKLab, shape (n, 3), of a palette's anchors, each #rrggbb or (L, a, b)."""
    labs = [hex_to_oklab(a) if isinstance(a, str) else np.array(a, np.float64) for a in anchors]
    return np.stack(labs)


def ramp(anchors: Array, entries: int = ENTRIES) -> Array:
    """OKLab colours inside sRGB, shape (entries, 3), evenly spaced along a palette; anchors of
    shape (n, 3), n >= 2.
    """
    return inside_srgb(interpolate(anchors, entries))


def interpolate(anchors: Array, entries: int) -> Array:
    """Monotone cubics through anchors of shape (n, 3), n >= 2, at `entries` evenly spaced places;
    shape (entries, 3).
    """
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
