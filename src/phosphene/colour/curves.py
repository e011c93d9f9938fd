"""The sRGB curve for many pixels: tables of `srgb.encode` and `srgb.decode`, with straight lines
between 65,537 places. The same bits everywhere, and within 4e-9 of the curve.
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
    """The light of k / 65536, for k from 0 to 65537."""
    return srgb.decode(exactly, np.arange(STEPS + 2) / STEPS)


@functools.cache
def _encode_table() -> NDArray[np.float64]:
    """By the square root of light: there the curve is gentle."""
    return srgb.encode(exactly, (np.arange(STEPS + 2) / STEPS) ** 2)


def _look(table: NDArray[np.float64], share: Pixels) -> NDArray[np.float64]:
    place = np.minimum(np.maximum(share, 0.0), 1.0) * STEPS
    k = place.astype(np.int32)  # toward 0
    low = table[k]
    return low + (table[k + 1] - low) * (place - k)


def decode(values: Pixels) -> NDArray[np.float64]:
    """sRGB-encoded values 0..1 in linear light; others are held to 0..1."""
    return _look(decode_table(), values.astype(np.float64, copy=False))


def encode(light: Pixels) -> NDArray[np.float64]:
    """Linear light 0..1 on the sRGB curve; others are held to 0..1."""
    held = np.maximum(light.astype(np.float64, copy=False), 0.0)
    return np.where(held < LIGHT_KNEE, SLOPE * held, _look(_encode_table(), np.sqrt(held)))


def in_pieces(convert: Callable[[Pixels, Pixels], None], rows: Pixels, kind: Any) -> Pixels:
    """New rows of a type, made a few thousand pixels at a time: what fits a cache is 4 times as
    fast.
    """
    made = np.empty(rows.shape, kind)
    flat, into = rows.reshape(-1, rows.shape[-1]), made.reshape(-1, rows.shape[-1])
    for at in range(0, len(flat), PIECE):
        convert(flat[at : at + PIECE], into[at : at + PIECE])
    return made
