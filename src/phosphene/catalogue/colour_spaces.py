"""Colour spaces: three fields to sRGB-encoded red, green and blue, each 0..1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from phosphene.colour.gamut import oklch_to_oklab
from phosphene.colour.oklab import oklab_to_light
from phosphene.colour.srgb import encode


class ColourSpace(NamedTuple):
    formula: Callable[..., tuple[Any, Any, Any]]
    description: str
    components: int = 3


def _oklab(m: Any, lightness: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    red, green, blue = oklab_to_light(lightness, a, b)
    return encode(m, red), encode(m, green), encode(m, blue)


def _linear(m: Any, red: Any, green: Any, blue: Any) -> tuple[Any, Any, Any]:
    return encode(m, red), encode(m, green), encode(m, blue)


def _hsv(m: Any, hue: Any, saturation: Any, value: Any) -> tuple[Any, Any, Any]:
    def channel(shift: float) -> Any:
        wheel = m.abs(m.fract(hue + shift) * 6.0 - 3.0) - 1.0
        return value * m.mix(1.0, m.clamp(wheel, 0.0, 1.0), saturation)

    return channel(0.0), channel(2 / 3), channel(1 / 3)


def _hsl(m: Any, hue: Any, saturation: Any, lightness: Any) -> tuple[Any, Any, Any]:
    reach = saturation * (1.0 - m.abs(2.0 * lightness - 1.0))

    def channel(shift: float) -> Any:
        wheel = m.abs(m.fract(hue + shift) * 6.0 - 3.0) - 1.0
        return lightness + reach * (m.clamp(wheel, 0.0, 1.0) - 0.5)

    return channel(0.0), channel(2 / 3), channel(1 / 3)


COLOUR_SPACES: dict[str, ColourSpace] = {
    "rgb": ColourSpace(lambda m, r, g, b: (r, g, b), "red, green, blue, 0..1, sRGB-encoded"),
    "grey": ColourSpace(lambda m, v: (v, v, v), "one value for all, 0..1", components=1),
    "hsv": ColourSpace(_hsv, "hue in turns, saturation and value 0..1 (Smith 1978)"),
    "hsl": ColourSpace(
        _hsl, "hue in turns, saturation and lightness 0..1 (Joblove & Greenberg 1978)"
    ),
    "oklab": ColourSpace(
        _oklab, "OKLab lightness 0..1, green-red a, blue-yellow b (Ottosson 2020)"
    ),
    "oklch": ColourSpace(
        lambda m, lightness, c, h: _oklab(m, *oklch_to_oklab(m, lightness, c, h)),
        "OKLab lightness 0..1, chroma 0..0.4 and hue in turns; chroma reduced to the sRGB gamut",
    ),
    "linear": ColourSpace(_linear, "red, green and blue in linear light, 0..1: mixes like light"),
}
