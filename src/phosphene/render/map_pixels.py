"""Texture maps from the pixels of one height map, so that all of them agree with it.

Heights are float arrays with a border on every side, since a map needs the heights around a pixel.
`rise` is the height of 1 in pixels.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.render.map_recipes import GREEN, MapSettings

NAMES = ("albedo", "height", "normal", "roughness", "metalness", "ao", "orm")
CONTRAST = 0.3  # how much rougher hollows are than heights
DIRECTIONS, RATIO = 12, 1.4  # of occlusion; each sample is so many times further than the last
SMEARED = 0.3  # samples are means over so much of their distance

Heights = NDArray[Any]  # float32


def border(reach: float, size: tuple[int, int]) -> int:
    """The pixels of border for a reach in pixels: as many as the samples of occlusion need, but at
    most the shorter side of the picture.
    """
    return min(math.ceil(reach * (1 + SMEARED)) + 2, min(size))


def maps_of(
    heights: Heights,
    metal: Heights | None,
    edge: int,
    rise: float,
    reach: float,
    settings: MapSettings,
) -> dict[str, NDArray[Any]]:
    """Every map but the albedo, of shape (height, width, 1 or 3), of heights with `edge` pixels of
    border; `metal` has none, None is no metal.
    """  # fmt: skip
    inner = _shifted(heights, edge, 0, 0)
    right = _slope(heights, edge, rise, 1, 0)
    down = _slope(heights, edge, rise, 0, 1)
    rough = np.float32(settings.roughness - CONTRAST / 2) + np.float32(CONTRAST) * (1 - inner)
    rough = np.clip(rough, 0, 1)
    sky = _sky(heights, edge, rise, reach, (right, down)) ** np.float32(settings.ao_strength)
    metal = np.zeros_like(inner) if metal is None else metal
    return {
        "height": inner[..., None],
        "normal": _normals(right, down, GREEN[settings.normal]),
        "roughness": rough[..., None],
        "metalness": metal[..., None],
        "ao": sky[..., None],
        "orm": np.stack([sky, rough, metal], axis=2),
    }


def _shifted(heights: Heights, edge: int, x: int, y: int) -> Heights:
    """The heights x pixels to the right and y further down, without the border."""
    rows, columns = heights.shape
    return heights[edge + y : rows - edge + y, edge + x : columns - edge + x]


def _slope(heights: Heights, edge: int, rise: float, x: int, y: int) -> Heights:
    """The central difference in a direction."""
    ahead, behind = (_shifted(heights, edge, s * x, s * y) for s in (1, -1))
    return (ahead - behind) * np.float32(rise / 2)


def _normals(right: Heights, down: Heights, green: float) -> NDArray[Any]:
    """Unit vectors, -1..1 mapped to 0..1."""
    length = np.sqrt(right * right + down * down + np.float32(1))
    parts = [-right / length, np.float32(green) * down / length, 1 / length]
    return np.stack(parts, axis=2) * np.float32(0.5) + np.float32(0.5)


def _sky(
    heights: Heights, edge: int, rise: float, reach: float, slopes: tuple[Heights, Heights]
) -> Heights:
    """The visible share of the sky: in each direction, the highest horizon above the surface
    (Bavoil & Sainz 2008, "Image-space horizon-based ambient occlusion").
    """
    inner, (right, down) = _shifted(heights, edge, 0, 0), slopes
    turns = [2 * math.pi * k / DIRECTIONS for k in range(DIRECTIONS)]
    surface = [_along(right, down, math.cos(a), math.sin(a)) for a in turns]
    above = [np.zeros_like(inner) for _ in turns]  # the slope of the horizon less the surface's
    distance = 1.5
    while distance <= reach and round(distance) <= edge:
        far = _smeared(heights, round(SMEARED * distance))
        for a, most in zip(turns, above, strict=True):
            x, y = round(distance * math.cos(a)), round(distance * math.sin(a))
            length = math.hypot(x, y)
            steep = (_shifted(far, edge, x, y) - inner) * np.float32(rise / length)
            np.maximum(most, steep - _along(right, down, x / length, y / length), out=most)
        distance *= RATIO
    hidden = np.zeros_like(inner)
    for low, most in zip(surface, above, strict=True):
        hidden += _sine(low + most) - _sine(low)
    return np.clip(1 - hidden / np.float32(DIRECTIONS), 0, 1)


def _along(right: Heights, down: Heights, x: float, y: float) -> Heights:
    """The slope in the direction (x, y), a unit vector."""
    return np.float32(x) * right + np.float32(y) * down


def _sine(slope: Heights) -> Heights:
    return slope / np.sqrt(slope * slope + np.float32(1))


def _smeared(heights: Heights, radius: int) -> Heights:
    """The mean over a square of 2 radius + 1 pixels; as it is where that exceeds the border."""
    if radius < 1:
        return heights
    made = heights
    for axis in (0, 1):
        sums = np.cumsum(made, axis=axis, dtype=np.float64)
        size, n = 2 * radius + 1, made.shape[axis]
        before = np.zeros_like(sums.take([0], axis))
        sums = np.concatenate([before, sums], axis)
        middle = (sums.take(range(size, n + 1), axis) - sums.take(range(n + 1 - size), axis)) / size
        width = [(0, 0), (0, 0)]
        width[axis] = (radius, radius)
        made = np.pad(middle.astype(np.float32), width, mode="edge")
    return made


def lit(albedo: NDArray[Any], maps: dict[str, NDArray[Any]]) -> NDArray[np.float64]:
    """Linear light of a surface under a lamp at the upper left, OpenGL normals; `albedo` is linear
    light too.
    """
    normals = 2 * maps["normal"].astype(np.float64) - 1
    lamp = np.array([-0.45, 0.45, 0.77])
    facing = np.clip(normals @ lamp, 0, None)
    return albedo[..., :3] * (0.3 * maps["ao"] + 0.9 * facing[..., None])
