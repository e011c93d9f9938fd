"""Deep Zoom: a pyramid of tiles in a folder, a .dzi file that describes it, and a page to view it.

Layout: Microsoft's "Deep Zoom file format overview". Every level is half the size of the one above,
down to a single pixel; tiles extend `overlap` pixels into their neighbours.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from phosphene.files.format_types import Still
from phosphene.files.png import png_bytes
from phosphene.files.row_buffer import ENCODERS, Pixels, half
from phosphene.files.texts import UNSAID, XML, mark
from phosphene.files.xmp import xmp_comment

# Opacity is a channel like the others here: for LA and RGBA, Pillow's resizing premultiplies.
MODES = {1: "L", 2: "La", 3: "RGB", 4: "RGBa"}
PART = 1 << 19  # pixels passed to the next level at a time, while they are cached
DZI = """<?xml version="1.0" encoding="UTF-8"?>
<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" TileSize="{tile}" Overlap="{overlap}" \
Format="{format}">
 <Size Width="{width}" Height="{height}"/>
</Image>
<!-- {texts} -->
"""


class DeepZoomWriter:
    """Writes the tiles of all levels as rows arrive; at the end the page and the .dzi.

    `target`: the paths of the folder of tiles, the page and the .dzi.
    """

    sample_format = "bytes"

    def __init__(self, target: Sequence[Path], still: Still):
        self.target, self.still, self.mode = target, still, MODES[still.channels]
        self.tiles = _Tiles(still.options)
        self.level = self._levels(target[0])
        self.part: Image.Image | None = None  # reused: new memory is slow

    def _levels(self, folder: Path) -> _Level:
        """The full-size level, linked to the next smaller one and so on, down to a single pixel."""
        sizes = [self.still.size]
        while max(sizes[-1]) > 1:
            sizes.append(half(sizes[-1]))
        folder.mkdir()
        level = None
        for number, (width, _) in enumerate(reversed(sizes)):
            into = folder / str(number)
            into.mkdir()
            level = _Level(into, self.mode, width, self.tiles, level)
        assert level
        return level

    def write(self, rows: Pixels) -> None:
        height = max(2, PART // rows.shape[1] // 2 * 2)
        for top in range(0, len(rows), height):
            part = np.ascontiguousarray(rows[top : top + height])
            size = part.shape[1], part.shape[0]
            if self.part is None or self.part.size != size:
                self.part = Image.new(self.mode, size)
            self.part.frombytes(part.data)
            self.level.write(self.part)

    def finish(self) -> None:
        self.level.finish()
        width, height = self.still.size
        names = "tile", "overlap", "format"
        about = {name: self.still.options[name] for name in names}
        about |= {"width": width, "height": height}
        texts = mark(self.still.texts or UNSAID)
        if self.still.texts:
            texts += f"\n{xmp_comment(self.still.texts)}"
        self.target[1].write_text(_page(about, self.target[0].name, texts), encoding="utf-8")
        self.target[2].write_text(DZI.format(texts=texts, **about), encoding="utf-8")

    def close(self) -> None:
        self.tiles.close()


class _Level:
    """One level: a strip of rows as high as a tile with its overlaps. A full strip is written as a
    row of tiles, and halved into rows of the next smaller level.

    While threads write the tiles of one strip, the next one is filled.
    """

    def __init__(self, folder: Path, mode: str, width: int, tiles: _Tiles, smaller: _Level | None):
        self.folder, self.tiles, self.smaller, self.row = folder, tiles, smaller, 0
        self.tile, self.overlap = tiles.options["tile"], tiles.options["overlap"]
        self.strip, self.other = (
            Image.new(mode, (width, self.tile + 2 * self.overlap)) for _ in range(2)
        )
        self.filled = self.overlap  # rows; there is no overlap above the first tile
        self.jobs: list[Future[None]] = []

    def write(self, part: Image.Image) -> None:
        top = 0
        while top < part.height:
            height = min(self.strip.height - self.filled, part.height - top)
            rows = part.crop((0, top, part.width, top + height)) if height < part.height else part
            self.strip.paste(rows, (0, self.filled))
            self.filled, top = self.filled + height, top + height
            if self.filled == self.strip.height:
                self._emit()

    def finish(self) -> None:
        while self.filled > self.overlap:
            self._emit()
        self._wait()
        if self.smaller:
            self.smaller.finish()

    def _wait(self) -> None:
        """Wait until the tiles are written. Raises the errors of writing them."""
        for job in self.jobs:
            job.result()

    def _emit(self) -> None:
        strip, end = self.strip, min(self.overlap + self.tile, self.filled)
        high, low = 0 if self.row else self.overlap, min(end + self.overlap, self.filled)
        self._wait()
        self.jobs = self.tiles.write(strip, (high, low), self.folder, self.row)
        self.other.paste(strip.crop((0, end - self.overlap, strip.width, self.filled)))
        self.filled, self.row = self.filled - end + self.overlap, self.row + 1
        self.strip, self.other = self.other, strip
        if self.smaller:
            height = max(2, PART // strip.width // 2 * 2)
            for top in range(self.overlap, end, height):
                box = 0, top, strip.width, min(top + height, end)
                self.smaller.write(strip.reduce(2, box))


class _Tiles:
    """Threads that write the tiles of a strip, several at a time."""

    def __init__(self, options: Mapping[str, Any]):
        self.options = options
        self.pool = ThreadPoolExecutor(ENCODERS, thread_name_prefix="phosphene-dzi")

    def write(
        self, strip: Image.Image, rows: tuple[int, int], folder: Path, row: int
    ) -> list[Future[None]]:
        columns = range(-(-strip.width // self.options["tile"]))
        share = -(-len(columns) // ENCODERS)
        return [
            self.pool.submit(self._write, strip, rows, folder, row, columns[at : at + share])
            for at in columns[::share]
        ]

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)

    def _write(
        self, strip: Image.Image, rows: tuple[int, int], folder: Path, row: int, columns: range
    ) -> None:
        tile, overlap = self.options["tile"], self.options["overlap"]
        for column in columns:
            left, right = max(0, column * tile - overlap), (column + 1) * tile + overlap
            path = folder / f"{column}_{row}.{self.options['format']}"
            self._save(strip.crop((left, rows[0], min(right, strip.width), rows[1])), path)

    def _save(self, tile: Image.Image, path: Path) -> None:
        if self.options["format"] == "png":
            pixels = np.asarray(tile)
            path.write_bytes(png_bytes(pixels.reshape(*pixels.shape[:2], -1), {}))
            return
        with open(path, "wb") as file:
            tile.save(file, "JPEG", quality=self.options["quality"], subsampling="4:4:4")


def _page(about: Mapping[str, Any], folder: str, texts: str) -> str:
    """The HTML of the viewer, with all data inside, so that it works without a server."""
    page = Path(__file__).with_name("viewer.html").read_text(encoding="utf-8")
    data = json.dumps({**about, "folder": folder}).translate(XML)
    title = html.escape(folder.removesuffix("_files"))
    for name, value in {"TEXTS": texts, "TITLE": title, "DATA": data}.items():
        page = page.replace(f"[[{name}]]", value)
    return page
