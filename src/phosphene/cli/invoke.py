"""typer and its exceptions, kept apart so that they load only when a command runs."""

from __future__ import annotations

from typing import Any

import typer

from phosphene.core.errors import UserError


def invoke(app: typer.Typer, arguments: list[str]) -> int:
    """The exit code of one command. Raises `UserError` for options that are used wrongly."""
    command: Any = typer.main.get_command(app)
    try:
        result = command.main(arguments, prog_name="phosphene", standalone_mode=False)
        if result == 130:  # how typer says Ctrl-C
            raise KeyboardInterrupt
        return result if isinstance(result, int) else 0
    except Exception as problem:
        error: Any = problem
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):  # usage errors
            context = getattr(error, "ctx", None)
            hint = f"\n{context.command_path} --help shows what there is" if context else ""
            raise UserError(f"{error.format_message()}{hint}") from None
        if type(error).__name__ == "Abort":
            raise KeyboardInterrupt from None
        if type(error).__name__ == "Exit":
            return int(getattr(error, "exit_code", 0))
        raise
