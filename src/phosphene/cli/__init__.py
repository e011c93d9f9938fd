"""The command line: parse, one call, print.

Results go to stdout, messages to stderr. Exit codes: 0 success, 1 internal or system error,
2 invalid input, 130 Ctrl-C. A command is one file and one row of the table in commands.py.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from phosphene.cli.console import escape_unprintable
from phosphene.cli.wording import error_text
from phosphene.core.errors import PhospheneError


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit.

    Skips the interpreter's clean-up at exit, because unloading the compiler takes a third of a
    second.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    signal.signal(signal.SIGTERM, _terminate)
    escape_unprintable()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads only take time to start
    code = run(arguments)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = 1
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code. Expected errors are printed in a line or two,
    without a traceback.
    """
    try:
        return _invoke(arguments)
    except PhospheneError as error:
        return fail(error_text(error), error.exit_code)
    except KeyboardInterrupt:
        return fail("stopped; no file is left half written", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader of stdout has closed it
        return 1
    except OSError as error:  # such as a name that is too long or a missing disk
        return fail(f"{str(error.filename)[:60]}: {error.strerror}", 2 if error.filename else 1)
    except MemoryError:
        return fail("not enough memory; write a .png file, or a --crop of the picture", 1)
    except RecursionError:
        return fail("the input is nested too deeply", 2)


def _invoke(arguments: list[str]) -> int:
    from phosphene.cli.console import drop_held, say_held, warnings_said
    from phosphene.cli.invoke import invoke

    try:
        with warnings_said():
            return invoke(arguments)
    except Exception:
        drop_held()
        raise
    finally:
        say_held()


def fail(text: str, code: int) -> int:
    print(f"phosphene: {text}", file=sys.stderr)
    return code


def _terminate(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)
