"""How fast a film's picture changes, and the times at which it changes evenly.

Change is the mean OKLab distance between the pixels of two frames. It is measured on small frames
with as many pixels as 48x48 in the film's aspect ratio, so that they show the same part of the
plane.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.oklab import srgb_to_oklab
from phosphene.judge.probes import three_channels
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.render.frame_renderer import FrameRenderer
from phosphene.motion.timing import even_time, even_times, speeds
from phosphene.raster.frame import Size

Array = NDArray[Any]

SIDE, PROBES, ROUGH = 48, 96, 24
FINEST, MOST_FRAMES = 1 / 1000, 400  # the shortest step to halve; the most frames rendered
UNEVEN = 1.08  # ratio of neighbouring speeds above which steps are halved
LONGEST = 512  # entries of a table of times: about one per frame of a usual film
SPEED, SLOWEST, FASTEST = 0.008, 0.0002, 0.2  # OKLab per frame at 30 fps: calm; least; most
FLAT, FLAT_RUN = 0.1, 0.08  # of the mean speed; of the film's duration
LEAST_RADIUS, MOST_RADIUS, FAR_RADIUS = 0.02, 3.0, 30.0
GROWS = 1.6  # the length for twice the radius, from which on a larger radius helps
STILL = 1e-7  # smaller changes count as none

OklabAt = Callable[[float], Array]  # from a time 0..1 to the small frame there, in OKLab


def probe_size(size: Size) -> Size:
    """The size of the small frames: as many pixels as `SIDE` x `SIDE`, in the film's shape."""
    width, height = size
    wide = float(np.sqrt(width / height))
    return max(4, round(SIDE * wide)), max(4, round(SIDE / wide))


def oklab_frame(renderer: FrameRenderer, state: FrameState) -> Array:
    """The frame of a state in OKLab, float64 of shape (height, width, 3)."""
    pixels = renderer.frame([state], "float").astype(np.float64)
    return srgb_to_oklab(three_channels(pixels))


def oklab_frames(renderer: FrameRenderer, state_at: Callable[[float], FrameState]) -> OklabAt:
    """A function from a time 0..1 to the frame there."""
    return lambda t: oklab_frame(renderer, state_at(t))


def change(first: Array, second: Array) -> float:
    """The mean OKLab distance between two frames, summed in index order."""
    steps = first - second
    far = np.sqrt(steps[..., 0] ** 2 + steps[..., 1] ** 2 + steps[..., 2] ** 2).ravel()
    return float(np.add.accumulate(far)[-1]) / far.size


def changes(oklab_at: OklabAt, times: list[float]) -> list[float]:
    """The change from each time to the next."""
    found: list[float] = []
    before = oklab_at(times[0])
    for t in times[1:]:
        after = oklab_at(t)
        found.append(change(before, after))
        before = after
    return found


@dataclass(frozen=True)
class Pace:
    """The change along a path.

    `length`: all its changes together, in OKLab. `before` and `after`: its fastest change divided
    by its slowest, in plain time and in even time. `times`: the table of times, 0 to 1, for even
    change; empty if nothing changes. `flat`: the start and end of each interval of plain time in
    which hardly anything changes.
    """

    length: float
    before: float
    after: float
    times: tuple[float, ...]
    flat: tuple[tuple[float, float], ...] = ()


def measure_pace(oklab_at: OklabAt, count: int = 0) -> Pace:
    """Measures the change along a path, for a film of `count` frames (0: unknown)."""
    knots, steps = _measured(oklab_at)
    length = float(np.add.accumulate(steps)[-1])
    if length < STILL * PROBES:
        return Pace(length, 1.0, 1.0, ())
    times = even_times(knots, steps, min(max(count, PROBES), LONGEST))
    even = even_time(times)
    after = changes(oklab_at, [even(k / PROBES) for k in range(PROBES + 1)])
    pace = speeds(knots, steps)
    return Pace(length, _ratio(pace), _ratio(after), times, _flat(knots, pace, count))


def _flat(knots: list[float], pace: list[float], count: int) -> tuple[tuple[float, float], ...]:
    """Intervals of at least `FLAT_RUN` of the time in which the picture hardly changes: more slowly
    than a share of the mean speed, or than is visible in a film of `count` frames.
    """
    parts = list(zip(pace, pairwise(knots), strict=True))
    mean = float(np.add.accumulate([v * (b - a) for v, (a, b) in parts])[-1])
    least = max(FLAT * mean, SLOWEST / 4 * count)
    found: list[tuple[float, float]] = []
    for v, (a, b) in parts:
        if v < least and found and found[-1][1] == a:
            found[-1] = found[-1][0], b
        elif v < least:
            found.append((a, b))
    return tuple((a, b) for a, b in found if b - a >= FLAT_RUN)


def _measured(oklab_at: OklabAt) -> tuple[list[float], list[float]]:
    """Times, closer together where the speed varies, and the change from each to the next."""
    seen: dict[float, Array] = {}
    steps: dict[tuple[float, float], float] = {}

    def step(ends: tuple[float, float]) -> float:
        if ends not in steps:
            for t in ends:
                if t not in seen:
                    seen[t] = oklab_at(t)
            steps[ends] = change(seen[ends[0]], seen[ends[1]])
        return steps[ends]

    knots = [k / PROBES for k in range(PROBES + 1)]
    while True:
        found = [step(ends) for ends in pairwise(knots)]
        halves = [
            (knots[k] + knots[k + 1]) / 2
            for k in sorted(_uneven(speeds(knots, found)) | _long(found))
            if knots[k + 1] - knots[k] > FINEST
        ]
        if not halves or len(seen) + len(halves) > MOST_FRAMES:
            return knots, found
        knots = sorted(knots + halves)


def _long(steps: list[float]) -> set[int]:
    """The indices of long steps, whose change may be less than the length of the path there."""
    most = 1.25 * float(np.add.accumulate(steps)[-1]) / PROBES
    return {k for k, step in enumerate(steps) if step > most}


def _uneven(pace: list[float]) -> set[int]:
    """The indices of steps whose speed differs from that of a neighbour."""
    floor = max(max(pace) * 1e-3, STILL)
    limited = [max(v, floor) for v in pace]
    at = [k for k, (a, b) in enumerate(pairwise(limited)) if max(a, b) > UNEVEN * min(a, b)]
    return {*at, *(k + 1 for k in at)}


def _ratio(steps: list[float]) -> float:
    return max(steps) / max(min(steps), STILL)


def find_radius(length_of: Callable[[float], float], wanted: float) -> tuple[float, float]:
    """The radius at which a path has about the wanted length, and the length that it has.

    `length_of` returns the length for a radius. The radius is within `LEAST_RADIUS` and
    `MOST_RADIUS`; up to `FAR_RADIUS` where the length still grows there, because z has little
    effect on the picture.
    """
    radius, length = _search(length_of, wanted, MOST_RADIUS)
    if radius == MOST_RADIUS and length < wanted and length_of(2 * radius) > GROWS * length:
        return _search(length_of, wanted, FAR_RADIUS)
    return radius, length


def _search(length_of: Callable[[float], float], wanted: float, most: float) -> tuple[float, float]:
    low, high = LEAST_RADIUS, most
    radius, length = 0.5, length_of(0.5)
    for _ in range(6):
        if abs(length - wanted) <= 0.03 * wanted:
            break
        low, high = (radius, high) if length < wanted else (low, radius)
        guess = radius * wanted / max(length, STILL)
        if high - low < 1e-3 * high:
            break
        radius = guess if low < guess < high else (low + high) / 2
        if guess >= most and low >= 0.5:
            radius = most
        length = length_of(radius)
        if radius == most and length < wanted:
            break
    return round(radius, 6), length


def path_length(oklab_at: OklabAt) -> float:
    """The length of a path in OKLab, measured as in `measure_pace`."""
    return float(np.add.accumulate(_measured(oklab_at)[1])[-1])


def rough_length(oklab_at: OklabAt) -> float:
    """The length of a path in OKLab, from `ROUGH` steps."""
    times = [k / ROUGH for k in range(ROUGH + 1)]
    return float(np.add.accumulate(changes(oklab_at, times))[-1])
