"""What files take besides bytes: 16-bit words, floats, and linear light."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.files.colour import as_wanted
from phosphene.picture.finish import to_bytes, to_float
from phosphene.recipe import Finish
from phosphene.view import Rect

Pixels = NDArray[Any]


def finisher(wants: str, finish: Finish) -> Callable[[Pixels, Rect], Pixels]:
    """What makes pixels (height, width, channels) of the kind that a writer wants from values
    (channels, n) of a rectangle; `finish` is resolved.
    """
    if wants == "bytes":
        return partial(to_bytes, finish=finish)
    if wants == "float":
        return to_float
    if wants == "words" and not finish.invert:
        return to_words
    return lambda values, rect: encoded(to_float(values, rect), wants, finish)


def encoded(pixels: Pixels, wants: str, finish: Finish) -> Pixels:
    """Float pixels as "words", "linear" or "float"; a picture that its finish inverts is inverted
    but for "float", which are the recipe's own numbers.
    """
    if finish.invert and wants != "float":
        colours = pixels.shape[-1] - (pixels.shape[-1] % 2 == 0)  # opacity stays as it is
        made = pixels.copy()
        made[..., :colours] = pixels.dtype.type(1) - pixels[..., :colours]
        pixels = made
    return as_wanted(pixels, wants)


def to_words(values: Pixels, rect: Rect) -> Pixels:
    """`as_wanted(to_float(values, rect), "words")`; in one pass where they are float32."""
    if values.dtype != np.float32:
        return as_wanted(to_float(values, rect), "words")
    from phosphene.picture.word_kernels import word_rows

    pixels = np.empty((rect.height, rect.width, len(values)), np.uint16)
    word_rows(values, pixels.reshape(-1, len(values)))
    return pixels
