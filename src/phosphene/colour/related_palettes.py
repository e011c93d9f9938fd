"""Palettes derived from a given one: a companion, and its best substitutes for another palette.

Anchors are OKLab, of shape (n, 3). The numbers reach recipes, so they come from our own operations
in a fixed order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.gamut import inside_srgb
from phosphene.colour.oklab import chroma
from phosphene.colour.palette_generator import Anchors, olive, plain
from phosphene.colour.ramps import interpolate, ramp

Array = NDArray[np.float64]
GREY = 0.01  # a colour of less chroma has no usable hue
NEAR = 0.06  # the largest difference in lightness between a colour and its substitute
LIGHT = 0.7  # light tints are lighter than this


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
    """The anchors with the hues of `others`, lightness and chroma unchanged."""
    own, lent = chroma(anchors), chroma(others)
    share = np.where(lent < GREY, 1.0, own / np.maximum(lent, GREY))[:, None]
    source = np.where((lent < GREY)[:, None], anchors, others)
    return np.concatenate([anchors[:, :1], source[:, 1:] * share], axis=1)


def nearest_matches(anchors: Array, others: Array) -> Anchors:
    """The colours of a palette that replace `others`, one for each.

    Light tints, which differ by hue, keep their lightness and take the palette's hues in turn. Any
    other colour becomes the palette's nearest in lightness and chroma, with its lightness clamped
    to within `NEAR` of the replaced colour's.
    """
    table, wanted = ramp(anchors), others[:, 0]
    if wanted.min() > LIGHT:
        return plain(inside_srgb(_tints(table, others)))
    off = np.stack([table[:, 0, None] - wanted, chroma(table)[:, None] - chroma(others)])
    found = table[np.argmin(off[0] * off[0] + off[1] * off[1], axis=0)]
    lightness = np.minimum(np.maximum(found[:, 0], wanted - NEAR), wanted + NEAR)
    return plain(inside_srgb(np.concatenate([lightness[:, None], found[:, 1:]], axis=1)))


def _tints(table: Array, others: Array) -> Array:
    """The hues of a ramp except its ends, with the lightness and chroma of `others`, or the ramp's
    chroma where that is less.
    """
    n, first, last = len(others), len(table) // 4, len(table) * 4 // 5
    places = first + (np.arange(n) * (last - first)) // max(n - 1, 1)
    most = np.minimum(chroma(others), chroma(table).max())
    hues = table[places]
    share = most / np.maximum(chroma(hues), GREY)
    return np.concatenate([others[:, :1], hues[:, 1:] * share[:, None]], axis=1)
