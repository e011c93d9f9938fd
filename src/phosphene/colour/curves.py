"""The sRGB curve for many pixels: tables of `srgb.encode` and `srgb.decode` with 65,537 entries,
interpolated linearly. The same bits on every machine, within 4e-9 of the curve.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour import srgb
from phosphene.colour.srgb import LIGHT_KNEE, SLOPE, exactly

Pixels = NDArray[Any]
STEPS = 1 << 16
PIECE = 1 << 12


@functools.cache
def decode_table() -> NDArray[np.float64]:
    """The linear light of k / 65536, for k from 0 to 65537."""
    return srgb.decode(exactly, np.arange(STEPS + 2) / STEPS)


@functools.cache
def _encode_table() -> NDArray[np.float64]:
    """A table over the square root of light, in which the curve has no steep part."""
    return srgb.encode(exactly, (np.arange(STEPS + 2) / STEPS) ** 2)


def _look(table: NDArray[np.float64], share: Pixels) -> NDArray[np.float64]:
    place = np.minimum(np.maximum(share, 0.0), 1.0) * STEPS
    k = place.astype(np.int32)  # toward 0
    low = table[k]
    return low + (table[k + 1] - low) * (place - k)


def decode(values: Pixels) -> NDArray[np.float64]:
    """sRGB-encoded values 0..1 as linear light; other values are clamped to 0..1."""
    return _look(decode_table(), values.astype(np.float64, copy=False))


def encode(light: Pixels) -> NDArray[np.float64]:
    """Linear light 0..1, sRGB-encoded; other values are clamped to 0..1."""
    held = np.maximum(light.astype(np.float64, copy=False), 0.0)
    return np.where(held < LIGHT_KNEE, SLOPE * held, _look(_encode_table(), np.sqrt(held)))


def in_pieces(convert: Callable[[Pixels, Pixels], None], rows: Pixels, kind: Any) -> Pixels:
    """New rows of the type `kind`, converted a few thousand pixels at a time: pieces that fit the
    CPU's cache are 4 times as fast.
    """
    made = np.empty(rows.shape, kind)
    flat, into = rows.reshape(-1, rows.shape[-1]), made.reshape(-1, rows.shape[-1])
    for at in range(0, len(flat), PIECE):
        convert(flat[at : at + PIECE], into[at : at + PIECE])
    return made
