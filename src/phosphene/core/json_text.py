"""JSON from files and command lines: of a limited size, with every key of an object once."""

from __future__ import annotations

import json
from typing import Any

from phosphene.core.limits import require

# bytes of memory, at least, of every object, list, key and string; of every item in them
PART, ITEM = 64, 8


class DuplicateKeyError(ValueError):
    """An object of a JSON text has a key twice; which value is meant cannot be known."""


def read_json(text: str | bytes, **how: Any) -> Any:
    """The data of a JSON text, as `json.loads` returns it. Raises `DuplicateKeyError` for a key
    that stands twice in one object, `LimitError` for too much text, `ValueError` for what is not
    JSON. What takes more memory than its letters counts as much: an object, a list, a key and a
    string 64 bytes, an item of a list 8.
    """
    check_size(text)
    return json.loads(text, object_pairs_hook=unique_keys, **how)


def check_size(text: str | bytes, where: str = "") -> None:
    """Raise `LimitError` if reading a JSON text would cost more than the limit on text."""
    if isinstance(text, str):
        require(where, text=len(text))
        text = text.encode(errors="replace")
    quotes = text.count(b'"') // 2
    parts = PART * (text.count(b"{") + text.count(b"[") + quotes) + ITEM * text.count(b",")
    require(where, text=max(len(text), parts))


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of its keys and values. Raises `DuplicateKeyError`."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise DuplicateKeyError(f"the key {key!r:.60} stands twice in one object")
            seen.add(key)
    return found
