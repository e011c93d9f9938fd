"""The command line: parse, one call, print.

Results go to stdout, messages to stderr. Exit codes: 0 success, 1 internal or system error,
2 invalid input, 130 Ctrl-C. A command is one file and one row of the table in commands.py.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import Any

from phosphene.cli.console import complain, prepare_streams
from phosphene.cli.wording import error_text
from phosphene.core.errors import EngineError, PhospheneError
from phosphene.core.version import __version__

try:
    import resource
except ImportError:  # Windows
    resource = None

# Bytes of address space: with less than the first, NumPy's BLAS ends the process; with less than
# the second, the compiler may.
LEAST_MEMORY, COMPILING = 150 << 20, 450 << 20
# What other libraries say, in errors of their own, when memory is short.
MEMORY_WORDS = (
    "Cannot allocate memory",
    "cannot allocate memory",
    "failed to map segment",
    "out of memory",
)

_signals: list[int] = []  # those that asked this process to stop


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit.

    Skips the interpreter's clean-up at exit, which would only take time.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    signal.signal(signal.SIGTERM, _terminate)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # ignored by `nohup` and `command &`
        signal.signal(signal.SIGINT, _interrupt)
    prepare_streams()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads only take time to start
    os._exit(run(arguments))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code. Expected errors are printed in a line or two,
    without a traceback.
    """
    _signals.clear()
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
        return code
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except BaseException as error:
        # A module that is interrupted while it loads may raise anything.
        told = (_stopped() if signal.SIGINT in _signals else None) or _told(error)
        if told is None:
            raise
        return told


def _told(error: BaseException) -> int | None:
    """Print an expected error; returns the exit code, or None for an error in the program."""
    match error:
        case _ if out_of_memory(error):
            return fail("not enough memory; write a .png file, or a --crop of the picture", 1)
        case EngineError() if memory_limit() < COMPILING:
            allowed = f"{memory_limit() >> 20} MB (ulimit -v)"
            return fail(f"{error}. Not enough memory? This process may use {allowed}", 1)
        case PhospheneError():
            return fail(error_text(error), error.exit_code)
        case KeyboardInterrupt():
            return _stopped()
        case BrokenPipeError():  # the reader of stdout has closed it
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return 1
        case OSError():
            return _system_error(error)
        case RecursionError():
            return fail("the input is nested too deeply", 2)
        case _:
            return None


def out_of_memory(error: BaseException) -> bool:
    """Whether an error comes from a lack of memory: also a library that could not be loaded."""
    text = str(error)
    return isinstance(error, MemoryError) or (
        isinstance(error, ImportError | RuntimeError | EngineError)
        and any(words in text for words in MEMORY_WORDS)
    )


def _system_error(error: OSError) -> int:
    why = error.strerror or str(error)
    if error.errno == errno.ENOMEM:
        return fail("not enough memory", 1)
    if error.filename:  # such as a name that is too long
        return fail(f"{str(error.filename)[:60]}: {why}", 2)
    return fail(f"the system refuses to read or write ({why})", 1)


def _stopped() -> int:
    return fail("stopped; no file is left half written", 130)


def _invoke(arguments: list[str]) -> int:
    if arguments == ["--version"]:  # answered before typer is imported
        print(f"phosphene {__version__}")
        return 0
    from phosphene.cli.console import drop_held, say_held, warnings_said
    from phosphene.cli.invoke import invoke

    try:
        if memory_limit() < LEAST_MEMORY:
            raise MemoryError
        with warnings_said():
            return invoke(arguments)
    except Exception:
        drop_held()
        raise
    finally:
        say_held()


def memory_limit() -> int:
    """The bytes of address space that this process may use (`ulimit -v`)."""
    if resource is None:
        return sys.maxsize
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return sys.maxsize if limit in (-1, resource.RLIM_INFINITY) else limit


def fail(text: str, code: int) -> int:
    complain(f"phosphene: {text}")
    return code


def _terminate(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)


def _interrupt(number: int, frame: Any) -> None:
    _signals.append(number)
    raise KeyboardInterrupt
