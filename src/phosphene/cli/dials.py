"""The dials of a style as options of the commands that take it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from difflib import get_close_matches
from inspect import Parameter
from typing import Any

from phosphene.cli.options import dial_option, flag_of, make_option, parameters_of, with_parameters
from phosphene.styles import STYLES, dial_owners

FLAGS = (bool, bool | None)  # the types of options without a value


def with_dials(command: Callable[..., Any], style: str) -> Callable[..., Any]:
    """The command with an option for each dial of a style, if it takes dials. A dial with the name
    of an existing option has to be given by --dial.
    """
    own = {parameter.name: parameter for parameter in parameters_of(command)}
    if "dial" not in own:
        return command
    panel = f"Dials of {style}"
    del own["dial"]
    taken = {flag for parameter in own.values() for flag in flags(parameter)}
    options: dict[str, Parameter] = {}
    for name, (default, description) in STYLES[style].dials.items():
        flag = isinstance(default, bool)
        if flag_of(name) not in taken:
            kind = bool | None if flag else str | None
            options[name] = make_option(
                f"dial_{name}", kind, flag_of(name, flag), description, panel
            )

    @functools.wraps(command)
    def wrapper(**given: Any) -> Any:
        values = {name: given.pop(option.name) for name, option in options.items()}
        dials = [f"{name}={value}" for name, value in values.items() if value is not None]
        return command(**given | {"dial": [*(given["dial"] or []), *dials]})

    return with_parameters(wrapper, [*own.values(), *options.values(), dial_option(panel)])


def flags(parameter: Parameter) -> list[str]:
    """The options of a parameter of a command, including --no-..."""
    (info,) = parameter.annotation.__metadata__
    declared = (info.default, *(info.param_decls or ()))  # where typer.Option keeps the first
    return [f for text in declared if isinstance(text, str) for f in text.split("/")]


def named_style(command: Callable[..., Any], words: list[str]) -> str | None:
    """The style that a command line names; None for a command without dials, or another source."""
    parameters = parameters_of(command)
    if "dial" not in [parameter.name for parameter in parameters]:
        return None
    valued = {f for p in parameters if p.annotation.__origin__ not in FLAGS for f in flags(p)}
    bare = (word for before, word in zip(["", *words], words, strict=False) if before not in valued)
    return next((word for word in bare if word in STYLES), None)


def given_by_dial(name: str, words: list[str]) -> bool:
    """Whether a command line sets a dial by `--dial NAME=VALUE`, not by an option of its own."""
    pairs = zip(["", *words], words, strict=False)
    return any(
        f"{before}={word}".startswith(f"--dial={name}=") or word.startswith(f"--dial={name}=")
        for before, word in pairs
    )


def no_such_option(option: str, known: list[str], style: str | None) -> str:
    """The message for an unknown option: the nearest option, or the style whose dial it is."""
    message = f"no such option: {option}."
    dials = {flag_of(name): name for row in STYLES.values() for name in row.dials}
    if "--dial" not in known and option in dials:
        name = dials[option]
        owners = dial_owners(name)
        return (
            f"{message} It is a dial of {', '.join(owners)}, for commands that take a style, such "
            f"as paint {owners[0]} {option} VALUE."
        )
    near = get_close_matches(
        option, {*known, *(dials if "--dial" in known else ())}, n=1, cutoff=0.7
    )
    if near and near[0] != option:
        message += f" Did you mean {near[0]}?"
    if near and near[0] not in known:
        owners = ", ".join(dial_owners(dials[near[0]]))
        message += f" It is a dial of {owners}" + ("." if style else "; name the style before it.")
    if style is not None:
        own = [flag_of(name) for name in STYLES[style].dials]
        message += f" {style} has the dials {', '.join(own)}." if own else f" {style} has no dials."
    return message
