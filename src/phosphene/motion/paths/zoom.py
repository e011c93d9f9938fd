"""The path zoom: into the picture or out of it, or endlessly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from phosphene.core import exact
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.path import (
    BACK,
    EVEN,
    Argument,
    Move,
    Path,
    Spec,
    path_error,
    read_number,
    read_switch,
    there_and_back,
)
from phosphene.recipe import Recipe

OCTAVES = 1.25, 32  # factors of an endless zoom


def zoom(recipe: Recipe, spec: Spec) -> Move:
    """Exponential zoom: every frame is magnified by the same factor. The point (x, y), by default
    the view's centre, keeps its position in the picture.

    With `endless`, the picture changes into a view of itself `factor` times as wide while the
    camera zooms in by the same factor, so the end equals the beginning.
    """
    factor, back, endless = spec["factor"], spec["back"], spec.get("endless", False)
    if not 1e-6 <= factor <= 1e6:
        raise path_error(f"zoom factor={factor:g}: expected 0.000001 to 1000000, such as 4")
    if endless and not (OCTAVES[0] <= max(factor, 1 / factor) <= OCTAVES[1]):
        raise path_error(
            f"zoom endless=yes factor={factor:g}: expected {OCTAVES[0]} to {OCTAVES[1]}, or "
            "the inverse to zoom out: the ratio of the picture to its wider view"
        )
    if endless and back:
        raise path_error("zoom: endless=yes or back=yes: each closes the film; choose one")
    point = _fixed_point(recipe, spec)
    rate = -float(exact.log(factor))

    def move(state: FrameState, t: float) -> FrameState:
        shrink = float(exact.exp(rate * there_and_back(t, back)))
        near = [p + (c - p) * shrink for p, c in zip(point, state.view.centre, strict=True)]
        seen = state.looking(span=state.view.span * shrink, centre=near)
        return replace(seen, morph=t * t * (3.0 - 2.0 * t)) if endless else seen

    return move


def _fixed_point(recipe: Recipe, spec: Spec) -> list[float]:
    given = spec.get("centre")
    if given is not None and not (spec["x"] is None and spec["y"] is None):
        raise path_error("zoom: use either centre=X,Y, or x= and y=")
    middle = recipe.view.centre if given is None else given
    return [middle[i] if spec[axis] is None else spec[axis] for i, axis in enumerate("xy")]


def far_away(recipe: Recipe, spec: Spec) -> Recipe:
    """The recipe that an endless zoom changes into: its view is `factor` times as wide."""
    point, factor, view = _fixed_point(recipe, spec), spec["factor"], recipe.view
    centre = tuple(p + (c - p) * factor for p, c in zip(point, view.centre, strict=True))
    return recipe.replace({"view.span": view.span * factor, "view.centre": centre})


def _is_endless(spec: Spec) -> bool:
    return bool(spec.get("endless"))


def _read_point(name: str, given: Any) -> list[float]:
    parts = given.split(",") if isinstance(given, str) else list(given)
    if len(parts) != 2:
        raise path_error(f"{name}={given}: expected two numbers, such as centre=0.3,0.2")
    return [read_number(name, part) for part in parts]


def _flat_hint(spec: Spec, start: float) -> str:
    if spec["back"] or _is_endless(spec):
        return ""
    there = spec["factor"] ** start
    return f"nothing to see beyond factor {there:.2g}; end there, or at another centre="


ZOOM = Path(
    zoom,
    "into the picture or out of it, at a constant rate",
    example="mandala --seed 4 --path 'zoom 4 endless=yes'",
    arguments={
        "factor": Argument("magnification at the end; below 1 zooms out", read_number, 4.0),
        "centre": Argument("the point that stays in place: 0.3,0.2", _read_point),
        "x": Argument("its horizontal coordinate", read_number),
        "y": Argument("its vertical coordinate", read_number),
        "endless": Argument(
            "yes: the picture changes into a wider view of itself, so that the film closes",
            read_switch,
            False,
        ),
        "back": BACK,
        "even": EVEN,
    },
    closes=lambda recipe, spec: spec["back"] or _is_endless(spec),
    bare="factor",
    blend=lambda spec: "endless" if _is_endless(spec) else None,
    other=far_away,
    flat_hint=_flat_hint,
)
