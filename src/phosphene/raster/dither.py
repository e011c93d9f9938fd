"""Dither: quantising to 8 bits with blue noise, so that slow gradients show no bands.

A level is floor(255 v + n), where n in 0..1 is blue noise of the absolute pixel and the channel. On
average that is 255 v; 0, 1 and all colours that 8 bits represent exactly are unchanged. Noise
replaces the recipe's `rounding`; opacity is rounded to the nearest level.

Dither "auto" is on for smooth pictures. It is decided once for a recipe, whatever the size and
crop, from pairs of neighbouring pixels at 64x64 evenly spaced places of the view at 1024x1024. A
pair is smooth if its largest difference in a channel is less than one level, the slope at which
bands get wider than a pixel, but more than 1/1024 of a level, the slope at which the whole width
has a single level. Both flat and busy pictures have few such pairs; a third of all must be smooth.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.channels import colour_channels, has_opacity
from phosphene.engines import get_engine
from phosphene.engines.cpu.kernels import kernel
from phosphene.ir.program import Program
from phosphene.raster.blue_noise import SHIFT, SIDE, ranks
from phosphene.raster.view import places
from phosphene.recipe import Finish, Recipe, View

Array = NDArray[Any]

WINDOW, PLACES = 1024, 64
LEAST, MOST = 1 / 1024, 1.0  # levels of 255 between neighbours of a smooth pair
SHARE = 1 / 3
PARTS = 8  # the places are checked in this many parts, each every eighth of a row


@cache
def noise(channels: int) -> NDArray[np.float32]:
    """The noise of each channel in 0..1, shape (channels, 64, 128); the columns are repeated twice.

    It is (rank + 1/2) / 4096 at (y + 17 c, x + 29 c), and 1/2 for opacity, the last of 2 or 4
    channels.
    """
    even = (ranks() + np.float32(0.5)) / np.float32(SIDE * SIDE)
    tiles = [np.roll(even, (-SHIFT[0] * c, -SHIFT[1] * c), (0, 1)) for c in range(channels)]
    if has_opacity(channels):
        tiles[-1] = np.full_like(even, 0.5)
    return np.tile(np.stack(tiles), (1, 1, 2))


def dithered(planes: Array, corner: tuple[int, int], invert: bool = False) -> NDArray[np.uint8]:
    """Bytes (height, width, channels) of values (channels, height, width), which may be a view.

    `corner` is the position (x, y) of the first pixel in the whole picture. NaN is black.
    """
    if planes.dtype != np.float32:
        planes = planes.astype(np.float64, copy=False)
    pixels = np.empty((*planes.shape[1:], len(planes)), np.uint8)
    interleaved = planes.transpose(1, 2, 0)
    if planes.dtype != np.float32:
        kernel("dither_rows64")(planes, noise(len(planes)), *corner, invert, pixels)
    elif invert:
        kernel("dither_rows")(planes, noise(len(planes)), *corner, True, pixels)
    elif interleaved.flags.c_contiguous:
        grains = np.ascontiguousarray(noise(len(planes)).transpose(1, 2, 0))
        kernel("dither_pixels")(interleaved, grains, *corner, pixels)
    elif planes.flags.c_contiguous and len(planes) == 3:
        kernel("dither_colours")(planes, noise(3), *corner, pixels)
    else:
        kernel("dither_rows")(planes, noise(len(planes)), *corner, False, pixels)
    return pixels


def resolve_finish(recipe: Recipe, program: Program, sample_format: str = "bytes") -> Finish:
    """The recipe's finish with dither resolved to "blue" or "none".

    Only bytes are dithered: `sample_format` is the file's. `program` is the recipe's, of x and y
    alone.
    """
    chosen = recipe.finish.dither
    if sample_format != "bytes":
        chosen = "none"
    elif chosen == "auto":
        chosen = "blue" if is_smooth(recipe.view, program) else "none"
    return recipe.finish.model_copy(update={"dither": chosen})


def is_smooth(view: View, program: Program) -> bool:
    """Whether the share of smooth pairs of neighbours exceeds `SHARE`; the same on every machine.

    Stops as soon as the remaining parts cannot change the answer.
    """
    pairs, smooth, left = 2 * PLACES * PLACES, 0, 2 * PLACES * PLACES
    for part in range(PARTS):
        smooth += _smooth_pairs(view, program, slice(part, None, PARTS))
        left -= pairs // PARTS
        if smooth / pairs > SHARE or not (smooth + left) / pairs > SHARE:
            break
    return smooth / pairs > SHARE


def _smooth_pairs(view: View, program: Program, some: slice) -> int:
    values = _probe(view, program, some)
    apart = np.abs(values[1:] - values[:1]) * values.dtype.type(255)
    most = apart.max(axis=1)  # over the channels
    return int(np.count_nonzero((most > LEAST) & (most < MOST)))


def _probe(view: View, program: Program, some: slice) -> Array:
    """Colours at some of the places and at their neighbours right and below, clamped to 0..1,
    shape (3, colours, places).
    """
    step = WINDOW // PLACES
    even = np.arange(step // 2, WINDOW, step, dtype=np.float64)
    columns, rows = np.tile(even, PLACES)[some], np.repeat(even, PLACES)[some]
    at = np.empty((2, 3 * len(columns)), program.numbers.dtype)
    across = np.concatenate([columns, columns + 1, columns])
    places(view, (WINDOW, WINDOW), across, np.concatenate([rows, rows, rows + 1]), at)
    values = get_engine("cpu").evaluate(program, at)
    colours = values[: colour_channels(len(values))]
    held = np.minimum(np.where(colours > 0, colours, 0), 1)
    return held.reshape(len(colours), 3, -1).transpose(1, 0, 2)
