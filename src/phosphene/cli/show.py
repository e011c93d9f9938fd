"""phosphene show"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.build import make_networks
from phosphene.cli.options import Json, Pick
from phosphene.errors import UserError
from phosphene.files import open_recipe, read_metadata
from phosphene.recipe import Recipe

EXAMPLES = {"show": "phosphene show silk.png"}


def show_command(
    source: Annotated[
        str | None, typer.Argument(metavar="FILE", help="a picture, a .json recipe, or -")
    ] = None,
    pick: Pick = None,
    as_json: Json = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="print the JSON schema of recipes")
    ] = False,
) -> None:
    """Print the recipe inside a file, its networks (layers, units, parameters) and its digest."""
    if schema:
        print(json.dumps(Recipe.model_json_schema(), indent=1))
        return
    if source is None:
        raise UserError("show: name a file, or ask for --schema")
    recipe = open_recipe(source, pick)
    data = describe(recipe)
    if Path(source).is_file() and pick is None:  # a pipe is read once
        data |= {"render": json.loads(read_metadata(source).get("phosphene-render", "{}"))}
    if as_json:
        print(json.dumps(data, indent=1, ensure_ascii=False))
        return
    print(json.dumps(data["recipe"], indent=1, ensure_ascii=False))
    for network in data["networks"]:
        layers = " -> ".join(map(str, network["layers"]))
        print(f"network {network['name']}: {layers} units, {network['parameters']:,} parameters")
    if data.get("render"):
        print("rendered: " + ", ".join(f"{k} {v}" for k, v in data["render"].items()))
    print(f"digest: {data['digest']}")


def describe(recipe: Recipe) -> dict[str, Any]:
    """A recipe as data: itself, its networks, its digest."""
    networks = [
        {
            "name": network.name,
            "inputs": len(network.inputs),
            "layers": network.layers(),
            "units": sum(network.layers()),
            "parameters": network.parameters(),
        }
        for network in make_networks(recipe)
    ]
    return {"recipe": json.loads(recipe.json), "networks": networks, "digest": recipe.digest}
