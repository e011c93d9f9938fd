"""Writing bytes to open files that the caller gives."""

from __future__ import annotations

from typing import Any, BinaryIO

from phosphene.core.errors import OutputError, UserError
from phosphene.files.reading import source_name


def named_format(file: Any, format: str | None) -> str:
    """The format for an open file, which has no suffix. Raises `UserError` if no format is given,
    or for what is not a file.
    """
    if not hasattr(file, "write"):
        raise UserError(
            f"got {file!r:.60} ({type(file).__name__}); expected a path or an open file",
            argument="path",
        )
    if format is None:
        raise UserError(
            "a file object has no suffix; name a format, such as format='png'", argument="format"
        )
    return format


def write_bytes(file: BinaryIO, data: bytes) -> None:
    """Write to an open file. Raises `OutputError` if it cannot be written."""
    try:
        file.write(data)
    except (OSError, TypeError, ValueError) as error:  # full, in text mode, closed
        why = getattr(error, "strerror", None) or error
        raise OutputError(
            f"{source_name(file)}: cannot be written ({why}); expected a file open for writing in "
            "binary mode, 'wb'"
        ) from None
