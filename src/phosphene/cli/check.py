"""phosphene check"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from phosphene.cli.console import result, say
from phosphene.cli.options import Json, Pick
from phosphene.cli.wording import error_text, with_options
from phosphene.core.errors import PhospheneError
from phosphene.judge import Report, Verdict, alike, check, pictures_in
from phosphene.motion.checking import check_film
from phosphene.motion.load import film_in, grid_in

# directions in which opposite edges meet: what that means for the picture
MEETING = {
    "xy": "meet: it tiles",
    "x": "meet across only: it repeats side by side",
    "y": "meet down only: it repeats up and down",
    "": "do not meet: it does not tile",
}
EXAMPLE = "phosphene check silk.png"


def check_command(
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="pictures, recipes, sheets, films, -")
    ],
    pick: Pick = None,
    tile: Annotated[
        bool, typer.Option("--tile", help="also report opposite edges that do not meet")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="exit with 1 if anything is wrong, for scripts")
    ] = False,
    as_json: Json = False,
) -> int:
    """Report what is wrong with pictures, and what to try: flat, dark, noisy, aliased, clipped,
    garish, muddy, banded or jagged pictures, seams, near duplicates.

    Picture files are judged by their pixels. Recipes, contact sheets, SVG and Deep Zoom are
    rendered first. A film is judged by its still, some of its frames and the seam of its loop; a
    texture map by flatness and seams only. If a file cannot be read, the others are still checked.
    """
    reports, errors = _all_reports(sources, pick, tile)
    for error in errors[: -1 if not reports else None]:
        say(f"phosphene: {error_text(error)}")
    if not reports:
        raise errors[-1]
    twins = alike(reports)
    found: dict[str, Any] = {"pictures": [_data(report) for report in reports], "alike": twins}
    found |= {"errors": [error_text(error) for error in errors]} if errors else {}
    lines = [line for report in reports for line in _lines(report)]
    lines += [
        f"{a} and {b}: near duplicates ({apart:.3f} apart)\n    try another seed for one of them"
        for a, b, apart in twins
    ]
    result("\n".join(lines), found, as_json)
    if errors:
        return max(error.exit_code for error in errors)
    wrong = bool(twins) or not all(report.ok for report in reports)
    return int(strict and wrong)


def _all_reports(
    sources: list[str], pick: int | None, tile: bool
) -> tuple[list[Report], list[PhospheneError]]:
    reports: list[Report] = []
    errors: list[PhospheneError] = []
    for source in sources:
        try:
            reports += _reports(source, pick, tile)
        except PhospheneError as error:
            errors.append(error)
    return reports, errors


def _reports(source: str, pick: int | None, tile: bool) -> list[Report]:
    """The reports on every picture or film in a file, or on number `pick`."""
    grid = grid_in(source) if pick is None else None
    if grid is not None:
        named = zip(grid.films, grid.labels, strict=True)
        return [check_film(film, f"{source}, {label}", tile=tile) for film, label in named]
    film = film_in(source, pick)
    if film is not None:
        name = source if pick is None else f"{source}, film {pick}"
        return [check_film(film, name, tile=tile)]
    numbers = [pick] if pick is not None else pictures_in(source)
    return [check(source, tile=tile, pick=number) for number in numbers]


def _lines(report: Report) -> list[str]:
    """The report as text: one line for the picture, two for each fault, one on its edges, and for a
    film one on its motion.
    """
    m = report.measures
    lines = [f"{report.name}: {'nothing wrong' if report.ok else 'something is wrong'}"]
    if m["clear"] > 0.01 and "clear" not in {verdict.name for verdict in report.verdicts}:
        lines.append(f"  transparent in {m['clear']:.0%} of it, judged on a white page")
    for name, message, advice in report.verdicts:
        lines += [f"  {name}: {message}", f"    try {with_options(advice)}"]
    lines += [f"  {report.note}"] if report.note else []
    lines.append(
        f"  edges {_meeting(report)} "
        f"(seam {m['seam_x']:.1f}/255 across and {m['seam_y']:.1f} down, "
        f"usual steps {m['step_x']:.1f} and {m['step_y']:.1f})"
    )
    if report.palette:
        colours = (f"{colour} {share:.1%}" for colour, share in report.palette.items())
        lines.append(f"  colours of its palettes: {', '.join(colours)}")
    if "loop_step" in m:
        seam = f", the loop's seam {m['loop_seam']:.2f} of it" if "loop_seam" in m else ""
        lines.append(f"  moves by {m['loop_step']:.4f} OKLab per frame{seam}")
    return lines


def _meeting(report: Report) -> str:
    if report.surface == "sphere" and report.meets:
        return "meet across: it goes around"
    both = "; --tile closes all edges" if len(report.meets) == 1 else ""
    return MEETING[report.meets] + both


def _data(report: Report) -> dict[str, Any]:
    return {
        "name": report.name,
        "ok": report.ok,
        "tiles": report.tiles,
        "meets": report.meets,
        "surface": report.surface,
        "map": report.map,
        "note": report.note,
        "palette": {colour: round(share, 4) for colour, share in report.palette.items()},
        "verdicts": [_verdict(verdict) for verdict in report.verdicts],
        "measures": {name: round(value, 6) for name, value in report.measures.items()},
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return verdict._asdict() | {"advice": with_options(verdict.advice)}
