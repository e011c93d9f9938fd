"""The path rotate: around the view's centre."""

from __future__ import annotations

from phosphene.core import exact
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


def rotate(recipe: Recipe, spec: Spec) -> Move:
    """Rotates around the centre, `turns` times."""

    def move(state: FrameState, t: float) -> FrameState:
        angle = 2.0 * exact.PI * spec["turns"] * there_and_back(t, spec["back"])
        return state.looking(rotation=state.view.rotation + angle)

    return move


ROTATE = Path(
    rotate,
    "around the view's centre",
    example="papercut --seed 5 --path 'rotate turns=0.5'",
    arguments={
        "turns": Argument("number of turns; with a whole number the film closes", read_number, 1.0),
        "back": BACK,
        "even": EVEN,
    },
    closes=lambda recipe, spec: spec["back"] or spec["turns"] == int(spec["turns"]),
    bare="turns",
)
