"""Options of the commands that write a picture, and writing it with progress and notes."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from typing import Annotated, Any, TypeVar

import typer

from phosphene.cli.console import say, written
from phosphene.cli.options import (
    Cluster,
    Crop,
    Engine,
    FormatOption,
    MetadataLevel,
    NoMetadata,
    Overwrite,
    Threads,
    Workers,
    metadata_options,
    pair,
)
from phosphene.cli.progress import progress_bar
from phosphene.core.errors import UserError
from phosphene.files.piece_store import count_pieces, store_folder
from phosphene.jobs.executors import open_executor
from phosphene.jobs.threads import Threads as ThreadExecutor
from phosphene.jobs.threads import each
from phosphene.raster.frame import Frame, parse_frame
from phosphene.recipe import Recipe
from phosphene.render import render_file

R = TypeVar("R")
MOST = 32  # pictures that are written at a time
PRINT_SIZES = "WIDTHxHEIGHT, 800, 4k, a3@300dpi, 60x40cm@300dpi, ...; phosphene list sizes"


def output_options(
    crop: Crop = None,
    bleed: Annotated[
        str | None,
        typer.Option("--bleed", help="3mm: extend the picture on every side, to be trimmed"),
    ] = None,
    dpi: Annotated[
        float | None, typer.Option("--dpi", help="pixels per inch, for print sizes and the file")
    ] = None,
    format_option: FormatOption = None,
    metadata: MetadataLevel = None,
    no_metadata: NoMetadata = False,
    sidecar: Annotated[
        bool, typer.Option("--sidecar", help="also write the recipe next to the file: FILE.json")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="continue an interrupted export")
    ] = False,
    overwrite: Overwrite = False,
    threads: Threads = None,
    workers: Workers = None,
    cluster: Cluster = None,
    engine: Engine = "cpu",
) -> dict[str, Any]:
    """A group: the options of every command that writes a picture, for `write_picture`."""
    return {
        "crop": crop, "bleed": bleed, "dpi": dpi, "format_option": read_options(format_option),
        "metadata": metadata_options(metadata, no_metadata), "sidecar": sidecar, "resume": resume,
        "overwrite": overwrite, "threads": threads, "workers": workers, "cluster": cluster,
        "engine": engine,
    }  # fmt: skip


def write_picture(
    recipe: Recipe, path: str, size: str, output_as: dict[str, Any], drawn_seed: Any = None
) -> dict[str, Any]:
    """Render into a file with a progress bar, print a summary, and return it as data.

    `drawn_seed` is the seed if it was drawn at random: an interrupted command needs it to resume.
    """
    chosen = {name: value for name, value in output_as.items() if name != "format_option"}
    chosen |= output_as["format_option"]
    frame = check_frame(size, chosen)
    shown = progress_bar(path, frame.rect.width) if chosen.pop("bar", True) else nullcontext()
    with _hint(path, drawn_seed), shown as progress:
        start = time.monotonic()
        rect = render_file(recipe, path, size, progress=progress, say=say, **chosen)
    line, data = written(path, (rect.width, rect.height), recipe, time.monotonic() - start)
    say(line)
    return data


def write_each(
    works: Sequence[Callable[[dict[str, Any]], R]], output_as: dict[str, Any]
) -> list[R]:
    """Write several pictures: one after the other, or beside each other on the same workers.

    Each work takes the output options, with the open workers as `cluster`, and returns its data.
    """
    how = {name: output_as[name] for name in ("threads", "workers", "cluster")}
    if len(works) == 1 or (how["workers"] is None and how["cluster"] is None):
        return [work(output_as) for work in works]
    with ExitStack() as opened:
        workers = opened.enter_context(open_executor(**how, say=say))
        chosen = output_as | {"workers": None, "cluster": workers, "bar": False}
        side = opened.enter_context(closing(ThreadExecutor(min(workers.workers, len(works), MOST))))
        return list(each(side, lambda work: work(chosen), works))


def check_frame(size: str, output_as: dict[str, Any]) -> Frame:
    """The frame to render. Raises `SizeError`."""
    return parse_frame(size, output_as["crop"], output_as["bleed"], output_as["dpi"])


@contextmanager
def _hint(path: str, drawn_seed: Any) -> Generator[None]:
    """After an interruption, prints how much is kept and how to continue."""
    try:
        yield
    except UserError:
        raise
    except BaseException:
        kept = count_pieces(store_folder(path)) if path != "-" else None
        if kept is not None:
            seed = "" if drawn_seed is None else f"--seed {shlex.quote(str(drawn_seed))} "
            say(
                f"{path}: {kept[0]} of {kept[1]} bands are kept; "
                f"the same command with {seed}--resume continues"
            )
        raise


def read_options(texts: list[str] | None) -> dict[str, str]:
    """The values of `--format-option NAME=VALUE` as keywords of the format's writer."""
    options = dict(pair(text, "format_option", "depth=16") for text in texts or [])
    return {name.replace("-", "_"): value for name, value in options.items()}
