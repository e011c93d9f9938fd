"""phosphene import"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from phosphene.cli.console import result, say
from phosphene.cli.options import Json, Overwrite
from phosphene.compiler.networks import network_shapes
from phosphene.files.recipes import write_recipe
from phosphene.systems import SYSTEMS
from phosphene.systems.npz import import_weights

EXAMPLE = "phosphene import weights.npz --system cppn-tensorflow -o art.json"


def import_command(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="an .npz file of arrays, as numpy.savez writes it")
    ],
    system: Annotated[str, typer.Option("--system", help=", ".join(SYSTEMS))],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="recipe to write, a .json file; - is stdout"),
    ] = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Turn the weights of another program into a recipe, which every other command takes."""
    recipe = import_weights(source, system)
    networks = network_shapes(recipe)
    path = output or f"{Path(source).stem}.json"
    write_recipe(recipe, path, overwrite=overwrite)
    layers = [n.layers() for n in networks]
    parameters = sum(n.parameters() for n in networks)
    say(f"{path}  {system}  {parameters:,} parameters  digest {recipe.digest[:12]}")
    if path != "-":
        data = {
            "path": path, "system": system, "layers": layers, "parameters": parameters,
            "digest": recipe.digest,
        }  # fmt: skip
        result(path, data, as_json)
