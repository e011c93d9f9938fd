"""Translates messages of the library for the command line: arguments become options.

The library names arguments: an error has its argument in `argument`, and others are in backquotes
in its text (`phosphene.core.errors`). Only this module turns both into options: "`dpi=300`" becomes
"--dpi 300", "`overwrite=True`" becomes "--overwrite", "`gate=False`" becomes "--no-gate".
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Generator
from contextlib import contextmanager

from phosphene.core.errors import PhospheneError, UserError

ARGUMENT = re.compile(r"`([a-z]\w*)(?:=([^`]*))?`")
PLAIN = re.compile(r"[\w.,:@/+=-]*")  # needs no quotes in a shell
ASSIGNMENT = re.compile(r"'([^']+)': *([^,}]+)")  # in a `set={'path': value}`
LIMITS = re.compile(r"\w+=[\w.+]+")  # in a `limits=ph.Limits(weights=9)`

# arguments whose values are options of their own
VALUES = {
    "tile=both": "--tile",
    "tile=x": "--tile-x",
    "tile=y": "--tile-y",
    "tile=panorama": "--panorama",
}


def error_text(error: PhospheneError) -> str:
    """The text that the command line prints for an error."""
    if not error.argument:
        return with_options(str(error))
    return f"{option(error.argument)}: {with_options(error.problem)}"


@contextmanager
def spelled(**flags: str) -> Generator[None]:
    """Errors about the arguments named are about other options: of a command that does not call
    them as the library does, such as `spelled(size="--image_size")`.
    """
    try:
        yield
    except UserError as error:
        if error.argument in flags:
            raise UserError(f"{flags[error.argument]}: {error.problem}") from None
        raise


def with_options(text: str) -> str:
    """The text with options in place of its arguments."""
    return ARGUMENT.sub(lambda found: option(found[1], found[2]), text)


def option(name: str, value: str | None = None) -> str:
    """The option of an argument, as it is typed on the command line, with a value if given."""
    flag = name.replace("_", "-")
    if name == "limits":
        given = LIMITS.findall((value or "").replace("math.inf", "none"))
        return " ".join(f"--limit {limit}" for limit in given) or "--limit"
    if value is None or value == "True":
        return f"--{flag}"
    if value == "False":
        return f"--no-{flag}"
    if f"{name}={value}" in VALUES:
        return VALUES[f"{name}={value}"]
    if name == "set":
        return " ".join(f"--set {path}={given}" for path, given in ASSIGNMENT.findall(value))
    return f"--{flag} {value if PLAIN.fullmatch(value) else shlex.quote(value)}"
