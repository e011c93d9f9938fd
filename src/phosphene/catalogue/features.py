"""Input features: functions of the position (x, y) that a network takes as inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Feature(NamedTuple):
    formula: Callable[..., Any]
    description: str


FEATURES: dict[str, Feature] = {
    "x": Feature(lambda m, x, y: x, "the horizontal coordinate, to the right"),
    "y": Feature(lambda m, x, y: y, "down"),
    "r": Feature(lambda m, x, y: m.hypot(x, y), "distance from the centre"),
    "theta": Feature(lambda m, x, y: m.atan2(y, x), "angle around the centre, -pi..pi"),
    "bias": Feature(lambda m, x, y: x * 0.0 + 1.0, "1 everywhere"),
    "abs_x": Feature(lambda m, x, y: m.abs(x), "|x|: mirrored left and right"),
    "abs_y": Feature(lambda m, x, y: m.abs(y), "|y|: mirrored above and below"),
    "x2": Feature(lambda m, x, y: x * x, "x^2"),
    "y2": Feature(lambda m, x, y: y * y, "y^2"),
}

# Generators of several features; the recipe's models document their fields.
GENERATORS: dict[str, str] = {
    "radius": "distance from any centre",
    "rings": "cos(frequency r + phase) about any centre",
    "waves": "sin and cos of x and of y, at each frequency",
    "torus": "waves with a whole number of periods in x and y: the picture tiles without a seam",
    "fourier": "sines in random directions, with frequencies of low..high half-cycles",
}
