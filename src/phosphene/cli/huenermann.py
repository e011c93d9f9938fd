"""phosphene compat huenermann: the command line of Huenermann's script.py, on our recipes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import result, say
from phosphene.cli.options import Json, takes
from phosphene.cli.output import output_options, write_picture
from phosphene.cli.wording import spelled
from phosphene.compiler import latents
from phosphene.core.errors import InputError, RecipeError, UserError
from phosphene.files import open_recipe, recorded_size
from phosphene.networks.nameless import nameless
from phosphene.raster.frame import parse_size
from phosphene.recipe import Recipe
from phosphene.styles import style
from phosphene.systems.huenermann import drawn_variance

EXAMPLE = (
    "phosphene compat huenermann --save --path results --x 240 --y 160 --variance 80 "
    "--seed 100 --series 2"
)


@takes(output_as=output_options)
def huenermann_command(
    save: Annotated[bool, typer.Option("--save", "-s", help="write files (always on)")] = False,
    plot: Annotated[
        bool, typer.Option("--plot", "-p", help="accepted, but opens no window")
    ] = False,
    n: Annotated[
        int, typer.Option("--n", help="number of seeds, counting up from --seed", min=1)
    ] = 1,
    path: Annotated[str, typer.Option("--path", help="folder to write into")] = "./results",
    x: Annotated[int, typer.Option("--x", help="width in pixels")] = 1600,
    y: Annotated[int, typer.Option("--y", help="height in pixels")] = 1600,
    bw: Annotated[bool, typer.Option("--bw", help="black and white")] = False,
    variance: Annotated[
        float,
        typer.Option("--variance", help="50 is calm, 150 is wild; 0: a random one, from the seed"),
    ] = 0.0,
    seed: Annotated[int, typer.Option("--seed", help="the first seed")] = 100,
    series: Annotated[
        int, typer.Option("--series", help="pictures of each seed; z moves by 2 / series", min=1)
    ] = 2,
    as_json: Json = False,
    *,
    output_as: dict[str, Any],
) -> None:
    """Paint with the flags and defaults of Huenermann's script (2018).

    The first picture of a seed is that of the style huenermann-python. Files are named by their
    number in the series, not by the time. --resume also continues a series: pictures that exist are
    not painted again.
    """
    size = f"{x}x{y}"
    with spelled(size="--x and --y"):
        parse_size(size)  # before a folder is made
    pictures = [p for i in range(n) for p in _series(seed + i, variance, bw, series)]
    folder = _folder(path)
    made = []
    for name, recipe in pictures:
        file = folder / name
        if output_as["resume"] and _is_finished(file, recipe, size, output_as["metadata"]):
            say(f"{file}: already exists")
        else:
            made.append(write_picture(recipe, str(file), size, output_as))
    if plot:
        say(f"--plot opens no window here; the pictures are in {folder}")
    result("\n".join(d["path"] for d in made), made, as_json)


def _series(seed: int, variance: float, bw: bool, count: int) -> list[tuple[str, Recipe]]:
    """The file names and recipes of a series: one network whose z starts at that of the seed and
    increases by 2 / count from picture to picture.
    """
    variance = variance or drawn_variance(seed)
    recipe = style("huenermann-python", seed=seed, variance=variance, bw=bw)
    first = latents(recipe)["main.z0"]
    recipes = [recipe]
    for j in range(1, count):
        recipes.append(recipe.replace({"networks.main.latent.values": [first + 2 * j / count]}))
    name = f"img.var{variance:.0f}.seed{seed}"
    return [(f"{name}.{j}.png", recipe) for j, recipe in enumerate(recipes, 1)]


def _folder(path: str) -> Path:
    """The folder, created if it does not exist."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{path}: the folder cannot be created ({error.strerror})", argument="path"
        ) from None
    return Path(path)


def _is_finished(file: Path, recipe: Recipe, size: str, level: str) -> bool:
    """Whether the file is this picture at this size, from a run that was interrupted later; a file
    without metadata does not tell.
    """
    if not file.is_file():
        return False
    try:
        wanted = nameless(recipe) if level == "recipe" else recipe
        return open_recipe(file) == wanted and recorded_size(file) == size
    except (InputError, RecipeError):
        return False
