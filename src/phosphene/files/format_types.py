"""What a row of the table of formats is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, NamedTuple

StrPath = str | PathLike[str]
Options = Mapping[str, Any]


class Between(NamedTuple):
    """The allowed numbers of an option that takes fractions."""

    low: float
    high: float


class Matching(NamedTuple):
    """The allowed texts of an option, and how to say that."""

    pattern: str
    words: str


class Option(NamedTuple):
    """An option of a format, and the values that are allowed."""

    default: Any
    says: str
    allowed: tuple[Any, ...] | range | Between | Matching = (True, False)

    @property
    def choices(self) -> str:
        """The allowed values, in words."""
        match self.allowed:
            case Matching(_, words):
                return words
            case range() as steps:
                every = f", in steps of {steps.step}" if steps.step > 1 else ""
                return f"{steps[0]} to {steps[-1]}{every}"
            case Between(low, high):
                return f"{low:g} to {high:g}"
            case values:  # few
                words = [str(v).lower() for v in values]
                return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


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
    a file cannot be looked at.
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

    @property
    def streams(self) -> bool:
        return not self.memory
