"""Derives a film from a film: the same motion in other frames, or a new motion."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

from phosphene.motion.film import Film
from phosphene.motion.paths.grammar import Given, read_paths
from phosphene.motion.paths.table import is_auto, is_even, with_reach
from phosphene.motion.plan.duration import count_frames, frame_rate
from phosphene.motion.plan.pacing import ENERGY
from phosphene.motion.plan.planning import animate
from phosphene.motion.plan.subframes import choose_subframes
from phosphene.motion.render.subframes import read_subframes

LENGTHS = ("frames", "seconds", "beats", "bpm")
PLANNED = ("speed", "energy", "pulse", "seed")  # arguments that need a new plan


def retime(film: Film, path: Given | None = None, **changes: Any) -> Film:
    """A copy of the film with other arguments of `animate`; those omitted or None stay the same.
    The duration stays the same at any `fps`, unless a length is given, or a speed that sets it. A
    film with beats keeps them at another `bpm`, and its tempo for other `beats`. A speed sets new
    radii of loops. Raises `UserError`, `RecipeError`.
    """
    given = _with_tempo(film, {n: value for n, value in changes.items() if value is not None})
    even = given.pop("even", True)
    if not path and even and not any(given.get(name) for name in PLANNED):
        return _resampled(film, **given)
    return _planned(film, path, even, given)


def _with_tempo(film: Film, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments, with the film's own for `beats` or `bpm` if only the other is given."""
    if not film.beats or ("beats" in given) == ("bpm" in given):
        return given
    tempo = film.beats * 60 * float(film.fps) / film.count
    return {"beats": film.beats, "bpm": round(tempo, 6), **given}


def _resampled(film: Film, **given: Any) -> Film:
    """The same motion in other frames: radius and times do not depend on them."""
    rate, count, note = _length(film, given)
    made = replace(
        film, count=count, fps=rate, beats=float(given.get("beats") or film.beats),
        size=given.get("size", film.size), shutter=given.get("shutter", film.shutter),
        notes=(note,) if note else (),
    )  # fmt: skip
    parts = read_subframes(given.get("subframes", film.subframes))
    if parts is not None:
        return replace(made, subframes=parts)
    parts, why = choose_subframes(replace(made, subframes=1))
    return replace(made, subframes=parts, notes=(*made.notes, why) if why else made.notes)


def _length(film: Film, given: dict[str, Any]) -> tuple[Fraction, int, str]:
    """Frames per second, the number of frames, and a note on them."""
    rate = frame_rate(given["fps"]) if "fps" in given else film.fps
    lengths = {name: given[name] for name in LENGTHS if name in given}
    if lengths:
        return rate, *count_frames(rate, **lengths)
    if rate == film.fps:
        return rate, film.count, ""
    count = max(1, math.floor(film.count * rate / film.fps + Fraction(1, 2)))
    note = f"{count} frames at {float(rate):.6g} fps, for {film.count} at {float(film.fps):.6g}"
    return rate, count, f"{note}: `frames={film.count}` keeps the number of frames instead"


def _planned(film: Film, path: Given | None, even: bool, given: dict[str, Any]) -> Film:
    """Plans a new motion or speed, with the beats of the film if it has any."""
    pulse, beats = bool(given.get("pulse")), given.get("beats", film.beats) == film.beats
    beats = film.beats if beats else 0.0
    if beats:  # the film has beats already; they are added again below
        given.pop("pulse", None)
    faster = "speed" in given or ("energy" in given and not given.get("pulse"))
    specs = (
        read_paths(path)
        if path
        else [with_reach(spec, "auto") if faster else spec for spec in film.path]
    )
    own: dict[str, Any] = {"fps": film.fps, "size": film.size, "shutter": film.shutter}
    if not path:
        own["subframes"] = film.subframes
        even = even and bool(film.times or not any(map(is_even, film.path)))
    sets = faster and not beats and not any(map(is_auto, specs))
    note = ""
    if not sets and not any(name in given for name in LENGTHS):
        _, own["frames"], note = _length(film, given)
    made = animate(film.recipe, specs, even=even, **{**own, **given})
    if beats and (pulse or film.surge):
        surge = min(given.get("energy", film.surge or ENERGY), 0.95)
        made = replace(made, beats=beats, surge=surge)
    return replace(made, notes=(note, *made.notes)) if note else made
