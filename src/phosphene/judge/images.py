"""Reading the pixels of image files, with Pillow or our own readers."""

from __future__ import annotations

import warnings
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from phosphene.core.errors import InputError, PhospheneError, reading
from phosphene.files import zarr_format
from phosphene.files.formats import READERS, TOO_LARGE
from phosphene.judge.probes import clearness, large_enough, three_channels

Array = NDArray[Any]

MOST = 2 * (Image.MAX_IMAGE_PIXELS or 0)  # pixels; Pillow has the same limit


def read_pixels(path: str | PathLike[str]) -> Array:
    """The pixels of an image file or a Zarr folder, (height, width, 3): bytes, or 0..1.

    Raises `InputError` if it is not a picture, or too small or too large to judge, and `UserError`
    if an extra is missing.
    """
    try:
        with reading(path):
            stored = _stored(Path(path))
    except Image.DecompressionBombError:
        raise InputError(f"{path}: {TOO_LARGE}") from None
    except (PhospheneError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - decoders of other libraries raise anything for a damaged file
        raise InputError(f"{path}: not a readable picture ({error})") from None
    return large_enough(str(path), stored)


def _stored(path: Path) -> Array:
    """The stored samples, read by Pillow, or by our reader of the format if Pillow cannot."""
    if path.is_dir():
        return _samples(path, zarr_format.read_pixels(path, MOST))
    try:
        return _image(path)
    except UnidentifiedImageError:
        return _samples(path, _read_by_format(path))


def _read_by_format(path: Path) -> Array:
    with open(path, "rb") as file:
        start = file.read(16)
    found = next((r.pixels for r in READERS if r.pixels and r.knows(start)), None)
    if found is None:
        raise InputError(f"{path}: not a readable picture")
    module, function = found
    return getattr(import_module(module), function)(path, MOST)


def read_clearness(path: str | PathLike[str]) -> float:
    """How transparent a picture file is, 0..1: 1 minus its mean opacity; 0 if it cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path) as image:
                if not image.has_transparency_data:
                    return 0.0
                return clearness(np.asarray(image.convert("RGBA")) / np.float32(255))
        except UnidentifiedImageError:
            return clearness(_read_by_format(Path(path)))
        except Exception:  # noqa: BLE001 - as in `read_pixels`
            return 0.0


def _image(path: Path) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(path) as image:
            if image.mode.startswith("I;16"):
                return three_channels(np.asarray(image)[..., None] / np.float32(65535))
            if image.mode == "F":
                return _samples(Path(path), np.asarray(image)[..., None])
            if image.has_transparency_data:
                page = Image.new("RGBA", image.size, "white")
                page.alpha_composite(image.convert("RGBA"))
                return np.asarray(page.convert("RGB"))
            return np.asarray(image.convert("RGB"))


def _samples(path: Path, stored: Array) -> Array:
    """The samples as RGB: 8-bit ones as bytes, others as 0..1."""
    if stored.ndim != 3:
        raise InputError(f"{path}: got an array {stored.shape}; expected (height, width, channels)")
    if stored.dtype == np.uint8 and stored.shape[-1] == 3:
        return stored
    if stored.dtype.kind == "u":
        stored = stored / np.float32(np.iinfo(stored.dtype).max)
    elif stored.dtype.kind != "f":
        raise InputError(f"{path}: got samples of {stored.dtype}; expected 0..255, 65535 or 1")
    return three_channels(np.where(stored > 0, np.minimum(stored, 1), 0))
