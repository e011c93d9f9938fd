"""Errors as plain values: how a worker reports one, and how the caller raises it."""

from __future__ import annotations

from collections.abc import Mapping

from phosphene.core import errors
from phosphene.core.errors import PhospheneError


def error_answer(error: PhospheneError) -> dict[str, str]:
    text = error.problem if error.argument else str(error)
    return {"error": type(error).__name__, "text": text, "argument": error.argument}


def raise_error(answer: Mapping[str, object]) -> None:
    """Raise the error in an answer, if it has one."""
    if "error" not in answer:
        return
    kind = getattr(errors, str(answer["error"]), PhospheneError)
    if not (isinstance(kind, type) and issubclass(kind, PhospheneError)):
        kind = PhospheneError
    error = kind(str(answer["text"]))
    error.argument = str(answer.get("argument", ""))
    raise error
