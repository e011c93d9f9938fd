"""Paths of the camera: zoom, pan, rotate."""

from __future__ import annotations

from dataclasses import replace

from phosphene.core import exact
from phosphene.core.errors import UserError
from phosphene.motion.paths.frame_state import FrameState, Move, Spec, there_and_back
from phosphene.recipe import Recipe


def zoom(recipe: Recipe, spec: Spec) -> Move:
    """Exponential: every frame magnifies by the same factor. The point (x, y) stays in its place
    in the picture; by default the view's centre.

    Endless, the picture becomes itself, seen from `factor` times as far, while the camera comes so
    much nearer: the end is the beginning.
    """
    factor, back, endless = spec["factor"], spec["back"], spec.get("endless", False)
    if not 1e-6 <= factor <= 1e6:
        raise UserError(f"--path zoom factor={factor:g}: expected 0.000001 to 1000000; 4 is nearer")
    if endless and not (OCTAVES[0] <= max(factor, 1 / factor) <= OCTAVES[1]):
        raise UserError(
            f"--path zoom endless=yes factor={factor:g}: expected {OCTAVES[0]} to {OCTAVES[1]}, or "
            "one over that to go outwards: so much the picture and itself differ in scale"
        )
    if endless and back:
        raise UserError("--path zoom: endless=yes or back=yes: each closes the film; choose one")
    point = _still_point(recipe, spec)
    rate = -float(exact.log(factor))

    def move(state: FrameState, t: float) -> FrameState:
        shrink = float(exact.exp(rate * there_and_back(t, back)))
        near = [p + (c - p) * shrink for p, c in zip(point, state.view.centre, strict=True)]
        seen = state.looking(span=state.view.span * shrink, centre=near)
        return replace(seen, morph=t * t * (3.0 - 2.0 * t)) if endless else seen

    return move


OCTAVES = 1.25, 32  # factors of an endless zoom


def _still_point(recipe: Recipe, spec: Spec) -> list[float]:
    given = spec.get("centre")
    if given is not None and not (spec["x"] is None and spec["y"] is None):
        raise UserError("--path zoom: centre=X,Y is x= and y= in one; give it or them")
    middle = recipe.view.centre if given is None else given
    return [middle[i] if spec[axis] is None else spec[axis] for i, axis in enumerate("xy")]


def far_away(recipe: Recipe, spec: Spec) -> Recipe:
    """What an endless zoom becomes: the recipe from `factor` times as far."""
    point, factor, view = _still_point(recipe, spec), spec["factor"], recipe.view
    centre = tuple(p + (c - p) * factor for p, c in zip(point, view.centre, strict=True))
    return recipe.replace({"view.span": view.span * factor, "view.centre": centre})


def is_endless(spec: Spec) -> bool:
    return spec["path"] == "zoom" and bool(spec.get("endless"))


def zoom_closes(recipe: Recipe, spec: Spec) -> bool:
    return spec["back"] or is_endless(spec)


def pan(recipe: Recipe, spec: Spec) -> Move:
    """By (x, y) of the plane, at one speed."""

    def move(state: FrameState, t: float) -> FrameState:
        along = there_and_back(t, spec["back"])
        x, y = state.view.centre
        return state.looking(centre=(x + spec["x"] * along, y + spec["y"] * along))

    return move


def rotate(recipe: Recipe, spec: Spec) -> Move:
    """So many turns about the centre."""

    def move(state: FrameState, t: float) -> FrameState:
        angle = 2.0 * exact.PI * spec["turns"] * there_and_back(t, spec["back"])
        return state.looking(rotation=state.view.rotation + angle)

    return move


WHOLE = 1e-5  # of a period: far less than a pixel


def pan_closes(recipe: Recipe, spec: Spec) -> bool:
    """Back at the start, or once around a surface that repeats."""
    surface = recipe.surface
    rolled = {"torus": "xy", "torus_x": "x", "torus_y": "y"}.get(surface.kind, "")
    return spec["back"] or all(
        not spec[axis]
        or (axis in rolled and abs(spec[axis] / period - round(spec[axis] / period)) < WHOLE)
        for axis, period in zip("xy", surface.period, strict=True)
    )


def rotate_closes(recipe: Recipe, spec: Spec) -> bool:
    return spec["back"] or spec["turns"] == int(spec["turns"])
