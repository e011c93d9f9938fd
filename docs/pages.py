"""Write the reference pages, generated from the program."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import api
import exporting
import lessons
import moving
import programs
import typer

import phosphene as ph
from phosphene.cli.app import make_app
from phosphene.cli.commands import COMMANDS
from phosphene.cli.listing import LISTS
from phosphene.compiler import build
from phosphene.recipe.defaults import ADDED, DEFAULTS, REQUIRED
from phosphene.styles import style

FOLDER = Path(__file__).parent
NOTE = "<!-- written by `make docs`; edit the program, not this page -->"


def commands_page() -> str:
    """Every command with its arguments, its options by panel, and an example."""
    group: Any = typer.main.get_command(make_app())
    lines = ["# Commands", "", NOTE]
    for name in COMMANDS:
        command = group
        for word in name.split():
            command = command.commands[word]
        lines += ["", f"## phosphene {name}", "", command.help.strip(), ""]
        panel = None
        for parameter in command.params:
            if parameter.name == "help":
                continue
            if getattr(parameter, "rich_help_panel", None) != panel:
                panel = parameter.rich_help_panel
                lines += ["", f"{panel}:", ""]
            lines.append(f"- {_parameter(parameter)}")
        lines += ["", f"`{command.epilog.removeprefix('Example: ')}`"]
    return "\n".join(lines) + "\n"


def _parameter(parameter: Any) -> str:
    description = getattr(parameter, "help", None) or ""
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar or parameter.name}` {description}"
    flags = ", ".join(f"`{flag}`" for flag in [*parameter.opts, *parameter.secondary_opts])
    default = parameter.default
    plain = default in (None, False, ()) or callable(default)
    return f"{flags} {description}" + ("" if plain else f" (default {default})")


def catalogue_page() -> str:
    """Every entry of every catalogue."""
    return "\n".join(_catalogue_lines()) + "\n"


def _catalogue_lines() -> Iterator[str]:
    yield from ("# Catalogues", "", NOTE)
    for name, rows in LISTS.items():
        yield from ("", f"## {name}", "", "| name | meaning |", "|---|---|")
        for entry, description in rows():
            yield f"| `{entry}` | {description.replace('|', chr(92) + '|')} |"


def fields_page() -> str:
    """Every part of a recipe, with its fields and their defaults."""
    return "\n".join(_fields_lines()) + "\n"


def _fields_lines() -> Iterator[str]:
    yield from ("# Fields and defaults", "", NOTE, "")
    yield "Fields that a recipe leaves out have these values, in every version of edition 1."
    later = {(row.part, row.field): row for row in ADDED if row.value is None}
    for part, first in DEFAULTS.items():
        model = getattr(ph, part)
        yield from ("", f"## {part}", "", inspect.getdoc(model) or "", "")
        yield from ("| field | default |", "|---|---|")
        for field in model.model_fields:
            row = later.get((part, field))
            value = row.default if row else first[field]
            text = "required" if value == REQUIRED else f"`{json.dumps(value)}`"
            yield f"| `{field}` | {text}{f' (since {row.version})' if row else ''} |"


def picture_page() -> str:
    """docs/how-a-picture-is-made.md with the size of its program up to date."""
    program = build(style("silk", seed=7))
    numbers = f"{len(program.code):,} operations on {program.rows:,} rows of pixels, and "
    text = (FOLDER / "how-a-picture-is-made.md").read_text(encoding="utf-8")
    return moving.replace_block(text, "program", f"{numbers}{program.numbers.size:,} numbers.")


PAGES = {
    "api.md": api.page, "fields.md": fields_page,
    "commands.md": commands_page, "catalogue.md": catalogue_page, "shading.md": lessons.page,
    "films.md": moving.page, "exports.md": exporting.page,
    "program.md": programs.page,
    "how-a-picture-is-made.md": picture_page,
}  # fmt: skip


def write_pages() -> None:
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write_pages()
