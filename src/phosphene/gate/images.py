"""The pixels of image files, read by Pillow or NumPy."""

from __future__ import annotations

import warnings
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from phosphene.errors import InputError
from phosphene.gate.probes import large_enough, three_channels

Array = NDArray[Any]


def read_pixels(path: str | PathLike[str]) -> Array:
    """The pixels of an image file, (height, width, 3): of a .npy 0..1, else bytes, by Pillow.

    Raises `InputError` for what is no picture, or too small or too large to judge.
    """
    try:
        stored = _npy(path) if Path(path).suffix.lower() == ".npy" else _image(path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except Image.DecompressionBombError:
        raise InputError(f"{path}: too large to look at; check its recipe, or a crop") from None
    except (UnidentifiedImageError, SyntaxError):
        raise InputError(f"{path}: not a picture that can be read") from None
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"{path}: cannot be read ({why})") from None
    return large_enough(str(path), stored)


def _image(path: str | PathLike[str]) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(path) as image:
            if image.mode.startswith("I;16"):
                return three_channels(np.asarray(image)[..., None] / np.float32(65535))
            if image.has_transparency_data:
                page = Image.new("RGBA", image.size, "white")
                page.alpha_composite(image.convert("RGBA"))
                return np.asarray(page.convert("RGB"))
            return np.asarray(image.convert("RGB"))


def _npy(path: str | PathLike[str]) -> Array:
    try:
        stored = np.load(path, allow_pickle=False)
    except ValueError as error:
        raise InputError(f"{path}: not an array that can be read ({error})") from None
    if stored.ndim != 3 or stored.shape[2] > 4 or stored.dtype.kind != "f":
        raise InputError(f"{path}: expected floats of shape (height, width, channels)")
    return three_channels(np.where(stored > 0, np.minimum(stored, 1), 0))
