"""OKLab (Ottosson 2020, "A perceptual color space for image processing").

Lightness is 0..1, a runs from green to red, b from blue to yellow. Arrays are float64 with the
components in the last axis, computed with the same bits on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.srgb import decode, encode, exactly
from phosphene.core import exact
from phosphene.core.errors import RecipeError

Array = NDArray[np.float64]
HEX = frozenset("0123456789abcdefABCDEF")


def light_to_oklab(
    red: Any, green: Any, blue: Any, cube_root: Callable[[Any], Any] = exact.cbrt
) -> tuple[Any, Any, Any]:
    """L, a and b of linear sRGB: of expressions, if `cube_root` takes expressions."""
    long = cube_root(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = cube_root(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cube_root(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def oklab_to_light(lightness: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    """Linear red, green and blue of OKLab, for arrays or expressions; outside 0..1 where the colour
    is outside sRGB.
    """
    long = lightness + 0.3963377774 * a + 0.2158037573 * b
    medium = lightness - 0.1055613458 * a - 0.0638541728 * b
    short = lightness - 0.0894841775 * a - 1.2914855480 * b
    long, medium, short = long * long * long, medium * medium * medium, short * short * short
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def linear_to_oklab(linear: Array) -> Array:
    """OKLab of linear sRGB, shape (..., 3)."""
    return np.stack(light_to_oklab(linear[..., 0], linear[..., 1], linear[..., 2]), axis=-1)


def oklab_to_linear(lab: Array) -> Array:
    """Linear sRGB of OKLab, shape (..., 3)."""
    return np.stack(oklab_to_light(lab[..., 0], lab[..., 1], lab[..., 2]), axis=-1)


def srgb_to_oklab(value: Array) -> Array:
    """OKLab of sRGB-encoded colours, 0..1, shape (..., 3)."""
    return linear_to_oklab(decode(exactly, value))


def oklab_to_bytes(lab: Array) -> NDArray[np.uint8]:
    """sRGB in 8 bits, shape (..., 3); colours outside sRGB are clipped."""
    value = encode(exactly, oklab_to_linear(lab))
    return np.floor(np.minimum(value, 1.0) * 255 + 0.5).astype(np.uint8)


@lru_cache(1024)
def hex_to_oklab(text: str) -> Array:
    """OKLab of a colour written as #rrggbb or #rgb, shape (3,), read-only. Raises `RecipeError`
    for other texts.
    """
    digits = text.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(c * 2 for c in digits)
    if len(digits) != 6 or not set(digits) <= HEX:
        raise RecipeError(f"'{text}' is not a colour; write #rrggbb, such as #1e3bd0")
    lab = srgb_to_oklab(np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]))
    lab.flags.writeable = False
    return lab


def chroma(lab: Array) -> Array:
    """The chroma, or distance from grey, of OKLab colours of shape (..., 3)."""
    return np.sqrt(lab[..., 1] * lab[..., 1] + lab[..., 2] * lab[..., 2])
