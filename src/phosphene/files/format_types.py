"""What a row of the table of formats is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from phosphene.files.options import Option, Options


@dataclass(frozen=True)
class Still:
    """What a writer is to write: a picture of `size` (width, height), the `texts` it carries, every
    option of its format with its value, and perhaps pixels per inch.
    """

    size: tuple[int, int]
    channels: int
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    options: Options = field(default_factory=dict[str, Any])
    dpi: float | None = None


class Reader(NamedTuple):
    """How files of a format are known and read.

    `starts`: the first bytes, any of these (a dot stands for any byte). `texts` names the function
    `(name, file) -> texts`. `pixels` names `(path, most pixels) -> samples`, an array (height,
    width, channels), for what Pillow does not read.
    """

    what: str
    starts: tuple[bytes, ...]
    texts: tuple[str, str]
    pixels: tuple[str, str] | None = None

    def knows(self, start: bytes) -> bool:
        """Whether a file that begins with these bytes is one."""
        return any(_begins(start, each) for each in self.starts)


def _begins(start: bytes, signature: bytes) -> bool:
    held = start.ljust(len(signature), b"\0")
    return all(s in (b, ord(".")) for b, s in zip(held, signature, strict=False))


@dataclass(frozen=True)
class Format:
    """One format. Its writer takes `(target, still)`.

    `kinds`: the rows it wants, `wants()` tells which by the options `depth` and `raw`. `memory`:
    bytes for each pixel where the whole picture is held at once, 0 where it is streamed. `folder`:
    the names that are made; the target is then a new folder to make them in. `reader`: None for
    folders and for texts in XML, whose recipe is found in the text. `no_pixels`: why the pixels of
    a file cannot be looked at. `metadata`: where the recipe is kept, and where the file says that
    an algorithm made it, in words for the docs.
    """

    writer: tuple[str, str]
    says: str
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
