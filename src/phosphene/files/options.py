"""Options of formats: their allowed values, and parsing of given values.

Options can be given as values or text (`depth="16"`) and become values of the default's type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

from phosphene.core.errors import UserError, unknown

HEX = "#(?:[0-9a-f]{3}|[0-9a-f]{6})"
StrPath = str | PathLike[str]
Readable = str | PathLike[str] | BinaryIO  # a path, or an open, seekable binary file
Options = Mapping[str, Any]


def output_path(path: object) -> Path:
    """The path of a file to write. Raises `UserError` for what is not a path."""
    if not isinstance(path, str | PathLike):
        raise UserError(
            f"got {path!r:.60} ({type(path).__name__}); expected a path", argument="path"
        )
    return Path(path)


LEVELS = ("full", "recipe", "none")  # how much a file says of what it shows
Metadata = Literal["full", "recipe", "none"] | bool


def metadata_level(given: Metadata | str) -> str:
    """The level of metadata: "full", "recipe" or "none"; True and False are the first and the last.
    Raises `UserError` for anything else.
    """
    level = {True: "full", False: "none"}[given] if isinstance(given, bool) else given
    if level not in LEVELS:
        raise UserError(f"got {given!r:.60}; expected {', '.join(LEVELS)}", argument="metadata")
    return level


class Between(NamedTuple):
    """The allowed range of an option that takes fractional numbers."""

    low: float
    high: float


class Matching(NamedTuple):
    """The allowed texts of an option, as a pattern and in words."""

    pattern: str
    words: str


class Colours(NamedTuple):
    """Texts of one or more CSS colours with commas: names, `#rgb` or `#rrggbb`."""

    words: str = "colours with commas, such as black,#c03"

    def problem(self, text: str) -> str:
        """What is wrong with the text, with the nearest known name, or ""."""
        from PIL import ImageColor  # loads all of Pillow

        for colour in text.split(","):
            if not colour or (colour.startswith("#") and not re.fullmatch(HEX, colour)):
                return f"'{colour}' is not a colour"
            if not colour.startswith("#") and colour not in ImageColor.colormap:
                hint, _, _ = unknown("colour", colour, ImageColor.colormap).partition(" Known:")
                return f"{hint} Names are those of CSS"
        return ""


class Option(NamedTuple):
    """An option of a format: its default, description and allowed values."""

    default: Any
    description: str
    allowed: tuple[Any, ...] | range | Between | Matching | Colours = (True, False)

    @property
    def choices(self) -> str:
        """The allowed values, in words."""
        match self.allowed:
            case Colours(words) | Matching(_, words):
                return words
            case range() as steps:
                every = f", in steps of {steps.step}" if steps.step > 1 else ""
                return f"{steps[0]} to {steps[-1]}{every}"
            case Between(low, high):
                return f"{low:g} to {high:g}"
            case values:  # few
                words = [str(v).lower() for v in values]
                return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def fill_in(
    path: StrPath, suffix: str, known: Mapping[str, Option], options: Options | None
) -> dict[str, Any]:
    """The values of all options of a format, `known`: as given, else the default."""
    values = {name: option.default for name, option in known.items()}
    for name, value in (options or {}).items():
        if name not in known:
            lacks = unknown("option", name, known) if known else f"{suffix} has no options."
            raise UserError(f"{path}: format option {name}={value}: {lacks}")
        values[name] = _read_option(suffix, name, known[name], value)
    return values


def _read_option(suffix: str, name: str, option: Option, value: Any) -> Any:
    text = str(value).strip().lower()
    try:
        kind = type(option.default)
        found = {"true": True, "false": False}[text] if kind is bool else kind(text)
    except (KeyError, ValueError):
        found = None
    hint = ""
    match option.allowed:
        case Matching(pattern):
            good = re.fullmatch(pattern, text) is not None
        case Colours():
            found = text = text.replace(" ", "")
            hint = option.allowed.problem(text)
            good = not hint
        case Between(low, high):
            good = found is not None and low <= found <= high
        case values:
            good = found in values
    if not good:
        raise UserError(
            f"format option {name}={value}: {suffix} takes {option.choices} "
            f"({option.description}; default {str(option.default).lower()})"
            + (f"; {hint}" if hint else "")
        )
    return found
