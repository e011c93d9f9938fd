"""Sample formats of writers: bytes, 16-bit words, floats, or linear light."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.channels import colour_channels
from phosphene.colour.curves import decode, in_pieces

Pixels = NDArray[Any]


def as_wanted(pixels: Pixels, sample_format: str) -> Pixels:
    """Float pixels (height, width, channels), sRGB-encoded, in the sample format "words", "float",
    "data" or "linear" (opacity unchanged), or "bytes", rounded to the nearest.
    """
    if sample_format in ("bytes", "words"):
        kind = np.uint8 if sample_format == "bytes" else np.uint16
        return np.floor(pixels * pixels.dtype.type(np.iinfo(kind).max) + 0.5).astype(kind)
    if sample_format in ("float", "data"):
        return pixels
    return in_pieces(_linear, pixels, np.float32)


def _linear(values: Pixels, into: Pixels) -> None:
    n = colour_channels(values.shape[-1])
    into[:, :n], into[:, n:] = decode(values[:, :n]), values[:, n:]
