"""phosphene compat neural-painter: the command line of zxytim/neural-painter, on our recipes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.cli.console import result
from phosphene.cli.options import Json, takes
from phosphene.cli.output import output_options, write_picture
from phosphene.cli.wording import spelled
from phosphene.core.errors import UserError
from phosphene.raster.frame import parse_size
from phosphene.styles import style

EXAMPLE = (
    "phosphene compat neural-painter --image_size 200x200 --hidden_size 42 "
    "--nonlin random_every_time --nr_channel 3 --coord_bias --seed 57 --output 57.png"
)


@takes(output_as=output_options)
def neural_painter_command(
    seed: Annotated[str, typer.Option("--seed", "-s", help="0 to 4294967295")] = "42",
    image_size: Annotated[str, typer.Option("--image_size", help="WxH, see above")] = "100x100",
    hidden_size: Annotated[int, typer.Option("--hidden_size", help="units in each layer")] = 100,
    nr_hidden: Annotated[
        int, typer.Option("--nr_hidden", help="hidden layers after the first")
    ] = 3,
    recurrent: Annotated[
        bool, typer.Option("--recurrent", help="use one hidden layer repeatedly")
    ] = False,
    coord_bias: Annotated[
        bool, typer.Option("--coord_bias", help="add a third input that is always 1")
    ] = False,
    nr_channel: Annotated[int, typer.Option("--nr_channel", help="1 or 3")] = 1,
    nonlin: Annotated[
        str, typer.Option("--nonlin", help="a name, random_once or random_every_time")
    ] = "tanh",
    output_nonlin: Annotated[
        str, typer.Option("--output_nonlin", help="nonlinearity of the output")
    ] = "identity",
    batch_norm: Annotated[
        bool,
        typer.Option(
            "--batch_norm", help="normalise the units of each pixel to mean 0, variance 1"
        ),
    ] = False,
    use_bias: Annotated[
        bool, typer.Option("--use_bias", help="biases from N(0, 1) in every layer")
    ] = False,
    batch_norm_position: Annotated[
        str, typer.Option("--batch_norm_position", help="before_nonlin or after_nonlin")
    ] = "before_nonlin",
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="file to write (default: neural-painter-SEED.png)"),
    ] = None,
    auto_name: Annotated[
        bool, typer.Option("--auto_name", help="add all options to the file name")
    ] = False,
    as_json: Json = False,
    *,
    output_as: dict[str, Any],
) -> None:
    """Paint with the flags and defaults of neural-painter (2016).

    As in the original, --image_size WxH gives a picture W high and H wide; unlike it, no window
    opens without --output.
    """
    options = {
        "seed": seed, "image_size": image_size, "hidden_size": hidden_size,
        "nr_hidden": nr_hidden, "recurrent": recurrent, "coord_bias": coord_bias,
        "nr_channel": nr_channel, "nonlin": nonlin, "output_nonlin": output_nonlin,
        "batch_norm": batch_norm, "use_bias": use_bias,
        "batch_norm_position": batch_norm_position,
    }  # fmt: skip
    if nr_hidden < 0:
        raise UserError(f"--nr_hidden: got {nr_hidden}; expected 0 or more")
    recipe = style(
        "neural-painter", seed=seed, width=hidden_size, depth=nr_hidden + 1, channels=nr_channel,
        nonlin=nonlin, output_nonlin=output_nonlin, recurrent=recurrent, coord_bias=coord_bias,
        batch_norm=batch_norm, use_bias=use_bias, batch_norm_position=batch_norm_position,
    )  # fmt: skip
    path = output or f"neural-painter-{seed}.png"
    if auto_name:
        path = _named(path, options)
    with spelled(size="--image_size"):
        down, across = parse_size(image_size)
    data = write_picture(recipe, path, f"{across}x{down}", output_as)
    if path != "-":
        result(path, data, as_json)


def _named(path: str, options: dict[str, Any]) -> str:
    """`art.png` to `art-batch_norm:False-...-use_bias:False.png`."""
    words = "-".join(f"{name}:{options[name]}" for name in sorted(options))
    place = Path(path)
    return str(place.with_name(f"{place.stem}-{words}{place.suffix}"))
