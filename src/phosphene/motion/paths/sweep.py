"""The path sweep: numbers of the recipe from one value to another."""

from __future__ import annotations

from typing import Any

from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.parameters import check_value, number_notes, numbers_at, path_of, put
from phosphene.motion.paths.path import BACK, Argument, Move, Path, Spec, path_error, there_and_back
from phosphene.recipe import Recipe


def sweep(recipe: Recipe, spec: Spec) -> Move:
    """Moves every number from one value to another; a list of several numbers by a factor. Between
    integer widths and depths, units and layers grow in; between other integers, pictures are
    cross-faded in linear light.
    """
    ends: dict[str, list[float]] = {}
    for name, pair in spec["values"].items():
        path = path_of(recipe, name, "sweep")
        numbers_at(recipe, path, "sweep")
        for end in pair:
            check_value(recipe, path, end)
        ends[path] = pair

    def move(state: FrameState, t: float) -> FrameState:
        along = there_and_back(t, spec["back"])
        for path, (first, last) in ends.items():
            state = put(state, recipe, path, first * (1.0 - along) + last * along)
        return state

    return move


def _read_ends(name: str, text: Any) -> list[float]:
    """The two numbers of `0.5..2`."""
    ends = list(text) if isinstance(text, list | tuple) else str(text).split("..")
    try:
        first, last = (float(end) for end in ends)
    except ValueError:
        raise path_error(f"sweep {name}={text}: expected from..to, such as {name}=0.5..2") from None
    if not abs(first) + abs(last) < 1e9:
        raise path_error(f"sweep {name}={text}: expected two numbers")
    return [first, last]


def _write_ends(name: str, values: dict[str, list[float]]) -> str:
    return " ".join(f"{key}={low:g}..{high:g}" for key, (low, high) in values.items())


SWEEP = Path(
    sweep,
    "changes numbers of the recipe: scale=1..3, depth=2..8; a list by a factor: gain=0.5..2",
    example="contour --seed 9 --path 'sweep width=2..16'",
    arguments={
        "values": Argument(
            "from..to of each number, by path",
            lambda name, given: given,
            needed=True,
            write=_write_ends,
        ),
        "back": BACK,
    },
    even=True,
    open=("values", _read_ends),
    notes=lambda recipe, spec, alone: number_notes(recipe, spec["values"], alone),
)
