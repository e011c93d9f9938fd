"""A picture: pixels and the recipe they were rendered from."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from phosphene.core.aliases import old_attribute, old_keywords
from phosphene.core.errors import UserError
from phosphene.files import create, format_suffix, sample_format, write_recipe, write_sidecar
from phosphene.files.options import Metadata, metadata_level
from phosphene.files.recipes import recipe_bytes
from phosphene.files.streams import named_format, write_bytes
from phosphene.networks.nameless import nameless
from phosphene.raster.encodings import encoded
from phosphene.raster.finish import quantise
from phosphene.raster.frame import check_dpi
from phosphene.recipe import Finish, Recipe

Number = float  # in `Picture`, `float` names the pixels


@dataclass(frozen=True, eq=False)
class Picture:
    """The pixels of a recipe: `float`, of shape (height, width, channels), sRGB-encoded, 0..1;
    float32 (float64 for precision f64).

    `size` is that of the whole picture, `crop` the part of it that the pixels show, or None.
    `finish`, from `resolve_finish`, says how they become bytes; None is the recipe's. `paper` is
    the width and height in millimetres of a size in lengths, such as "a3", which an SVG keeps.
    `map` is the name of a texture map of the recipe that the pixels are: data instead of colours.
    `np.asarray(picture)` is `float`; notebooks display the picture.
    """

    float: NDArray[np.floating]
    recipe: Recipe
    size: tuple[int, int]
    crop: tuple[int, int, int, int] | None = None
    finish: Finish | None = None
    paper: tuple[Number, Number] | None = None
    map: str | None = None
    bleed_length: Number = 0.0

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.float, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        height, width, channels = self.float.shape
        return f"Picture({width}x{height}, {channels} channels, {self.recipe!r})"

    if not TYPE_CHECKING:  # a type checker knows the new names only

        def __getattr__(self, name: str) -> Any:
            return old_attribute(self, name)

    @property
    def uint8(self) -> NDArray[np.uint8]:
        """The pixels in 8 bits, by the finish; those of a crop are as in the whole picture."""
        corner = (0, 0) if self.crop is None else self.crop[:2]
        return quantise(self.float, self.finish or self.recipe.finish, corner)

    @old_keywords
    def save(
        self,
        path: str | PathLike[str] | BinaryIO,
        *,
        overwrite: bool = False,
        dpi: Number | None = None,
        sidecar: bool = False,
        format: str | None = None,
        metadata: Metadata = "full",
        **options: Any,
    ) -> None:
        """Write the picture, with its recipe inside, in the format of the path's suffix; `.json` is
        the recipe alone. `path` may also be a binary file open for writing: `format` then names the
        format, such as "png", and nothing is written if encoding fails.

        `options` are those of the format, such as `depth=16` or `quality=80`; `dpi` is the pixels
        per inch to record; `sidecar` also writes the recipe to a file next to the picture.
        `metadata="recipe"` stores the recipe without the names of its style and seeds, "none" (or
        False) no metadata. Raises `UserError` if a file exists (unless `overwrite`) or the format
        cannot hold the picture, `OutputError` if it cannot be written.
        """
        level = check_level(metadata, sidecar)
        if not isinstance(path, str | PathLike):
            if sidecar:
                raise UserError(
                    "a file object has no folder for it; save to a path", argument="sidecar"
                )
            form = named_format(path, format)
            write_bytes(path, self.to_bytes(form, dpi=dpi, metadata=metadata, **options))
            return
        if format is not None:  # Deep Zoom has an option of this name: the format of its tiles
            options["format"] = format
        if Path(path).suffix.lower() == ".json":
            write_recipe(self._alone(level, options), path, overwrite=overwrite)
            return
        self._write(path, None, options, overwrite, dpi, level)
        if sidecar:
            texts = self._texts(sample_format(path, options), level)
            write_sidecar(path, texts, overwrite=overwrite)

    def to_bytes(
        self,
        format: str,
        *,
        dpi: Number | None = None,
        metadata: Metadata = "full",
        **options: Any,
    ) -> bytes:
        """The bytes that `save` writes in a format, such as "png" or "tiff"; "json" is the recipe
        alone.

        Raises `UserError` if the format is unknown or a folder of files, and as `save` does.
        """
        level = check_level(metadata)
        if isinstance(format, str) and format.lower().lstrip(".") == "json":
            return recipe_bytes(self._alone(level, options).json)
        memory = io.BytesIO()
        self._write(f"picture{format_suffix(format)}", memory, options, False, dpi, level)
        return memory.getvalue()

    def _alone(self, level: str, options: dict[str, Any]) -> Recipe:
        """The recipe to write as JSON. Raises `UserError` for options, and without metadata."""
        if options:
            raise UserError(f"{next(iter(options))}: JSON recipes have no options")
        if level == "none":
            raise UserError("got none; a .json file is the recipe", argument="metadata")
        return nameless(self.recipe) if level == "recipe" else self.recipe

    def _write(
        self,
        path: str | PathLike[str],
        file: BinaryIO | None,
        options: dict[str, Any],
        overwrite: bool,
        dpi: Number | None,
        level: str,
    ) -> None:
        check_dpi(dpi)
        height, width, channels = self.float.shape
        kind = sample_format(path, options)
        rows = self.uint8 if kind == "bytes" else self._encoded(kind)
        how: dict[str, Any] = {"overwrite": overwrite, "options": options, "dpi": dpi, "file": file}
        how |= {"paper": self.paper, "data": self.map is not None, "bleed": self.bleed_length}
        with create(path, (width, height), channels, self._texts(kind, level), **how) as writer:
            writer.write(rows)

    def _encoded(self, kind: str) -> NDArray[Any]:
        if self.map is None:
            return encoded(self.float, kind, self.recipe.finish)
        return encoded(self.float, "data" if kind == "linear" else kind, Finish())

    def metadata(self) -> dict[str, str]:
        """The metadata texts of a file that holds `uint8`."""
        return self._texts("bytes")

    def _texts(self, kind: str, level: str = "full") -> dict[str, str]:
        finish = self.finish if kind == "bytes" else Finish()  # only bytes are dithered
        return metadata(self.recipe, self.size, self.crop, finish, self.map, level=level)

    def _repr_png_(self) -> bytes:
        return self.to_bytes("png")


def check_level(given: Metadata, sidecar: bool = False) -> str:
    """The level of metadata. Raises `UserError` for another, or none for a sidecar."""
    level = metadata_level(given)
    if sidecar and level == "none":
        raise UserError(
            "a sidecar is the recipe, which `metadata=none` leaves out; omit one",
            argument="sidecar",
        )
    return level


def metadata(
    recipe: Recipe,
    size: tuple[int, int],
    crop: tuple[int, int, int, int] | None = None,
    finish: Finish | None = None,
    map: str | None = None,
    *,
    level: str = "full",
) -> dict[str, str]:
    """The metadata texts of a file: the recipe, and how the file was rendered from it.

    `finish` is the resolved one; None is the recipe's. `map` is the name of a texture map. With the
    `level` "recipe" the recipe names no style and no seeds; "none" gives no texts.
    """
    if level == "none":
        return {}
    dither = (finish or recipe.finish).dither
    render: dict[str, Any] = {"size": list(size), "dither": "blue" if dither == "blue" else "none"}
    if crop is not None and crop[0] < 0:
        render["bleed"] = -crop[0]
    elif crop is not None:
        render["crop"] = list(crop)
    if map is not None:
        render["map"] = map
    recipe = nameless(recipe) if level == "recipe" else recipe
    return {"phosphene": recipe.json, "phosphene-render": json.dumps(render)}
