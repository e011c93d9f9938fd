"""The types of arguments that are numbers. Who takes them checks their range."""

from __future__ import annotations

import math
import operator
from typing import Any

from phosphene.core.errors import UserError


def whole_number(value: Any, argument: str) -> int:
    """The value as an int. Raises `UserError` unless it is one, or converts to one exactly."""
    try:
        return operator.index(value)
    except TypeError:
        raise UserError(f"got {value!r:.60}; expected a whole number", argument=argument) from None


def check_functions(**given: Any) -> None:
    """Raises `UserError` unless each argument is a function or None."""
    for name, value in given.items():
        if value is not None and not callable(value):
            kind = type(value).__name__
            raise UserError(f"got {value!r:.60} ({kind}); expected a function", argument=name)


def real_number(value: Any, argument: str) -> float:
    """The value as a float. Raises `UserError` unless it is a number, and finite."""
    try:
        found = math.nan if isinstance(value, str) else float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise UserError(f"got {value!r:.60}; expected a number", argument=argument)
    return found
