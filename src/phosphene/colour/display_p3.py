"""Conversion of sRGB pixels to Display P3, which has the same curve and white point."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.curves import decode, encode, in_pieces

Pixels = NDArray[Any]

# CSS Color 4: linear sRGB to linear Display P3; no entry is negative, rows sum to 1.
TO_P3 = (
    (0.8224619687143623, 0.17753803128563775, 0.0),
    (0.03319419885096161, 0.9668058011490384, 0.0),
    (0.01708263072112003, 0.07239744066396346, 0.9105199286149165),
)


def converter(profile: str) -> Callable[[Pixels], Pixels]:
    """A function that converts rows (any, width, channels) of sRGB, uint8, uint16 or float, to
    `profile`, "srgb" or "p3", keeping their type. Grey rows are the same in both.
    """
    return _to_p3 if profile == "p3" else lambda rows: rows


def _to_p3(rows: Pixels) -> Pixels:
    return rows if rows.shape[-1] < 3 else in_pieces(_piece_to_p3, rows, rows.dtype)


def _piece_to_p3(values: Pixels, into: Pixels) -> None:
    most = 1 if values.dtype.kind == "f" else np.iinfo(values.dtype).max
    light = decode if most == 1 else _levels(most).__getitem__
    red, green, blue = (light(values[:, k]) for k in range(3))
    for k, (r, g, b) in enumerate(TO_P3):
        value = encode(r * red + g * green + b * blue) * most
        into[:, k] = value if most == 1 else np.floor(value + 0.5)
    into[:, 3:] = values[:, 3:]


@functools.cache
def _levels(most: int) -> NDArray[np.float64]:
    """The linear light of each level from 0 to `most`."""
    return decode(np.arange(most + 1) / most)
