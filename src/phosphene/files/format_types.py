"""The types of rows in the table of formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from phosphene.files.options import Option, Options


@dataclass(frozen=True)
class Still:
    """What to write: a picture's `size` (width, height), its metadata `texts`, the values of all
    options of the format, pixels per inch or None, the `paper` (width, height) in millimetres or
    None, and the `bleed` in millimetres by which it reaches beyond the trimmed picture. `data`: the
    samples are numbers, not colours, so no colour space is recorded.
    """

    size: tuple[int, int]
    channels: int
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    options: Options = field(default_factory=dict[str, Any])
    dpi: float | None = None
    paper: tuple[float, float] | None = None
    data: bool = False
    bleed: float = 0.0


class Reader(NamedTuple):
    """How files of a format are recognised and read.

    `starts`: possible first bytes of a file (a dot matches any byte). `texts` names a function
    `(name, file) -> texts`. `pixels` names a function `(path, most pixels) -> samples`, an array
    (height, width, channels), for files that Pillow cannot read.
    """

    what: str
    starts: tuple[bytes, ...]
    texts: tuple[str, str]
    pixels: tuple[str, str] | None = None

    def knows(self, start: bytes) -> bool:
        """Whether a file that begins with these bytes is in this format."""
        return any(_begins(start, each) for each in self.starts)


def _begins(start: bytes, signature: bytes) -> bool:
    held = start.ljust(len(signature), b"\0")
    return all(s in (b, ord(".")) for b, s in zip(held, signature, strict=False))


@dataclass(frozen=True)
class Format:
    """One format. Its writer takes `(target, still)`.

    `kinds`: its sample formats; the options `depth` and `raw` select one, see
    `formats.sample_format`. `memory`: bytes per pixel if the whole picture is kept in memory, 0
    if it is streamed. `folder`: the names of the outputs; the target is then their paths in a
    new folder. `reader`: None for folders, and for XML texts, in which the recipe is searched.
    `no_pixels`: why the pixels of a file cannot be read. `metadata`: where the recipe is
    stored, and where the file states that an algorithm made it, in words for the docs.
    """

    writer: tuple[str, str]
    description: str
    kinds: tuple[str, ...]
    max_side: int | None = None
    max_pixels: int | None = None
    options: dict[str, Option] = field(default_factory=dict)
    alpha: bool = True
    memory: int = 0
    folder: tuple[str, ...] = ()
    extra: str | None = None
    reader: Reader | None = None
    no_pixels: str = ""
    metadata: tuple[str, str] = ("", "")

    @property
    def streams(self) -> bool:
        return not self.memory
