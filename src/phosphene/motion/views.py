"""Paths of the camera: zoom, pan, rotate."""

from __future__ import annotations

import math

from phosphene import exact
from phosphene.errors import UserError
from phosphene.motion.moment import Moment, Move, Spec, there_and_back
from phosphene.recipe import Recipe


def zoom(recipe: Recipe, spec: Spec) -> Move:
    """Exponential: every frame magnifies by the same factor. The point (x, y) stays in its place
    in the picture; by default the view's centre.
    """
    factor, back = spec["factor"], spec["back"]
    if not 1e-6 <= factor <= 1e6:
        raise UserError(f"--path zoom factor={factor:g}: expected 0.000001 to 1000000; 4 is nearer")
    middle = recipe.view.centre
    point = [middle[i] if spec[axis] is None else spec[axis] for i, axis in enumerate("xy")]
    rate = -float(exact.log(factor))

    def move(moment: Moment, t: float) -> Moment:
        shrink = float(exact.exp(rate * there_and_back(t, back)))
        near = [p + (c - p) * shrink for p, c in zip(point, moment.view.centre, strict=True)]
        return moment.looking(span=moment.view.span * shrink, centre=near)

    return move


def pan(recipe: Recipe, spec: Spec) -> Move:
    """By (x, y) of the plane, at one speed."""

    def move(moment: Moment, t: float) -> Moment:
        along = there_and_back(t, spec["back"])
        x, y = moment.view.centre
        return moment.looking(centre=(x + spec["x"] * along, y + spec["y"] * along))

    return move


def rotate(recipe: Recipe, spec: Spec) -> Move:
    """So many turns about the centre."""

    def move(moment: Moment, t: float) -> Moment:
        angle = 2.0 * exact.PI * spec["turns"] * there_and_back(t, spec["back"])
        return moment.looking(rotation=moment.view.rotation + angle)

    return move


def pan_closes(recipe: Recipe, spec: Spec) -> bool:
    """Back at the start, or once around a surface that repeats."""
    surface = recipe.surface
    rolled = {"torus": "xy", "torus_x": "x", "torus_y": "y"}.get(surface.kind, "")
    return spec["back"] or all(
        not spec[axis]
        or (axis in rolled and math.isclose(spec[axis] / period % 1.0, 0.0, abs_tol=1e-9))
        for axis, period in zip("xy", surface.period, strict=True)
    )


def rotate_closes(recipe: Recipe, spec: Spec) -> bool:
    return spec["back"] or spec["turns"] == int(spec["turns"])
