"""phosphene bench"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from phosphene.bench import Plan, bench, markdown, table
from phosphene.cli.options import Json
from phosphene.cli.talk import result, say

EXAMPLES = {"bench": "phosphene bench --no-peers --rounds 1"}


def bench_command(
    prototype: Annotated[
        Path | None,
        typer.Option(
            "--prototype", help="folder with cpu_engine.py and cpu_nets.py to compare with"
        ),
    ] = None,
    peers: Annotated[
        bool, typer.Option("--peers/--no-peers", help="NumPy and PyTorch side by side")
    ] = True,
    rounds: Annotated[
        int, typer.Option("--rounds", help="more rounds, steadier figures", min=1)
    ] = Plan.rounds,
    systems: Annotated[
        bool, typer.Option("--systems", help="only the seed systems, against NumPy, at 512x512")
    ] = False,
    as_json: Json = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="print a table in Markdown")
    ] = False,
) -> None:
    """Measure this machine: speed, its own limit, peers, latency, memory. Takes a minute or two."""
    if systems:
        from phosphene.bench.systems import bench_systems, systems_text

        found = bench_systems(rounds=rounds, say=say)
        result(systems_text(found), found, as_json)
        return
    plan = dataclasses.replace(Plan(), rounds=rounds)
    figures = bench(prototype, peers, say, plan)
    if as_json or as_markdown:
        result("" if as_json else markdown(figures), figures, as_json)
        return
    from rich.console import Console

    Console().print(table(figures))
