"""The path walk: through several points of latent space."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from phosphene.compiler import latents
from phosphene.core import exact
from phosphene.core.rng import Stream
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.latent import Point, dot, path_seed
from phosphene.motion.paths.path import (
    BACK,
    SEED,
    Argument,
    Move,
    Path,
    Spec,
    one_of,
    path_error,
    read_number,
    read_switch,
    read_whole,
)
from phosphene.recipe import Recipe


def walk(recipe: Recipe, spec: Spec) -> Move:
    """Moves through latents, starting at the recipe's: those of `z`, or `through` random ones.

    `how` interpolates between them: "linear", "spherical", "catmull-rom"; "sinusoid" slows down at
    each, as in the films of cppn-gan-vae; "bezier" is ichko's closed loop over three latents.
    """
    names = list(latents(recipe))
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
            raise path_error(
                f"walk z=...: a latent of {wrong[0]} numbers; the recipe's has {len(start)}"
            )
        return [np.array(z, np.float64) for z in given]
    if not 1 <= spec["through"] <= 1000:
        raise path_error(f"walk through={spec['through']}: expected 1 to 1000 latents")
    stream = Stream(path_seed(recipe, spec), "film/walk")
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
    """Along the great circle, with interpolated length; linear if the circle is undefined."""
    a, b = around[1], around[2]
    long, other = float(np.sqrt(dot(a, a))), float(np.sqrt(dot(b, b)))
    if min(long, other) < 1e-9:
        return _linear(around, s)
    cosine = min(max(dot(a, b) / (long * other), -1.0), 1.0)
    if abs(cosine) > 0.9999:
        return _linear(around, s)
    side = b / other - cosine * (a / long)
    side = side / float(np.sqrt(dot(side, side)))
    angle = s * _angle(cosine)
    direction = float(exact.cos(angle)) * (a / long) + float(exact.sin(angle)) * side
    return (long * (1.0 - s) + other * s) * direction


def _angle(cosine: float) -> float:
    """The arc cosine, 0..pi, by bisection with our exact cosine."""
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
    """A closed curve over start, middle and end, by nested linear interpolation."""
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


def _read_latents(name: str, given: Any) -> list[list[float]]:
    """`0,0,1/1,1,1`, or lists."""
    lists = [part.split(",") for part in given.split("/")] if isinstance(given, str) else given
    return [[read_number(name, number) for number in z] for z in lists]


def _write_latents(name: str, value: list[list[float]]) -> str:
    return f"{name}=" + "/".join(",".join(f"{v:g}" for v in z) for z in value)


WALK = Path(
    walk,
    "through several latents, given or random",
    example="agate --seed 3 --path 'walk through=3'",
    arguments={
        "through": Argument("number of random latents", read_whole, 4),
        "z": Argument(
            "the latents, instead of random ones: 0,0,1/1,0,0", _read_latents, write=_write_latents
        ),
        "how": Argument(", ".join(BETWEEN), one_of(*BETWEEN), "catmull-rom"),
        "closed": Argument(
            "yes: returns to the start; no: ends at the last latent", read_switch, True
        ),
        "spread": Argument("standard deviation of random latents", read_number, 1.0),
        "back": BACK,
        "seed": SEED,
    },
    closes=lambda recipe, spec: spec["back"] or spec["closed"] or spec["how"] == "bezier",
    even=True,
    needs_latent=True,
)
