"""What the tests of exports share: small pictures in many bands, and what other programs read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.raster.frame import Rect
from phosphene.render import export_job
from tests.files.samples import vips

SIZE = (150, 97)
BAND_PIXELS = 150 * 10  # ten bands, the last lower
LARGE = (900, 600)  # takes long enough to be killed in the middle
USUAL = export_job.band_rows
# Neighbours and absolute places matter to each pixel.
RECIPE = ph.Recipe(
    seed=11,
    networks={"main": {"inputs": ["9*x", "9*y"], "width": 12, "depth": 3, "outputs": 3}},
    shading={"rgb": ["main0", "main1", "main2 > 0.4"]},
    finish={"antialias": "auto", "dither": "blue"},
)
PLAIN = ph.Recipe(seed=11, finish={"antialias": "none"})


def rows_of(pixels: int) -> Callable[[Rect, int], int]:
    """What stands for `export_job.band_rows`: bands of so many pixels, whatever the picture."""
    return lambda rect, pixel_bytes: max(1, pixels // rect.width)


def bands_in(patch: pytest.MonkeyPatch, pixels: int | None = BAND_PIXELS) -> None:
    """Make pictures in bands of so many pixels; None: of as many as usual."""
    rows = USUAL if pixels is None else rows_of(pixels)
    patch.setattr(export_job, "band_rows", rows)


def _exr(path: Path) -> np.ndarray:
    import OpenEXR

    with OpenEXR.File(str(path)) as file:
        return next(iter(file.channels().values())).pixels.copy()


def _pdf(path: Path) -> np.ndarray:
    import pypdf

    image = pypdf.PdfReader(str(path)).pages[0]["/Resources"]["/XObject"]["/Picture"]
    return np.frombuffer(image.get_data(), np.uint8)


def _zarr(path: Path) -> np.ndarray:
    import zarr

    return np.asarray(zarr.open_array(path, mode="r")[:])


def _pillow(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def _tiles(path: Path) -> dict[str, np.ndarray]:
    folder = path.with_name(f"{path.stem}_files")
    found = {str(p.relative_to(folder)): _pillow(p) for p in folder.rglob("*.*")}
    return found | {"dzi": _bytes(path)}


def _bytes(path: Path) -> np.ndarray:
    return np.frombuffer(path.read_bytes(), np.uint8)


READERS: dict[str, Callable[[Path], Any]] = {
    ".png": vips, ".tiff": vips, ".exr": _exr, ".npy": np.load, ".zarr": _zarr, ".dzi": _tiles,
    ".jpg": _pillow, ".webp": _pillow, ".avif": _pillow, ".pdf": _pdf,
}  # fmt: skip
OPTIONS: dict[str, dict[str, Any]] = {
    ".tiff": {"tile": 16}, ".dzi": {"tile": 32}, ".zarr": {"chunk": 16},
}  # fmt: skip


def contents(path: Path) -> Any:
    """The pixels of a picture, or of its tiles by name, as another decoder reads them; the bytes
    of a file without pixels.
    """
    return READERS.get(path.suffix, _bytes)(path)


def same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return a.dtype == b.dtype and np.array_equal(a, b)


def left_in(folder: Path) -> list[str]:
    """Hidden files and folders: parts and stores."""
    return sorted(p.name for p in folder.iterdir() if p.name.startswith("."))
