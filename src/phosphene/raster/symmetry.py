"""Symmetries of a whole picture, as maps of the positions of its samples.

A symmetric picture shows, at every position, what the picture without symmetry shows at the mapped
position. Networks, shading, light and noise follow, as do crops, tiles and frames of films.
Positions are taken from the picture's middle, with half of its shorter side as unit: z = x + iy, r
and t its radius and angle. Symmetric positions are mapped to equal ones, up to rounding errors.

With `rounding`, w, above 0 the maps are smooth, so there is no crease at an axis:

- a mirror maps x to sqrt(x^2 + w^2), which is |x| except within about w of the axis. If the picture
  repeats with the period p, it maps x to p/2pi acos(k cos(2pi x/p)), which is smooth at p/2 too;
- a kaleidoscope of order n maps t to acos((r/R)^n cos(n t))/n, and r to R = sqrt(r^2 + 2 w^2).
  Near an axis this is a mirror with the rounding w sqrt(2/n); order 2 is the mirror in x and y. As
  (r/R)^n cos(n t) is the real part of z^n / R^n, the map is smooth at the centre too;
- turns of order n map z to R + z^n / (n R^(n-1)), R as above. A circle around the centre is mapped
  n times to a circle of radius r/n at the distance r, at the speed of the plane: so the picture has
  about the scale that it has without symmetry, and no seam.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from phosphene.core import exact
from phosphene.raster.frame import Size
from phosphene.recipe import Symmetry

Array = NDArray[np.float64]
Plane = tuple[Array, Array]


def mapped(
    symmetry: Symmetry, size: Size, ends: bool, columns: Array, rows: Array
) -> tuple[Array, Array]:
    """The mapped positions of pixels of a picture of `size`. Positions broadcast against each
    other and may be fractional. `ends`: the first and last pixels are on the edges of the picture.
    """
    unit = max(min(size) - ends, 1) / 2
    middle = [(side - 1) / 2 for side in size]
    sides = [max(side - ends, 1) / unit if way in symmetry.repeats else None
             for side, way in zip(size, "xy", strict=True)]  # fmt: skip
    x, y = (columns - middle[0]) / unit, (rows - middle[1]) / unit
    x, y = MAPS[symmetry.kind](x, y, symmetry, sides)
    return x * unit + middle[0], y * unit + middle[1]


def _mirror(x: Array, rounding: float, period: float | None) -> Array:
    """|x| with a rounded tip and, if a period is given, rounded at half of it too."""
    if period is None:
        return np.sqrt(x * x + rounding * rounding) if rounding else np.abs(x)
    turn = exact.TURN / period
    tip = min(rounding * turn, 1.0)
    blunt = 1.0 - tip * tip / 2
    return exact.acos(blunt * exact.cos(np.abs(x) * turn)) / turn


def _across(x: Array, y: Array, given: Symmetry, sides: list[float | None]) -> Plane:
    return _mirror(x, given.rounding, sides[0]), y


def _down(x: Array, y: Array, given: Symmetry, sides: list[float | None]) -> Plane:
    return x, _mirror(y, given.rounding, sides[1])


def _both(x: Array, y: Array, given: Symmetry, sides: list[float | None]) -> Plane:
    return _across(*_down(x, y, given, sides), given, sides)


def _kaleidoscope(x: Array, y: Array, given: Symmetry, sides: list[float | None]) -> Plane:
    order = given.order
    radius = _radius(x, y, given.rounding)
    power, _ = _power(x / radius, y / radius, order)
    angle = exact.acos(power) / order
    return radius * exact.cos(angle), radius * exact.sin(angle)


def _turns(x: Array, y: Array, given: Symmetry, sides: list[float | None]) -> Plane:
    radius = _radius(x, y, given.rounding)
    across, down = _power(x / radius, y / radius, given.order)
    return radius + radius * across / given.order, radius * down / given.order


def _radius(x: Array, y: Array, rounding: float) -> Array:
    """The distance from the centre with a rounded tip; above 0."""
    return np.maximum(np.sqrt(x * x + y * y + 2 * rounding * rounding), 1e-300)


def _power(x: Array, y: Array, order: int) -> Plane:
    """The real and the imaginary part of (x + iy)^order, by repeated squaring."""
    across, down = np.broadcast_arrays(x, y)
    found: Plane | None = None
    while order:
        if order % 2:
            found = (across, down) if found is None else _product(*found, across, down)
        order //= 2
        if order:
            across, down = _product(across, down, across, down)
    assert found is not None
    return found


def _product(a: Array, b: Array, c: Array, d: Array) -> Plane:
    return a * c - b * d, a * d + b * c


# For each kind of symmetry, which has the name of a fold, the map of positions.
MAPS: dict[str, Callable[[Array, Array, Symmetry, list[float | None]], Plane]] = {
    "mirror_x": _across,
    "mirror_y": _down,
    "mirror": _both,
    "kaleidoscope": _kaleidoscope,
    "rotational": _turns,
}
