"""Deep Zoom: a pyramid of tiles in a folder, a .dzi file that describes it, and a page to view it.

Layout: Microsoft's "Deep Zoom file format overview". Every level is half of the one above, down to
a single pixel; tiles reach `overlap` pixels into their neighbours.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from phosphene.files.bands import ENCODERS, Bands, Behind, Pixels, half, halve
from phosphene.files.png import png_bytes
from phosphene.files.texts import XML, mark

DZI = """<?xml version="1.0" encoding="UTF-8"?>
<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" TileSize="{tile}" Overlap="{overlap}" \
Format="{format}">
 <Size Width="{width}" Height="{height}"/>
</Image>
<!-- {texts} -->
"""


class DeepZoomWriter:
    """Tiles as the rows arrive, from all levels at once; at the end the page and the .dzi.

    `target`: where the folder of tiles, the page and the .dzi are made.
    """

    wants = "bytes"

    def __init__(
        self,
        target: Sequence[Path],
        size: tuple[int, int],
        channels: int,
        texts: Mapping[str, str],
        options: Mapping[str, Any],
        dpi: float | None,
    ):
        self.target, self.size, self.texts, self.options = target, size, texts, options
        sizes = [size]
        while max(sizes[-1]) > 1:
            sizes.append(half(sizes[-1]))
        self.pool = ThreadPoolExecutor(ENCODERS, thread_name_prefix="phosphene-dzi")
        self.levels: list[_Level] = []  # from a single pixel to the whole
        target[0].mkdir()
        for number in range(len(sizes)):
            folder = target[0] / str(number)
            folder.mkdir()
            smaller = self.levels[-1] if self.levels else None
            self.levels.append(_Level(folder, options, self.pool, smaller))
        self.behind = Behind(self._write_tiles)
        self.bands = Bands(options["tile"], self.behind.put)

    def write(self, rows: Pixels) -> None:
        self.bands.write(rows)

    def finish(self) -> None:
        self.bands.finish()
        self.behind.finish()
        about = {
            "tile": self.options["tile"], "overlap": self.options["overlap"],
            "format": self.options["format"], "width": self.size[0], "height": self.size[1],
        }  # fmt: skip
        texts = mark(self.texts)
        self.target[1].write_text(_page(about, self.target[0].name, texts), encoding="utf-8")
        self.target[2].write_text(DZI.format(texts=texts, **about), encoding="utf-8")

    def close(self) -> None:
        self.behind.close()
        self.pool.shutdown(cancel_futures=True)

    def _write_tiles(self, bands: Iterator[Pixels]) -> None:
        for band in bands:
            for level in self.levels:  # of the band before
                level.wait()
            self.levels[-1].write(band)
        for level in reversed(self.levels):
            level.finish()
        for level in self.levels:
            level.wait()


class _Level:
    """One level: a band becomes a row of tiles when the first rows of the next are there."""

    def __init__(
        self,
        folder: Path,
        options: Mapping[str, Any],
        pool: ThreadPoolExecutor,
        smaller: _Level | None,
    ):
        self.folder, self.options, self.pool, self.row = folder, options, pool, 0
        self.tile, self.overlap = options["tile"], options["overlap"]
        self.smaller = Bands(self.tile, smaller.write) if smaller else None
        self.above: list[Pixels] = []  # the last rows of the band before
        self.band: Pixels | None = None
        self.jobs: list[Future[None]] = []

    def write(self, band: Pixels) -> None:
        self._emit([band[: self.overlap]])
        self.band = band
        if self.smaller:
            self.smaller.write(halve(band))

    def finish(self) -> None:
        self._emit([])
        if self.smaller:
            self.smaller.finish()

    def wait(self) -> None:
        """Until the tiles are written. Raises what kept them from it."""
        for job in self.jobs:
            job.result()
        self.jobs.clear()

    def _emit(self, below: list[Pixels]) -> None:
        if self.band is None:
            return
        rows = np.concatenate([*self.above, self.band, *below])
        for column, x in enumerate(range(0, rows.shape[1], self.tile)):
            part = rows[:, max(0, x - self.overlap) : x + self.tile + self.overlap]
            path = self.folder / f"{column}_{self.row}.{self.options['format']}"
            self.jobs.append(self.pool.submit(self._save, part, path))
        self.above = [self.band[len(self.band) - self.overlap :]]
        self.band, self.row = None, self.row + 1

    def _save(self, part: Pixels, path: Path) -> None:
        part = np.ascontiguousarray(part)
        if self.options["format"] == "png":
            path.write_bytes(png_bytes(part, {}))
            return
        image = Image.fromarray(part[..., 0] if part.shape[-1] == 1 else part)
        with open(path, "wb") as file:
            image.save(file, "JPEG", quality=self.options["quality"], subsampling="4:4:4")


def _page(about: Mapping[str, Any], folder: str, texts: str) -> str:
    """The viewer, with all that it must know, so that it works without a server."""
    page = Path(__file__).with_name("viewer.html").read_text(encoding="utf-8")
    data = json.dumps({**about, "folder": folder}).translate(XML)
    title = html.escape(folder.removesuffix("_files"))
    for name, value in {"TEXTS": texts, "TITLE": title, "DATA": data}.items():
        page = page.replace(f"[[{name}]]", value)
    return page
