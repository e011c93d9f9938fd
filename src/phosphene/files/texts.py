"""The texts of a picture (its recipe, how it was rendered) as a single JSON text, for formats with
one metadata field.

The recipe is nested JSON, not a quoted string, so that it is readable. The text is ASCII, without
characters reserved in XML and comments.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from phosphene.core.errors import InputError
from phosphene.core.json_text import DuplicateKeyError, check_size, read_json

COPIED = 60_000  # the longest packed text that is copied to EXIF and XMP; a segment of JPEG fits it
XML = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&"})
MARK = "phosphene-texts:"  # precedes the text in text files
UNSAID = {"phosphene-metadata": "none"}  # marks folders of ours that say nothing else


def pack(texts: Mapping[str, str]) -> str:
    """`{"phosphene": {...}, "phosphene-render": {...}}`, in ASCII, safe inside XML."""
    data = {name: _parsed(text) for name, text in texts.items()}
    packed = json.dumps(data, separators=(",", ":")).translate(XML)
    return packed.replace("--", "-\\u002d")  # `--` would end an XML comment


def unpack(path: Any, packed: str | bytes) -> dict[str, str]:
    """The texts that were given to `pack`. Raises `InputError` if `packed` is something else."""
    check_size(packed, str(path))
    try:
        data = read_json(packed)
        return {k: v if isinstance(v, str) else json.dumps(v) for k, v in data.items()}
    except DuplicateKeyError as error:
        raise InputError(f"{path}: the recipe inside is damaged: {error}") from None
    except (ValueError, AttributeError, RecursionError):
        raise InputError(f"{path}: the recipe inside is damaged or cut off") from None


def mark(texts: Mapping[str, str]) -> str:
    """The packed texts after a mark that `find` searches for in a text file."""
    return MARK + pack(texts)


def find(path: Any, body: bytes) -> dict[str, str]:
    """The texts in a file that contains a `mark` text; empty if it does not."""
    _, found, rest = body.partition(MARK.encode())
    text = rest.partition(b"<")[0].decode("ascii", "replace")  # `pack` writes no "<"
    check_size(text, str(path))
    try:
        end = json.JSONDecoder().raw_decode(text)[1] if found else 0
    except (ValueError, RecursionError):
        end = len(text)
    return unpack(path, text[:end]) if found else {}


def rendering(texts: Mapping[str, str]) -> dict[str, Any]:
    """How a picture was rendered, from the texts of its file: `size`, width and height in pixels,
    `dither`, ... Empty if the texts do not tell, or are damaged.
    """
    try:
        found = read_json(texts.get("phosphene-render", "{}"))
        width, height = found["size"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    sides = [side for side in (width, height) if type(side) is int and side > 0]
    return found if isinstance(found, dict) and len(sides) == 2 else {}


def _parsed(text: str) -> Any:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return data if isinstance(data, dict) else text
