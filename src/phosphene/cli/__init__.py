"""The command line: parse, one call, say.

stdout is the result, stderr the talk. Exit codes: 0 done, 1 our fault or the machine's, 2 the
user's input, 130 Ctrl-C. A command is one file and one row of `COMMANDS`.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from typing import Any

from phosphene.cli.wording import error_text
from phosphene.core.errors import PhospheneError

# command: module of phosphene.cli that holds the function NAME_command (_ for -)
COMMANDS: dict[str, str] = {
    "paint": "paint",
    "animate": "animate",
    "strip": "strip",
    "sheet": "sheets",
    "grid": "grid",
    "render": "render",
    "maps": "maps",
    "show": "show",
    "check": "check",
    "import": "import_weights",
    "palette": "palette",
    "list": "listing",
    "bench": "bench",
    "neural-painter": "neural_painter",
    "huenermann": "huenermann",
}


def make_app(names: list[str] | None = None) -> Any:
    """The typer application with the named commands (all by default)."""
    import typer

    app = typer.Typer(
        name="phosphene",
        help="Pictures from small neural networks: one seed, one picture, at any size.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_version)
    for name in names or COMMANDS:
        module = import_module(f"phosphene.cli.{COMMANDS[name]}")
        command = getattr(module, f"{name.replace('-', '_')}_command")
        example = f"Example: {module.EXAMPLES[name]}"
        app.command(name, epilog=example, help=command.__doc__)(command)
    return app


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit.

    Without the interpreter's own farewell: unloading the compiler takes a third of a second.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    signal.signal(signal.SIGTERM, _terminate)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads only take time to start
    code = run(arguments)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = 1
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run one command; gives its exit code. Errors of ours print in a line or two, never a
    traceback.
    """
    try:
        from phosphene.cli.invoke import invoke

        asked = [arguments[0]] if arguments and arguments[0] in COMMANDS else None
        return invoke(make_app(asked), arguments)  # only the command asked for is loaded
    except PhospheneError as error:
        return fail(error_text(error), error.exit_code)
    except KeyboardInterrupt:
        return fail("stopped; nothing was left half written", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read stdout has gone
        return 1
    except OSError as error:  # a name that is too long, a disk that has gone
        return fail(f"{str(error.filename)[:60]}: {error.strerror}", 2 if error.filename else 1)
    except MemoryError:
        return fail("not enough memory; write a .png file, or a --crop of the picture", 1)
    except RecursionError:
        return fail("the input is nested too deeply", 2)


def fail(text: str, code: int) -> int:
    print(f"phosphene: {text}", file=sys.stderr)
    return code


def _terminate(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)


def _version(version: bool = False) -> int:
    """Pictures from small neural networks: one seed, one picture, at any size."""
    if version:
        from phosphene import __version__

        print(f"phosphene {__version__}")
    return 0
