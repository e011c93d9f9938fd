"""How many sub-frames a film takes: temporal anti-aliasing where edges would jump.

A film moves smoothly when every pixel changes a little. Where hard edges sweep over pixels, most of
the change is a few pixels that jump, and the eye sees steps. Frames are then the mean in linear
light of some moments around them, as a camera's shutter makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import UserError
from phosphene.judge.measures import oklab
from phosphene.judge.probes import three_channels
from phosphene.raster.view import Size, places
from phosphene.recipe import View

if TYPE_CHECKING:
    from phosphene.motion.film import Film

Array = NDArray[Any]

MOST = 64
SMOOTHED = 4  # sub-frames of a film whose edges would jump
PARTED = 4  # from so many on, they share the samples of anti-aliasing
GOLDEN = 0.6180339887
SIDE, PLACES = 144, 3  # the probe: so many pairs of neighbouring frames, so large
JUMP = 0.1  # OKLab: from one frame to the next no smooth motion changes a pixel by more
FAR = 4.0  # means of the change; where all leaps, a few sub-frames would be seen one by one
SHARE = 0.25  # of the whole change


def read_subframes(given: int | str) -> int | None:
    """A number of sub-frames, None for "auto". Raises `UserError`."""
    if given == "auto":
        return None
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = 0.0
    if not 1 <= number <= MOST or number != int(number):
        raise UserError(f"--subframes: got {given}; expected auto, or 1 to {MOST}")
    return int(number)


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
    stage, _ = film.small(SIDE, 1)

    def look(k: int) -> Array:
        pixels = stage.frame([film.moment(k)], "float").astype(np.float64)
        return oklab(three_channels(pixels))

    places = sorted({i * (film.count - 1) // PLACES for i in range(PLACES)})
    shares = [jump_share(look(k), look(k + 1)) for k in places]
    return float(np.add.accumulate(shares)[-1]) / len(shares)


def beside(count: int) -> list[tuple[float, float]]:
    """How far each of so many sub-frames is moved, in pixels, so that together their samples are
    spread over the pixel: n-rooks within the quarter of a pixel that lies between their samples.
    """
    order = sorted(range(count), key=lambda j: (0.5 + j * GOLDEN) % 1.0)
    down = {j: place for place, j in enumerate(order)}
    return [
        (((j + 0.5) / count - 0.5) / 4, ((down[j] + 0.5) / count - 0.5) / 4) for j in range(count)
    ]


def nudged(view: View, size: Size, off: tuple[float, float]) -> View:
    """The view moved by pixels of a picture of a size, across and down."""
    into = np.empty((2, 2))
    places(view, size, np.array([0.0, off[0]]), np.array([0.0, off[1]]), into)
    x, y = (into[:, 1] - into[:, 0]).tolist()
    return view.model_copy(update={"centre": (view.centre[0] + x, view.centre[1] + y)})


def choose_subframes(film: Film) -> tuple[int, str]:
    """How many, and what is to be said of it: nothing for 1."""
    share = measure_jumps(film)
    if share <= SHARE:
        return 1, ""
    return SMOOTHED, (
        f"{SMOOTHED} sub-frames in each frame, 2 to {SMOOTHED} times the work: {share:.0%} of the "
        "change are jumps of hard edges (--subframes 1 leaves them so)"
    )
