"""The texts of a picture (its recipe, how it was rendered) as one JSON text, for formats with one
place to put it.

The recipe stands in it as JSON, not as a quoted text, so that people can read it there. The text is
ASCII, without the letters that XML and comments reserve.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from phosphene.core.errors import InputError

MAX_TEXT = 1 << 28  # bytes: what is read of a text, at most
XML = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&"})
MARK = "phosphene-texts:"  # before the text in files that are text themselves


def pack(texts: Mapping[str, str]) -> str:
    """`{"phosphene": {...}, "phosphene-render": {...}}`, in ASCII, safe inside XML."""
    data = {name: _parsed(text) for name, text in texts.items()}
    packed = json.dumps(data, separators=(",", ":")).translate(XML)
    return packed.replace("--", "-\\u002d")  # what ends an XML comment


def unpack(path: Any, packed: str | bytes) -> dict[str, str]:
    """The texts that `pack` took. Raises `InputError` where it is something else."""
    try:
        data = json.loads(packed)
        return {k: v if isinstance(v, str) else json.dumps(v) for k, v in data.items()}
    except (ValueError, AttributeError, RecursionError):
        raise InputError(f"{path}: the recipe inside is damaged or cut off") from None


def mark(texts: Mapping[str, str]) -> str:
    """`pack`, behind a mark that `find` looks for in a text file."""
    return MARK + pack(texts)


def find(path: Any, body: bytes) -> dict[str, str]:
    """The texts in a file that `mark` is part of; none if it is not."""
    _, found, rest = body.partition(MARK.encode())
    text = rest.decode("ascii", "replace")
    try:
        end = json.JSONDecoder().raw_decode(text)[1] if found else 0
    except (ValueError, RecursionError):
        end = len(text)
    return unpack(path, text[:end]) if found else {}


def _parsed(text: str) -> Any:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return data if isinstance(data, dict) else text
