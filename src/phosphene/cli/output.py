"""Options of the commands that write a picture, and the writing: bar, news, what was made."""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from phosphene.cli.console import say, written
from phosphene.cli.options import Crop, Engine, Force, Threads
from phosphene.cli.progress import progress_bar
from phosphene.core.errors import UserError
from phosphene.files.piece_store import count_bands, store_folder
from phosphene.raster.view import Frame, parse_frame
from phosphene.recipe import Recipe
from phosphene.render import render_file

PRINT_SIZES = "WIDTHxHEIGHT, 800, 4k, a3@300dpi, 60x40cm@300dpi, ...; phosphene list sizes"


def _options(
    crop: Crop = None,
    bleed: Annotated[
        str | None, typer.Option("--bleed", help="3mm: show so much more on every side, to be cut")
    ] = None,
    dpi: Annotated[
        float | None, typer.Option("--dpi", help="pixels per inch, for print sizes and the file")
    ] = None,
    format_option: Annotated[
        list[str] | None,
        typer.Option("--format-option", help="name=value, such as depth=16; may be repeated"),
    ] = None,
    sidecar: Annotated[
        bool, typer.Option("--sidecar", help="write the recipe beside the file, too: FILE.json")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="go on with an export that was interrupted")
    ] = False,
    overwrite: Force = False,
    threads: Threads = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", help="processes of one thread each, instead of threads", min=1),
    ] = None,
    engine: Engine = "cpu",
) -> None:
    """What every command that writes a picture takes."""


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options above; it receives them as `output_as`, for `write_picture`."""
    ours = inspect.signature(_options, eval_str=True).parameters
    signature = inspect.signature(command, eval_str=True)

    @functools.wraps(command)
    def wrapper(**kwargs: Any) -> Any:
        chosen = {name: kwargs.pop(name) for name in ours}
        return command(output_as=chosen, **kwargs)

    keyword = inspect.Parameter.KEYWORD_ONLY
    own = [p for p in signature.parameters.values() if p.name != "output_as"]
    extra = [p.replace(kind=keyword) for p in ours.values()]
    plain = [p for p in own if p.kind != keyword]
    parameters = [*plain, *extra, *(p for p in own if p.kind == keyword)]
    del wrapper.__wrapped__
    wrapper.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {p.name: p.annotation for p in parameters}
    return wrapper


def write_picture(
    recipe: Recipe, path: str, size: str, output_as: dict[str, Any]
) -> dict[str, Any]:
    """Render into a file, with a bar, and say what was made; gives the same as data."""
    chosen = dict(output_as)
    chosen |= dict(read_assignment(text) for text in chosen.pop("format_option") or [])
    frame = check_frame(size, chosen)
    with _hint(path), progress_bar(path, frame.rect.width) as progress:
        start = time.monotonic()
        rect = render_file(recipe, path, size, progress=progress, say=say, **chosen)
    line, data = written(path, (rect.width, rect.height), recipe, time.monotonic() - start)
    say(line)
    return data


def check_frame(size: str, output_as: dict[str, Any]) -> Frame:
    """What is to be rendered. Raises `SizeError`."""
    return parse_frame(size, output_as["crop"], output_as["bleed"], output_as["dpi"])


@contextmanager
def _hint(path: str) -> Generator[None]:
    """After an interruption, what is left to go on with."""
    try:
        yield
    except UserError:
        raise
    except BaseException:
        kept = count_bands(store_folder(path)) if path != "-" else None
        if kept is not None:
            say(
                f"{path}: {kept[0]} of {kept[1]} bands are kept; "
                "the same command with --resume goes on"
            )
        raise


def read_assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UserError(f"--format-option {text}: expected name=value, such as depth=16")
    return name.replace("-", "_"), value
