"""JSON from files and command lines: every key of an object stands there once."""

from __future__ import annotations

import json
from typing import Any


class DuplicateKeyError(ValueError):
    """An object of a JSON text has a key twice; which value is meant cannot be known."""


def read_json(text: str | bytes, **how: Any) -> Any:
    """The data of a JSON text, as `json.loads` returns it. Raises `DuplicateKeyError` for a key
    that stands twice in one object, `ValueError` for what is not JSON.
    """
    return json.loads(text, object_pairs_hook=unique_keys, **how)


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
