"""The table of paths, and properties of all paths of a film together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from phosphene.compiler import latents
from phosphene.core.errors import RecipeError
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.keyframes import KEYS
from phosphene.motion.paths.latent import ensure_latent
from phosphene.motion.paths.loop import LOOP
from phosphene.motion.paths.morph import MORPH
from phosphene.motion.paths.original import ORIGINAL
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
    "original": ORIGINAL,
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
    """Whether its time is adjusted so that the picture changes at constant speed."""
    return bool(spec.get("even", row(spec).even))


def is_auto(spec: Spec) -> bool:
    """Whether the speed sets how far the path goes."""
    return bool(row(spec).speed_sets) and spec.get(row(spec).speed_sets) == "auto"


def with_reach(spec: Spec, value: float | str) -> Spec:
    """The path with `value` for the argument that the speed can set, if it has one."""
    return {**spec, row(spec).speed_sets: value} if row(spec).speed_sets else spec


def ensure_latent_for(recipe: Recipe, specs: Sequence[Spec]) -> Recipe:
    """The recipe, with a latent vector added if a path needs one.

    Raises `RecipeError` if it cannot have one.
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
    """The motion of all paths combined; even paths use the time given by `even`."""
    moves = [(row(spec).make(recipe, spec), is_even(spec)) for spec in specs]

    def move(state: FrameState, t: float) -> FrameState:
        for step, evened in moves:
            state = step(state, even(t) if evened else t)
        return state

    return move


def closes(recipe: Recipe, specs: Sequence[Spec]) -> bool:
    """Whether the film ends where it began."""
    return all(row(spec).closes(recipe, spec) for spec in specs)


def target(recipe: Recipe, specs: Sequence[Spec]) -> tuple[Recipe | None, str]:
    """The recipe that a path changes into, or None, and how the two are mixed: one of `BLENDS`, or
    "endless".
    """
    for spec in specs:
        blend = row(spec).blend(spec)
        if blend is not None:
            return row(spec).other(recipe, spec), blend
    return None, "auto"
