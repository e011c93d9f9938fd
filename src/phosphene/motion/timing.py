"""Time and speed: how fast the picture changes, and at which times it changes evenly.

Change is the mean OKLab distance of the pixels from one frame to the next, on probes of as many
pixels as 48x48 in the shape of the film: another shape sees another part of the plane. A
film's table of times is part of the film, so that it is the same film at every size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core import exact
from phosphene.judge.measures import oklab
from phosphene.judge.probes import three_channels
from phosphene.motion.frame_renderer import Stage
from phosphene.motion.frame_state import FrameState
from phosphene.raster.view import Size

Array = NDArray[Any]

SIDE, PROBES, ROUGH = 48, 96, 24
FINEST, MOST_LOOKS = 1 / 1000, 400  # of the measure of speed
UNEVEN, CORNER = 1.08, 1.25  # speeds beside each other: measure more; one path ends, one begins
LONGEST = 512  # entries of a table of times: one for each frame of a usual film
SPEED, SLOWEST, FASTEST = 0.008, 0.0002, 0.2  # OKLab per frame at 30 fps: calm; floor; ceiling
FLAT, FLAT_RUN = 0.1, 0.08  # shares of the mean speed, and of the film
LEAST_RADIUS, MOST_RADIUS = 0.02, 3.0
STILL = 1e-7  # a change that is none

Look = Callable[[float], Array]


def probe_size(size: Size) -> Size:
    """Of probes of a film: as many pixels as `SIDE` x `SIDE`, in its shape."""
    width, height = size
    wide = float(np.sqrt(width / height))
    return max(4, round(SIDE * wide)), max(4, round(SIDE / wide))


def looker(stage: Stage, at: Callable[[float], FrameState]) -> Look:
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
    even time; times that make it even, from 0 to 1; `flat`, from when to when hardly anything
    changes in plain time.
    """

    length: float
    before: float
    after: float
    times: tuple[float, ...]
    flat: tuple[tuple[float, float], ...] = ()


def measure_pace(look: Look, count: int = 0) -> Pace:
    """Arc length over the steps of a path, inverted; of a film of `count` frames."""
    knots, steps = _measured(look)
    length = float(np.add.accumulate(steps)[-1])
    if length < STILL * PROBES:
        return Pace(length, 1.0, 1.0, ())
    times = _invert(knots, steps, min(max(count, PROBES), LONGEST))
    even = even_time(times)
    after = changes(look, [even(k / PROBES) for k in range(PROBES + 1)])
    speeds = _speeds(knots, steps)
    return Pace(length, _ratio(speeds), _ratio(after), times, _flat(knots, speeds, count))


def _flat(knots: list[float], speeds: list[float], count: int) -> tuple[tuple[float, float], ...]:
    """Runs of at least `FLAT_RUN` of the time without motion to speak of: slower than a share of
    the mean, or than the eye sees in a film of `count` frames.
    """
    parts = list(zip(speeds, pairwise(knots), strict=True))
    mean = float(np.add.accumulate([v * (b - a) for v, (a, b) in parts])[-1])
    least = max(FLAT * mean, SLOWEST / 4 * count)
    found: list[tuple[float, float]] = []
    for v, (a, b) in parts:
        if v < least and found and found[-1][1] == a:
            found[-1] = found[-1][0], b
        elif v < least:
            found.append((a, b))
    return tuple((a, b) for a, b in found if b - a >= FLAT_RUN)


def _measured(look: Look) -> tuple[list[float], list[float]]:
    """Times and the changes between them: denser where the speed changes most."""
    seen: dict[float, Array] = {}
    steps: dict[tuple[float, float], float] = {}

    def step(ends: tuple[float, float]) -> float:
        if ends not in steps:
            for t in ends:
                if t not in seen:
                    seen[t] = look(t)
            steps[ends] = change(seen[ends[0]], seen[ends[1]])
        return steps[ends]

    knots = [k / PROBES for k in range(PROBES + 1)]
    while True:
        found = [step(ends) for ends in pairwise(knots)]
        halves = [
            (knots[k] + knots[k + 1]) / 2
            for k in sorted(_uneven(_speeds(knots, found)) | _long(found))
            if knots[k + 1] - knots[k] > FINEST
        ]
        if not halves or len(seen) + len(halves) > MOST_LOOKS:
            return knots, found
        knots = sorted(knots + halves)


def _speeds(knots: list[float], steps: list[float]) -> list[float]:
    return [s / (b - a) for s, (a, b) in zip(steps, pairwise(knots), strict=True)]


def _long(steps: list[float]) -> set[int]:
    """Steps that are long: the straight way is shorter than the path."""
    most = 1.25 * float(np.add.accumulate(steps)[-1]) / PROBES
    return {k for k, step in enumerate(steps) if step > most}


def _uneven(speeds: list[float]) -> set[int]:
    """The steps beside which the speed is another."""
    floor = max(max(speeds) * 1e-3, STILL)
    held = [max(v, floor) for v in speeds]
    at = [k for k, (a, b) in enumerate(pairwise(held)) if max(a, b) > UNEVEN * min(a, b)]
    return {*at, *(k + 1 for k in at)}


def _ratio(steps: list[float]) -> float:
    return max(steps) / max(min(steps), STILL)


def _invert(knots: list[float], steps: list[float], entries: int) -> tuple[float, ...]:
    """The times at which even shares of the length are behind. Between two knots the speed goes
    evenly from that at the one to that at the other, but where the path has a corner.
    """
    speeds = _speeds(knots, steps)
    floor = max(speeds) * 1e-3  # where nothing changes, time goes on
    speeds = [max(v, floor) for v in speeds]
    run = np.add.accumulate(
        [v * (b - a) for v, (a, b) in zip(speeds, pairwise(knots), strict=True)]
    )
    behind = np.concatenate([[0.0], run / run[-1]])
    found: list[float] = []
    for k in range(1, entries):
        share = k / entries
        i = min(int(np.searchsorted(behind, share, side="right")) - 1, len(speeds) - 1)
        part = min((share - float(behind[i])) / float(behind[i + 1] - behind[i]), 1.0)
        bend = _bend(speeds, i)
        root = float(np.sqrt((1.0 - bend) ** 2 + 4.0 * bend * part))
        part = min(2.0 * part / (1.0 - bend + root), 1.0)
        found.append(round(knots[i] + (knots[i + 1] - knots[i]) * part, 6))
    return (0.0, *found, 1.0)


def _bend(speeds: list[float], k: int) -> float:
    """How much faster the end of a step is than its mean: -0.8..0.8."""
    own = speeds[k]
    start, end = (
        (speeds[j] + own) / 2
        if 0 <= j < len(speeds) and max(speeds[j], own) < CORNER * min(speeds[j], own)
        else own
        for j in (k - 1, k + 1)
    )
    return min(max((end - start) / (end + start), -0.8), 0.8)


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


def path_length(look: Look) -> float:
    """The length of a path, as `measure_pace` finds it."""
    return float(np.add.accumulate(_measured(look)[1])[-1])


def rough_length(look: Look) -> float:
    """The length of a path from few probes."""
    times = [k / ROUGH for k in range(ROUGH + 1)]
    return float(np.add.accumulate(changes(look, times))[-1])
