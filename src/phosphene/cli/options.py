"""Options that several commands share."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from phosphene.core.errors import UserError
from phosphene.recipe import FIELDS, read_value

Size = Annotated[str, typer.Option("--size", help="WIDTHxHEIGHT, 800 (square), 4k, a3@300dpi, ...")]
Output = Annotated[str | None, typer.Option("--output", "-o", help="file to write; - is stdout")]
Force = Annotated[bool, typer.Option("--overwrite", "--force", help="replace what exists already")]
Threads = Annotated[int | None, typer.Option("--threads", help="CPU threads (default: all)", min=1)]
Engine = Annotated[str, typer.Option("--engine", help="cpu or reference")]
Crop = Annotated[
    str | None, typer.Option("--crop", help="x,y,w,h: only that window of the picture")
]
Json = Annotated[bool, typer.Option("--json", help="print the result as JSON")]
Pick = Annotated[int | None, typer.Option("--pick", help="which picture of a contact sheet", min=1)]
Gate = Annotated[
    bool | None,
    typer.Option(
        "--gate/--any",
        help="--any: dull pictures stay as they are; --gate: they are rescued in any style, too; "
        "with neither, those of house styles are",
    ),
]
Complexity = Annotated[
    float | None,
    typer.Option("--complexity", help="3 calm, 10 lively, 30 wild: the gain for that many swings"),
]
SeedText = Annotated[str | None, typer.Option("--seed", help="a number or any text")]


# Dials of styles that have an option of their own; any other is `--dial name=value`.
DIALS = {
    "variance": "huenermann-*, cppn-keras: 50 is calm, 8192 is wild",
    "topology": "huenermann-browser: densenet, perceptron or resnet",
    "strength": "npainter: 1 to 32",
    "colour": "netart: bw, rgb, cmyk, hsv or hsl",
}


def recipe_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for every recipe field, and `--set`; it receives them as
    `fields`.
    """
    return _with_options(command, dials=False)


def style_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`recipe_options`, and the dials of styles among the `fields`: `--dial`, `--variance`, ..."""
    return _with_options(command, dials=True)


def _with_options(command: Callable[..., Any], dials: bool) -> Callable[..., Any]:
    names = [*FIELDS, *(DIALS if dials else ())]

    @functools.wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        fields = {name: kwargs.pop(name) for name in names}
        changes = dict(_assignment(text) for text in kwargs.pop("assign") or [])
        chosen = {name: text for name, text in fields.items() if text is not None}
        chosen |= dict(_dial(text) for text in kwargs.pop("dial", None) or [])
        return command(*args, fields=chosen | ({"set": changes} if changes else {}), **kwargs)

    signature = inspect.signature(command, eval_str=True)
    own = [p for p in signature.parameters.values() if p.name != "fields"]
    extra = [
        _option(name, str | None, f"--{name.replace('_', '-')}", field.says)
        for name, field in FIELDS.items()
    ]
    extra.append(
        _option(
            "assign", list[str] | None, "--set", "path=value: any recipe field, may be repeated"
        )
    )
    if dials:
        extra += [_option(name, str | None, f"--{name}", says) for name, says in DIALS.items()]
        says = "name=value: a style's own dial (phosphene list styles), may be repeated"
        extra.append(_option("dial", list[str] | None, "--dial", says))
    del wrapper.__wrapped__
    wrapper.__signature__ = signature.replace(parameters=[*own, *extra])  # type: ignore[attr-defined]
    wrapper.__annotations__ = {p.name: p.annotation for p in [*own, *extra]}
    return wrapper


def _option(name: str, kind: Any, flag: str, says: str) -> inspect.Parameter:
    option = typer.Option(flag, help=says, rich_help_panel="Recipe fields")
    annotation = Annotated[kind, option]
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, keyword, default=None, annotation=annotation)


def _dial(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UserError(f"--dial {text}: expected name=value, such as variance=588.1")
    return name, value


def _assignment(text: str) -> tuple[str, Any]:
    path, equals, value = text.partition("=")
    if not equals or not path:
        raise UserError(f"--set {text}: expected path=value, such as networks.main.width=32")
    return path, read_value(value)
