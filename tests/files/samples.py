"""What the tests of formats share: pixels, texts, and writing them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

import phosphene as ph
from phosphene.files import FORMATS, create, sample_format
from phosphene.files.samples import as_wanted

RECIPE = ph.Recipe(seed='grün & <b> --> ]]> "7"')
TEXTS = {"phosphene": RECIPE.json, "phosphene-render": json.dumps({"size": [61, 47]})}
SMALL = {  # options that make several tiles, levels or contours of a small picture
    ".tiff": {"tile": 16, "pyramid": True},
    ".dzi": {"tile": 16},
    ".zarr": {"chunk": 16, "shard": 2},
}


def long_texts() -> dict[str, str]:
    """A recipe of more than 1 MB that does not compress well."""
    weights = np.random.default_rng(1).standard_normal((360, 360))
    layers = [{"weights": weights[:, :2]}, {"weights": weights}, {"weights": weights[:3]}]
    recipe = ph.Recipe(networks={"main": {"kind": "explicit", "layers": layers}})
    assert len(recipe.json) > 1_000_000
    return {"phosphene": recipe.json}


def smooth(width: int, height: int, channels: int = 3) -> np.ndarray:
    """Float pixels of a smooth picture, 0..1."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    waves = [np.sin(x * 0.05 * (k + 1) + y * 0.03 + k) for k in range(channels)]
    return (np.stack(waves, -1) * 0.5 + 0.5).astype(np.float32)


def noise(width: int, height: int, channels: int = 3, seed: int = 0) -> np.ndarray:
    """Float pixels that nothing can guess, 0 and 1 among them."""
    pixels = np.random.default_rng(seed).random((height, width, channels), np.float32)
    pixels.flat[:2] = 0, 1
    return pixels


def rows_for(path, pixels: np.ndarray, options=None) -> np.ndarray:
    """Float pixels as the rows that the writer of a path wants."""
    return as_wanted(pixels, sample_format(path, options))


def save(path, pixels, texts=TEXTS, pieces=(7, 1, 30), **keywords) -> np.ndarray:
    """Write float pixels in pieces of these heights, over and over; gives the rows written."""
    rows = rows_for(path, pixels, keywords.get("options"))
    height, width, channels = rows.shape
    with create(path, (width, height), channels, texts, **keywords) as writer:
        top = 0
        for n in _heights(height, pieces):
            writer.write(rows[top : top + n])
            top += n
    return rows


def _heights(total: int, pieces) -> Iterator[int]:
    while total > 0:
        for n in pieces:
            yield min(n, total)
            total -= min(n, total)
            if total == 0:
                return


def channels_of(suffix: str) -> list[int]:
    """The numbers of channels that a format takes."""
    return [1, 2, 3, 4] if FORMATS[suffix].alpha and suffix != ".dzi" else [1, 3]


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """No file can grow beyond so many bytes, as on a full disk."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def vips(path, **options) -> np.ndarray:
    """The pixels (height, width, channels) as libvips reads them: a second decoder."""
    import pyvips

    pyvips.cache_set_max(0)  # it goes by the name of a file
    image = pyvips.Image.new_from_file(str(path), **options)
    return image.numpy().reshape(image.height, image.width, -1)


def vips_says(path, field: str):
    """What libvips reads of a file beside the pixels."""
    import pyvips

    pyvips.cache_set_max(0)
    return pyvips.Image.new_from_file(str(path)).get(field)


def apart(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """How far two pictures of one shape differ: at most, and on average."""
    assert a.shape == b.shape
    difference = np.abs(a.astype(np.float64) - b)
    return difference.max(), difference.mean()
