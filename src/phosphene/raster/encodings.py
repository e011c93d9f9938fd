"""Sample formats of files other than bytes: 16-bit words, floats, and linear light."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.channels import colour_channels
from phosphene.colour.curves import decode_table
from phosphene.engines.cpu.kernels import kernel
from phosphene.files.samples import as_wanted
from phosphene.raster.finish import to_bytes, to_float
from phosphene.raster.frame import Rect
from phosphene.recipe import Finish

Pixels = NDArray[Any]


def finisher(sample_format: str, finish: Finish) -> Callable[[Pixels, Rect], Pixels]:
    """A function from values (channels, n) of a rectangle to pixels (height, width, channels) in a
    writer's sample format; `finish` is resolved.
    """
    if sample_format == "bytes":
        return partial(to_bytes, finish=finish)
    if sample_format == "data":
        return to_float
    if sample_format in FAST and not finish.invert:
        return FAST[sample_format]
    return lambda values, rect: encoded(to_float(values, rect), sample_format, finish)


def encoded(pixels: Pixels, sample_format: str, finish: Finish) -> Pixels:
    """Float pixels as "words", "linear", "float" or "data". If the finish inverts the picture, all
    are inverted except "data", which are the recipe's own numbers.
    """
    if finish.invert and sample_format != "data":
        made = pixels.copy()
        n = colour_channels(pixels.shape[-1])  # opacity is unchanged
        made[..., :n] = pixels.dtype.type(1) - pixels[..., :n]
        pixels = made
    return as_wanted(pixels, sample_format)


def to_words(values: Pixels, rect: Rect) -> Pixels:
    """`as_wanted(to_float(values, rect), "words")`, in one pass for float32."""
    if values.dtype != np.float32:
        return as_wanted(to_float(values, rect), "words")
    pixels = np.empty((rect.height, rect.width, len(values)), np.uint16)
    kernel("word_rows")(values, pixels.reshape(-1, len(values)))
    return pixels


def to_light(values: Pixels, rect: Rect) -> Pixels:
    """`as_wanted(to_float(values, rect), "linear")`, in one pass for float32."""
    if values.dtype != np.float32:
        return as_wanted(to_float(values, rect), "linear")
    channels = len(values)
    pixels = np.empty((rect.height, rect.width, channels), np.float32)
    colours, rows = colour_channels(channels), pixels.reshape(-1, channels)
    kernel("light_rows")(values, colours, decode_table(), rows)
    return pixels


FAST = {"words": to_words, "linear": to_light}
