"""Check that a picture fits on the disk before hours are spent on it."""

from __future__ import annotations

import math
import shutil
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from phosphene.core.errors import SizeError
from phosphene.files import check_suffix, sample_format
from phosphene.files.formats import read_options
from phosphene.files.piece_store import store_folder, stored_bytes
from phosphene.raster.frame import Rect
from phosphene.recipe import Recipe
from phosphene.render.export_job import DIRECT_PIXELS, KINDS, writer_kind

DENSEST = 1000  # deflate makes 1032 bytes of one, at most


def check_disk_space(
    path: str | PathLike[str], recipe: Recipe, rect: Rect, options: dict[str, Any], resume: bool
) -> str:
    """A note where a picture is larger than the free disk unless it compresses, or
    nothing.

    Raises `SizeError` where it cannot fit: uncompressed pieces beyond the free disk, or compressed
    ones a thousand times beyond.
    """
    if str(path) == "-":
        return ""
    place, pixels = Path(path), rect.width * rect.height
    wide = (
        2 if recipe.precision == "f64" and sample_format(path, options) in ("float", "data") else 1
    )
    sample = np.dtype(KINDS[sample_format(path, options)]).itemsize * wide
    raw = pixels * (recipe.shading.channels + (recipe.shading.alpha is not None)) * sample
    free = _free(place, resume)
    if raw <= free or pixels <= DIRECT_PIXELS:
        return ""
    about = f"{place}: {rect.width:,} x {rect.height:,} pixels are {_size(raw)} before compression"
    there = f"and the disk has {_size(free)} free"
    if not _packs(path, options):
        raise SizeError(
            f"{about}, {there}; pieces of this format wait uncompressed until the file is whole. "
            f"Choose a smaller `size`, another disk{' or .png' if raw <= DENSEST * free else ''}"
        )
    if raw > DENSEST * free:
        raise SizeError(f"{about}, {there}. Choose a smaller `size`, or a `crop` of it")
    times = math.ceil(2 * raw / free)
    return f"note: {about}, {there}; it fits if it compresses {times} times (pieces, then the file)"


def _packs(path: str | PathLike[str], options: dict[str, Any]) -> bool:
    """Whether the pieces of an export are compressed."""
    values = read_options(path, options)
    step = getattr(writer_kind(check_suffix(path)), "step", lambda options: 0)(values)
    return bool(step) and values.get("compression") != "none"


def _free(place: Path, resume: bool) -> int:
    """Bytes that are free there, with what an interrupted export has filled."""
    kept = stored_bytes(store_folder(place)) if resume else 0
    return shutil.disk_usage(place.parent).free + kept


def _size(count: float) -> str:
    """Bytes in words."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} TB" if count < 1000 else f"{count:,.0f} TB"
