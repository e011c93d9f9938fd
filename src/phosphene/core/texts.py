"""Texts: splitting them, and showing those of users and files."""

from __future__ import annotations

import re

MOST_SHOWN, END_SHOWN = 1600, 300  # letters of a message: about a screen; of those, at its end
UNUSUAL = re.compile(r"[^\n -~]")
OPEN, CLOSE = "([{", ")]}"


def split_outside(text: str, separator: str = ",") -> list[str]:
    """The parts of a text between separators that stand outside brackets and double quotes, without
    spaces around them. An empty text has one part, "".
    """
    parts: list[str] = []
    depth, quoted, start = 0, False, 0
    for at, letter in enumerate(text):
        quoted ^= letter == '"'
        if not quoted:
            depth += (letter in OPEN) - (letter in CLOSE)
        if letter == separator and depth == 0 and not quoted:
            parts.append(text[start:at])
            start = at + 1
    return [part.strip() for part in [*parts, text[start:]]]


def printable(text: str) -> str:
    """The text with control characters and others that show nothing as escapes: `\\x1b`, `\\u202e`.
    Lines stay lines. A terminal obeys control characters: they can hide or fake what it shows.
    """
    return UNUSUAL.sub(lambda found: _escaped(found[0]), text)


def _escaped(letter: str) -> str:
    return letter if letter.isprintable() else ascii(letter)[1:-1]


def shortened(text: str) -> str:
    """The text if it fits on a screen, else its beginning and its end."""
    if len(text) <= MOST_SHOWN:
        return text
    end = len(text) - END_SHOWN
    begin = MOST_SHOWN - END_SHOWN
    return f"{text[:begin]} ... ({end - begin:,} letters are left out) ... {text[end:]}"
