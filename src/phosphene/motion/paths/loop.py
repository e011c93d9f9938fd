"""The path loop: a circle in latent space."""

from __future__ import annotations

from typing import Any

import numpy as np

from phosphene.compiler import latents
from phosphene.core import exact
from phosphene.core.rng import Stream
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.latent import Point, dot, path_seed
from phosphene.motion.paths.path import (
    SEED,
    Argument,
    Move,
    Path,
    Spec,
    path_error,
    read_number,
    read_whole,
)
from phosphene.recipe import Recipe


def loop(recipe: Recipe, spec: Spec) -> Move:
    """A circle of `radius` through the recipe's z, in a random plane drawn from `seed`.

    With `torus`, a second circle of half the radius is traversed that many times meanwhile.
    """
    names = list(latents(recipe))
    radius, torus = spec["radius"], spec["torus"]
    axes = _frame(Stream(path_seed(recipe, spec), "film/loop"), len(names), 4)

    def move(state: FrameState, t: float) -> FrameState:
        offsets = radius * _circle(axes[0], axes[1], t)
        if torus:
            offsets = offsets + radius * 0.5 * _circle(axes[2], axes[3], t * torus)
        return state.moved(dict(zip(names, map(float, offsets), strict=True)))

    return move


def _circle(across: Point, up: Point, t: float) -> Point:
    turn = t - float(np.floor(t))
    if not turn:  # exactly the start, without rounding
        return np.zeros_like(across)
    angle = 2.0 * exact.PI * turn
    return (float(exact.cos(angle)) - 1.0) * across + float(exact.sin(angle)) * up


def _frame(stream: Stream, size: int, count: int) -> list[Point]:
    """Random orthonormal vectors; those beyond the dimension of the space are 0."""
    found: list[Point] = []
    for k in range(count):
        vector = stream.child(str(k)).normal(size)
        for other in found:
            vector = vector - dot(vector, other) * other
        length = float(np.sqrt(dot(vector, vector)))
        found.append(vector / length if length > 1e-9 and k < size else np.zeros(size))
    return found


def _read_radius(name: str, given: Any) -> float | str:
    if given == "auto":
        return given
    radius = read_number(name, given)
    if not 0 < radius <= 100:
        raise path_error(f"{name}={radius:g}: expected more than 0, at most 100, or auto")
    return radius


LOOP = Path(
    loop,
    "a circle in latent space: closed",
    example="silk --seed 7",
    arguments={
        "radius": Argument("radius of the circle; auto: set by the speed", _read_radius, "auto"),
        "torus": Argument("turns of a second circle during the first", read_whole, 0),
        "seed": SEED,
    },
    closes=lambda recipe, spec: True,
    even=True,
    needs_latent=True,
    speed_sets="radius",
)
