"""Output of commands: results on stdout, everything else on stderr."""

from __future__ import annotations

import codecs
import json
import os
import sys
import warnings
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import Any

from phosphene.cli.wording import with_options
from phosphene.core.errors import OutputError, RecipeWarning
from phosphene.core.texts import UNUSUAL, printable

_held: deque[str] = deque()


def say(text: str) -> None:
    """Print a message on stderr, after those that are held."""
    say_held()
    complain(with_options(text))


def complain(text: str) -> None:
    """Print a text on stderr; if that is full or closed, nobody reads it, and work goes on."""
    with suppress(OSError):
        print(printable(text), file=sys.stderr, flush=True)


def hold(text: str) -> None:
    """Print a message later: before the next one, at the first progress, or when the command ends.
    A command that fails before prints only its error.
    """
    _held.append(text)


def say_held() -> None:
    """Print the messages that are held."""
    with suppress(IndexError):  # another thread may print them too
        while True:
            complain(with_options(_held.popleft()))


def drop_held() -> None:
    """Forget the messages that are held."""
    _held.clear()


@contextmanager
def warnings_said() -> Generator[None]:
    """A context manager that holds a message for each warning about a recipe, instead of Python's
    text with a line of source.
    """
    seen: set[str] = set()
    with warnings.catch_warnings():
        show = warnings.showwarning

        def said(message: Warning | str, category: type[Warning], *where: Any) -> None:
            if not issubclass(category, RecipeWarning):
                show(message, category, *where)
            elif str(message) not in seen:  # a command may read a file several times
                seen.add(str(message))
                hold(f"note: {message}")

        warnings.simplefilter("always", RecipeWarning)
        warnings.showwarning = said
        yield


def result(text: str, data: Any, as_json: bool) -> None:
    """Print the result on stdout: text, or JSON."""
    say_held()
    print(json_text(data) if as_json else printable(text), flush=True)


def json_text(data: Any) -> str:
    """Indented JSON, with characters that show nothing as escapes, and all outside ASCII if stdout
    is not in Unicode.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    if not codecs.lookup(encoding).name.startswith("utf"):
        return json.dumps(data, indent=1)
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return UNUSUAL.sub(lambda found: _json_escaped(found[0]), text)


def _json_escaped(letter: str) -> str:
    return letter if letter.isprintable() else json.dumps(letter)[1:-1]


def _open_closed_streams() -> None:
    """Give those of stdin, stdout and stderr that were closed when the process started an empty
    stdin, a stdout to which writing fails, and a stderr that ignores everything. A file that is
    opened later would otherwise get their number, and receive their text.
    """
    modes = {"stdin": os.O_RDONLY, "stdout": os.O_RDONLY, "stderr": os.O_WRONLY}
    for number, (name, flags) in enumerate(modes.items()):
        if getattr(sys, name) is None:
            place = os.open(os.devnull, flags)
            if place != number:
                os.dup2(place, number)
                os.close(place)
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115


class _Stdout(FileIO):
    """Writing to it raises `OutputError` that names stdout, instead of an error without a name."""

    def write(self, data: Any) -> int | None:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"stdout: cannot be written ({error.strerror})") from None


def prepare_streams() -> None:
    """Have stdout and stderr escape characters that their encoding lacks, instead of failing, and
    stdout name itself in errors.
    """
    _open_closed_streams()
    lines = sys.stdout.line_buffering if isinstance(sys.stdout, TextIOWrapper) else False
    sys.stdout = TextIOWrapper(
        BufferedWriter(_Stdout(1, "w", closefd=False)), encoding=sys.stdout.encoding,
        errors="backslashreplace", line_buffering=lines,
    )  # fmt: skip
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


def written(
    path: str, size: tuple[int, int], recipe: Any, seconds: float
) -> tuple[str, dict[str, Any]]:
    """What was written, with its style, seed and digest: as a line of text, and as data."""
    from phosphene.core.rng import seed_text  # loads NumPy

    seed = seed_text(recipe.seed)
    parts = [path, f"{size[0]}x{size[1]}"]
    name = " ".join(filter(None, [recipe.style, seed and f"seed {seed}"]))
    parts += [name] if name else []
    line = "  ".join([*parts, f"{seconds:.2f} s", f"digest {recipe.digest[:12]}"])
    data = {
        "path": path, "size": list(size), "style": recipe.style, "seed": recipe.seed,
        "digest": recipe.digest, "seconds": round(seconds, 3),
    }  # fmt: skip
    return line, data
