"""The path original: the walk through latent space that a seed system's own program makes.

Sources: `animate` of cppn-tensorflow, `morph` of cppn-gan-vae-tensorflow, the loop over z in the
notebook of cppn-art, the animation of ichko's UV notebook, the walk of neale's CPPN.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phosphene.compiler import latents
from phosphene.core.rng import Stream
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.latent import Point, path_seed
from phosphene.motion.paths.path import SEED, Move, Path, Spec, path_error
from phosphene.motion.paths.walk import walk
from phosphene.recipe import Recipe

DRIFT = 99.0  # cppn-art adds 1 to seven of its eight numbers, 99 times in 100 frames


@dataclass(frozen=True)
class Walk:
    """A walk to `stops` latents drawn from U(-1, 1), or with `spread` from a normal distribution.
    `how`, `back` and `closed` as in the path walk.
    """

    how: str
    stops: int = 1
    spread: float | None = None
    back: bool = False
    closed: bool = False


WALKS: dict[str, Walk] = {
    "cppn-tensorflow": Walk("linear", back=True),
    "cppn-gan-vae": Walk("sinusoid", stops=9, spread=1.0, closed=True),
    "ichko": Walk("bezier", stops=2, spread=0.1),
    "neale": Walk("linear", stops=4, closed=True),
}
DRIFTS = ("cppn-art",)


def original(recipe: Recipe, spec: Spec) -> Move:
    """The walk of the program that the recipe's style comes from, starting at the recipe's z."""
    if recipe.style in DRIFTS:
        return _drift(recipe)
    found = WALKS.get(recipe.style or "")
    if found is None:
        raise path_error(
            f"original: {recipe.style or 'this recipe'} has no walk of its own; "
            f"{', '.join([*WALKS, *DRIFTS])} have one. Try loop or walk"
        )
    stops = _stops(recipe, spec, found)
    return walk(recipe, {
        "z": [list(map(float, stop)) for stop in stops], "how": found.how, "back": found.back,
        "closed": found.closed, "through": found.stops, "spread": 1.0, "seed": spec["seed"],
    })  # fmt: skip


def _stops(recipe: Recipe, spec: Spec, found: Walk) -> list[Point]:
    start = np.array(list(latents(recipe).values()))
    stream = Stream(path_seed(recipe, spec), "film/original")
    draws = [stream.child(str(k)) for k in range(found.stops)]
    if found.spread is None:
        return [draw.uniform(len(start), -1.0, 1.0) for draw in draws]
    if found.how != "bezier":
        return [found.spread * draw.normal(len(start)) for draw in draws]
    stops = [start]
    for draw in draws:  # each near the one before
        stops.append(stops[-1] + found.spread * draw.normal(len(start)))
    return stops[1:]


def _drift(recipe: Recipe) -> Move:
    names = list(latents(recipe))[:-1]  # the last number of z stays

    def move(state: FrameState, t: float) -> FrameState:
        return state.moved(dict.fromkeys(names, DRIFT * t))

    return move


def _closes(recipe: Recipe, spec: Spec) -> bool:
    found = WALKS.get(recipe.style or "")
    return found is not None and (found.back or found.closed or found.how == "bezier")


ORIGINAL = Path(
    original,
    "the walk of the program that the style comes from, with its timing",
    example="cppn-art --seed 7 --path original",
    arguments={"seed": SEED},
    closes=_closes,
    needs_latent=True,
)
