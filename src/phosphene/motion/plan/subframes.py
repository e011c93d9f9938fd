"""How many sub-frames a film takes: temporal anti-aliasing where edges would jump.

A film moves smoothly when every pixel changes a little. Where hard edges sweep over pixels, most of
the change is a few pixels that jump, and the eye sees steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.motion.film import Film
from phosphene.motion.plan.speed import oklab_frame

Array = NDArray[Any]

SMOOTHED = 4  # sub-frames of a film whose edges would jump
SIDE, PLACES = 144, 3  # the shorter side of the frames compared, and how many pairs of neighbours
JUMP = 0.1  # OKLab: from one frame to the next no smooth motion changes a pixel by more
FAR = 4.0  # means of the change; where all leaps, a few sub-frames would be seen one by one
SHARE = 0.25  # of the whole change


def jump_share(first: Array, second: Array) -> float:
    """How much of the change between two frames (OKLab) is in pixels that jump, 0..1: further than
    smooth motion goes, and much further than most.
    """
    steps = first - second
    far = np.sqrt(steps[..., 0] ** 2 + steps[..., 1] ** 2 + steps[..., 2] ** 2).ravel()
    whole = float(np.add.accumulate(far)[-1])
    limit = max(JUMP, FAR * whole / far.size)
    return float(np.add.accumulate(np.where(far > limit, far, 0.0))[-1]) / whole if whole else 0.0


def measure_jumps(film: Film) -> float:
    """The mean `jump_share` of a film at a few places, at a small size, without sub-frames."""
    if film.count < 2:
        return 0.0
    renderer, _ = film.small(SIDE, 1)
    firsts = sorted({i * (film.count - 1) // PLACES for i in range(PLACES)})
    shares = [
        jump_share(*(oklab_frame(renderer, film.state(j)) for j in (k, k + 1))) for k in firsts
    ]
    return float(np.add.accumulate(shares)[-1]) / len(shares)


def choose_subframes(film: Film) -> tuple[int, str]:
    """How many, and a note on it: nothing for 1."""
    share = measure_jumps(film)
    if share <= SHARE:
        return 1, ""
    return SMOOTHED, (
        f"{SMOOTHED} sub-frames in each frame, 2 to {SMOOTHED} times the work: {share:.0%} of the "
        "change are jumps of hard edges (`subframes=1` keeps them)"
    )
