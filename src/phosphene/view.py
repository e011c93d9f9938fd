"""Views: where the samples of a picture stand on the plane.

Positions are computed in float64 from absolute pixel indices, so a tile, a crop and a band are
parts of the whole; they are rounded once, to the engine's precision.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from phosphene import exact
from phosphene.errors import SizeError, unknown
from phosphene.recipe import View

MAX_SIDE = 10_000_000
SIZES: dict[str, tuple[int, int]] = {
    "hd": (1280, 720),
    "1080p": (1920, 1080),
    "2k": (2560, 1440),
    "4k": (3840, 2160),
    "8k": (7680, 4320),
    "16k": (15360, 8640),
    "square": (1080, 1080),
    "story": (1080, 1920),
}

Size = tuple[int, int]


class Rect(NamedTuple):
    """A rectangle of pixels: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int


def parse_size(text: str | int | Size) -> Size:
    """Width and height of `1920x1080`, `800` (square), a name from `SIZES`, or a pair."""
    if isinstance(text, str | int):
        text = str(text)[:100].strip().lower()
        if text in SIZES:
            return SIZES[text]
        found = re.fullmatch(r"(-?[0-9]{1,18})(?:[x×](-?[0-9]{1,18}))?", text)
        if not found:
            hint = unknown("size", text[:24], SIZES, list_with="sizes")
            raise SizeError(f"--size: {hint} Or write WIDTHxHEIGHT, such as 1920x1080, or 800.")
        text = (int(found[1]), int(found[2] or found[1]))
    try:
        width, height = (int(side) for side in text)
    except (TypeError, ValueError):
        raise SizeError(f"size: got {text!r}; expected (width, height) in pixels") from None
    if min(width, height) < 1:
        raise SizeError(f"size: got {width}x{height}; width and height must be at least 1 pixel")
    if max(width, height) > MAX_SIDE:
        raise SizeError(f"size: got {width}x{height}; a side may have at most {MAX_SIDE:,} pixels")
    return width, height


def parse_crop(text: str | tuple[int, int, int, int], size: Size) -> Rect:
    """The rectangle `x,y,w,h` inside a picture of `size`."""
    try:
        parts = text.split(",") if isinstance(text, str) else text
        rect = Rect(*(int(p) for p in parts))
    except (TypeError, ValueError):
        raise SizeError(f"crop: got {text!r}; expected x,y,width,height in whole pixels") from None
    if min(rect.width, rect.height) < 1 or min(rect.x, rect.y) < 0:
        raise SizeError(f"crop: got {text!r}; x and y start at 0, width and height at 1")
    if rect.x + rect.width > size[0] or rect.y + rect.height > size[1]:
        raise SizeError(
            f"crop: {','.join(map(str, rect))} reaches beyond the picture of {size[0]}x{size[1]}"
        )
    return rect


def points(view: View, size: Size, rect: Rect, into: NDArray[np.floating]) -> NDArray[np.floating]:
    """x and y of the pixels of a rectangle, row by row: `into`, of shape (2, width * height)."""
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
    """x and y of samples at pixel positions, which may be fractions; a pixel's own sample is
    whole.
    """
    across, down = _extents(view, size)
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


def _extents(view: View, size: Size) -> tuple[float, float]:
    """How far the picture reaches across and down, in plane units."""
    width, height = size
    unit = {
        "short": min(size), "long": max(size), "mean": (width + height) / 2, "height": height,
        "pixel": 1,
    }  # fmt: skip
    if view.aspect == "stretch":
        return view.span, view.span
    return view.span * width / unit[view.aspect], view.span * height / unit[view.aspect]


def _share(view: View, pixels: int, index: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where samples stand along one side of the picture, as a share of it."""
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
