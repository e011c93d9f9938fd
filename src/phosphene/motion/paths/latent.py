"""Paths through latent space: loop and walk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.compiler import latents
from phosphene.core import exact
from phosphene.core.errors import UserError
from phosphene.core.rng import Stream
from phosphene.motion.paths.frame_state import FrameState, Move, Spec, z_names
from phosphene.recipe import Recipe

Point = NDArray[np.float64]


def loop(recipe: Recipe, spec: Spec) -> Move:
    """A circle through the recipe's z, of `radius`, in a plane that `seed` draws.

    With `torus` a second circle of half the radius is gone round so many times meanwhile.
    """
    names = z_names("loop", recipe)
    radius, torus = spec["radius"], spec["torus"]
    axes = _frame(Stream(_seed(recipe, spec), "film/loop"), len(names), 4)

    def move(state: FrameState, t: float) -> FrameState:
        offsets = radius * _circle(axes[0], axes[1], t)
        if torus:
            offsets = offsets + radius * 0.5 * _circle(axes[2], axes[3], t * torus)
        return state.moved(dict(zip(names, map(float, offsets), strict=True)))

    return move


def _circle(across: Point, up: Point, t: float) -> Point:
    turn = t - float(np.floor(t))
    if not turn:  # the start itself, without a rounding
        return np.zeros_like(across)
    angle = 2.0 * exact.PI * turn
    return (float(exact.cos(angle)) - 1.0) * across + float(exact.sin(angle)) * up


def _frame(stream: Stream, size: int, count: int) -> list[Point]:
    """Random unit vectors at right angles; those for which there is no room are 0."""
    found: list[Point] = []
    for k in range(count):
        vector = stream.child(str(k)).normal(size)
        for other in found:
            vector = vector - _dot(vector, other) * other
        length = float(np.sqrt(_dot(vector, vector)))
        found.append(vector / length if length > 1e-9 and k < size else np.zeros(size))
    return found


def _dot(a: Point, b: Point) -> float:
    return float(np.add.accumulate(a * b)[-1])


def _seed(recipe: Recipe, spec: Spec) -> Any:
    return recipe.seed if spec["seed"] is None else spec["seed"]


def walk(recipe: Recipe, spec: Spec) -> Move:
    """Through latents, from the recipe's own on: those of `z`, or `through` random ones.

    `how`: "linear", "spherical" and "catmull-rom" from one to the next; "sinusoid" from one to the
    next, slowing down, as cppn-gan-vae's films; "bezier" is ichko's closed loop over three.
    """
    names = z_names("walk", recipe)
    start = np.array(list(latents(recipe).values()))
    points = [start, *_stops(recipe, spec, start)]
    how, closed = spec["how"], spec["closed"]
    if how == "bezier":
        points = [points[0], points[1], points[min(2, len(points) - 1)]]
    elif spec["back"]:
        points += points[-2::-1]
    elif closed:
        points.append(start)
    between = BETWEEN[how]
    whole = spec["back"] or closed

    def move(state: FrameState, t: float) -> FrameState:
        at = _bezier(points, t) if how == "bezier" else _along(points, t, between, whole)
        return state.moved(dict(zip(names, map(float, at - start), strict=True)))

    return move


def _stops(recipe: Recipe, spec: Spec, start: Point) -> list[Point]:
    given, spread = spec["z"], spec["spread"]
    if given is not None:
        wrong = [len(z) for z in given if len(z) != len(start)]
        if wrong:
            raise UserError(
                f"--path walk z=...: a latent of {wrong[0]} numbers; the recipe's has {len(start)}"
            )
        return [np.array(z, np.float64) for z in given]
    if not 1 <= spec["through"] <= 1000:
        raise UserError(f"--path walk through={spec['through']}: expected 1 to 1000 latents")
    stream = Stream(_seed(recipe, spec), "film/walk")
    draws = [stream.child(str(k)).normal(len(start)) * spread for k in range(spec["through"])]
    if spec["how"] == "bezier":  # each from the one before
        return [start + draws[0], start + draws[0] + draws[min(1, len(draws) - 1)]]
    return draws


def _along(points: list[Point], t: float, between: Any, whole: bool) -> Point:
    segments = len(points) - 1
    place = t * segments
    k = min(int(place), segments - 1)
    around = [points[(k + i) % segments] if whole else points[min(max(k + i, 0), segments)]
              for i in (-1, 0, 1, 2)]  # fmt: skip
    return between(around, place - k)


Around = list[Point]  # the stop before, the two ends of the segment, the stop after


def _linear(around: Around, s: float) -> Point:
    return around[1] * (1.0 - s) + around[2] * s


def _spherical(around: Around, s: float) -> Point:
    """Along the great circle, the length from one to the other; straight where there is none."""
    a, b = around[1], around[2]
    long, other = float(np.sqrt(_dot(a, a))), float(np.sqrt(_dot(b, b)))
    if min(long, other) < 1e-9:
        return _linear(around, s)
    cosine = min(max(_dot(a, b) / (long * other), -1.0), 1.0)
    if abs(cosine) > 0.9999:
        return _linear(around, s)
    side = b / other - cosine * (a / long)
    side = side / float(np.sqrt(_dot(side, side)))
    angle = s * _angle(cosine)
    direction = float(exact.cos(angle)) * (a / long) + float(exact.sin(angle)) * side
    return (long * (1.0 - s) + other * s) * direction


def _angle(cosine: float) -> float:
    """The angle in 0..pi of a cosine, by halving: the elementary functions are exact ones."""
    low, high = 0.0, exact.PI
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if float(exact.cos(middle)) > cosine else (low, middle)
    return low


def _catmull_rom(around: Around, s: float) -> Point:
    before, a, b, after = around
    slope, end = (b - before) * 0.5, (after - a) * 0.5
    cube, square = s * s * s, s * s
    return (
        (2 * cube - 3 * square + 1) * a + (cube - 2 * square + s) * slope
        + (3 * square - 2 * cube) * b + (cube - square) * end
    )  # fmt: skip


def _sinusoid(around: Around, s: float) -> Point:
    return _linear(around, float(exact.sin(s * exact.PI / 2)))


def _bezier(points: list[Point], t: float) -> Point:
    """Quadratic over start, middle and end, and back: its ends are both the start."""
    start, middle, end = points
    sides = (start * t + middle * (1 - t), middle * t + end * (1 - t), end * t + start * (1 - t))
    first, second = sides[0] * t + sides[1] * (1 - t), sides[1] * t + sides[2] * (1 - t)
    return first * t + second * (1 - t)


BETWEEN: dict[str, Callable[[Around, float], Point]] = {
    "linear": _linear,
    "spherical": _spherical,
    "catmull-rom": _catmull_rom,
    "sinusoid": _sinusoid,
    "bezier": _linear,
}


def walk_closes(recipe: Recipe, spec: Spec) -> bool:
    return spec["back"] or spec["closed"] or spec["how"] == "bezier"
