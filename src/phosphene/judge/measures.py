"""Measures of a picture, from a small probe of it.

The probe is the whole picture at 64x64 pixels, rendered twice: as the mean of 16 samples per pixel
in linear light, and with one sample per pixel. Colours are compared in OKLab. The measures decide
which seed a house style uses, so they have the same bits on every machine (`exact`, sums in index
order).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.gamut import shown
from phosphene.colour.oklab import chroma as chroma_of
from phosphene.colour.oklab import linear_to_oklab, srgb_to_oklab
from phosphene.colour.srgb import decode, exactly
from phosphene.compiler.probe import Distribution
from phosphene.core import exact
from phosphene.formula import arrays

Array = NDArray[Any]

SIDE, THUMBNAIL = 64, 8
CELL = np.array([1 / 16, 0.025, 0.025])  # 16 steps of lightness, 24 of a and b over -0.3..0.3
GREY = np.array([0, 1e-6, 1e-6])  # moves greys from the edge of a cell to its inside
HUES = 36
SAME = 0.07  # OKLab: at this distance the eye still calls two colours the same
GREYISH = 0.03  # below this chroma, hues are ignored

MEASURES: dict[str, str] = {
    "spread": "rms distance of the colours from their mean, OKLab",
    "cells": "entropy of the colours over cells of OKLab, bits",
    "largest": "share of the pixels in the fullest cell",
    "contrast": "difference of the 97th and the 3rd percentile of lightness, 0..1",
    "light": "90th percentile of lightness, 0..1",
    "rough": "rms difference of adjacent pixels divided by the spread (white noise: 1.41)",
    "hues": "entropy of 36 hues weighted by chroma, bits (uniform: 5.17)",
    "chroma": "mean chroma, OKLab",
    "alias": "mean difference between one and sixteen samples per pixel, of 255",
    "clear": "transparency: 1 minus the mean opacity (a white page shows through)",
    "clip": "share of pixels with a channel at 0 or 255",
    "garish": "share of pixels with chroma over 0.16 and over 92 % of the largest in sRGB",
    "mud": "share of pixels that are olive or khaki: hue 85..125 degrees, lightness 0.25..0.62",
}


@dataclass(frozen=True, eq=False)
class Probe:
    """A small picture, twice: averaged, and with one sample per pixel; sRGB-encoded, 0..1, float64,
    shape (64, 64, 3), on a white page. `clear` is its transparency, 0..1.
    """

    soft: Array
    sharp: Array
    clear: float = 0.0


def measure(probe: Probe) -> dict[str, float]:
    """The measures of a probe, by the names in `MEASURES`."""
    lab = srgb_to_oklab(probe.soft)
    chroma, hue = chroma_of(lab), _turns(lab)
    spread, shares = _spread(lab), _cell_shares(lab)
    lightness = Distribution(lab[..., 0].ravel())
    return {
        "spread": spread,
        "cells": _entropy(shares),
        "largest": float(shares.max()),
        "contrast": lightness.quantile(0.97) - lightness.quantile(0.03),
        "light": lightness.quantile(0.9),
        "rough": _rms_step(lab) / max(spread, 1e-6),
        "hues": _hue_entropy(hue, chroma),
        "chroma": mean(chroma),
        "alias": mean(np.abs(probe.soft - probe.sharp)) * 255,
        "clear": probe.clear,
        "clip": mean(_is_clipped(probe.soft)),
        "garish": mean(_is_garish(lab, chroma)),
        "mud": mean(_is_olive(lab, chroma, hue)),
    }


def colour_shares(pixels: Array, anchors: Array) -> list[float]:
    """For each of the OKLab colours (n, 3) the share of pixels (..., 3), 0..1, within `SAME`."""
    lab = srgb_to_oklab(pixels).reshape(-1, 3)
    steps = [lab - anchor for anchor in anchors]
    return [mean((step * step).sum(axis=-1) <= SAME * SAME) for step in steps]


def thumbnail(probe: Probe) -> Array:
    """OKLab of 8x8 blocks averaged in linear light, shape (8, 8, 3)."""
    side = len(probe.soft) // THUMBNAIL
    blocks = decode(exactly, probe.soft).reshape(THUMBNAIL, side, THUMBNAIL, side, 3)
    inside = blocks.transpose(1, 3, 0, 2, 4).reshape(side * side, THUMBNAIL, THUMBNAIL, 3)
    return linear_to_oklab(np.add.accumulate(inside)[-1] / len(inside))


def distance(first: Array, second: Array) -> float:
    """The distance of two pictures: the rms OKLab distance of their thumbnails."""
    steps = first - second
    return float(np.sqrt(3 * mean(steps * steps)))


def mean(values: Array) -> float:
    """The mean, summed in index order."""
    return float(np.add.accumulate(values.ravel(), dtype=np.float64)[-1]) / values.size


def _turns(lab: Array) -> Array:
    """Hue, 0..1."""
    angle = arrays.atan2(lab[..., 2], lab[..., 1]) / (2 * exact.PI)
    return angle - np.floor(angle)


def _spread(lab: Array) -> float:
    off = [lab[..., c] - mean(lab[..., c]) for c in range(3)]
    return float(np.sqrt(sum(mean(d * d) for d in off)))


def _cell_shares(lab: Array) -> Array:
    """The share of every cell that is not empty."""
    cells = np.floor((lab.reshape(-1, 3) + GREY) / CELL).astype(np.int64) + 64
    _, counts = np.unique((cells[:, 0] * 128 + cells[:, 1]) * 128 + cells[:, 2], return_counts=True)
    return counts / len(cells)


def _hue_entropy(turns: Array, chroma: Array) -> float:
    bins = np.floor(turns * HUES).astype(np.int64) % HUES
    weights = np.bincount(bins.ravel(), chroma.ravel(), HUES)
    return _entropy(weights / max(mean(weights) * HUES, 1e-9))


def _entropy(shares: Array) -> float:
    kept = shares[shares > 0]
    return 0.0 - mean(kept * exact.log(kept)) * len(kept) / exact.LN2 if len(kept) else 0.0


def _rms_step(lab: Array) -> float:
    across, down = lab[:, 1:] - lab[:, :-1], lab[1:] - lab[:-1]
    return float(np.sqrt(3 * (mean(across * across) + mean(down * down)) / 2))


def _is_clipped(pixels: Array) -> Array:
    level = np.floor(pixels * 255 + 0.5)
    return np.any((level <= 0) | (level >= 255), axis=-1)


def _is_garish(lab: Array, chroma: Array) -> Array:
    further = shown(lab[..., 0], lab[..., 1] / 0.92, lab[..., 2] / 0.92, 1e-4)
    return ~further & (chroma > 0.16)


def _is_olive(lab: Array, chroma: Array, turns: Array) -> Array:
    olive = (turns >= 85 / 360) & (turns <= 125 / 360) & (chroma > GREYISH)
    return olive & (lab[..., 0] >= 0.25) & (lab[..., 0] <= 0.62)
