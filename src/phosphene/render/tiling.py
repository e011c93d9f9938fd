"""Seamless pictures: recipes of tiles and panoramas, and the measurement of seams."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import SizeError, UserError, unknown
from phosphene.raster import to_float
from phosphene.raster.frame import Rect, Size, parse_size
from phosphene.raster.painter import Painter
from phosphene.raster.view import extents
from phosphene.recipe import Recipe, closed_directions
from phosphene.render.first_pass import make_plan

How = Literal["both", "x", "y", "panorama"]
# the surfaces of views with axes "xy" and "yx"
SURFACES: dict[str, tuple[str, str]] = {
    "both": ("torus", "torus"),
    "x": ("torus_x", "torus_y"),
    "y": ("torus_y", "torus_x"),
    "panorama": ("sphere", "sphere"),
}
SAMPLED = 16  # pairs of columns or rows from which the usual step is measured


class Seam(NamedTuple):
    """How well opposite edges of a picture meet, in levels of 255.

    `seam`: the largest difference between the line of pixels just beyond an edge and the line at
    the opposite edge, which the next copy of a tile has there. `across`: the mean step from the
    last line to that one; `usual`: the mean step between neighbouring lines.
    """

    seam: float
    across: float
    usual: float


def tiled(recipe: Recipe, size: str | int | Size, how: str = "both") -> Recipe:
    """The recipe with a surface on which its picture at `size` repeats without a seam: in "both"
    directions, in "x" (side by side) or in "y"; or is a "panorama", once around and from pole to
    pole.

    It is seamless at every size with the same aspect ratio, for every network, fold and shading.
    The view is upright and samples pixels at their centres. Raises `SizeError` for a panorama that
    is not twice as wide as high, and `RecipeError` for a symmetry other than a mirror.
    """
    if how not in SURFACES:
        raise UserError(unknown("value", how, SURFACES), argument="tile")
    width, height = parse_size(size)
    if how == "panorama" and width != 2 * height:
        raise SizeError(
            f"got {width}x{height}; a panorama is twice as wide as high, such as "
            f"{2 * height}x{height}",
            argument="size",
        )
    view = recipe.view
    across, down = extents(view, (width, height))
    turned = view.axes == "yx" and how != "panorama"
    changes: dict[str, Any] = {
        "surface": {
            "kind": SURFACES[how][turned],
            "period": (down, across) if turned else (across, down),
        },
        "view.rotation": 0.0,
        "view.sampling": "centre",
    }
    if view.aspect == "pixel":  # it would show more of the plane, not the same larger
        changes |= {"view.aspect": "short", "view.span": min(across, down)}
    if how == "panorama":  # upright, the equator in the middle
        changes |= {
            "surface.period": (2 * down, down),
            "view": {"centre": (view.centre[0], 0.0), "span": down, "positions": view.positions,
                     "symmetry": view.symmetry and view.symmetry.model_dump()},
        }  # fmt: skip
    if view.symmetry is not None and view.symmetry.kind.startswith("mirror"):
        ways = "x" if how == "panorama" else "xy" if how == "both" else how
        changes["view.symmetry.repeats"] = ways
    return recipe.replace(changes)


def tiling_problem(recipe: Recipe, size: str | int | Size) -> str | None:
    """Why a tile or panorama is not seamless at this size, and what to do; None if it is seamless,
    or if the surface is the plane.
    """
    shown, period = _shown(recipe, size), _period(recipe)
    if _closes(recipe, size):
        return None
    return (
        f"the picture is not seamless at this size: its period is {period[0]:g} by {period[1]:g}, "
        f"and it shows {shown[0]:g} by {shown[1]:g}; {_advice(recipe, size)}"
    )


def _shown(recipe: Recipe, size: str | int | Size) -> tuple[float, float]:
    return extents(recipe.view, parse_size(size))


def _period(recipe: Recipe) -> tuple[float, float]:
    """The period across the picture, and down."""
    across, down = recipe.surface.period
    return (down, across) if recipe.view.axes == "yx" else (across, down)


def _closes(recipe: Recipe, size: str | int | Size) -> bool:
    ways = closed_directions(recipe.surface.kind, recipe.view.axes)
    if recipe.surface.kind == "sphere":
        ways = "xy"  # from pole to pole
    times = [s / p for s, p in zip(_shown(recipe, size), _period(recipe), strict=True)]
    return all(_whole(times["xy".index(way)]) for way in ways)


def _advice(recipe: Recipe, size: str | int | Size) -> str:
    """What makes the picture seamless: a smaller size that fits its period, or a new period."""
    kind, (across, down) = recipe.surface.kind, _period(recipe)
    width, height = parse_size(size)
    shape = Fraction(2 if kind == "sphere" else across / down).limit_denominator(10_000)
    wide, high = shape.numerator, shape.denominator
    times = max(min(width // wide, height // high), 1)
    better = wide * times, high * times
    asked = f"`size={better[0]}x{better[1]}`"
    way = {"xy": "both", "x": "x", "y": "y"}[closed_directions(kind, recipe.view.axes)]
    way = f"`tile={way}`"
    if kind == "sphere":
        way = f"{asked} with `tile=panorama`"
    if not _closes(recipe, better):
        return f"{way} fits the period to this size"
    choose = f"choose a size with the aspect ratio {float(shape):.6g}:1, such as {asked}"
    if kind == "sphere":
        return choose
    return f"{choose}, or add {way}, which fits the period to this size"


def _whole(times: float) -> bool:
    return times > 0.5 and abs(times - round(times)) < 1e-6 * times


def seams(
    recipe: Recipe, size: str | int | Size, engine: str = "cpu", threads: int | None = None
) -> dict[str, Seam]:
    """The seams of the directions in which the surface of a recipe repeats, by "x" (side by side)
    and "y"; of both for the plane. They are measured on colours before these are quantised.
    """
    width, height = pixels = parse_size(size)
    plan = make_plan(recipe, pixels, threads, sample_format="float")
    painter = Painter(plan, engine, to_float)

    def columns(left: int) -> NDArray[Any]:
        return painter.paint(Rect(left, 0, 2, height)).transpose(1, 0, 2)

    def rows(top: int) -> NDArray[Any]:
        return painter.paint(Rect(0, top, width, 2))

    ways = closed_directions(recipe.surface.kind, recipe.view.axes) or "xy"
    found: dict[str, Seam] = {}
    if "x" in ways:
        found["x"] = _seam(columns, width)
    if "y" in ways:
        found["y"] = _seam(rows, height)
    return found


def _seam(lines: Any, length: int) -> Seam:
    """The seam of a picture of `length` lines; `lines(k)` returns line k and the next."""
    first, last = lines(0), lines(length - 1)
    beyond = last[1]
    steps = [
        np.abs(np.diff(lines(k * (length - 1) // SAMPLED), axis=0)).mean() for k in range(SAMPLED)
    ]
    return Seam(
        float(np.abs(beyond - first[0]).max()) * 255,
        float(np.abs(first[0] - last[0]).mean()) * 255,
        float(np.mean(steps)) * 255,
    )


def seams_text(found: dict[str, Seam], closes: bool = True) -> str:
    """The worse seam in words: `seam 0.0/255 (the step across it is 1.1/255, a usual step is
    1.2/255)`. If the picture `closes`, it is also noted that the shading itself jumps there, as
    theta does.
    """
    worst = max(found.values(), key=lambda s: (round(s.seam, 1), s.across - s.usual))
    jumps = worst.across > 4 * worst.usual + 1
    return (
        f"seam {worst.seam:.1f}/255 (the step across it is {worst.across:.1f}/255, "
        f"a usual step is {worst.usual:.1f}/255)"
        + ("; the colour itself jumps there" if closes and jumps else "")
    )
