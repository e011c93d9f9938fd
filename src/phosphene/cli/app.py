"""The typer application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from phosphene.cli.commands import COMMANDS, GROUPS, find_command, find_example
from phosphene.cli.panels import PanelCommand, PanelGroup
from phosphene.core.version import __version__


def make_app(names: list[str] | None = None, style: str | None = None) -> Any:
    """The typer application with the named commands (all by default). Where a command takes dials,
    those of the `style` are options of it.
    """
    from phosphene.cli.limit_option import WITHOUT, with_limit  # loads what commands load

    app = _empty_app()
    for name in names or COMMANDS:
        command = find_command(name)
        if style:
            from phosphene.cli.dials import with_dials  # loads the styles

            command = with_dials(command, style)
        if name not in WITHOUT:
            command = with_limit(command)
        help_text, example = _paragraphs(command.__doc__ or ""), find_example(name)
        _add(app, name, command, help=help_text, epilog=f"Example: {example}")
    return app


def make_overview() -> Any:
    """The typer application that lists all commands, and loads none of them."""
    app = _empty_app()
    for name, row in COMMANDS.items():
        _add(app, name, lambda: None, help=row.summary)
    return app


def _empty_app() -> Any:
    app = typer.Typer(
        name="phosphene",
        cls=PanelGroup,
        help="Pictures from small neural networks: one seed, one picture, at any size.",
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback(invoke_without_command=True)
    def options(version: bool = typer.Option(False, "--version", help="print the version")) -> int:
        if version:
            print(f"phosphene {__version__}")
        return 0

    return app


def _add(app: Any, name: str, command: Callable[..., Any], **texts: str) -> None:
    """Add a command to the application, with its group if it has one."""
    panel = COMMANDS[name].panel
    group, _, last = name.rpartition(" ")
    groups = {g.name: g.typer_instance for g in app.registered_groups}
    if group and group not in groups:
        groups[group] = typer.Typer(cls=PanelGroup, no_args_is_help=True, rich_markup_mode="rich")
        app.add_typer(groups[group], name=group, help=GROUPS[group], rich_help_panel=panel)
    place = groups.get(group, app)
    place.command(last, cls=PanelCommand, rich_help_panel=None if group else panel, **texts)(
        command
    )


def _paragraphs(text: str) -> str:
    """A docstring as paragraphs of one line each, which help wraps."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
