"""The requested speed of a film: how it is parsed and applied, and notes on it.

The speed sets the radius of a loop. Other paths have a fixed length, so it sets the number of
frames instead, unless that is given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from phosphene.core.arguments import real_number
from phosphene.core.errors import UserError, unknown
from phosphene.motion.film import Film
from phosphene.motion.plan.duration import MOST
from phosphene.motion.plan.speed import (
    FASTEST,
    PROBES,
    SLOWEST,
    SPEED,
    STILL,
    Pace,
    oklab_frames,
    path_length,
)
from phosphene.motion.render.frame_renderer import FrameRenderer

SPEEDS = {"slow": 0.004, "calm": SPEED, "lively": 0.016}
ENERGY = 0.5


@dataclass(frozen=True)
class SpeedRequest:
    """`change`: OKLab change per frame at 30 fps. `arguments`: those that set it, as text, or "".
    `fixed`: whether the film's length is given.
    """

    change: float = SPEED
    arguments: str = ""
    fixed: bool = False

    def per_frame(self, rate: Fraction) -> float:
        """The OKLab change per frame at a frame rate."""
        return self.change * 30 / float(rate)


def read_speed(
    speed: float | str | None, energy: float | None, pulse: bool, *lengths: float | None
) -> SpeedRequest:
    """The speed from the arguments of `animate`; the energy of a pulse is not a speed.

    Raises `UserError`.
    """
    if energy is not None and not 0.05 <= real_number(energy, "energy") <= 1:
        raise UserError(f"got {energy:g}; expected 0.2 (calm) to 0.8 (wild)", argument="energy")
    words = [f"`speed={speed}`"] if speed is not None else []
    words += [f"`energy={energy:g}`"] if energy is not None and not pulse else []
    change = _speed(speed) * (ENERGY if energy is None else energy) / ENERGY
    fixed = any(value is not None for value in lengths)
    return SpeedRequest(change, " and ".join(words), fixed)


def _speed(speed: float | str | None) -> float:
    if isinstance(speed, str) and speed in SPEEDS:
        return SPEEDS[speed]
    try:
        found = SPEED if speed is None else float(speed)
    except (TypeError, ValueError):
        problem = f"{unknown('speed', str(speed), SPEEDS)} Or a number."
        raise UserError(problem, argument="speed") from None
    if not SLOWEST <= found <= FASTEST:
        raise UserError(
            f"got {found:g}; expected {SLOWEST:g} to {FASTEST:g}, the OKLab change per "
            f"frame at 30 fps ({SPEED:g} is calm)",
            argument="speed",
        )
    return found


def with_count(film: Film, renderer: FrameRenderer, request: SpeedRequest) -> Film:
    """The film with the number of frames that gives the requested speed; unchanged if a length is
    given or nothing moves. Raises `UserError` if there would be too many frames.
    """
    if request.fixed or not request.arguments:
        return film
    length = path_length(oklab_frames(renderer, replace(film, beats=0.0, surge=0.0).at))
    if length < STILL * PROBES:
        return film
    count = max(2, math.floor(length / request.per_frame(film.fps) + 0.5))
    if count > MOST:
        raise UserError(f"{request.arguments}: makes {count} frames; expected 1 to {MOST:,}")
    return replace(film, count=count)


def still_note(request: SpeedRequest | None) -> str:
    """The note on a film in which nothing moves."""
    unused = f"; {request.arguments} is not used" if request and request.arguments else ""
    return f"nothing changes along the path{unused}"


def length_note(film: Film, pace: Pace, request: SpeedRequest) -> str:
    """A note on the speed of a film, and on how many frames the requested speed needs."""
    found = pace.length / film.count * float(film.fps) / 30
    speed = f"OKLab change {found:.4f} per frame at 30 fps"
    if request.arguments and not request.fixed:
        seconds = film.count / float(film.fps)
        return f"{film.count} frames ({seconds:.4g} s), for {request.arguments}: {speed}"
    frames = max(2, round(pace.length / request.per_frame(film.fps)))
    if not request.arguments:
        return f"{speed}; {frames} frames would be calm"
    return (
        f"{speed}: the length is given, so {request.arguments} is not used; "
        f"{frames} frames would have that speed"
    )
