"""The path pan: across the plane."""

from __future__ import annotations

import math

from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.path import (
    BACK,
    EVEN,
    Argument,
    Move,
    Path,
    Spec,
    read_number,
    there_and_back,
)
from phosphene.recipe import Recipe

WHOLE = 1e-5  # of a period: far less than a pixel


def pan(recipe: Recipe, spec: Spec) -> Move:
    """Moves by (x, y) in the plane at constant speed."""

    def move(state: FrameState, t: float) -> FrameState:
        along = there_and_back(t, spec["back"])
        x, y = state.view.centre
        return state.looking(centre=(x + spec["x"] * along, y + spec["y"] * along))

    return move


def _repeats(recipe: Recipe) -> dict[str, float]:
    """The periods of the axes along which the picture repeats."""
    surface = recipe.surface
    axes = {"torus": "xy", "torus_x": "x", "torus_y": "y"}.get(surface.kind, "")
    periods = dict(zip("xy", surface.period, strict=True))
    return {axis: periods[axis] for axis in axes}


def _closes(recipe: Recipe, spec: Spec) -> bool:
    """Whether it returns to the start, or goes a whole number of periods along the surface."""
    periods = _repeats(recipe)

    def whole(axis: str) -> bool:
        if axis not in periods:
            return not spec[axis]
        times = spec[axis] / periods[axis]
        return abs(times - round(times)) < WHOLE

    return spec["back"] or all(map(whole, "xy"))


def _notes(recipe: Recipe, spec: Spec, alone: bool) -> list[str]:
    """A note on how far a pan must go to close, if the picture repeats."""
    periods = _repeats(recipe)
    if not periods or _closes(recipe, spec):
        return []
    words = [f"{axis}={_nearest(spec[axis], p):.8g}" for axis, p in periods.items() if spec[axis]]
    first = next(iter(periods))
    path = "pan " + (" ".join(words) or f"{first}={periods[first]:g}")
    ends = " and ".join(f"{axis}={period:.6g}" for axis, period in periods.items())
    return [f"the pan does not close: the picture repeats after {ends}; `path={path}` closes"]


def _nearest(distance: float, period: float) -> float:
    """The number of whole periods, at least one, that is nearest to `distance`, as a distance."""
    return math.copysign(max(1, round(abs(distance) / period)), distance) * period


PAN = Path(
    pan,
    "across the plane; a picture that repeats closes after its period",
    example="aurora --seed 2 --path 'pan x=1.5'",
    arguments={
        "x": Argument("horizontal distance, in units of the plane", read_number, 1.0),
        "y": Argument("vertical distance, downwards", read_number, 0.0),
        "back": BACK,
        "even": EVEN,
    },
    closes=_closes,
    notes=_notes,
)
