"""Pictures: pixels together with the recipe they came from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.picture.finish import quantise as quantise
from phosphene.picture.finish import to_bytes as to_bytes
from phosphene.picture.finish import to_float as to_float
from phosphene.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels of shape (height, width, channels), sRGB-encoded, 0..1, and their recipe.

    float32 (float64 for precision f64). `size` is the whole picture's; `crop` the part of it that
    the pixels show, or None. `np.asarray(picture)` is the pixels; a notebook shows it.
    """

    pixels: NDArray[np.floating]
    recipe: Recipe
    size: tuple[int, int]
    crop: tuple[int, int, int, int] | None = None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.pixels, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        height, width, channels = self.pixels.shape
        return f"Picture({width}x{height}, {channels} channels, {self.recipe!r})"

    def save(self, path: str | PathLike[str], *, force: bool = False) -> None:
        """Write the picture in the format of the path's suffix, its recipe inside.

        Raises `OutputError` where a file stands already (unless `force`) or cannot be written.
        """
        from phosphene.files import create

        height, width, channels = self.pixels.shape
        with create(path, (width, height), channels, self.metadata(), force=force) as writer:
            writer.write(self.pixels if writer.wants == "float" else self.bytes)

    @property
    def bytes(self) -> NDArray[np.uint8]:
        """The pixels in 8 bits, as the recipe's finish says."""
        return quantise(self.pixels, self.recipe.finish)

    def metadata(self) -> dict[str, str]:
        return metadata(self.recipe, self.size, self.crop)

    def _repr_png_(self) -> bytes:
        from phosphene.files.png import png_bytes

        return png_bytes(self.bytes, self.metadata())


def metadata(
    recipe: Recipe, size: tuple[int, int], crop: tuple[int, int, int, int] | None = None
) -> dict[str, str]:
    """The texts that a file carries: the recipe, and how this file was rendered from it."""
    render: dict[str, Any] = {"size": list(size)}
    if crop is not None:
        render["crop"] = list(crop)
    return {"phosphene": recipe.json, "phosphene-render": json.dumps(render)}
