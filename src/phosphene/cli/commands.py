"""The table of commands, used by help, documentation and tests."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple


class Command(NamedTuple):
    """`module` of phosphene.cli holds the function NAME_command (_ for -) and its EXAMPLE. The list
    of commands shows the command in `panel` with its `summary`, and loads no module for that.
    """

    module: str
    panel: str
    summary: str


# A name of two words is a command of a group.
COMMANDS: dict[str, Command] = {
    "paint": Command("paint", "Create", "Paint a picture from a seed, or many."),
    "animate": Command("animate", "Create", "Make a film: a seamless loop, or another path."),
    "sheet": Command("sheet", "Create", "Make a contact sheet of seeds or variations."),
    "grid": Command("grid", "Create", "Make a labelled grid over one or two recipe fields."),
    "show": Command("show", "Look", "Print the recipe inside a file, its networks and its digest."),
    "check": Command("check", "Look", "Report what is wrong with pictures, and what to try."),
    "strip": Command("strip", "Look", "Show frames of a film side by side in one picture."),
    "render": Command("render", "Export", "Render a file again: larger, or a part of it."),
    "textures": Command("textures", "Export", "Write texture maps: albedo, height, normal, ..."),
    "palette": Command("palette", "Export", "Print the colours of a picture, for other programs."),
    "import": Command(
        "import_weights", "Seed systems", "Turn the weights of another program into a recipe."
    ),
    "compat neural-painter": Command(
        "neural_painter", "Seed systems", "Paint with the flags of neural-painter (2016)."
    ),
    "compat huenermann": Command(
        "huenermann", "Seed systems", "Paint with the flags of Huenermann's script (2018)."
    ),
    "list": Command("listing", "Tools", "Print the catalogues: styles, activations, formats, ..."),
    "bench": Command("bench", "Tools", "Measure speed, latency and memory on this machine."),
}  # fmt: skip
GROUPS = {"compat": "The command lines of other programs, with their options and defaults."}


def find_command(name: str) -> Callable[..., Any]:
    """The function of a command."""
    module = import_module(f"phosphene.cli.{COMMANDS[name].module}")
    return getattr(module, f"{name.rpartition(' ')[2].replace('-', '_')}_command")


def find_example(name: str) -> str:
    """A command line that shows what a command does."""
    return import_module(f"phosphene.cli.{COMMANDS[name].module}").EXAMPLE
