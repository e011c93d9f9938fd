"""Reports on recipes, pictures and files: their measures, and the rules that they break."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from os import PathLike, fspath
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

from phosphene.colour.gamut import inside_srgb
from phosphene.colour.oklab import oklab_to_bytes
from phosphene.colour.ramps import anchors_to_oklab
from phosphene.core.errors import InputError, UserError, refuse_pipe
from phosphene.core.limits import Limits, with_limits
from phosphene.core.rng import Seed
from phosphene.files import open_recipe, read_metadata
from phosphene.files.formats import FORMATS
from phosphene.judge.measures import Probe, colour_shares, distance, measure, thumbnail
from phosphene.judge.probes import (
    clearness,
    lines,
    picture_pixels,
    pixels_lines,
    pixels_probe,
    probe,
)
from phosphene.judge.rules import LIMITS, MAP_RULES, REMARKS, RULES, SEAMS, Verdict, verdicts
from phosphene.judge.scanlines import Lines, measure_lines
from phosphene.raster import Picture
from phosphene.recipe import Recipe, closed_directions
from phosphene.sources import Source, as_recipe, style_name
from phosphene.styles import STYLES

FEWEST = 0.01  # of a picture for each colour that has a share of it
DIRECTIONS = {"seam across": "x", "seam down": "y"}
WITHOUT_PIXELS = {
    **{suffix: found.no_pixels for suffix, found in FORMATS.items() if found.no_pixels},
    ".html": "the page displays a folder of tiles",
}


@dataclass(frozen=True)
class Report:
    """Figures of a picture (named in `MEASURES` and `LINE_MEASURES`), and the rules it breaks."""

    name: str
    measures: dict[str, float]
    verdicts: tuple[Verdict, ...]
    thumbnail: NDArray[Any] = field(repr=False, compare=False)
    surface: str = "plane"  # that of the recipe, if the whole picture was judged
    map: str | None = None  # the kind of texture map, if it is one
    note: str = ""  # on what was judged, if that is not obvious
    palette: dict[str, float] = field(default_factory=dict)  # see `palette_shares`

    @property
    def ok(self) -> bool:
        return not self.verdicts

    @property
    def meets(self) -> str:
        """In which directions opposite edges meet: "x" across, "y" down, "xy" or none. The poles of
        a panorama are not edges.
        """
        open_ways = {DIRECTIONS[v.name] for v in verdicts(SEAMS, self.measures)}
        ways = "x" if self.surface == "sphere" else "xy"
        return "".join(way for way in ways if way not in open_ways)

    @property
    def tiles(self) -> bool:
        """Whether all edges meet, so that copies side by side and on top show no seam."""
        return self.meets == "xy"


def judge(recipe: Recipe) -> tuple[Verdict, ...]:
    """The rules of the gate that a recipe's picture breaks; none for a good one."""
    return verdicts(RULES, measure(probe(recipe)), recipe.style)


@with_limits
def check(
    source: Source | Picture,
    *,
    tile: bool = False,
    pick: int | None = None,
    seed: Seed | None = None,
    files: bool = True,
    limits: Limits | None = None,
) -> Report:
    """The report on a picture, a file, or anything that `as_recipe` accepts (with `seed`, `files`).
    With `tile`, opposite edges must meet too, in the directions that the recipe's surface closes.

    A recipe (a .json file, picture `pick` of a contact sheet, a file without pixels) is painted;
    for any other file its pixels are judged. Texture maps are judged by flatness and edges only.
    Raises `InputError`, `RecipeError`.
    """
    if not isinstance(source, Picture) and not (files and _is_file(source)):
        recipe = as_recipe(source, seed=seed, files=files)
        name = f"{source} seed {recipe.seed}" if style_name(source) else repr(recipe)
        return _of_recipe(name, recipe, tile)
    if isinstance(source, Picture):
        whole = source.recipe if source.crop is None else None
        about = _About(source.recipe.style, whole, source.map)
        clear = clearness(source.float)
        return _of_pixels(repr(source), about, picture_pixels(source), tile, clear)
    assert isinstance(source, str | PathLike)
    path = fspath(source)
    suffix = Path(path).suffix.lower()
    if path != "-" and suffix != ".json":
        refuse_pipe(path)
    if pick is not None or path == "-" or suffix == ".json":
        name = path if pick is None else f"{path}, picture {pick}"
        return _of_recipe(name, open_recipe(path, pick), tile)
    if suffix in WITHOUT_PIXELS:
        note = f"{WITHOUT_PIXELS[suffix]}: its recipe was judged, not the file"
        return replace(_of_recipe(path, open_recipe(path), tile), note=note)
    from phosphene.judge.images import read_picture  # Pillow, seldom needed

    seen, drawn = read_picture(path)
    return replace(_report(path, _about_file(path), seen, drawn, tile), note=_note(path))


def alike(reports: Iterable[Report]) -> list[tuple[str, str, float]]:
    """The pairs of pictures that are near duplicates: their names and their distance. Texture maps
    are ignored.
    """
    judged = [report for report in reports if not report.map]
    pairs = [(a, b, distance(a.thumbnail, b.thumbnail)) for a, b in combinations(judged, 2)]
    return [(a.name, b.name, apart) for a, b, apart in pairs if apart < LIMITS["apart"]]


def pictures_in(path: str) -> Sequence[int | None]:
    """The values of `pick` for a file: 1, 2, ... for a contact sheet, else only None."""
    refuse_pipe(path)
    sheet = _inside(path, "phosphene-sheet") if path != "-" else {}
    pictures = sheet.get("pictures", [])
    if not isinstance(pictures, list):
        raise InputError(f"{path}: the list of recipes inside is damaged")
    return range(1, len(pictures) + 1) or [None]


def _is_file(source: Source) -> bool:
    """Whether the source is a path; a string is one if it has a suffix or such a file exists."""
    if not isinstance(source, str):
        return isinstance(source, PathLike)
    if source in STYLES or source.lstrip().startswith("{"):
        return False
    return source == "-" or bool(Path(source).suffix) or os.path.exists(source)


class _About(NamedTuple):
    """What is known about a picture: its style, its recipe if it is not a crop, its kind of map."""

    style: str | None = None
    whole: Recipe | None = None
    map: str | None = None


def _of_recipe(name: str, recipe: Recipe, tile: bool) -> Report:
    about = _About(recipe.style, recipe)
    return _report(name, about, probe(recipe), lines(recipe), tile)


def _of_pixels(name: str, about: _About, pixels: NDArray[Any], tile: bool, clear: float) -> Report:
    seen = replace(pixels_probe(pixels), clear=clear)
    return _report(name, about, seen, pixels_lines(pixels), tile)


def _about_file(path: str) -> _About:
    """What the metadata of a picture file tells about it."""
    style = _inside(path, "phosphene").get("style")
    try:
        recipe = open_recipe(path)
    except UserError:  # its pixels can still be judged
        return _About(style)
    rendered = _inside(path, "phosphene-render")
    name = rendered.get("map")
    whole = None if "crop" in rendered else recipe
    return _About(style, whole, name if isinstance(name, str) else None)


def _note(path: str) -> str:
    bleed = _inside(path, "phosphene-render").get("bleed")
    return f"its edges include {bleed} pixels of bleed around the picture" if bleed else ""


def _report(name: str, about: _About, seen: Probe, drawn: Lines, tile: bool) -> Report:
    figures = measure(seen) | measure_lines(drawn)
    rules = MAP_RULES if about.map else RULES | REMARKS
    if about.map == "metalness":  # most surfaces have none
        rules = {}
    kind, ways = "plane", "xy"
    if about.whole:
        kind = about.whole.surface.kind
        ways = closed_directions(kind, about.whole.view.axes) or ways
    if tile:
        rules = rules | {seam: rule for seam, rule in SEAMS.items() if DIRECTIONS[seam] in ways}
    found = verdicts(rules, figures, about.style)
    palette = palette_shares(about.whole, seen) if about.whole and not about.map else {}
    if about.whole and about.whole.shares:
        found += missing_colours(palette)
    return Report(name, figures, found, thumbnail(seen), kind, about.map, palette=palette)


def palette_shares(recipe: Recipe, seen: Probe) -> dict[str, float]:
    """The share of the picture, 0..1, near each colour of the recipe's palettes, by #rrggbb."""
    if not recipe.palettes:
        return {}
    anchors = anchors_to_oklab(
        [a for name in sorted(recipe.palettes) for a in recipe.palettes[name]]
    )
    names = ["#{:02x}{:02x}{:02x}".format(*rgb) for rgb in oklab_to_bytes(inside_srgb(anchors))]
    return dict(zip(names, colour_shares(seen.sharp, anchors), strict=True))


def missing_colours(palette: Mapping[str, float]) -> tuple[Verdict, ...]:
    """A verdict if the picture lacks colours that have a share of it."""
    lacks = [colour for colour, share in palette.items() if share < FEWEST]
    if not lacks:
        return ()
    message = f"less than {FEWEST:.0%} of it is near {', '.join(lacks)}"
    return (Verdict("colours", message, f"another seed, or `palette={lacks[0]}:20,...`"),)


def _inside(path: str, keyword: str) -> dict[str, Any]:
    """The JSON object stored in a file under a keyword; empty if there is none."""
    try:
        found = json.loads(read_metadata(path).get(keyword, "{}"))
    except (InputError, ValueError, RecursionError):  # not our file: its pixels can still be judged
        return {}
    return found if isinstance(found, dict) else {}
