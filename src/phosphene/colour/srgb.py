"""The sRGB curve (IEC 61966-2-1) and luminance (ITU-R BT.709).

`m` is a namespace of functions: `formula.trace` builds expressions, `formula.arrays` computes with
NumPy, `exactly` computes in float64 with the same bits on every machine. Kernels in float32 take
the constants.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from phosphene.core import exact

# value = SLOPE light below LIGHT_KNEE, else SCALE light^(1/GAMMA) - OFFSET; KNEE: the knee, encoded
KNEE, LIGHT_KNEE = 0.04045, 0.0031308
SLOPE, SCALE, OFFSET, GAMMA = 12.92, 1.055, 0.055, 2.4

LUMINANCE = (0.2126, 0.7152, 0.0722)  # of red, green and blue in linear light
# The same as the text of a formula: LUMINANCE_TEXT.format("r", "g", "b").
LUMINANCE_TEXT = " + ".join(f"{w}*({{{k}}})" for k, w in enumerate(LUMINANCE))

exactly = SimpleNamespace(
    maximum=np.maximum, less=np.less, select=np.where, power=exact.power, cbrt=exact.cbrt
)


def encode(m: Any, light: Any) -> Any:
    """Linear light 0..1, sRGB-encoded; values below 0 count as 0."""
    curve = SCALE * m.power(m.maximum(light, LIGHT_KNEE), 1 / GAMMA) - OFFSET
    return m.select(m.less(light, LIGHT_KNEE), SLOPE * m.maximum(light, 0.0), curve)


def decode(m: Any, value: Any) -> Any:
    """sRGB-encoded values 0..1 as linear light."""
    curve = m.power((m.maximum(value, KNEE) + OFFSET) / SCALE, GAMMA)
    return m.select(m.less(value, KNEE), value / SLOPE, curve)


def luminance(m: Any, red: Any, green: Any, blue: Any) -> Any:
    """The sRGB-encoded grey of the same luminance as an sRGB-encoded colour."""
    r, g, b = decode(m, red), decode(m, green), decode(m, blue)
    return encode(m, LUMINANCE[0] * r + LUMINANCE[1] * g + LUMINANCE[2] * b)
