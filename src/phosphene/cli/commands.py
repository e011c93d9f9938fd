"""The table of commands, used by help, documentation and tests."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple


class Command(NamedTuple):
    """`module` of phosphene.cli holds the function NAME_command (_ for -) and its EXAMPLE; help
    shows the command in `panel`.
    """

    module: str
    panel: str


# A name of two words is a command of a group.
COMMANDS: dict[str, Command] = {
    "paint": Command("paint", "Create"),
    "animate": Command("animate", "Create"),
    "sheet": Command("sheet", "Create"),
    "grid": Command("grid", "Create"),
    "show": Command("show", "Look"),
    "check": Command("check", "Look"),
    "strip": Command("strip", "Look"),
    "render": Command("render", "Export"),
    "textures": Command("textures", "Export"),
    "palette": Command("palette", "Export"),
    "import": Command("import_weights", "Seed systems"),
    "compat neural-painter": Command("neural_painter", "Seed systems"),
    "compat huenermann": Command("huenermann", "Seed systems"),
    "list": Command("listing", "Tools"),
    "bench": Command("bench", "Tools"),
}
GROUPS = {"compat": "The command lines of other programs, with their options and defaults."}


def find_command(name: str) -> Callable[..., Any]:
    """The function of a command."""
    module = import_module(f"phosphene.cli.{COMMANDS[name].module}")
    return getattr(module, f"{name.rpartition(' ')[2].replace('-', '_')}_command")


def find_example(name: str) -> str:
    """A command line that shows what a command does."""
    return import_module(f"phosphene.cli.{COMMANDS[name].module}").EXAMPLE
