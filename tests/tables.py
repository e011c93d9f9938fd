"""The house styles, and how tests over a long table keep the quick suite quick."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from phosphene.styles import STYLES

HOUSE = sorted(name for name, s in STYLES.items() if s.year is None and name != "classic")
SLOW = pytest.mark.slow  # one of a long table; the quick suite runs a few of it


def few_quick(values: Iterable[Any], quick: int = 4) -> list[Any]:
    """All values as test parameters; `quick` of them, evenly spread, are in the quick suite."""
    rows = [value if isinstance(value, tuple) else (value,) for value in values]
    every = max(1, len(rows) // quick)
    return [
        pytest.param(*row, marks=() if k % every == 0 and k // every < quick else SLOW)
        for k, row in enumerate(rows)
    ]
