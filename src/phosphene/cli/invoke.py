"""Runs one command with typer, which is imported only here, when a command runs."""

from __future__ import annotations

import os
from itertools import pairwise
from typing import Any

import typer

from phosphene.cli.app import make_app, make_overview
from phosphene.cli.commands import COMMANDS, find_command
from phosphene.cli.old_names import with_new_names
from phosphene.core.errors import DialError, UserError


def invoke(arguments: list[str]) -> int:
    """Run one command and return its exit code. Only the module of that command is loaded. Raises
    `UserError` for wrong options.
    """
    arguments = with_new_names(arguments)
    name, rest = _split(_completed() or arguments)
    style = _style(name, rest) if name else None
    command: Any = typer.main.get_command(make_app([name], style) if name else make_overview())
    try:
        result = command.main(arguments, prog_name="phosphene", standalone_mode=False)
        if result == 130:  # how typer reports Ctrl-C
            raise KeyboardInterrupt
        return result if isinstance(result, int) else 0
    except Exception as problem:
        error: Any = problem
        if isinstance(problem, DialError):
            from phosphene.cli.dials import given_by_dial

            if given_by_dial(problem.argument, arguments):
                problem.argument = f"dial {problem.argument}"
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):  # usage errors
            context = getattr(error, "ctx", None)
            message = usage_text(error, arguments, style)
            if not message:  # a group without a command, which has printed its help
                return int(error.exit_code)
            hint = f"\n{context.command_path} --help shows all options" if context else ""
            raise UserError(f"{message}{hint}") from None
        if type(error).__name__ == "Abort":  # typer takes the end of any file for Ctrl-C
            raise error.__cause__ or KeyboardInterrupt from None
        if type(error).__name__ == "Exit":
            return int(getattr(error, "exit_code", 0))
        raise


def _completed() -> list[str]:
    """The words of a line that a shell asks to complete; [] if it is a command to run.

    The script of the shell, which typer writes, passes them in the environment.
    """
    if "_PHOSPHENE_COMPLETE" not in os.environ:
        return []
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS", "")
    return line.split()[1:]


def _style(name: str, words: list[str]) -> str | None:
    """The style that the arguments of a command name."""
    from phosphene.cli.dials import named_style

    return named_style(find_command(name), words)


def usage_text(error: Any, arguments: list[str], style: str | None) -> str:
    """The message for a usage error of typer; `style` is the one that the command line names."""
    context, parameter = getattr(error, "ctx", None), getattr(error, "param", None)
    message: str = error.format_message()
    if hasattr(error, "option_name") and context:
        known = [flag for p in context.command.params for flag in p.opts]
        if error.option_name not in known:
            from phosphene.cli.dials import no_such_option

            return no_such_option(error.option_name, known, style)
    if parameter is not None and message.startswith("Invalid value for "):
        values = [v for flag in parameter.opts for v in _values(flag, arguments)]
        came = f"got {values[-1]}; " if values else ""
        return f"{parameter.opts[0]}: {came}{_expected(error.message)}"
    return message


def _values(flag: str, arguments: list[str]) -> list[str]:
    """The values of an option on a command line: `--count 3` or `--count=3`."""
    after = [value for word, value in pairwise(arguments) if word == flag]
    return after or [word.partition("=")[2] for word in arguments if word.startswith(f"{flag}=")]


def _expected(problem: str) -> str:
    """What an option takes, from the problem that the validator reports."""
    for kind, name in (("valid integer", "a whole number"), ("valid number", "a number")):
        if kind in problem:
            return f"expected {name}"
    return problem.replace("Input should be", "expected a number")


def _split(arguments: list[str]) -> tuple[str | None, list[str]]:
    """The command, of one or two words, and the arguments after it; None if there is no command."""
    for count in (1, 2):
        name = " ".join(arguments[:count])
        if name in COMMANDS:
            return name, arguments[count:]
    return None, arguments
