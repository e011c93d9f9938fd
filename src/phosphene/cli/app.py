"""The typer application."""

from __future__ import annotations

from typing import Any

import typer

from phosphene.cli.commands import COMMANDS, GROUPS, find_command, find_example
from phosphene.cli.dials import with_dials
from phosphene.cli.panels import PanelCommand, PanelGroup


def make_app(names: list[str] | None = None, style: str | None = None) -> Any:
    """The typer application with the named commands (all by default). Where a command takes dials,
    those of the `style` are options of it.
    """
    app = typer.Typer(
        name="phosphene",
        cls=PanelGroup,
        help="Pictures from small neural networks: one seed, one picture, at any size.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback(invoke_without_command=True)
    def options(version: bool = typer.Option(False, "--version", help="print the version")) -> int:
        if version:
            from phosphene import __version__

            print(f"phosphene {__version__}")
        return 0

    groups: dict[str, Any] = {}
    for name in names or COMMANDS:
        command, panel = find_command(name), COMMANDS[name].panel
        group, _, last = name.rpartition(" ")
        if group and group not in groups:
            groups[group] = typer.Typer(
                cls=PanelGroup, no_args_is_help=True, rich_markup_mode="rich"
            )
            app.add_typer(groups[group], name=group, help=GROUPS[group], rich_help_panel=panel)
        groups.get(group, app).command(
            last, cls=PanelCommand, help=_paragraphs(command.__doc__ or ""),
            epilog=f"Example: {find_example(name)}", rich_help_panel=None if group else panel,
        )(with_dials(command, style) if style else command)  # fmt: skip
    return app


def _paragraphs(text: str) -> str:
    """A docstring as paragraphs of one line each, which help wraps."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
