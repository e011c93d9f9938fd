"""Reading the pixels of image files, with our own readers or Pillow, in bands of rows.

A PNG is decoded band by band, so that its memory does not grow; Pillow and the other readers hold
the whole picture.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from phosphene.colour.channels import has_opacity
from phosphene.core.errors import InputError, PhospheneError, reading
from phosphene.core.limits import limits_in_force, require
from phosphene.files import zarr_format
from phosphene.files.formats import READERS, TOO_LARGE
from phosphene.files.png import SIGNATURE
from phosphene.files.png_pixels import read_bands, read_header
from phosphene.judge.measures import SIDE, Probe
from phosphene.judge.probes import large_enough, pixels_lines, pixels_probe, three_channels
from phosphene.judge.sampling import Clearness, sample
from phosphene.judge.scanlines import Lines

Array = NDArray[Any]

BAND = 1 << 20  # pixels of a band
MOST = 2 * (Image.MAX_IMAGE_PIXELS or 0)  # pixels in memory; Pillow has the same limit


class Strips(NamedTuple):
    """A picture from top to bottom: bands (any, width, 1 to 4), bytes or 0..1."""

    width: int
    height: int
    bands: Iterator[Array]


def read_picture(path: str | PathLike[str]) -> tuple[Probe, Lines]:
    """The probe and the lines of an image file or a Zarr folder. Raises as `read_pixels`."""
    clear = Clearness()
    with _explained(path):
        strips = _strips(Path(path))
        bands = (_on_white(clear.add(band)) for band in strips.bands)
        if min(strips.width, strips.height) >= SIDE:
            seen, drawn = sample(strips.width, strips.height, bands)
        else:
            pixels = large_enough(str(path), np.concatenate([*bands]))
            seen, drawn = pixels_probe(pixels), pixels_lines(pixels)
    return Probe(seen.soft, seen.sharp, clear.value), drawn


def read_pixels(path: str | PathLike[str]) -> Array:
    """The pixels of an image file or a Zarr folder, (height, width, 3): bytes, or 0..1.

    Raises `InputError` if it is not a picture, or too small or too large to judge, `LimitError` for
    more pixels than the limits allow, and `UserError` if an extra is missing.
    """
    with _explained(path):
        return large_enough(
            str(path), np.concatenate([_on_white(band) for band in _strips(Path(path)).bands])
        )


@contextmanager
def _explained(path: str | PathLike[str]) -> Generator[None]:
    """A context manager that turns what decoders raise into `InputError`."""
    try:
        with reading(path), warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except Image.DecompressionBombError:
        raise InputError(f"{path}: {TOO_LARGE}") from None
    except (PhospheneError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - decoders of other libraries raise anything for a damaged file
        raise InputError(f"{path}: not a readable picture ({error})") from None


def _strips(path: Path) -> Strips:
    """The picture, read by our reader of PNG, by Pillow, or by our reader of the format if Pillow
    cannot.
    """
    most = int(min(MOST, limits_in_force().pixels))
    if path.is_dir():
        return _of_array(path, zarr_format.read_pixels(path, most))
    with open(path, "rb") as file:
        start = file.read(16)
        file.seek(0)
        if start.startswith(SIGNATURE) and not (header := read_header(file)).interlaced:
            require(str(path), pixels=header.width * header.height)
            return Strips(header.width, header.height, _png_bands(path))
    try:
        return _of_image(path)
    except UnidentifiedImageError:
        found = next((r.pixels for r in READERS if r.pixels and r.knows(start)), None)
        if found is None:
            raise InputError(f"{path}: not a readable picture") from None
        module, function = found
        return _of_array(path, getattr(import_module(module), function)(path, most))


def _png_bands(path: Path) -> Iterator[Array]:
    with open(path, "rb") as file:
        yield from read_bands(file, read_header(file))


def _of_image(path: Path) -> Strips:
    """The picture as Pillow reads it."""
    with Image.open(path) as image:
        require(str(path), pixels=image.width * image.height)
        if image.mode.startswith("I;16"):
            return _of_array(path, np.asarray(image)[..., None])
        if image.mode == "F":
            return _of_array(path, np.asarray(image)[..., None])
        whole = image.convert("RGBA" if image.has_transparency_data else "RGB")
    high = max(1, BAND // whole.width)
    tops = range(0, whole.height, high)
    boxes = ((0, top, whole.width, min(top + high, whole.height)) for top in tops)
    return Strips(*whole.size, (np.asarray(whole.crop(box)) for box in boxes))


def _of_array(path: Path, stored: Array) -> Strips:
    """The samples of an array: 8-bit ones as bytes, others as 0..1."""
    if stored.ndim != 3 or 0 in stored.shape:
        raise InputError(f"{path}: got an array {stored.shape}; expected (height, width, channels)")
    if stored.dtype.kind not in "uf":
        raise InputError(f"{path}: got samples of {stored.dtype}; expected 0..255, 65535 or 1")
    height, width, _ = stored.shape
    high = max(1, BAND // width)
    bands = (_shown(stored[top : top + high]) for top in range(0, height, high))
    return Strips(width, height, bands)


def _shown(stored: Array) -> Array:
    if stored.dtype == np.uint8:
        return stored
    if stored.dtype.kind == "u":
        return stored / np.float32(np.iinfo(stored.dtype).max)
    return np.where(stored > 0, np.minimum(stored, 1), 0)


def _on_white(band: Array) -> Array:
    """The pixels as RGB; transparent parts show a white page."""
    channels = band.shape[-1]
    if band.dtype != np.uint8 or not has_opacity(channels):
        return three_channels(band)
    colours = band if channels == 4 else np.take(band, [0, 0, 0, 1], axis=-1)
    page = Image.new("RGBA", (band.shape[1], band.shape[0]), "white")
    page.alpha_composite(Image.fromarray(np.ascontiguousarray(colours)))
    return np.asarray(page.convert("RGB"))
