"""What is wrong with a picture, in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from phosphene.errors import InputError
from phosphene.files import open_recipe, read_metadata
from phosphene.gate.lines import Lines, measure_lines
from phosphene.gate.measures import Probe, distance, measure, thumbnail
from phosphene.gate.probes import (
    lines,
    picture_pixels,
    pixels_lines,
    pixels_probe,
    probe,
)
from phosphene.gate.rules import LIMITS, REMARKS, RULES, SEAMS, Verdict, verdicts
from phosphene.picture import Picture
from phosphene.recipe import Recipe


@dataclass(frozen=True)
class Report:
    """The figures of a picture (`MEASURES`, `LINE_MEASURES`), and what is wrong with it."""

    name: str
    measures: dict[str, float]
    verdicts: tuple[Verdict, ...]
    thumbnail: NDArray[Any] = field(repr=False, compare=False)

    @property
    def ok(self) -> bool:
        return not self.verdicts

    @property
    def tiles(self) -> bool:
        """Whether opposite edges meet, so that copies side by side show no seam."""
        return not verdicts(SEAMS, self.measures)


def judge(recipe: Recipe) -> tuple[Verdict, ...]:
    """The rules of the gate that a recipe's picture breaks; none for a good one."""
    return verdicts(RULES, measure(probe(recipe)), recipe.style)


def check(
    source: Recipe | Picture | str | PathLike[str], *, tile: bool = False, pick: int | None = None
) -> Report:
    """The report on a recipe, a picture or a file; `tile` also asks that its edges meet.

    A recipe (a .json file, picture `pick` of a contact sheet) is painted; of any other file the
    pixels are judged as they are. Raises `InputError`, `RecipeError`.
    """
    if isinstance(source, Recipe):
        return _of_recipe(repr(source), source, tile)
    if isinstance(source, Picture):
        return _of_pixels(repr(source), source.recipe.style, picture_pixels(source), tile)
    path = fspath(source)
    if pick is not None or path == "-" or Path(path).suffix.lower() == ".json":
        name = path if pick is None else f"{path}, picture {pick}"
        return _of_recipe(name, open_recipe(path, pick), tile)
    from phosphene.gate.images import read_pixels  # Pillow, which painting does without

    return _of_pixels(path, _inside(path, "phosphene").get("style"), read_pixels(path), tile)


def alike(reports: Iterable[Report]) -> list[tuple[str, str, float]]:
    """The pairs of pictures that are near duplicates, and how far they are apart."""
    pairs = [(a, b, distance(a.thumbnail, b.thumbnail)) for a, b in combinations(reports, 2)]
    return [(a.name, b.name, apart) for a, b, apart in pairs if apart < LIMITS["apart"]]


def pictures_in(path: str) -> Sequence[int | None]:
    """What to pick from a file: the numbers of a contact sheet's pictures, else just None."""
    sheet = _inside(path, "phosphene-sheet") if path != "-" else {}
    return range(1, len(sheet.get("pictures", ())) + 1) or [None]


def _of_recipe(name: str, recipe: Recipe, tile: bool) -> Report:
    return _report(name, recipe.style, probe(recipe), lines(recipe), tile)


def _of_pixels(name: str, style: str | None, pixels: NDArray[Any], tile: bool) -> Report:
    return _report(name, style, pixels_probe(pixels), pixels_lines(pixels), tile)


def _report(name: str, style: str | None, seen: Probe, drawn: Lines, tile: bool) -> Report:
    figures = measure(seen) | measure_lines(drawn)
    rules = RULES | REMARKS | (SEAMS if tile else {})
    return Report(name, figures, verdicts(rules, figures, style), thumbnail(seen))


def _inside(path: str, keyword: str) -> dict[str, Any]:
    """What a file carries under a keyword, if it carries anything."""
    try:
        found = json.loads(read_metadata(path).get(keyword, "{}"))
    except (InputError, ValueError):  # no file of ours: its pixels can be judged all the same
        return {}
    return found if isinstance(found, dict) else {}
