"""Sub-frames: states around a frame's time that are averaged in linear light, as a camera's shutter
does. Their samples are spread over the pixel.
"""

from __future__ import annotations

import numpy as np

from phosphene.core.errors import UserError
from phosphene.raster.frame import Size
from phosphene.raster.view import places
from phosphene.recipe import View

MOST = 64
SHARED_SAMPLES = 4  # from this number on, sub-frames share the samples of anti-aliasing
GOLDEN = 0.6180339887  # the golden ratio - 1


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
    """The offset of each of `count` sub-frames in pixels, (across, down), -1/8..1/8.

    Together, their samples cover the pixel: an n-rooks pattern within the quarter of a pixel that
    separates the samples of one sub-frame.
    """
    order = sorted(range(count), key=lambda j: (0.5 + j * GOLDEN) % 1.0)
    ranks = {j: rank for rank, j in enumerate(order)}
    return [
        (((j + 0.5) / count - 0.5) / 4, ((ranks[j] + 0.5) / count - 0.5) / 4) for j in range(count)
    ]


def shifted_view(view: View, size: Size, offset: tuple[float, float]) -> View:
    """The view moved by an offset in pixels of a picture of `size`, across and down."""
    into = np.empty((2, 2))
    plain = view.model_copy(update={"symmetry": None})
    places(plain, size, np.array([0.0, offset[0]]), np.array([0.0, offset[1]]), into)
    x, y = (into[:, 1] - into[:, 0]).tolist()
    return view.model_copy(update={"centre": (view.centre[0] + x, view.centre[1] + y)})
