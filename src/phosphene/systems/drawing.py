"""What the styles of seed systems share: z, unchanged or stretched levels, views."""

from __future__ import annotations

from typing import Any

from phosphene.core.rng import Seed, Stream
from phosphene.recipe.dials import choose

ENDS: dict[str, Any] = {"sampling": "ends", "aspect": "stretch"}
INVERTED: dict[str, Any] = {"rounding": "truncate", "invert": True}


def uniform_z(seed: Seed, name: str, size: int, low: float = -1.0) -> list[float]:
    """z of a style and seed: numbers from U(low, 1)."""
    return [float(v) for v in Stream(seed, f"style/{name}/z").uniform(size, low, 1.0)]


def colour(channels: int, field: str = "main{c}") -> dict[str, Any]:
    """The fields unchanged as red, green and blue, or as one grey channel."""
    choose("number of channels", str(channels), ["1", "3"])
    if channels == 1:
        return {"grey": field.format(c=0), "channels": 1}
    return {"rgb": [field.format(c=c) for c in range(3)]}


def stretched(channels: int) -> dict[str, Any]:
    """Like `colour`, but stretched from the smallest value over the image to the largest."""
    if channels == 1:
        low, high = "least(main0)", "greatest(main0)"
    else:
        low = "min(least(main0), min(least(main1), least(main2)))"
        high = "max(greatest(main0), max(greatest(main1), greatest(main2)))"
    ends = {"low": low, "high": high}
    return colour(channels, "(main{c} - low)/(high - low)") | {"let": ends}
