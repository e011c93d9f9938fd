"""Options and groups of options shared by several commands.

A group is a function: its parameters are options, and what it returns is what a command receives.
`@takes(output_as=output_options)` gives a command the options of the group, and their result as
`output_as`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from inspect import Parameter
from typing import Annotated, Any

import typer

from phosphene.core.errors import UserError
from phosphene.files.options import metadata_level
from phosphene.recipe import FIELDS, read_value, yes_or_no

Size = Annotated[str, typer.Option("--size", help="WIDTHxHEIGHT, 800 (square), 4k, a3@300dpi, ...")]
Output = Annotated[str | None, typer.Option("--output", "-o", help="file to write; - is stdout")]
Overwrite = Annotated[bool, typer.Option("--overwrite", "--force", help="replace existing files")]
Threads = Annotated[int | None, typer.Option("--threads", help="CPU threads (default: all)", min=1)]
Workers = Annotated[
    int | None,
    typer.Option("--workers", help="processes of one thread each, instead of threads", min=1),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        help="Dask workers instead: local (--workers of them), tcp://host:8786, scheduler.json",
    ),
]
Engine = Annotated[str, typer.Option("--engine", help="cpu or reference")]
Exact = Annotated[
    bool,
    typer.Option("--exact", help="no anti-aliasing where a recipe has none, as in seed systems"),
]
Crop = Annotated[
    str | None, typer.Option("--crop", help="x,y,w,h: only this window of the picture")
]
Json = Annotated[bool, typer.Option("--json", help="print the result as JSON")]
Pick = Annotated[int | None, typer.Option("--pick", help="which picture of a contact sheet", min=1)]
Gate = Annotated[
    bool | None,
    typer.Option(
        "--gate/--no-gate",
        help="rescue dull pictures of any style, or of none (default: of house styles)",
    ),
]
Complexity = Annotated[
    float | None,
    typer.Option("--complexity", help="how busy: 3 calm, 10 lively, 30 wild; sets the gain"),
]
FormatOption = Annotated[
    list[str] | None,
    typer.Option("--format-option", help="NAME=VALUE, such as depth=16; may be repeated"),
]
MetadataLevel = Annotated[
    str | None,
    typer.Option(
        "--metadata",
        help="full; recipe: without the names of style and seed; or none (default: full)",
    ),
]
NoMetadata = Annotated[
    bool, typer.Option("--no-metadata", help="no metadata in the file: --metadata none")
]
SeedText = Annotated[str | None, typer.Option("--seed", help="a number or any text")]

Group = Callable[..., Any]


def takes(**groups: Group) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: the command has the options of the groups, and receives their results by name.

    typer reads the options of a command from its signature, so this builds one.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        options = {name: parameters_of(group) for name, group in groups.items()}
        own = [p for p in parameters_of(command) if p.name not in groups]

        @functools.wraps(command)
        def wrapper(**given: Any) -> Any:
            for name, parameters in options.items():
                given[name] = groups[name](**{p.name: given.pop(p.name) for p in parameters})
            return command(**given)

        return with_parameters(wrapper, [*own, *(p for ps in options.values() for p in ps)])

    return decorate


def parameters_of(function: Callable[..., Any]) -> list[Parameter]:
    """The parameters of a command or a group, by name only."""
    parameters = inspect.signature(function, eval_str=True).parameters.values()
    return [p.replace(kind=Parameter.KEYWORD_ONLY) for p in parameters]


def with_parameters(
    function: Callable[..., Any], parameters: list[Parameter]
) -> Callable[..., Any]:
    """The function, for typer with these parameters."""
    vars(function).pop("__wrapped__", None)
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {p.name: p.annotation for p in parameters}
    return function


def make_option(
    name: str, kind: Any, flag: str, description: str, panel: str | None = None
) -> Parameter:
    """A parameter that is an option, None by default."""
    annotation = Annotated[kind, typer.Option(flag, help=description, rich_help_panel=panel)]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def running_options(
    threads: Threads = None, workers: Workers = None, cluster: Cluster = None
) -> dict[str, Any]:
    """A group: who does the work."""
    return {"threads": threads, "workers": workers, "cluster": cluster}


def metadata_options(metadata: MetadataLevel = None, no_metadata: NoMetadata = False) -> str:
    """A group: how much the file says of what it shows."""
    if no_metadata and metadata not in (None, "none"):
        raise UserError(f"contradicts `metadata={metadata}`; omit one", argument="no_metadata")
    return metadata_level("none" if no_metadata else metadata or "full")


def flag_of(name: str, yes_or_no: bool = False) -> str:
    """The option of a name: `--latent-size`; `--bw/--no-bw` for one without a value."""
    flag = name.replace("_", "-")
    return f"--{flag}/--no-{flag}" if yes_or_no else f"--{flag}"


def dial_option(panel: str) -> Parameter:
    description = "NAME=VALUE: a dial of the style, even if an option has its name; may be repeated"
    return make_option("dial", list[str] | None, "--dial", description, panel)


def _field_options() -> list[Parameter]:
    """An option for every recipe field, and --set."""
    options: list[Parameter] = []
    for name, field in FIELDS.items():
        flag = field.read is yes_or_no
        options.append(make_option(name, bool | None if flag else str | None, flag_of(name, flag),
                                   field.description))  # fmt: skip
    description = "PATH=VALUE: any recipe field, such as view.span=3; may be repeated"
    return [*options, make_option("set", list[str] | None, "--set", description)]


def recipe_fields(**given: Any) -> dict[str, Any]:
    """A group: the fields of a recipe by name, and by path in `set`; only what is given."""
    changes = [pair(text, "set", "networks.main.width=32") for text in given.pop("set") or []]
    fields = {name: value for name, value in given.items() if value is not None}
    return fields | ({"set": {path: read_value(text) for path, text in changes}} if changes else {})


def style_fields(**given: Any) -> dict[str, Any]:
    """A group: `recipe_fields`, and the dials of a style among them."""
    dials = given.pop("dial") or []
    return recipe_fields(**given) | dict(pair(text, "dial", "folds=3") for text in dials)


with_parameters(recipe_fields, _field_options())
with_parameters(style_fields, [*_field_options(), dial_option("Dials of a style")])


def pair(text: str, argument: str, example: str) -> tuple[str, str]:
    """The two sides of an assignment. Raises `UserError`."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UserError(f"got {text}; expected NAME=VALUE, such as {example}", argument=argument)
    return name, value
