"""Texts that hold several values."""

from __future__ import annotations

OPEN, CLOSE = "([{", ")]}"


def split_outside(text: str, separator: str = ",") -> list[str]:
    """The parts of a text between separators that stand outside brackets and double quotes, without
    spaces around them. An empty text has one part, "".
    """
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == '"'
        if not quoted:
            depth += (letter in OPEN) - (letter in CLOSE)
        if letter == separator and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]
