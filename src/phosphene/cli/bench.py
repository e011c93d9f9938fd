"""phosphene bench"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from phosphene.bench import Plan, bench, markdown, table
from phosphene.cli.console import result, say
from phosphene.cli.options import Json

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
    if systems:
        from phosphene.bench.systems import bench_systems, systems_text

        found = bench_systems(rounds=rounds, say=say)
        result(systems_text(found), found, as_json)
        return
    if styles:
        from phosphene.bench.styles import bench_styles, styles_text

        found = bench_styles(seeds, rounds, prototype, say)
        result(styles_text(found), found, as_json)
        return
    if output:
        from phosphene.bench.output import bench_output, output_text

        found = bench_output(size or 16384, min(rounds, 2), say)
        result(output_text(found), found, as_json)
        return
    if finish:
        from phosphene.bench.finish import bench_finish, finish_text

        found = bench_finish(size or 512, SEEDS, rounds, say)
        result(finish_text(found), found, as_json)
        return
    if motion:
        from phosphene.bench.motion import bench_motion, motion_text
        from phosphene.raster.frame import parse_size

        found = bench_motion(parse_size(film_size), min(rounds, 3), say)
        result(motion_text(found), found, as_json)
        return
    if start:
        from phosphene.bench.start import bench_start, start_text

        found = bench_start(rounds, say)
        result(start_text(found), found, as_json)
        return
    if thumbnails:
        from phosphene.bench.thumbnails import bench_thumbnails, thumbnails_text

        found = bench_thumbnails(rounds, say)
        result(thumbnails_text(found), found, as_json)
        return
    plan = dataclasses.replace(Plan(), rounds=rounds)
    figures = bench(prototype, peers, say, plan)
    if as_json or as_markdown:
        result("" if as_json else markdown(figures), figures, as_json)
        return
    from rich.console import Console

    Console().print(table(figures))
