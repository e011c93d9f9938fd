"""Areas between two levels of brightness, as polygons by contourpy, and lines that hatch them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.files.formats import load_extra
from phosphene.files.pen_paths import Path, nearest_first

CONNECTED = 3.0  # spacings: ends of hatch lines so close are connected


def shapely() -> Any:
    return load_extra("svg", "SVG", "shapely")


def lines_of(coordinates: NDArray[np.float64], offsets: NDArray[Any]) -> Any:
    """Shapely lines from joined points (n, 2), of which line k has those from offset k to k + 1."""
    return shapely().linestrings(coordinates, indices=np.repeat(
        np.arange(len(offsets) - 1), np.diff(offsets.astype(np.int64))
    ))  # fmt: skip


def paths_of(lines: Any) -> list[Path]:
    """The points (n, 2) of every line that is not empty."""
    points, owner = shapely().get_coordinates(lines, return_index=True)
    return np.split(points, np.flatnonzero(np.diff(owner)) + 1) if len(points) else []


def simplified(lines: Any, tolerance: float, shortest: float) -> list[Path]:
    """Lines with as few points as stay within `tolerance` of them (Douglas & Peucker 1973), without
    those shorter than `shortest`.
    """
    lib = shapely()
    lines = lib.simplify(lines, tolerance, preserve_topology=False)
    return paths_of(lines[lib.length(lines) >= max(shortest, 1e-9)])


def area(
    points: NDArray[np.float64], rings: NDArray[Any], polygons: NDArray[Any], tolerance: float
) -> Any:
    """One Shapely geometry of polygons; ring k has the joined points from `rings[k]` to `rings[k +
    1]`, polygon k the rings from `polygons[k]` to `polygons[k + 1]`.
    """
    lib = shapely()
    found = lib.from_ragged_array(
        lib.GeometryType.POLYGON, points, (rings.astype(np.int64), polygons.astype(np.int64))
    )
    return lib.make_valid(lib.union_all(lib.simplify(lib.make_valid(found), tolerance)))


def rings_of(shape: Any) -> list[Path]:
    """The edges of an area, closed paths: its outer ones and those of its holes."""
    lib = shapely()
    parts = lib.get_parts(shape)
    return paths_of(lib.get_rings(parts[lib.get_type_id(parts) == lib.GeometryType.POLYGON]))


def hatched(shape: Any, spacing: float, angle: float) -> list[Path]:
    """Lines that hatch an area, `spacing` apart, at an angle in degrees, in the order of drawing.

    Neighbouring lines are connected where the connection follows the edge of the area.
    """
    lib = shapely()
    if lib.is_empty(shape):
        return []
    cut = lib.intersection(_raster(lib.bounds(shape), spacing, angle), shape)
    parts = lib.get_parts(lib.get_parts(cut))
    pieces = parts[lib.get_type_id(parts) == lib.GeometryType.LINESTRING]
    ordered = [path for _, path in nearest_first(paths_of(pieces))]
    return _connected(ordered, shape, CONNECTED * spacing)


def _raster(bounds: NDArray[np.float64], spacing: float, angle: float) -> Any:
    """Parallel lines over a rectangle, at whole multiples of `spacing` from the origin."""
    left, top, right, bottom = bounds
    along = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
    beside = np.array([-along[1], along[0]])
    corners = np.array([(left, top), (right, top), (left, bottom), (right, bottom)])
    far = corners @ along
    low, high = (corners @ beside).min() / spacing, (corners @ beside).max() / spacing
    offsets = np.arange(math.ceil(low), math.floor(high) + 1)[:, None] * spacing * beside
    ends = np.stack([offsets + far.min() * along, offsets + far.max() * along], axis=1)
    return shapely().linestrings(ends)


def _connected(paths: list[Path], shape: Any, longest: float) -> list[Path]:
    """Successive paths joined where the straight connection is short and follows the edge."""
    if len(paths) < 2:
        return paths
    lib = shapely()
    gaps = np.array([(a[-1], b[0]) for a, b in pairwise(paths)])
    short = np.hypot(*(gaps[:, 1] - gaps[:, 0]).T) <= longest
    near = lib.buffer(lib.boundary(shape), longest / 20, quad_segs=2)
    lib.prepare(near)
    joined = short.copy()
    joined[short] = lib.covers(near, lib.linestrings(gaps[short]))
    starts = [0, *(np.flatnonzero(~joined) + 1), len(paths)]
    return [np.concatenate(paths[a:b]) for a, b in pairwise(starts)]
