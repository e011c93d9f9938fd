"""Palettes made from a given one: one to mix with it, and one to replace another.

Anchors are OKLab, of shape (n, 3); numbers come from our own operations in a fixed order, since
they reach recipes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.gamut import inside_srgb
from phosphene.colour.oklab import chroma
from phosphene.colour.palette_generator import Anchors, olive, plain
from phosphene.colour.ramps import interpolate, ramp

Array = NDArray[np.float64]
GREY = 0.01  # below this chroma a colour has no hue to lend
NEAR = 0.06  # how far in lightness a colour may be from the one that it stands for
LIGHT = 0.7  # a light tint is lighter


def companion(anchors: Array) -> Anchors:
    """A palette to mix with this one, made of its hues: each anchor takes the hue of its lighter
    neighbour, or of its darker one, whichever makes less olive.
    """
    after = np.concatenate([anchors[1:], anchors[-1:]])
    before = np.concatenate([anchors[:1], anchors[:-1]])
    both = np.stack([_in_hues(anchors, before), _in_hues(anchors, after)], axis=1)
    between = interpolate(both.reshape(len(anchors), -1), 33).reshape(33, 2, 3)
    return plain(inside_srgb(both[:, int(np.argmin(olive(between)))]))


def _in_hues(anchors: Array, others: Array) -> Array:
    """Anchors with their own lightness and chroma, and the hues of others."""
    own, lent = chroma(anchors), chroma(others)
    share = np.where(lent < GREY, 1.0, own / np.maximum(lent, GREY))[:, None]
    source = np.where((lent < GREY)[:, None], anchors, others)
    return np.concatenate([anchors[:, :1], source[:, 1:] * share], axis=1)


def nearest_matches(anchors: Array, others: Array) -> Anchors:
    """The colours of a palette that replace `others`, one for each.

    Light tints, which differ by their hues, keep their lightness and become hues of the palette one
    after the other. Any other colour becomes the nearest that the palette has in lightness and
    chroma, made lighter or darker where that is not about as light.
    """
    table, wanted = ramp(anchors), others[:, 0]
    if wanted.min() > LIGHT:
        return plain(inside_srgb(_tints(table, others)))
    off = np.stack([table[:, 0, None] - wanted, chroma(table)[:, None] - chroma(others)])
    found = table[np.argmin(off[0] * off[0] + off[1] * off[1], axis=0)]
    lightness = np.minimum(np.maximum(found[:, 0], wanted - NEAR), wanted + NEAR)
    return plain(inside_srgb(np.concatenate([lightness[:, None], found[:, 1:]], axis=1)))


def _tints(table: Array, others: Array) -> Array:
    """The hues of a ramp, but those of its ends, with the lightness and chroma of others; with less
    chroma where the ramp has less.
    """
    n, first, last = len(others), len(table) // 4, len(table) * 4 // 5
    places = first + (np.arange(n) * (last - first)) // max(n - 1, 1)
    most = np.minimum(chroma(others), chroma(table).max())
    hues = table[places]
    share = most / np.maximum(chroma(hues), GREY)
    return np.concatenate([others[:, :1], hues[:, 1:] * share[:, None]], axis=1)
