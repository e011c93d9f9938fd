"""Views: the positions of a picture's samples on the plane.

Positions are computed in float64 from absolute pixel indices, so those of a tile, a crop or a band
equal those of the whole picture; they are rounded once, to the engine's precision.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phosphene.core import exact
from phosphene.engines.plan import Affine
from phosphene.raster.frame import Rect, Size
from phosphene.raster.symmetry import mapped
from phosphene.recipe import View


def points(view: View, size: Size, rect: Rect, into: NDArray[np.floating]) -> NDArray[np.floating]:
    """x and y of the pixels of a rectangle in row order. Returns `into`, of shape
    (2, width * height).
    """
    columns = np.arange(rect.x, rect.x + rect.width, dtype=np.float64)
    rows = np.arange(rect.y, rect.y + rect.height, dtype=np.float64)
    plane = into.reshape(2, rect.height, rect.width)
    places(view, size, columns[None, :], rows[:, None], plane)
    return into


def places(
    view: View,
    size: Size,
    columns: NDArray[np.float64],
    rows: NDArray[np.float64],
    into: NDArray[np.floating],
) -> None:
    """Write x and y of samples at pixel positions to `into`. Positions may be fractional; whole
    numbers are the pixels' own samples.
    """
    if view.symmetry is not None:
        columns, rows = mapped(view.symmetry, size, view.sampling == "ends", columns, rows)
    across, down = extents(view, size)
    u, v = _share(view, size[0], columns), _share(view, size[1], rows)
    if view.axes == "yx":
        u, v, across, down = v, u, down, across
    x, y = _along(view, 0, u, across), _along(view, 1, v, down)
    if view.rotation:
        cosine, sine = exact.cos(view.rotation), exact.sin(view.rotation)
        u, v = x - view.centre[0], y - view.centre[1]
        x = view.centre[0] + (u * cosine - v * sine)
        y = view.centre[1] + (u * sine + v * cosine)
    kind = np.float32 if view.positions == "f32" else into.dtype
    into[0], into[1] = x.astype(kind, copy=False), y.astype(kind, copy=False)


def affine(view: View, size: Size) -> Affine:
    """(a, b, c, d, e, f): the sample of column i and row j is at (a i + b j + c, d i + e j + f).

    Up to rounding and without the view's symmetry; `places` computes exact positions.
    """
    view = view.model_copy(update={"positions": "engine", "symmetry": None})
    width, height = (float(max(side - 1, 1)) for side in size)
    into = np.empty((2, 3))
    places(view, size, np.array([0.0, width, 0.0]), np.array([0.0, 0.0, height]), into)
    (x, right_x, down_x), (y, right_y, down_y) = into.tolist()
    return (
        (right_x - x) / width, (down_x - x) / height, x,
        (right_y - y) / width, (down_y - y) / height, y,
    )  # fmt: skip


def extents(view: View, size: Size) -> tuple[float, float]:
    """The picture's width and height in plane units."""
    width, height = size
    unit = {
        "short": min(size), "long": max(size), "mean": (width + height) / 2, "height": height,
        "pixel": 1,
    }  # fmt: skip
    if view.aspect == "stretch":
        return view.span, view.span
    return view.span * width / unit[view.aspect], view.span * height / unit[view.aspect]


def _share(view: View, pixels: int, index: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions of samples along one side of the picture, as shares of its length."""
    if view.sampling == "centre":
        return (index + 0.5) / pixels
    if view.sampling == "start":
        return index / pixels
    return index / (pixels - 1) if pixels > 1 else index + 0.5


def _along(view: View, axis: int, share: NDArray[np.float64], extent: float) -> NDArray[np.float64]:
    """Positions on the plane, along x (axis 0) or y (axis 1)."""
    if view.origin == "corner":
        return (view.centre[axis] - view.span / 2) + share * extent
    return view.centre[axis] + (share - 0.5) * extent
