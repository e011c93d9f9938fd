"""phosphene check"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from phosphene.cli.options import Json, Pick
from phosphene.cli.talk import result
from phosphene.gate import Report, alike, check, pictures_in

EXAMPLES = {"check": "phosphene check silk.png"}


def check_command(
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="pictures, recipes, contact sheets, -")
    ],
    pick: Pick = None,
    tile: Annotated[
        bool, typer.Option("--tile", help="it is wrong if opposite edges do not meet")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="exit 1 if anything is wrong, for scripts")
    ] = False,
    as_json: Json = False,
) -> int:
    """Say what is wrong with pictures and what to try: flat, noisy, aliased, clipped, garish,
    muddy, banded, jagged, seams, near duplicates.

    Of a picture file the pixels are judged; a recipe is painted, and so are the pictures of a
    contact sheet.
    """
    reports = [
        check(source, tile=tile, pick=number)
        for source in sources
        for number in ([pick] if pick is not None else pictures_in(source))
    ]
    twins = alike(reports)
    data = [_data(report) for report in reports]
    found: Any = data[0] if len(data) == 1 else {"pictures": data, "alike": twins}
    lines = [line for report in reports for line in _lines(report)]
    lines += [
        f"{a} and {b}: near duplicates ({apart:.3f} apart)\n    try another seed for one of them"
        for a, b, apart in twins
    ]
    result("\n".join(lines), found, as_json)
    wrong = bool(twins) or not all(report.ok for report in reports)
    return int(strict and wrong)


def _lines(report: Report) -> list[str]:
    """The report in words: a line for the picture, two for each fault, one on its edges."""
    m = report.measures
    lines = [f"{report.name}: {'nothing wrong' if report.ok else 'something is wrong'}"]
    for name, says, advice in report.verdicts:
        lines += [f"  {name}: {says}", f"    try {advice}"]
    meet = "meet: it tiles" if report.tiles else "do not meet: it is no tile"
    lines.append(
        f"  edges {meet} (seam {m['seam_x']:.1f}/255 across and {m['seam_y']:.1f} down, "
        f"usual steps {m['step_x']:.1f} and {m['step_y']:.1f})"
    )
    return lines


def _data(report: Report) -> dict[str, Any]:
    return {
        "name": report.name,
        "ok": report.ok,
        "tiles": report.tiles,
        "verdicts": [verdict._asdict() for verdict in report.verdicts],
        "measures": {name: round(value, 6) for name, value in report.measures.items()},
    }
