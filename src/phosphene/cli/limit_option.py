"""The option --limit, which every command that reads or paints has."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from phosphene.cli.options import make_option, pair, parameters_of, with_parameters
from phosphene.core.errors import UserError, unknown
from phosphene.core.limits import LIMITS, Limits

WITHOUT = ("list", "bench")  # commands that neither read nor paint what a stranger may have made
DESCRIPTION = "none, or NAME=VALUE of `phosphene list limits`, such as weights=1e7; may be repeated"


def with_limit(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with --limit; the limits given are in force while it runs."""

    @functools.wraps(command)
    def wrapper(limit: list[str] | None = None, **given: Any) -> Any:
        with read_limits(limit or []):
            return command(**given)

    option = make_option("limit", list[str] | None, "--limit", DESCRIPTION)
    return with_parameters(wrapper, [*parameters_of(command), option])


def read_limits(texts: list[str]) -> Limits:
    """The default limits with changes. Raises `UserError`."""
    limits = Limits()
    for text in texts:
        if text == "none":
            limits = Limits.none()
            continue
        name, value = pair(text, "limit", "weights=1e7")
        if name not in LIMITS:
            problem = unknown("limit", name, LIMITS, list_with="limits")
            raise UserError(problem, argument="limit")
        limits = replace(limits, **{name: _number(text, value)})
    return limits


def _number(text: str, value: str) -> float:
    try:
        number = math.inf if value == "none" else float(value)
    except ValueError:
        number = math.nan
    if not number >= 0:
        raise UserError(
            f"got {text}; expected a number from 0 on, such as 1e7, or none", argument="limit"
        )
    return int(number) if number.is_integer() else number
