"""Check that a picture fits on the disk before it is rendered."""

from __future__ import annotations

import math
import shutil
from os import PathLike
from pathlib import Path

import numpy as np

from phosphene.core.errors import SizeError
from phosphene.files.atomic import is_stream
from phosphene.files.formats import Target
from phosphene.files.piece_store import store_folder, stored_bytes
from phosphene.raster.frame import Rect
from phosphene.recipe import Recipe
from phosphene.render.export_job import DIRECT_PIXELS, KINDS, writer_kind

DENSEST = 1000  # the highest compression ratio of deflate is 1032


def check_disk_space(
    path: str | PathLike[str], target: Target, recipe: Recipe, rect: Rect, resume: bool
) -> str:
    """A note if a picture fits on the disk only if it compresses well; otherwise "".

    Raises `SizeError` if it cannot fit: if uncompressed pieces exceed the free space, or compressed
    pieces exceed it a thousand times.
    """
    if is_stream(path):
        return ""
    place, pixels = Path(path), rect.width * rect.height
    wide = recipe.precision == "f64" and target.sample_format in ("float", "data")
    sample = np.dtype(KINDS[target.sample_format]).itemsize * (2 if wide else 1)
    raw = pixels * recipe.shading.all_channels * sample
    free = _free(place, resume)
    if raw <= free or pixels <= DIRECT_PIXELS:
        return ""
    about = f"{place}: {rect.width:,} x {rect.height:,} pixels are {_size(raw)} before compression"
    there = f"and the disk has {_size(free)} free"
    if not _packs(target):
        png = ", or .png" if raw <= DENSEST * free else ""
        raise SizeError(
            f"{about}, {there}; this format stores its pieces uncompressed until the file is "
            f"complete. Choose a smaller `size` or another disk{png}"
        )
    if raw > DENSEST * free:
        raise SizeError(f"{about}, {there}. Choose a smaller `size`, or a `crop` of it")
    times = math.ceil(2 * raw / free)
    return f"note: {about}, {there}; it fits if it compresses {times} times (pieces, then the file)"


def _packs(target: Target) -> bool:
    """Whether the pieces of an export are compressed."""
    step = getattr(writer_kind(target.suffix), "step", lambda options: 0)(target.options)
    return bool(step) and target.options.get("compression") != "none"


def _free(place: Path, resume: bool) -> int:
    """Free bytes on the disk, plus those of an interrupted export that will be resumed."""
    kept = stored_bytes(store_folder(place)) if resume else 0
    return shutil.disk_usage(place.parent).free + kept


def _size(count: float) -> str:
    """A number of bytes with a unit."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} TB" if count < 1000 else f"{count:,.0f} TB"
