"""phosphene list"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer

from phosphene.catalogues import CATALOGUES
from phosphene.cli.console import json_text
from phosphene.cli.options import Json
from phosphene.core.errors import UserError, unknown

EXAMPLE = "phosphene list activations"

Rows = list[tuple[str, str]]
# catalogues whose options have rows of their own; others have them in the description
OWN_ROWS = ("formats", "film-formats", "paths")


def rows(catalogue: str) -> Rows:
    """The names and descriptions of a catalogue, as `ph.styles()` and the others return them."""
    found: Rows = []
    for name, entry in CATALOGUES[catalogue]().items():
        found.append((name, str(entry)))
        if catalogue in OWN_ROWS:
            found += [
                (f"{name} {option}", description) for option, description in entry.options.items()
            ]
    return found


LISTS: dict[str, Callable[[], Rows]] = {name: partial(rows, name) for name in CATALOGUES}


def list_command(
    what: Annotated[str | None, typer.Argument(metavar="CATALOGUE", help=", ".join(LISTS))] = None,
    as_json: Json = False,
) -> None:
    """Print a catalogue: names and descriptions. Without CATALOGUE, print all."""
    if what is not None and what not in LISTS:
        raise UserError(unknown("catalogue", what, LISTS))
    chosen = {name: make() for name, make in LISTS.items() if what in (None, name)}
    if as_json:
        data = {name: dict(found) for name, found in chosen.items()}
        print(json_text(data if what is None else data[what]))
        return
    for name, found in chosen.items():
        if what is None:
            print(f"\n{name}")
        wide = max(len(n) for n, _ in found)
        for entry, description in found:
            print(f"{entry:<{wide}}  {description}")
