"""Recipes of a parameter grid, and the layout of pages of labelled pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from phosphene.compiler.complexity import with_complexity
from phosphene.core.arguments import whole_number
from phosphene.core.errors import DialError, UserError
from phosphene.core.rng import Seed
from phosphene.judge import accept
from phosphene.recipe import FIELDS, Recipe, flat_fields, normal_seed, with_fields
from phosphene.render.axes import MAX_PICTURES, Axis, Value, check_apart, read_axis
from phosphene.sources import Source, as_recipe, refuse_dial, style_name
from phosphene.styles import STYLES, style

PAPER, INK = (18, 18, 20), (200, 200, 205)
GAP, LINE = 6, 18
HEAD_LINES, HEAD_WIDTH = 4, 160  # of a heading: lines above a column, pixels beside a row
MAX_CELL = 4096

Labelled = tuple[str, Recipe]
Heads = tuple[list[str], list[str] | None]  # headings of the columns and of the rows


class Cells(NamedTuple):
    """A grid: the varied recipe, its pictures row by row, and the headings of columns and rows."""

    base: Recipe
    pictures: list[Labelled]
    heads: Heads


def cells(
    source: Source | None,
    x: Axis,
    y: Axis | None,
    seed: Seed | None,
    complexity: float | None,
    fields: Mapping[str, Any],
    files: bool = True,
) -> Cells:
    """The recipes of `phosphene.grid`, which documents axes. Raises `UserError`, `RecipeError`."""
    fields = flat_fields(fields)
    name = None if source is None else style_name(source)
    of_style = source is None or name is not None
    if source is None:
        base = style(seed=0 if seed is None else seed, **fields)
    else:
        base = as_recipe(source, seed=seed, fields=fields, files=files)
    across, down = read_axis(x), None if y is None else read_axis(y)
    axes = [axis for axis in (across, down) if axis is not None]
    others = {"seed": seed, "complexity": complexity, **fields, **(fields.get("set") or {})}
    check_apart(across, down, [n for n, value in others.items() if value is not None])
    if not of_style:
        for axis in axes:
            refuse_dial(base, axis.name)
    if not 1 <= math.prod(len(axis.values) for axis in axes) <= MAX_PICTURES:
        raise UserError(f"grid: an axis without values, or more than {MAX_PICTURES} pictures")
    pictures: list[Labelled] = []
    rows: list[Value | None] = [None] if down is None else [*down.values]
    for j, row in enumerate(rows):
        for k, column in enumerate(across.values):
            put = {across.name: column[1]}
            label = across.labels[k]
            if down is not None and row is not None:
                put[down.name] = row[1]
                label = f"{label}, {down.labels[j]}"
            if of_style:
                recipe = _of_style(name, base, fields, put, complexity, across.name)
            else:
                recipe = _put(base, {"complexity": complexity, **put})
            pictures.append((label, recipe))
    return Cells(base, pictures, (across.labels, None if down is None else down.labels))


def _of_style(
    name: str | None,
    base: Recipe,
    fields: Mapping[str, Any],
    put: dict[str, Any],
    complexity: float | None,
    across: str,
) -> Recipe:
    """A cell of a style's grid. Other dials make the style again. Another seed is made, and rescued
    if it is dull, as `phosphene paint` does. Raises `UserError` about the axis of a wrong dial.
    """
    put = {"complexity": complexity, **put}
    try:
        if "seed" in put:
            seed, complexity = put.pop("seed"), put.pop("complexity")
            paths = {path: put.pop(path) for path in [*put] if "." in path}
            changes = {**fields, **put, "set": {**(fields.get("set") or {}), **paths}}
            return accept(name, seed, changes, complexity=complexity)
        dials = STYLES[str(base.style)].dials
        turned = {n: put.pop(n) for n in [*put] if n in dials and n != "complexity"}
        own = base
        if turned:
            own = style(base.style, seed=normal_seed(base.seed), **{**fields, **turned})
    except DialError as error:
        axis = "x" if error.argument == across else "y"
        raise UserError(str(error), argument=axis) from None
    return _put(own, put)


def check_cell(cell: int) -> None:
    """Raises `UserError` unless it is the side of a picture of a page, in pixels."""
    if not 1 <= whole_number(cell, "cell") <= MAX_CELL:
        raise UserError(f"got {cell}; expected 1 to {MAX_CELL} pixels", argument="cell")


def _put(recipe: Recipe, values: dict[str, Any]) -> Recipe:
    """Set fields in order; the complexity last, since it depends on the others."""
    for name, value in values.items():
        if name in FIELDS:
            recipe = with_fields(recipe, {name: value})
        elif name == "seed":
            recipe = recipe.replace({"seed": value, "rescued": ()})
        elif name != "complexity":
            recipe = recipe.replace({name: value})
    return with_complexity(recipe, values["complexity"])


@dataclass(frozen=True)
class Page:
    """The layout of pictures of `cell` x `cell` pixels in rows from the top: a label below each, or
    with `heads`, headings above the columns and beside the rows.
    """

    labels: list[str]
    columns: int
    cell: int
    heads: Heads | None = None

    @cached_property
    def _above(self) -> list[list[str]]:
        """The lines of the headings above the columns."""
        heads = self.heads[0] if self.heads else []
        return [wrapped(text, self.cell, HEAD_LINES) for text in heads]

    @cached_property
    def _beside(self) -> list[list[str]]:
        """The lines of the headings beside the rows."""
        heads = (self.heads[1] if self.heads else None) or []
        return [wrapped(text, HEAD_WIDTH, max(1, self.cell // LINE)) for text in heads]

    @property
    def corner(self) -> tuple[int, int]:
        """The top left corner of the first picture: x, y."""
        lines = [line for head in self._beside for line in head]
        wide = round(max(map(_font().getlength, lines))) + GAP if lines else 0
        return GAP + wide, GAP + LINE * max(map(len, self._above), default=0)

    @property
    def size(self) -> tuple[int, int]:
        left, top = self.corner
        rows = -(-len(self.labels) // self.columns)
        return left + self.columns * (self.cell + GAP), top + rows * self._step

    @property
    def _step(self) -> int:
        return self.cell + GAP + (0 if self.heads else LINE)

    def places(self) -> list[tuple[int, int]]:
        """The top left corner of every picture: x, y."""
        left, top = self.corner
        at = (divmod(k, self.columns) for k in range(len(self.labels)))
        return [(left + column * (self.cell + GAP), top + row * self._step) for row, column in at]

    def blank(self) -> Image.Image:
        """The page with labels but without pictures."""
        page = Image.new("RGB", self.size, PAPER)
        draw = ImageDraw.Draw(page)

        def write(x: int, y: int, lines: list[str]) -> None:
            for k, line in enumerate(lines):
                draw.text((x, y + k * LINE), line, INK, _font())

        left, top = self.corner
        if self.heads is None:
            for (x, y), label in zip(self.places(), self.labels, strict=True):
                write(x, y + self.cell + 1, [clipped(label, self.cell)])
        for column, lines in enumerate(self._above):
            write(left + column * (self.cell + GAP), top - LINE * len(lines), lines)
        for row, lines in enumerate(self._beside):
            middle = top + row * self._step + self.cell // 2
            write(GAP, middle - LINE * len(lines) // 2, lines)
        return page


def clipped(text: str, width: float) -> str:
    """The text, truncated to a width in pixels and marked with dots if it is longer."""
    long, font = len(text), _font()
    while long and font.getlength(text if long == len(text) else f"{text[:long]}..") > width:
        long -= 1
    return text if long == len(text) else f"{text[:long].rstrip()}.." if long else ""


def wrapped(text: str, width: float, count: int) -> list[str]:
    """The text in at most `count` lines of a width in pixels, broken at spaces and after commas and
    operators where possible. What does not fit is marked as by `clipped`.
    """
    font, lines = _font(), list[str]()
    while len(lines) < count - 1 and font.getlength(text) > width:
        fits = max((n for n in range(1, len(text)) if font.getlength(text[:n]) <= width), default=1)
        if text[fits] != " ":
            good = [n + 1 for n in range(fits) if text[n] in " ,;+*/"]
            fits = good[-1] if good else fits
        lines.append(text[:fits].rstrip())
        text = text[fits:].lstrip()
    return [*lines, clipped(text, width)]


def _font() -> Any:
    return ImageFont.load_default(13)
