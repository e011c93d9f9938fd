"""A picture as a job: bands of rows, painted and made into what the writer of its format joins.

The bands are the pieces: their pixels are the same from any thread, process or machine. Where a
format can join pieces (PNG, TIFF, OpenEXR), a band is made as its writer's `encode` makes it; for
other formats as plain samples.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.version import source_digest
from phosphene.engines.plan import RenderPlan, plan_from_bytes
from phosphene.files.formats import FORMATS
from phosphene.jobs.job import Piece, Scratch
from phosphene.raster.encodings import finisher
from phosphene.raster.frame import Rect
from phosphene.raster.painter import TALL, Painter, bands
from phosphene.recipe import Recipe

DIRECT_PIXELS = 1 << 22  # smaller pictures are written without a store
# A picture has about this many bands: enough for many workers, and an interruption loses little.
BANDS = 256
LEAST_BYTES, MOST_BYTES = 1 << 20, 1 << 23  # of a band, before the number of bands counts
KINDS = {"bytes": np.uint8, "words": np.uint16} | dict.fromkeys(
    ("float", "linear", "data"), np.float32
)

Pixels = NDArray[Any]


@dataclass(frozen=True)
class PictureJob:
    """A rectangle of a plan's picture to be written; `suffix`, `options` and `sample_format` are
    its format's. A piece is the first row and the number of rows; its result is what the writer of
    the format appends, or with `raw` and for other formats the samples.

    `kept` are the program's inputs after x and y, which do not travel to other processes. `source`
    is the recipe as text: programs of one recipe with and without them differ, its bands do not.
    """

    source: str
    plan: RenderPlan
    rect: Rect
    engine: str
    suffix: str
    options: dict[str, Any]
    sample_format: str
    raw: bool = False
    kept: Pixels | None = None

    @cached_property
    def painter(self) -> Painter:
        finish = finisher(self.sample_format, self.plan.finish)
        return Painter(self.plan, self.engine, finish, self.kept)

    @property
    def channels(self) -> int:
        return self.plan.program.channels

    @property
    def kind(self) -> np.dtype[Any]:
        """The type of a sample."""
        wide = self.sample_format in ("float", "data") and self.plan.program.precision == "f64"
        return np.dtype(np.float64 if wide else KINDS[self.sample_format])

    @property
    def encode(self) -> Callable[[Pixels, dict[str, Any]], bytes] | None:
        """What compresses a band where the format's pieces can be joined; else None."""
        return writer_kind(self.suffix).encode if self.step else None

    @property
    def step(self) -> int:
        """Of so many rows, or whole multiples, are pieces that can be joined; 0: none can."""
        if self.raw:
            return 0
        return getattr(writer_kind(self.suffix), "step", lambda options: 0)(self.options)

    @property
    def rows(self) -> int:
        """Rows of a band; all of them where the picture is small. They depend on nothing else."""
        step = max(1, self.step)
        rows = band_rows(self.rect, self.channels * self.kind.itemsize)
        return min(-(-rows // step) * step, self.rect.height)

    def pieces(self) -> Iterator[Piece]:
        return bands(self.rect.height, self.rows)

    def make(self, piece: Piece, scratch: Scratch) -> bytes | memoryview:
        """A band as its writer's `append` takes it, or its samples."""
        rect, (top, height) = self.rect, piece
        rows = scratch.array("rows", (height, rect.width, self.channels), self.kind)
        self.painter.paint(Rect(rect.x, rect.y + top, rect.width, height), rows, scratch)
        return self.encode(rows, self.options) if self.encode else samples(rows)

    def describe(self, piece: Piece) -> str:
        return f"rows {piece[0]} to {piece[0] + piece[1] - 1}"

    @property
    def fingerprint(self) -> str:
        exact = [self._head(), self.plan.header, self.rows, source_digest()]
        return hashlib.sha256(json.dumps(exact, sort_keys=True).encode()).hexdigest()

    def about(self, recipe: Recipe, named: bool = True) -> dict[str, Any]:
        """What the pieces depend on, by the names of options; "job" is the digest of all. Only if
        it may be `named`, the seed is included.
        """
        samples = f"{self.kind} of {self.sample_format}"
        return {
            "job": self.fingerprint,
            "pieces": -(-self.rect.height // self.rows),
            "unit": "bands",
            "recipe": recipe.digest[:12],
            **({"seed": recipe.seed} if named else {}),
            "size": "x".join(map(str, self.plan.size)),
            "window": ",".join(map(str, self.rect)),
            "engine": self.engine,
            "samples": f"{self.suffix} {samples}" if self.step else samples,
            **(self.options if self.step else {}),
            "dither": self.plan.finish.dither,
            "rows": self.rows,
            "code": source_digest()[:12],
        }

    def to_bytes(self) -> bytes:
        return json.dumps(self._head()).encode() + b"\n" + self.plan.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> PictureJob:
        line, _, document = data.partition(b"\n")
        head = json.loads(line)
        rect = Rect(*head.pop("rect"))
        return cls(plan=plan_from_bytes(document), rect=rect, **head)

    def _head(self) -> dict[str, Any]:
        """Everything but the plan, as data for JSON."""
        return {
            "source": self.source,
            "rect": self.rect,
            "engine": self.engine,
            "suffix": self.suffix,
            "options": self.options,
            "sample_format": self.sample_format,
            "raw": self.raw,
        }


def samples(rows: Pixels) -> memoryview:
    """The bytes of an array that lies together in memory."""
    return rows.reshape(-1).view(np.uint8).data


def writer_kind(suffix: str) -> Any:
    module, name = FORMATS[suffix].writer
    return getattr(import_module(module), name)


def band_rows(rect: Rect, pixel_bytes: int) -> int:
    """Rows of a band of a rectangle: all of them where it is small."""
    pixels = rect.width * rect.height
    if pixels <= DIRECT_PIXELS:
        return rect.height
    size = min(max(pixels * pixel_bytes // BANDS, LEAST_BYTES), MOST_BYTES)
    rows = max(1, size // (rect.width * pixel_bytes))
    return rows - rows % TALL or rows  # whole tiles
