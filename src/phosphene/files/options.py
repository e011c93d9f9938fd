"""Options of formats: their allowed values, and parsing of given values.

Options can be given as values or text (`depth="16"`) and become values of the default's type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from phosphene.core.errors import UserError, unknown

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


class Between(NamedTuple):
    """The allowed range of an option that takes fractional numbers."""

    low: float
    high: float


class Matching(NamedTuple):
    """The allowed texts of an option, as a pattern and in words."""

    pattern: str
    words: str


class Option(NamedTuple):
    """An option of a format: its default, description and allowed values."""

    default: Any
    description: str
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
    match option.allowed:
        case Matching(pattern):
            good = re.fullmatch(pattern, text) is not None
        case Between(low, high):
            good = found is not None and low <= found <= high
        case values:
            good = found in values
    if not good:
        raise UserError(
            f"format option {name}={value}: {suffix} takes {option.choices} "
            f"({option.description}; default {str(option.default).lower()})"
        )
    return found
