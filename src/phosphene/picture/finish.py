"""From an engine's values to pixels: held to 0..1 (NaN is black), laid out by rows, quantised."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phosphene.view import Rect


def to_float(values: NDArray[np.floating], rect: Rect) -> NDArray[np.floating]:
    """Values of shape (channels, n) as pixels (height, width, channels) in 0..1, same precision."""
    pixels = np.empty((rect.height, rect.width, len(values)), values.dtype)
    if values.dtype == np.float32:
        from phosphene.picture.kernels import hold_rows

        hold_rows(values, pixels.reshape(-1, len(values)))
    else:
        planes = values.reshape(-1, rect.height, rect.width)
        pixels[:] = np.minimum(np.where(planes > 0, planes, 0.0), 1.0).transpose(1, 2, 0)
    return pixels


def quantise(pixels: NDArray[np.floating]) -> NDArray[np.uint8]:
    """0..1 to 0..255, to the nearest level (halves up)."""
    return (pixels * pixels.dtype.type(255) + pixels.dtype.type(0.5)).astype(np.uint8)


def to_bytes(values: NDArray[np.floating], rect: Rect) -> NDArray[np.uint8]:
    """`quantise(to_float(values, rect))`; in one pass for float32."""
    if values.dtype != np.float32:
        return quantise(to_float(values, rect))
    from phosphene.picture.kernels import quantise_rows

    pixels = np.empty((rect.height, rect.width, len(values)), np.uint8)
    quantise_rows(values, pixels.reshape(-1, len(values)))
    return pixels
