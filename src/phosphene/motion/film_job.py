"""A film as a job: its pieces are frames, sent as deflated differences of rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from phosphene.core import deflate
from phosphene.core.errors import OutputError
from phosphene.core.version import source_digest
from phosphene.jobs.job import Piece, Scratch, find_class, kind_of
from phosphene.motion.render.frame_renderer import Pixels
from phosphene.raster.frame import Size
from phosphene.recipe import Recipe
from phosphene.render.export_job import KINDS


class Renderer(Protocol):
    """Renders frames at one size."""

    size: Size
    channels: int

    def frame(self, states: list[Any], sample_format: str = "bytes") -> Pixels: ...


class Saveable(Protocol):
    """A film, or a grid of films, that can be saved."""

    @property
    def recipe(self) -> Recipe: ...
    @property
    def path(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def count(self) -> int: ...
    @property
    def fps(self) -> Fraction: ...
    @property
    def channels(self) -> int: ...  # of the file: 3, or 4 with opacity
    @property
    def json(self) -> str: ...
    def texts(self, size: Size, level: str = "full") -> dict[str, str]: ...
    def states(self, k: int) -> list[Any]: ...
    def renderer(self, size: Size, engine: str, threads: int | None) -> Renderer: ...
    @classmethod
    def from_texts(cls, texts: dict[str, str], name: str = "film") -> Saveable: ...


@dataclass(frozen=True)
class FilmJob:
    """The frames of a film at a size, in a sample format, each rendered by `threads` threads. A
    piece is the index of a frame.

    Frames are rendered in sequence, because a renderer reuses the programs of the previous frame.
    """

    film: Saveable
    size: Size
    engine: str
    sample_format: str
    threads: int | None = 1

    @cached_property
    def renderer(self) -> Renderer:
        return self.film.renderer(self.size, self.engine, self.threads)

    def pieces(self) -> Iterator[Piece]:
        return ((k,) for k in range(self.film.count))

    def frame(self, piece: Piece) -> Pixels:
        return self.renderer.frame(self.film.states(piece[0]), self.sample_format)

    def make(self, piece: Piece, scratch: Scratch) -> bytes:
        return pack_frame(self.frame(piece))

    def unpacked(self, data: bytes | memoryview) -> Pixels:
        """The frame packed by `make`. Raises `OutputError` if it has another size."""
        return unpack_frame(data, self.size, np.dtype(KINDS[self.sample_format]))

    def describe(self, piece: Piece) -> str:
        return f"frame {piece[0]}"

    @property
    def fingerprint(self) -> str:
        exact = [self.film.recipe.json, self.film.json, self.size, self.engine]
        exact += [self.sample_format, source_digest()]
        return hashlib.sha256(json.dumps(exact).encode()).hexdigest()

    def about(self) -> dict[str, Any]:
        """What the frames depend on, readable; "job" is the digest of all of it."""
        film = self.film
        return {
            "job": self.fingerprint,
            "pieces": film.count,
            "unit": "frames",
            "recipe": film.recipe.digest[:12],
            "path": " + ".join(spec["path"] for spec in film.path),
            "frames": film.count,
            "size": "x".join(map(str, self.size)),
            "engine": self.engine,
            "samples": self.sample_format,
            "code": source_digest()[:12],
        }

    def to_bytes(self) -> bytes:
        texts = self.film.texts(self.size)
        what = [kind_of(self.film), texts, self.size, self.engine, self.sample_format]
        return json.dumps(what).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> FilmJob:
        kind, texts, (width, height), engine, sample_format = json.loads(data)
        film = find_class(kind).from_texts(texts)
        return cls(film, (width, height), engine, sample_format)


def pack_frame(frame: Pixels) -> bytes:
    """A compressed frame: each row as the difference from the row above."""
    words = frame.view(f"u{frame.itemsize}")
    return deflate.compress(np.diff(words, axis=0, prepend=words.dtype.type(0)))


def unpack_frame(data: bytes | memoryview, size: Size, kind: np.dtype[Any]) -> Pixels:
    """The inverse of `pack_frame`. Raises `OutputError` if the frame has another size."""
    width, height = size
    words = np.frombuffer(deflate.decompress(data), f"u{kind.itemsize}")
    if not words.size or words.size % (width * height):
        raise OutputError("the store of the film holds frames of another size")
    rows = words.reshape(height, width, -1)
    return np.add.accumulate(rows, axis=0, dtype=words.dtype).view(kind)
