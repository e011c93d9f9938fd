"""phosphene show"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import json_text, result
from phosphene.cli.options import Json, Overwrite, Pick
from phosphene.cli.source import refuse_style
from phosphene.compiler.networks import network_shapes
from phosphene.core.errors import UserError
from phosphene.core.texts import printable
from phosphene.files import read_metadata, rendering
from phosphene.files.atomic import check_free, whole_file
from phosphene.motion import Film
from phosphene.motion.load import frame_in, open_file
from phosphene.motion.paths.grammar import path_text
from phosphene.recipe import Recipe

EXAMPLE = "phosphene show silk.png"


def show_command(
    source: Annotated[
        str | None, typer.Argument(metavar="FILE", help="a picture, a film, a .json recipe, or -")
    ] = None,
    pick: Pick = None,
    as_json: Json = False,
    full: Annotated[
        bool, typer.Option("--full", help="print the recipe with all defaults")
    ] = False,
    draw: Annotated[
        str | None, typer.Option("--draw", help="write a drawing of its networks: net.svg")
    ] = None,
    overwrite: Overwrite = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="print the JSON schema of recipes")
    ] = False,
) -> None:
    """Print the recipe inside a file, its networks (layers, units, parameters) and its digest; for
    a film also its path and duration.

    Values equal to the defaults are omitted; --full prints everything. --draw only writes an SVG
    with the layers, units and connections of its networks, each unit with its picture.
    """
    if schema:
        print(json_text(Recipe.model_json_schema()))
        return
    if source is None:
        raise UserError("show: name a file, or use --schema")
    refuse_style(source)
    found = open_file(source, pick)
    if draw is not None:
        recipe = found.recipe if isinstance(found, Film) else found
        _draw(recipe, draw, overwrite, as_json)
        return
    if isinstance(found, Film):
        data = describe(found.recipe, full) | describe_film(found, frame_in(source))
    else:
        data = describe(found, full)
        if Path(source).is_file() and pick is None:  # a pipe is read once
            data |= {"render": rendering(read_metadata(source))}
    if as_json:
        print(json_text(data))
        return
    print(json_text(data["recipe"]))
    for network in data["networks"]:
        layers = " -> ".join(map(str, network["layers"]))
        print(f"network {network['name']}: {layers} units, {network['parameters']:,} parameters")
    if "film" in data:
        print(*map(printable, film_lines(data["film"])), sep="\n")
    if data.get("render"):
        width, height = data["render"].pop("size")
        more = "".join(f", {key} {value}" for key, value in data["render"].items())
        print(printable(f"rendered: {width}x{height}{more}"))
    print(f"digest: {data['digest']}")


def _draw(recipe: Recipe, path: str, overwrite: bool, as_json: bool) -> None:
    """Write the drawing of a recipe's networks, and print its path."""
    from phosphene.render.network_svg import network_svg  # loads the engine

    if Path(path).suffix.lower() != ".svg":
        raise UserError(f"{path}: expected a file that ends in .svg", argument="draw")
    check_free(Path(path), overwrite)
    text = network_svg(recipe)
    with whole_file(Path(path), overwrite) as file:
        file.write(text.encode())
    result(path, {"path": path, "networks": list(recipe.networks)}, as_json)


def describe(recipe: Recipe, full: bool = False) -> dict[str, Any]:
    """A recipe as data: itself, `full` with every default; its networks; its digest."""
    networks = [
        {
            "name": network.name,
            "inputs": len(network.inputs),
            "layers": network.layers(),
            "units": sum(network.layers()),
            "parameters": network.parameters(),
        }
        for network in network_shapes(recipe)
    ]
    return {"recipe": recipe.to_dict(full=full), "networks": networks, "digest": recipe.digest}


def describe_film(film: Film, frame: int | None) -> dict[str, Any]:
    """A film as data, without its recipe; `frame` is the one of it that the file shows."""
    shown = {} if frame is None else {"frame": frame}
    more = {"seconds": round(float(film.count / film.fps), 6), "closed": film.closed}
    return {"film": json.loads(film.json) | more | shown}


def film_lines(film: dict[str, Any]) -> list[str]:
    """Its path, as `animate` takes it, and its length."""
    width, height = film["size"]
    ends = "closed" if film["closed"] else "open"
    lines = [f"path: {' + '.join(map(path_text, film['path']))}"]
    lines.append(
        f"film: {film['frames']} frames, {film['seconds']:g} s at {film['fps']} frames per second, "
        f"{width}x{height}, {ends}"
        + (f", {film['subframes']} sub-frames per frame" if film["subframes"] > 1 else "")
    )
    return lines + ([f"frame: {film['frame']}"] if "frame" in film else [])
