"""Sub-frames: the states around a frame's time whose mean in linear light is the frame, as a
camera's shutter makes it, and how their samples share a pixel.
"""

from __future__ import annotations

import numpy as np

from phosphene.core.errors import UserError
from phosphene.raster.frame import Size
from phosphene.raster.view import places
from phosphene.recipe import View

MOST = 64
PARTED = 4  # from so many on, they share the samples of anti-aliasing
GOLDEN = 0.6180339887


def read_subframes(given: int | str) -> int | None:
    """A number of sub-frames, None for "auto". Raises `UserError`."""
    if given == "auto":
        return None
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = 0.0
    if not 1 <= number <= MOST or number != int(number):
        raise UserError(f"got {given}; expected auto, or 1 to {MOST}", argument="subframes")
    return int(number)


def sample_offsets(count: int) -> list[tuple[float, float]]:
    """How far each of so many sub-frames is moved, in pixels, so that together their samples are
    spread over the pixel: n-rooks within the quarter of a pixel that lies between their samples.
    """
    order = sorted(range(count), key=lambda j: (0.5 + j * GOLDEN) % 1.0)
    down = {j: place for place, j in enumerate(order)}
    return [
        (((j + 0.5) / count - 0.5) / 4, ((down[j] + 0.5) / count - 0.5) / 4) for j in range(count)
    ]


def shifted_view(view: View, size: Size, off: tuple[float, float]) -> View:
    """The view moved by pixels of a picture of a size, across and down."""
    into = np.empty((2, 2))
    places(view, size, np.array([0.0, off[0]]), np.array([0.0, off[1]]), into)
    x, y = (into[:, 1] - into[:, 0]).tolist()
    return view.model_copy(update={"centre": (view.centre[0] + x, view.centre[1] + y)})
