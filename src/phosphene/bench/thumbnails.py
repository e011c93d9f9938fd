"""Thumbnails of new seeds, as a strip, a sheet or a search makes them: milliseconds of one core."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from phosphene import compiler
from phosphene.bench.run import load, machine
from phosphene.bench.timing import cpu_seconds
from phosphene.judge import accept, house_styles, probe
from phosphene.recipe import Recipe
from phosphene.render import render
from phosphene.styles import style

Say = Callable[[str], None]
SIDE, SEEDS = 128, 12
PLAIN = {"finish.antialias": "none", "finish.dither": "none"}

# The columns: what each measures, and the median over all styles that is aimed at.
COLUMNS: dict[str, tuple[str, float | None]] = {
    "style": ("the recipe of a style and seed", None),
    "build": ("its program", 5.0),
    "bytes": ("its pixels", None),
    "all": ("style, build and bytes", 15.0),
    "plain": ("the same with one sample per pixel and no dither", 8.0),
    "cell": ("judged, rescued if it is dull, and painted", 25.0),
}


def bench_thumbnails(
    rounds: int = 3,
    say: Say = lambda line: None,
    styles: Sequence[str] | None = None,
    seeds: int = SEEDS,
    side: int = SIDE,
) -> dict[str, Any]:
    """CPU milliseconds of square thumbnails of new seeds, on one thread, in a warm process.

    Returns `thumbnails`: for each house style (or those in `styles`) and "all", by column of
    `COLUMNS`, the `median` and the `worst` over the seeds, each the best of the rounds; with `aim`
    and `met` in "all". And `load`, of the machine before and after, and its `cpu`. The form of each
    recipe is known from the first round, as that of most new seeds is in a long run.
    """

    before, found, every = load(), dict[str, Any](), list[dict[str, float]]()
    for name in styles or house_styles():
        say(name)
        best = [thumbnail_ms(name, f"fresh-{k}", max(2, rounds), side) for k in range(seeds)]
        found[name] = _summary(best)
        every += best
    found["all"] = _summary(every)
    for column, (_, aim) in COLUMNS.items():
        if aim is not None:
            row = found["all"][column]
            row |= {"aim": aim, "met": row["median"] <= aim}
    return {"thumbnails": found, "load": [before, load()], "cpu": machine()["cpu"]}


def thumbnail_ms(name: str, seed: str, rounds: int, side: int) -> dict[str, float]:
    """The milliseconds of one thumbnail, by column; without those of the first round, which makes
    the plan of its form.
    """
    turns = [_once(name, seed, side) for _ in range(rounds)][1:]
    return {column: min(turn[column] for turn in turns) for column in COLUMNS}


def _once(name: str, seed: str, side: int) -> dict[str, float]:
    made: list[Recipe] = []
    forget()
    found = {
        "style": _ms(lambda: made.append(style(name, seed=seed))),
        "build": _ms(lambda: compiler.build(made[0])),
        "bytes": _ms(lambda: render(made[0], side, threads=1).uint8),
    }
    found["all"] = found["style"] + found["build"] + found["bytes"]
    plain = made[0].replace(PLAIN)
    forget()
    found["plain"] = found["style"] + _ms(lambda: render(plain, side, threads=1).uint8)
    forget()
    found["cell"] = _ms(lambda: render(accept(name, seed, {}), side, threads=1).uint8)
    return found


def forget() -> None:
    """Drop the programs and probes of recipes seen before; plans of forms stay."""
    compiler.forget_programs()
    probe.cache_clear()


def _ms(work: Callable[[], Any]) -> float:
    return cpu_seconds(work) * 1e3


def _summary(turns: list[dict[str, float]]) -> dict[str, dict[str, Any]]:
    columns = {column: [turn[column] for turn in turns] for column in COLUMNS}
    return {
        column: {"median": round(median(values), 2), "worst": round(max(values), 2)}
        for column, values in columns.items()
    }


def thumbnails_text(figures: dict[str, Any]) -> str:
    """The figures as lines."""
    before, after = figures["load"]
    lines = [
        f"{figures['cpu']}; load {before:.1f} before, {after:.1f} after",
        "milliseconds of one core, median / worst over the seeds",
        f"{'style':<14}" + "".join(f"{column:>14}" for column in COLUMNS),
    ]
    for name, row in figures["thumbnails"].items():
        cells = (f"{row[c]['median']:.1f} / {row[c]['worst']:.1f}" for c in COLUMNS)
        lines.append(f"{name:<14}" + "".join(f"{cell:>14}" for cell in cells))
    lines += [f"{column}: {meaning}" for column, (meaning, _) in COLUMNS.items()]
    for column, row in figures["thumbnails"]["all"].items():
        if "aim" in row:
            met = "yes" if row["met"] else "NO"
            lines.append(f"{column:<8}{row['median']:8.1f} ms  aim <= {row['aim']:g} ms  {met}")
    return "\n".join(lines)
