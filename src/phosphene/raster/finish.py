"""From an engine's values to pixels: clamped to 0..1 (NaN is black), interleaved, quantised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.channels import colour_channels
from phosphene.engines.cpu.kernels import kernel
from phosphene.raster.dither import dithered
from phosphene.raster.frame import Rect
from phosphene.recipe import Finish

PLAIN = Finish()
PIECE = 1 << 16  # values quantised at once: pieces that fit the cache are 2 to 10 times as fast


def to_float(values: NDArray[np.floating], rect: Rect) -> NDArray[np.floating]:
    """Values of shape (channels, n) as pixels (height, width, channels) in 0..1, same precision."""
    pixels = np.empty((rect.height, rect.width, len(values)), values.dtype)
    if values.dtype == np.float32:
        kernel("hold_rows")(values, pixels.reshape(-1, len(values)))
    else:
        planes = values.reshape(-1, rect.height, rect.width)
        pixels[:] = np.minimum(np.where(planes > 0, planes, 0.0), 1.0).transpose(1, 2, 0)
    return pixels


ROUNDINGS: dict[str, Callable[[Any], Any]] = {
    "nearest": lambda level: np.floor(level + level.dtype.type(0.5)),
    "truncate": np.floor,
    "half_even": np.rint,
}


def quantise(
    pixels: NDArray[np.floating], finish: Finish = PLAIN, corner: tuple[int, int] = (0, 0)
) -> NDArray[np.uint8]:
    """Pixels 0..1 as bytes 0..255, by a recipe's resolved finish.

    `corner` is the position (x, y) of the first pixel in the whole picture. `resolve_finish`
    resolves dither "auto"; here it means no dither.
    """
    if finish.dither == "blue":
        return dithered(pixels.transpose(2, 0, 1), corner, finish.invert)
    made = np.empty(pixels.shape, np.uint8)
    height = max(1, PIECE * len(pixels) // max(pixels.size, 1))
    for top in range(0, len(pixels), height):
        rows = slice(top, top + height)
        made[rows] = _levels(pixels[rows], finish)
    return made


def _levels(pixels: NDArray[np.floating], finish: Finish) -> NDArray[np.floating]:
    """Levels 0..255 as whole numbers of the same float type."""
    values = pixels
    if finish.invert:
        colours = colour_channels(pixels.shape[-1])  # opacity is unchanged
        values = pixels.copy()
        values[..., :colours] = pixels.dtype.type(1) - pixels[..., :colours]
    return ROUNDINGS[finish.rounding](values * pixels.dtype.type(255))


def to_bytes(values: NDArray[np.floating], rect: Rect, finish: Finish = PLAIN) -> NDArray[np.uint8]:
    """`quantise(to_float(values, rect), finish, (rect.x, rect.y))`, in one pass where it can."""
    if finish.dither == "blue":
        planes = values.reshape(-1, rect.height, rect.width)
        return dithered(planes, (rect.x, rect.y), finish.invert)
    if values.dtype != np.float32 or finish.invert or finish.rounding != "nearest":
        return quantise(to_float(values, rect), finish)
    pixels = np.empty((rect.height, rect.width, len(values)), np.uint8)
    kernel("quantise_rows")(values, pixels.reshape(-1, len(values)))
    return pixels
