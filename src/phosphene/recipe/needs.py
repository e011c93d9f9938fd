"""The program version that a recipe needs, derived from the fields it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from phosphene.core.version import __version__
from phosphene.recipe.defaults import ADDED, Added


def read_version(text: Any) -> tuple[int, ...]:
    """A version such as "0.3" as numbers to compare. Raises `ValueError` for anything else."""
    if not isinstance(text, str) or not re.fullmatch(r"\d{1,6}(\.\d{1,6}){1,3}", text):
        raise ValueError(f'needs: expected a version such as "0.3", got {text!r:.60}')
    return tuple(map(int, text.split(".")))


def is_newer(needs: Any) -> bool:
    """Whether the `needs` of a file (untrusted data) is a newer version than this one."""
    try:
        return read_version(needs) > read_version(__version__)
    except ValueError:
        return False


def needed_version(recipe: BaseModel) -> str | None:
    """The oldest version that supports all the recipe uses; None if the first release does."""
    if not ADDED:
        return None
    found = {row.version for part in _parts(recipe) for row in ADDED if _uses(part, row)}
    return max(found, key=read_version, default=None)


def _parts(value: Any) -> Iterator[BaseModel]:
    """All models in a value, including the value itself."""
    if isinstance(value, BaseModel):
        yield value
        value = dict(value)
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for entry in value:
            yield from _parts(entry)


def _uses(part: BaseModel, row: Added) -> bool:
    if row.part != type(part).__name__:
        return False
    if row.value is not None:
        return getattr(part, row.field) == row.value
    return row.field in part.model_dump(exclude_defaults=True)
