"""Time in a film: the table of times for even change along a path, and the pulse of beats.

The table is part of the film, so the film is the same at every size.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from phosphene.core import exact

CORNER = 1.25  # ratio of neighbouring speeds from which there is a corner between two motions
FLOOR = 1e-3  # of the highest speed: where nothing changes, time still advances
STEEPEST = 0.8  # of a slope: at no end of a step is the speed under a fifth of its mean


def speeds(knots: list[float], steps: list[float]) -> list[float]:
    """The mean speed of each step: its change over the time between its knots."""
    return [s / (b - a) for s, (a, b) in zip(steps, pairwise(knots), strict=True)]


def even_times(knots: list[float], steps: list[float], entries: int) -> tuple[float, ...]:
    """The inverse of the arc length: at entry k of `entries`, the share k / entries of the length
    is covered. `steps` are the lengths between the times `knots` (0..1).

    Inside a step the speed is taken as linear in time. With u in 0..1 across the step and
    the step's mean as 1, it is v(u) = 1 - c + 2 c u for a slope c (`_slope`), so the share of the
    step that is covered at u is the integral

        p(u) = (1 - c) u + c u^2,    p(0) = 0,    p(1) = 1.

    The root of p(u) = p in 0..1, in the form that cancels nothing and holds for c = 0, is

        u = 2 p / (1 - c + sqrt((1 - c)^2 + 4 c p)).
    """
    means = speeds(knots, steps)
    floor = max(means) * FLOOR
    means = [max(v, floor) for v in means]
    run = np.add.accumulate([v * (b - a) for v, (a, b) in zip(means, pairwise(knots), strict=True)])
    covered = np.concatenate([[0.0], run / run[-1]])
    found: list[float] = []
    for k in range(1, entries):
        share = k / entries
        i = min(int(np.searchsorted(covered, share, side="right")) - 1, len(means) - 1)
        part = min((share - float(covered[i])) / float(covered[i + 1] - covered[i]), 1.0)
        slope = _slope(means, i)
        root = float(np.sqrt((1.0 - slope) ** 2 + 4.0 * slope * part))
        part = min(2.0 * part / (1.0 - slope + root), 1.0)
        found.append(round(knots[i] + (knots[i + 1] - knots[i]) * part, 6))
    return (0.0, *found, 1.0)


def _slope(means: list[float], k: int) -> float:
    """How much faster than its mean step k is at its end, as a share of the mean.

    The speed at a knot is the mean of the two steps that meet there: `start` and `end`. A line from
    one to the other, scaled to the mean 1, runs from 1 - c to 1 + c with
    c = (end - start) / (end + start). At a corner, and at the ends of the film, the speed at the
    knot is the step's own.
    """
    own = means[k]
    start, end = (
        (means[j] + own) / 2
        if 0 <= j < len(means) and max(means[j], own) < CORNER * min(means[j], own)
        else own
        for j in (k - 1, k + 1)
    )
    return min(max((end - start) / (end + start), -STEEPEST), STEEPEST)


def even_time(times: tuple[float, ...]) -> Callable[[float], float]:
    """A function that interpolates a table linearly; the identity for an empty table."""
    if not times:
        return lambda t: t
    last = len(times) - 1

    def even(t: float) -> float:
        k = min(int(t * last), last - 1)
        return times[k] + (times[k + 1] - times[k]) * (t * last - k)

    return even


def pulse(beats: float, strength: float) -> Callable[[float], float]:
    """A time function that runs faster on every beat, by `strength` 0..0.95, and slower between.

    t + strength sin(2 pi beats t) / (2 pi beats): its speed is 1 + strength cos(2 pi beats t), so
    it never runs backwards, and beats keep their times.
    """

    def beat(t: float) -> float:
        angle = 2.0 * exact.PI * beats
        turn = t * beats
        sine = float(exact.sin(2.0 * exact.PI * (turn - float(np.floor(turn)))))
        return t + strength * sine / angle

    return beat
