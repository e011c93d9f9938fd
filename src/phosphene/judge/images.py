"""The pixels of image files: by Pillow, and of the formats that it lacks."""

from __future__ import annotations

import warnings
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from phosphene.core.errors import InputError
from phosphene.files import exr
from phosphene.files.exr_pixels import read_exr
from phosphene.files.formats import load_extra
from phosphene.files.zarr_format import ABOUT
from phosphene.judge.probes import clearness, large_enough, three_channels

Array = NDArray[Any]

MOST = 2 * (Image.MAX_IMAGE_PIXELS or 0)  # pixels, where Pillow stops too
TOO_LARGE = "too large to look at; check its recipe, or a crop"


def read_pixels(path: str | PathLike[str]) -> Array:
    """The pixels of an image file, or a Zarr folder, (height, width, 3): bytes, or 0..1.

    Raises `InputError` for what is no picture, or too small or too large to judge, and `UserError`
    where an extra is missing.
    """
    try:
        stored = _stored(Path(path))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except Image.DecompressionBombError:
        raise InputError(f"{path}: {TOO_LARGE}") from None
    except (UnidentifiedImageError, SyntaxError):
        raise InputError(f"{path}: not a picture that can be read") from None
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"{path}: cannot be read ({why})") from None
    return large_enough(str(path), stored)


def _stored(path: Path) -> Array:
    if path.is_dir():
        return _zarr(path)
    with open(path, "rb") as file:
        start = file.read(4)
    if start == exr.SIGNATURE:
        return three_channels(read_exr(path, MOST))
    if path.suffix.lower() == ".npy":
        return _npy(path)
    try:
        return _image(path)
    except UnidentifiedImageError:
        if start[:2] not in (b"II", b"MM"):
            raise
    return _tiff(path)


def read_clearness(path: str | PathLike[str]) -> float:
    """The share of a picture file that lets through what lies behind it; 0 of what neither Pillow
    nor NumPy reads.
    """
    if Path(path).suffix.lower() == ".npy":
        return clearness(np.load(path, allow_pickle=False))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path) as image:
                if not image.has_transparency_data:
                    return 0.0
                return clearness(np.asarray(image.convert("RGBA")) / np.float32(255))
        except (OSError, ValueError):
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


def _zarr(path: Path) -> Array:
    if not (path / ABOUT).exists():
        raise InputError(f"{path}: is a folder, not a Zarr array; name a picture in it")
    zarr = load_extra("zarr", f"{path}: Zarr")
    try:
        array = zarr.open_array(str(path), mode="r")
        _check_shape(path, array.shape)
        return _samples(path, array[:])
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it raises for what it cannot read
        raise InputError(f"{path}: not a Zarr array that can be read ({error})") from None


def _tiff(path: Path) -> Array:
    """Of floats, which Pillow does not read in colours."""
    tifffile = load_extra("tiff", f"{path}: a TIFF of this kind")
    try:
        with tifffile.TiffFile(path) as file:
            page = file.pages[0]
            _check_shape(path, page.shape)
            stored = page.asarray()
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        raise InputError(f"{path}: not a TIFF that can be read ({error})") from None
    return _samples(path, stored if stored.ndim == 3 else stored[..., None])


def _check_shape(path: Path, shape: tuple[int, ...]) -> None:
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] > 4):
        raise InputError(f"{path}: got an array {shape}; expected (height, width, channels)")
    if shape[0] * shape[1] > MOST:
        raise InputError(f"{path}: {TOO_LARGE}")


def _samples(path: Path, stored: Array) -> Array:
    """Bytes as they are where that is a picture in colours, else 0..1."""
    if stored.dtype == np.uint8 and stored.shape[-1] == 3:
        return stored
    if stored.dtype.kind == "u":
        stored = stored / np.float32(np.iinfo(stored.dtype).max)
    elif stored.dtype.kind != "f":
        raise InputError(f"{path}: got samples of {stored.dtype}; expected 0..255, 65535 or 1")
    return three_channels(np.where(stored > 0, np.minimum(stored, 1), 0))


def _npy(path: Path) -> Array:
    try:
        stored = np.load(path, allow_pickle=False)
    except ValueError as error:
        raise InputError(f"{path}: not an array that can be read ({error})") from None
    if stored.ndim != 3 or stored.shape[2] > 4 or stored.dtype.kind != "f":
        raise InputError(f"{path}: expected floats of shape (height, width, channels)")
    return _samples(path, stored)
