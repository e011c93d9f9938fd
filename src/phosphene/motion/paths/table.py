"""The table of paths, and what a film asks of its own together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from phosphene.compiler import latents
from phosphene.core.errors import RecipeError
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.keyframes import KEYS
from phosphene.motion.paths.latent import ensure_latent
from phosphene.motion.paths.loop import LOOP
from phosphene.motion.paths.morph import MORPH
from phosphene.motion.paths.pan import PAN
from phosphene.motion.paths.path import Move, Path, Spec
from phosphene.motion.paths.rotate import ROTATE
from phosphene.motion.paths.sweep import SWEEP
from phosphene.motion.paths.walk import WALK
from phosphene.motion.paths.zoom import ZOOM
from phosphene.recipe import Recipe

PATHS: dict[str, Path] = {
    "loop": LOOP,
    "walk": WALK,
    "zoom": ZOOM,
    "pan": PAN,
    "rotate": ROTATE,
    "sweep": SWEEP,
    "morph": MORPH,
    "keys": KEYS,
}


def row(spec: Spec) -> Path:
    """The row of a path that is given as data."""
    return PATHS[spec["path"]]


def is_even(spec: Spec) -> bool:
    """Is it timed so that the picture changes at one speed?"""
    return bool(spec.get("even", row(spec).even))


def is_auto(spec: Spec) -> bool:
    """Does the speed that is asked for set how far it goes?"""
    return bool(row(spec).speed_sets) and spec.get(row(spec).speed_sets) == "auto"


def with_reach(spec: Spec, value: float | str) -> Spec:
    """The path going as far as `value` says, if it is one whose reach the speed can set."""
    return {**spec, row(spec).speed_sets: value} if row(spec).speed_sets else spec


def with_latent(recipe: Recipe, specs: Sequence[Spec]) -> Recipe:
    """The recipe, with a latent vector where a path needs one and it has none.

    Raises `RecipeError` where it cannot have one.
    """
    needing = [spec["path"] for spec in specs if row(spec).needs_latent]
    found = ensure_latent(recipe) if needing else recipe
    if needing and not latents(found):
        *others, last = (name for name, path in PATHS.items() if not path.needs_latent)
        raise RecipeError(
            f"{needing[0]}: the recipe has no latent vector z to move through. {', '.join(others)} "
            f"and {last} work with every recipe",
            argument="path",
        )
    return found


def move_along(recipe: Recipe, specs: Sequence[Spec], even: Callable[[float], float]) -> Move:
    """All paths one after the other, those that are even in the time that `even` gives."""
    moves = [(row(spec).make(recipe, spec), is_even(spec)) for spec in specs]

    def move(state: FrameState, t: float) -> FrameState:
        for step, evened in moves:
            state = step(state, even(t) if evened else t)
        return state

    return move


def closes(recipe: Recipe, specs: Sequence[Spec]) -> bool:
    """Does the film end where it began?"""
    return all(row(spec).closes(recipe, spec) for spec in specs)


def target(recipe: Recipe, specs: Sequence[Spec]) -> tuple[Recipe | None, str]:
    """The other recipe that a path goes into, None where all stay in theirs, and how the two are
    mixed: one of `BLENDS`, or "endless".
    """
    for spec in specs:
        blend = row(spec).blend(spec)
        if blend is not None:
            return row(spec).other(recipe, spec), blend
    return None, "auto"
