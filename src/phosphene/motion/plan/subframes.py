"""Chooses the number of sub-frames of a film: temporal anti-aliasing where edges would jump.

In smooth motion every pixel changes a little from frame to frame. Where hard edges move over the
pixels, most of the change is in a few pixels that jump, and the motion looks stepped.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.motion.film import Film
from phosphene.motion.plan.speed import oklab_frame

Array = NDArray[Any]

SMOOTHED = 4  # the number of sub-frames for a film whose edges would jump
SIDE, PLACES = 144, 3  # shorter side of the compared frames; number of compared pairs
JUMP = 0.1  # OKLab; smooth motion changes no pixel by more from frame to frame
# A jump is at least this many times the mean change: if everything leaps, a few sub-frames would be
# visible as separate pictures.
FAR = 4.0
SHARE = 0.25  # of the whole change: with more in jumps, sub-frames are used


def jump_share(first: Array, second: Array) -> float:
    """The share 0..1 of the change between two frames (OKLab) that is in pixels that jump: those
    that change by more than smooth motion would, and by much more than the mean.
    """
    steps = first - second
    far = np.sqrt(steps[..., 0] ** 2 + steps[..., 1] ** 2 + steps[..., 2] ** 2).ravel()
    whole = float(np.add.accumulate(far)[-1])
    limit = max(JUMP, FAR * whole / far.size)
    return float(np.add.accumulate(np.where(far > limit, far, 0.0))[-1]) / whole if whole else 0.0


def measure_jumps(film: Film) -> float:
    """The mean `jump_share` of a few pairs of frames, at a small size, without sub-frames."""
    if film.count < 2:
        return 0.0
    renderer, _ = film.small(SIDE, 1)
    firsts = sorted({i * (film.count - 1) // PLACES for i in range(PLACES)})
    shares = [
        jump_share(*(oklab_frame(renderer, film.state(j)) for j in (k, k + 1))) for k in firsts
    ]
    return float(np.add.accumulate(shares)[-1]) / len(shares)


def choose_subframes(film: Film) -> tuple[int, str]:
    """The number of sub-frames, and a note on it, "" for 1."""
    share = measure_jumps(film)
    if share <= SHARE:
        return 1, ""
    return SMOOTHED, (
        f"{SMOOTHED} sub-frames per frame, 2 to {SMOOTHED} times the work: {share:.0%} of the "
        "change is in hard edges that jump (`subframes=1` turns this off)"
    )
