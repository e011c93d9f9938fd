"""Renamed keys: files, dictionaries and dotted paths with the old names can still be read."""

from __future__ import annotations

from typing import Any

# part: {old key: its name today}. Rows are added, never removed: a file outlives its version.
OLD_KEYS: dict[str, dict[str, str]] = {
    "Shading": {"ending": "colour_space", "still": "fixed_latent"},
    "Network": {"norm_tiny": "epsilon"},
    "Layer": {"norm_tiny": "epsilon"},
}
TODAY: dict[str, str] = {old: new for keys in OLD_KEYS.values() for old, new in keys.items()}


def rename_old_keys(part: type, data: Any) -> Any:
    """The data of a part with current keys. Raises `ValueError` if a key has both its names."""
    keys = OLD_KEYS[part.__name__]
    if not isinstance(data, dict) or keys.keys().isdisjoint(data):
        return data
    twice = [old for old, new in keys.items() if old in data and new in data]
    if twice:
        old = twice[0]
        raise ValueError(f"got '{keys[old]}' and '{old}', its old name; give one of them")
    return {keys.get(key, key): value for key, value in data.items()}


def key_today(key: str, data: dict[str, Any]) -> str:
    """The current name of `key`, which may be an old one, in the full data of a part."""
    today = TODAY.get(key, key)
    return today if key not in data and today in data else key
