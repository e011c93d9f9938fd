"""Pictures: pixels together with the recipe they came from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.aliases import old_keywords
from phosphene.raster.dither import resolve_finish as resolve_finish
from phosphene.raster.finish import quantise as quantise
from phosphene.raster.finish import to_bytes as to_bytes
from phosphene.raster.finish import to_float as to_float
from phosphene.recipe import Finish, Recipe


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels of shape (height, width, channels), sRGB-encoded, 0..1, and their recipe.

    float32 (float64 for precision f64). `size` is the whole picture's; `crop` the part of it that
    the pixels show, or None. `finish`, as `resolve_finish` gives it, is how they become bytes; None
    is the recipe's. `np.asarray(picture)` is the pixels; a notebook shows it.
    """

    pixels: NDArray[np.floating]
    recipe: Recipe
    size: tuple[int, int]
    crop: tuple[int, int, int, int] | None = None
    finish: Finish | None = None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.pixels, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        height, width, channels = self.pixels.shape
        return f"Picture({width}x{height}, {channels} channels, {self.recipe!r})"

    @old_keywords
    def save(
        self,
        path: str | PathLike[str],
        *,
        overwrite: bool = False,
        dpi: float | None = None,
        sidecar: bool = False,
        **options: Any,
    ) -> None:
        """Write the picture in the format of the path's suffix, its recipe inside.

        `options` are the format's, such as `depth=16` or `quality=80`; `dpi` says pixels per inch;
        `sidecar` writes the recipe beside the file too. Raises `UserError` where a file stands
        already (unless `overwrite`) or the format cannot hold the picture, `OutputError` where it
        cannot be written.
        """
        from phosphene.files import create, wants, write_sidecar
        from phosphene.raster.encodings import encoded

        height, width, channels = self.pixels.shape
        kind = wants(path, options)
        finish = self.finish if kind == "bytes" else Finish()  # only bytes are dithered
        texts = metadata(self.recipe, self.size, self.crop, finish)
        rows = self.bytes if kind == "bytes" else encoded(self.pixels, kind, self.recipe.finish)
        how: dict[str, Any] = {"overwrite": overwrite, "options": options, "dpi": dpi}
        with create(path, (width, height), channels, texts, **how) as writer:
            writer.write(rows)
        if sidecar:
            write_sidecar(path, texts, overwrite=overwrite)

    @property
    def bytes(self) -> NDArray[np.uint8]:
        """The pixels in 8 bits, as the finish says; of a crop, the same as in the whole."""
        corner = (0, 0) if self.crop is None else self.crop[:2]
        return quantise(self.pixels, self.finish or self.recipe.finish, corner)

    def metadata(self) -> dict[str, str]:
        """The texts of a file that holds `bytes`."""
        return metadata(self.recipe, self.size, self.crop, self.finish)

    def _repr_png_(self) -> bytes:
        from phosphene.files.png import png_bytes

        return png_bytes(self.bytes, self.metadata())


def metadata(
    recipe: Recipe,
    size: tuple[int, int],
    crop: tuple[int, int, int, int] | None = None,
    finish: Finish | None = None,
) -> dict[str, str]:
    """The texts that a file carries: the recipe, and how this file was rendered from it.

    `finish` is the resolved one; None is the recipe's.
    """
    dither = (finish or recipe.finish).dither
    render: dict[str, Any] = {"size": list(size), "dither": "blue" if dither == "blue" else "none"}
    if crop is not None and crop[0] < 0:
        render["bleed"] = -crop[0]
    elif crop is not None:
        render["crop"] = list(crop)
    return {"phosphene": recipe.json, "phosphene-render": json.dumps(render)}
