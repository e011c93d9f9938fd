"""Output of commands: results on stdout, everything else on stderr."""

from __future__ import annotations

import codecs
import json
import sys
import warnings
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any

from phosphene.cli.wording import with_options
from phosphene.core.errors import RecipeWarning

_held: deque[str] = deque()


def say(text: str) -> None:
    """Print a message on stderr, after those that are held."""
    say_held()
    print(with_options(text), file=sys.stderr, flush=True)


def hold(text: str) -> None:
    """Print a message later: before the next one, at the first progress, or when the command ends.
    A command that fails before prints only its error.
    """
    _held.append(text)


def say_held() -> None:
    """Print the messages that are held."""
    with suppress(IndexError):  # another thread may print them too
        while True:
            print(with_options(_held.popleft()), file=sys.stderr, flush=True)


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
    print(json_text(data) if as_json else text, flush=True)


def json_text(data: Any) -> str:
    """Indented JSON, with letters outside ASCII as escapes if stdout is not in Unicode."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    escaped = not codecs.lookup(encoding).name.startswith("utf")
    return json.dumps(data, ensure_ascii=escaped, indent=1)


def escape_unprintable() -> None:
    """Have stdout and stderr escape characters that their encoding lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def written(
    path: str, size: tuple[int, int], recipe: Any, seconds: float
) -> tuple[str, dict[str, Any]]:
    """What was written, with its style, seed and digest: as a line of text, and as data."""
    name = " ".join(str(p) for p in (recipe.style, "seed", recipe.seed) if p is not None)
    line = f"{path}  {size[0]}x{size[1]}  {name}  {seconds:.2f} s  digest {recipe.digest[:12]}"
    data = {
        "path": path, "size": list(size), "style": recipe.style, "seed": recipe.seed,
        "digest": recipe.digest, "seconds": round(seconds, 3),
    }  # fmt: skip
    return line, data
