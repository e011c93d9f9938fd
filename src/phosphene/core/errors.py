"""Everything that Phosphene raises on purpose.

    PhospheneError               exit code 1: a fault of the program or the machine
    ├── EngineError              an engine is missing or cannot do what a program asks
    ├── OutputError              a file cannot be written
    └── UserError                exit code 2: something in the input is wrong
        ├── RecipeError          a recipe is not valid
        │   └── FormulaError     a formula cannot be used; carries its text and the position
        ├── DialError            a dial of a style, `argument`, cannot have the value given
        ├── ProgramError         a program document cannot be read or run
        ├── SizeError            a size, crop or count that is not possible
        ├── InputError           a file or option cannot be used as given
        └── LimitError           a recipe or file asks for more than a limit of `ph.Limits`

A message says where, what came, what was expected and what to do. It prints without a traceback.

Messages name Python arguments, never command-line options. An error about an argument carries its
name: `SizeError("got 0; expected 1", argument="size")` reads "size: got 0; expected 1". Any other
argument in a message is in backquotes, with or without a value: `size`, `overwrite=True`,
`dpi=300`. The command line prints both as its options, see `phosphene.cli.wording`.
"""

from __future__ import annotations

import difflib
import errno
import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from os import PathLike

from phosphene.core.texts import printable, shortened


class PhospheneError(Exception):
    """`argument` is the name of the argument that the message is about, or "".

    The message may hold texts of a user or a file: it is cut to about a screen, and characters that
    a terminal would obey are escaped.
    """

    exit_code = 1

    def __init__(self, problem: str = "", *, argument: str = ""):
        problem = printable(shortened(str(problem)))
        super().__init__(problem)
        self.problem, self.argument = problem, argument

    def __str__(self) -> str:
        return f"{self.argument}: {self.problem}" if self.argument else self.problem


class EngineError(PhospheneError):
    pass


class OutputError(PhospheneError):
    pass


class UserError(PhospheneError):
    exit_code = 2


class RecipeError(UserError):
    pass


class FormulaError(RecipeError):
    """A formula that cannot be used. `str()` shows the text with a caret under the place."""

    def __init__(self, problem: str, text: str = "", column: int | None = None):
        super().__init__(problem)
        self.text, self.column = text, column

    def __str__(self) -> str:
        if not self.text:
            return self.problem
        column = self.column or 0
        start = max(0, column - 50)
        shown = printable(self.text[start : start + 100].replace("\n", " "))
        where = f"\n  {shown}\n  {' ' * (column - start)}^" if self.column is not None else ""
        return f"{self.problem}{where or f' in {shown!r}'}"


class DialError(UserError):
    pass


class ProgramError(UserError):
    pass


class SizeError(UserError):
    pass


class InputError(UserError):
    pass


class LimitError(UserError):
    """`limits` are the names of the limits that are exceeded."""

    def __init__(self, problem: str, *, limits: tuple[str, ...] = ()):
        super().__init__(problem)
        self.limits = limits


class RecipeWarning(UserWarning):
    """A recipe in a file is damaged, or there are different ones; another copy of it was used."""


@contextmanager
def reading(path: object) -> Generator[None]:
    """A context manager that turns what the system raises for a file into `InputError`: it does not
    exist, cannot be read, or `path` cannot be a name.
    """
    try:
        if "\0" in str(path):
            raise InputError(f"{str(path)[:60]!r}: not a name for a file (null character)")
        yield
    except UnicodeEncodeError as error:
        raise InputError(f"{str(path)[:60]!r}: not a name for a file ({error.reason})") from None
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        why = error.strerror or error
        if error.errno == errno.ENAMETOOLONG:
            raise InputError(f"{str(path)[:60]!r}: not a name for a file ({why})") from None
        raise InputError(f"{path}: cannot be read ({why})") from None


def refuse_pipe(path: str | PathLike[str]) -> None:
    """Raise `InputError` for a pipe or a device, where a file is read more than once."""
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        raise InputError(
            f"{path}: is a pipe or a device, and would be read more than once; save it to a file"
        )


class UnknownNameError(ValueError):
    """An unknown name, as `unknown` explains it. The nearest name is only searched when
    `explained` is called: a recipe may hold 100,000 unknown names.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], *, list_with: str = ""):
        super().__init__(f"unknown {kind} '{name[:60]}'")
        self.given, self.list_with = (kind, name, known), list_with

    def explained(self) -> str:
        return unknown(*self.given, list_with=self.list_with)


def unknown(kind: str, name: str, known: Iterable[str], *, list_with: str = "") -> str:
    """The message for an unknown name: what came, the nearest known name, where to look."""
    names, name = sorted(known), str(name)
    name = name if len(name) <= 80 else f"{name[:80]}..."
    same = [n for n in names if n.casefold() == name.casefold()]
    swapped = same or [n for n in names if sorted(n) == sorted(name)]
    close = swapped or difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    close = close or difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    if list_with:
        look = f" `phosphene list {list_with}` shows all {len(names)}."
    else:
        look = f" Known: {', '.join(names[:24])}{', ...' if len(names) > 24 else ''}."
    return f"unknown {kind} '{name}'.{hint}{look}"
