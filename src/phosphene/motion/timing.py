"""Time and speed: how fast the picture changes, and at which times it changes evenly.

Change is the mean OKLab distance of the pixels from one frame to the next, on probes of 48x48. A
film's table of times is part of the film, so that it is the same film at every size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene import exact
from phosphene.gate.measures import oklab
from phosphene.gate.probes import three_channels
from phosphene.motion.moment import Moment
from phosphene.motion.stage import Stage

Array = NDArray[Any]

SIDE, PROBES, ROUGH = 48, 64, 24
SPEED, SLOWEST, FASTEST = 0.008, 0.0002, 0.2  # OKLab per frame at 30 fps: calm; floor; ceiling
LEAST_RADIUS, MOST_RADIUS = 0.02, 3.0
STILL = 1e-7  # a change that is none

Look = Callable[[float], Array]


def looker(stage: Stage, at: Callable[[float], Moment]) -> Look:
    """OKLab of the small picture at a time 0..1."""

    def look(t: float) -> Array:
        pixels = stage.frame([at(t)], "float").astype(np.float64)
        return oklab(three_channels(pixels))

    return look


def change(first: Array, second: Array) -> float:
    """The mean OKLab distance, summed in index order."""
    steps = first - second
    far = np.sqrt(steps[..., 0] ** 2 + steps[..., 1] ** 2 + steps[..., 2] ** 2).ravel()
    return float(np.add.accumulate(far)[-1]) / far.size


def changes(look: Look, times: list[float]) -> list[float]:
    """From each time to the next."""
    found: list[float] = []
    before = look(times[0])
    for t in times[1:]:
        after = look(t)
        found.append(change(before, after))
        before = after
    return found


@dataclass(frozen=True)
class Pace:
    """The length of a path in OKLab; the fastest change over the slowest, in plain time and in
    even time; times that make it even, from 0 to 1.
    """

    length: float
    before: float
    after: float
    times: tuple[float, ...]


def measure_pace(look: Look) -> Pace:
    """Arc length over `PROBES` steps of a path, inverted."""
    plain = [k / PROBES for k in range(PROBES + 1)]
    steps = changes(look, plain)
    length = float(np.add.accumulate(steps)[-1])
    if length < STILL * PROBES:
        return Pace(length, 1.0, 1.0, ())
    times = _invert(plain, steps)
    after = changes(look, list(times))
    return Pace(length, _ratio(steps), _ratio(after), times)


def _ratio(steps: list[float]) -> float:
    return max(steps) / max(min(steps), STILL)


def _invert(times: list[float], steps: list[float]) -> tuple[float, ...]:
    """The times at which even shares of the length are behind."""
    floor = max(steps) * 1e-3  # where nothing changes, time goes on
    run = np.add.accumulate([max(s, floor) for s in steps])
    behind = np.concatenate([[0.0], run / run[-1]])
    found: list[float] = []
    for k in range(PROBES + 1):
        share = k / PROBES
        i = min(int(np.searchsorted(behind, share, side="right")) - 1, len(steps) - 1)
        part = min((share - float(behind[i])) / float(behind[i + 1] - behind[i]), 1.0)
        found.append(round(times[i] + (times[i + 1] - times[i]) * part, 7))
    return (0.0, *found[1:-1], 1.0)


def even_time(times: tuple[float, ...]) -> Callable[[float], float]:
    """Linear between the entries of a table; the identity for none."""
    if not times:
        return lambda t: t
    last = len(times) - 1

    def even(t: float) -> float:
        k = min(int(t * last), last - 1)
        return times[k] + (times[k + 1] - times[k]) * (t * last - k)

    return even


def pulse(beats: float, strength: float) -> Callable[[float], float]:
    """Time that runs faster on every beat, by `strength` 0..0.95, and slower between."""

    def beat(t: float) -> float:
        angle = 2.0 * exact.PI * beats
        turn = t * beats
        sine = float(exact.sin(2.0 * exact.PI * (turn - float(np.floor(turn)))))
        return t + strength * sine / angle

    return beat


def find_radius(length_of: Callable[[float], float], wanted: float) -> tuple[float, float]:
    """The radius whose path has the wanted length, and the length it has: as near as the limits
    of the radius let it be.
    """
    low, high = LEAST_RADIUS, MOST_RADIUS
    radius, length = 0.5, length_of(0.5)
    for _ in range(6):
        if abs(length - wanted) <= 0.03 * wanted:
            break
        low, high = (radius, high) if length < wanted else (low, radius)
        guess = radius * wanted / max(length, STILL)
        if high - low < 1e-3 * high:
            break
        radius = guess if low < guess < high else (low + high) / 2
        if guess >= MOST_RADIUS and low >= 0.5:
            radius = MOST_RADIUS
        length = length_of(radius)
        if radius == MOST_RADIUS and length < wanted:
            break
    return round(radius, 6), length


def rough_length(look: Look) -> float:
    """The length of a path from few probes."""
    times = [k / ROUGH for k in range(ROUGH + 1)]
    return float(np.add.accumulate(changes(look, times))[-1])
