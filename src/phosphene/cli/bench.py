"""phosphene bench"""

from __future__ import annotations

import dataclasses
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene.bench import Plan, bench, markdown, table
from phosphene.cli.console import result, say
from phosphene.cli.options import Json
from phosphene.raster.frame import parse_size

SEEDS = 4  # pictures of a family, with --finish
EXAMPLE = "phosphene bench --no-peers --rounds 1"


def bench_command(
    prototype: Annotated[
        Path | None,
        typer.Option(
            "--prototype",
            help="folder of a prototype to compare with: cpu_engine.py, cpu_nets.py, art_styles.py",
        ),
    ] = None,
    peers: Annotated[
        bool, typer.Option("--peers/--no-peers", help="compare with NumPy and PyTorch")
    ] = True,
    rounds: Annotated[
        int, typer.Option("--rounds", help="rounds of measurement; more are steadier", min=1)
    ] = Plan.rounds,
    systems: Annotated[
        bool, typer.Option("--systems", help="only the seed systems, against NumPy, at 512x512")
    ] = False,
    styles: Annotated[
        bool, typer.Option("--styles", help="only the house styles: gate, speed, against NumPy")
    ] = False,
    seeds: Annotated[
        int,
        typer.Option(
            "--seeds", help="with --styles: seeds through the gate, over all styles", min=1
        ),
    ] = 1000,
    output: Annotated[
        bool, typer.Option("--output", help="only exports: speed, memory, workers, cluster")
    ] = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="only anti-aliasing, dither, and where time is spent")
    ] = False,
    start: Annotated[
        bool, typer.Option("--start", help="only how long commands take, from start to end")
    ] = False,
    thumbnails: Annotated[
        bool, typer.Option("--thumbnails", help="only small pictures of new seeds, by house style")
    ] = False,
    size: Annotated[
        int | None,
        typer.Option(
            "--size",
            help="side in pixels (default: 16384 with --output, 512 with --finish)",
            min=64,
        ),
    ] = None,
    motion: Annotated[
        bool, typer.Option("--motion", help="only films: render, encode, memory, against NumPy")
    ] = False,
    film_size: Annotated[
        str, typer.Option("--film-size", help="with --motion: size of the frames")
    ] = "1920x1080",
    as_json: Json = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="print a table in Markdown")
    ] = False,
) -> None:
    """Measure speed, latency and memory on this machine, against its limits and against peers.

    It takes a minute or two.
    """
    parts: dict[str, tuple[bool, tuple[Any, ...]]] = {
        "systems": (systems, (512, rounds, say)),
        "styles": (styles, (seeds, rounds, prototype, say)),
        "output": (output, (size or 16384, min(rounds, 2), say)),
        "finish": (finish, (size or 512, SEEDS, rounds, say)),
        "motion": (motion, (parse_size(film_size) if motion else None, min(rounds, 3), say)),
        "start": (start, (rounds, say)),
        "thumbnails": (thumbnails, (rounds, say)),
    }
    for name, (asked, arguments) in parts.items():
        if asked:  # bench_NAME and NAME_text of the module NAME, loaded only then
            module = import_module(f"phosphene.bench.{name}")
            found = getattr(module, f"bench_{name}")(*arguments)
            result(getattr(module, f"{name}_text")(found), found, as_json)
            return
    plan = dataclasses.replace(Plan(), rounds=rounds)
    figures = bench(prototype, peers, say, plan)
    if as_json or as_markdown:
        result("" if as_json else markdown(figures), figures, as_json)
        return
    from rich.console import Console

    Console().print(table(figures))
