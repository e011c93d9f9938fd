"""A picture as bands of rows: what a job is, how a band is painted and put away.

A job is a pure function of recipe and frame, and its bands are its pieces: their pixels are the
same from any thread, process or machine. Where a format can join pieces (PNG, TIFF, OpenEXR), a
band is stored as its writer's `encode` makes it; for other formats as plain samples.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.files.formats import FORMATS
from phosphene.files.piece_store import Band, Store
from phosphene.ir.program import Program
from phosphene.raster.encodings import finisher
from phosphene.raster.painter import TALL, Painter
from phosphene.raster.view import Frame, Rect
from phosphene.recipe import Finish, Recipe
from phosphene.render.workers import HandLostError

DIRECT_PIXELS = 1 << 22  # smaller pictures are written at one go
BANDS = 256  # a picture has about so many, for as many threads and little lost by an interruption,
LEAST_BYTES, MOST_BYTES = 1 << 20, 1 << 23  # if a band is neither small nor heavy on memory
KINDS = {"bytes": np.uint8, "words": np.uint16} | dict.fromkeys(
    ("float", "linear", "data"), np.float32
)
KNOB = "PHOSPHENE_BAND_PIXELS"  # for tests: bands of so many pixels, whatever the picture's size

Pixels = NDArray[Any]


@dataclass(frozen=True)
class Job:
    """A picture to be written: `suffix`, `options` and `wants` are its format's (see `files`),
    `finish` the recipe's, resolved.
    """

    recipe: Recipe
    frame: Frame
    engine: str
    suffix: str
    options: dict[str, Any]
    wants: str
    finish: Finish

    def painter(self, program: Program, kept: Pixels | None = None) -> Painter:
        finish = finisher(self.wants, self.finish)
        recipe, size = self.recipe, self.frame.size
        mode = recipe.finish.antialias
        return Painter(program, recipe.view, size, self.engine, finish, mode, kept)

    @property
    def kind(self) -> np.dtype[Any]:
        """The type of a sample."""
        wide = self.wants in ("float", "data") and self.recipe.precision == "f64"
        return np.dtype(np.float64 if wide else KINDS[self.wants])

    @property
    def encode(self) -> Callable[[Pixels, dict[str, Any]], bytes] | None:
        """What compresses a band where the format's pieces can be joined; else None."""
        return writer_kind(self.suffix).encode if self.step else None

    @property
    def step(self) -> int:
        """Of so many rows, or whole multiples, are pieces that can be joined; 0: none can."""
        return getattr(writer_kind(self.suffix), "step", lambda options: 0)(self.options)

    def bands(self, channels: int) -> list[Band]:
        """The bands of the whole picture, or one where it is small. They depend on nothing else."""
        rect = self.frame.rect
        rows, step = _band_rows(rect, channels * self.kind.itemsize), max(1, self.step)
        rows = -(-rows // step) * step
        return [Band(top, min(rows, rect.height - top)) for top in range(0, rect.height, rows)]

    def about(self, bands: list[Band]) -> dict[str, Any]:
        """What the bands depend on, in the words of the options; "job" is the digest of it all."""
        recipe, rect = self.recipe, self.frame.rect
        found = {
            "recipe": recipe.digest[:12],
            "seed": recipe.seed,
            "size": "x".join(map(str, self.frame.size)),
            "window": ",".join(map(str, rect)),
            "engine": self.engine,
            "samples": f"{self.suffix if self.step else ''} {self.kind} of {self.wants}".strip(),
            **(self.options if self.step else {}),
            "dither": self.finish.dither,
            "rows": bands[0].height,
            "code": sources()[:12],
        }
        exact = json.dumps([found, recipe.digest, sources()], sort_keys=True)
        job = hashlib.sha256(exact.encode()).hexdigest()
        return {"job": job, "bands": len(bands), **found}


class Maker:
    """A hand in this process: paints bands and stores them; one buffer for all it paints."""

    def __init__(self, job: Job, painter: Painter, store: Store, channels: int):
        self.job, self.painter, self.store, self.channels = job, painter, store, channels
        self.stop = threading.Event()
        self.buffer = np.empty((0, 0, channels), job.kind)

    def make(self, band: Band) -> None:
        """Paint and store a band. Raises `HandLostError` after `end`."""
        rect = self.job.frame.rect
        if len(self.buffer) < band.height:
            self.buffer = np.empty((band.height, rect.width, self.channels), self.job.kind)
        rows = self.buffer[: band.height]
        place = Rect(rect.x, rect.y + band.top, rect.width, band.height)
        self.painter.paint(place, rows, self.stop)
        if self.stop.is_set():
            raise HandLostError("stopped")
        encode = self.job.encode
        self.store.write(
            band, encode(rows, self.job.options) if encode else rows.reshape(-1).view(np.uint8).data
        )

    def end(self) -> None:
        self.stop.set()


def writer_kind(suffix: str) -> Any:
    module, name = FORMATS[suffix].writer
    return getattr(import_module(module), name)


def _band_rows(rect: Rect, pixel_bytes: int) -> int:
    pixels = rect.width * rect.height
    if KNOB in os.environ:
        return max(1, int(os.environ[KNOB]) // rect.width)
    if pixels <= DIRECT_PIXELS:
        return rect.height
    size = min(max(pixels * pixel_bytes // BANDS, LEAST_BYTES), MOST_BYTES)
    rows = max(1, size // (rect.width * pixel_bytes))
    return rows - rows % TALL or rows  # whole tiles


@functools.cache
def sources() -> str:
    """A digest of the program that paints: another version's bands are not mixed with its own."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    for source in sorted(package.rglob("*.py")):
        digest.update(source.relative_to(package).as_posix().encode() + source.read_bytes())
    return digest.hexdigest()
