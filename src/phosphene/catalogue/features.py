"""Input features: what a network sees of a point of the plane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Feature(NamedTuple):
    formula: Callable[..., Any]
    says: str


FEATURES: dict[str, Feature] = {
    "x": Feature(lambda m, x, y: x, "across, to the right"),
    "y": Feature(lambda m, x, y: y, "down"),
    "r": Feature(lambda m, x, y: m.hypot(x, y), "distance from the middle"),
    "theta": Feature(lambda m, x, y: m.atan2(y, x), "angle around the middle, -pi..pi"),
    "bias": Feature(lambda m, x, y: x * 0.0 + 1.0, "1 everywhere"),
    "abs_x": Feature(lambda m, x, y: m.abs(x), "|x|: mirrored left and right"),
    "abs_y": Feature(lambda m, x, y: m.abs(y), "|y|: mirrored above and below"),
    "x2": Feature(lambda m, x, y: x * x, "x^2"),
    "y2": Feature(lambda m, x, y: y * y, "y^2"),
}

# Generators of several features; their fields are described by the recipe's models.
GENERATORS: dict[str, str] = {
    "radius": "distance from any centre",
    "rings": "cos(frequency r + phase) about any centre",
    "waves": "sin and cos of x and of y, at each frequency",
    "torus": "waves of whole numbers of a period in x and y: the picture repeats without a seam",
    "fourier": "a sum's worth of sines in random directions, frequencies low..high half-cycles",
}
