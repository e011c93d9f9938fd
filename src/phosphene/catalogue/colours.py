"""Colour spaces: three fields to sRGB-encoded red, green and blue, each 0..1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

TURN = 6.283185307179586


class ColourSpace(NamedTuple):
    formula: Callable[..., tuple[Any, Any, Any]]
    says: str
    components: int = 3


def encode(m: Any, linear: Any) -> Any:
    """Linear light to the sRGB curve (IEC 61966-2-1); below 0 counts as 0."""
    curve = 1.055 * m.power(m.maximum(linear, 0.0031308), 1 / 2.4) - 0.055
    return m.select(m.less(linear, 0.0031308), 12.92 * m.maximum(linear, 0.0), curve)


def decode(m: Any, value: Any) -> Any:
    """The sRGB curve to linear light."""
    curve = m.power((m.maximum(value, 0.04045) + 0.055) / 1.055, 2.4)
    return m.select(m.less(value, 0.04045), value / 12.92, curve)


def luminance(m: Any, red: Any, green: Any, blue: Any) -> Any:
    """The grey of the same luminance, sRGB-encoded (weights of ITU-R BT.709)."""
    r, g, b = decode(m, red), decode(m, green), decode(m, blue)
    return encode(m, 0.2126 * r + 0.7152 * g + 0.0722 * b)


def oklab_to_linear(m: Any, lightness: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    """Ottosson 2020, "A perceptual color space for image processing"."""
    long = lightness + 0.3963377774 * a + 0.2158037573 * b
    medium = lightness - 0.1055613458 * a - 0.0638541728 * b
    short = lightness - 0.0894841775 * a - 1.2914855480 * b
    long, medium, short = long * long * long, medium * medium * medium, short * short * short
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _oklab(m: Any, lightness: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    red, green, blue = oklab_to_linear(m, lightness, a, b)
    return encode(m, red), encode(m, green), encode(m, blue)


def _chroma_excess(m: Any, lightness: Any, a: Any, b: Any) -> Any:
    """How far the furthest channel of linear light lies outside 0..1 (negative: inside)."""
    red, green, blue = oklab_to_linear(m, lightness, a, b)
    most = m.maximum(m.maximum(red, green), blue)
    least = m.minimum(m.minimum(red, green), blue)
    return m.maximum(most - 1.0, 0.0 - least)


def inside(m: Any, lightness: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    """OKLab with as much of its chroma as sRGB can show, at the same lightness and hue.

    Five steps of the Illinois method for the share of chroma at which a channel leaves 0..1.
    """
    lightness = m.clamp(lightness, 0.0, 1.0)
    low, high = 0.0, 1.0
    at_low = _chroma_excess(m, lightness, 0.0, 0.0)
    whole = at_high = _chroma_excess(m, lightness, a, b)
    share = 1.0
    for _ in range(5):
        gap = at_high - at_low
        share = (low * at_high - high * at_low) / m.select(m.less(m.abs(gap), 1e-9), 1e-9, gap)
        excess = _chroma_excess(m, lightness, a * share, b * share)
        outside = m.less(0.0, excess)
        low, high = m.select(outside, low, share), m.select(outside, share, high)
        at_low, at_high = (
            m.select(outside, at_low * 0.5, excess),
            m.select(outside, excess, at_high * 0.5),
        )
    share = m.select(m.less(0.0, whole), m.clamp(share, 0.0, 1.0), 1.0)
    return lightness, a * share, b * share


def oklch(m: Any, lightness: Any, chroma: Any, hue: Any) -> tuple[Any, Any, Any]:
    """OKLab of lightness, chroma and hue in turns, inside sRGB."""
    angle = hue * TURN
    return inside(m, lightness, chroma * m.cos(angle), chroma * m.sin(angle))


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
        lambda m, lightness, c, h: _oklab(m, *oklch(m, lightness, c, h)),
        "OKLab lightness 0..1, chroma 0..0.4 and hue in turns; chroma reduced to what sRGB has",
    ),
    "linear": ColourSpace(_linear, "red, green and blue in linear light, 0..1: light that adds up"),
}
