"""Rows collected into one picture in memory, for encoders that need all of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phosphene.core.errors import SizeError

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}  # Pillow's, by channels


class RowImage:
    """A picture of `size` in Pillow, filled from the top with rows of uint8. Raises `SizeError` if
    it does not fit in memory; `name` is that of the format.
    """

    def __init__(self, size: tuple[int, int], channels: int, name: str):
        self.channels, self.top = channels, 0
        try:
            self.image = Image.new(MODES[channels], size)
        except MemoryError:
            across = f"{size[0]:,} x {size[1]:,}"
            raise SizeError(
                f"{across} pixels do not fit in memory as {name}", argument="size"
            ) from None

    def write(self, rows: NDArray[np.uint8]) -> None:
        part = Image.fromarray(rows[..., 0] if self.channels == 1 else rows)
        self.image.paste(part, (0, self.top))
        self.top += len(rows)
