"""Recipes of a parameter grid, and the layout of pages of labelled pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from phosphene.compiler.complexity import with_complexity
from phosphene.core.arguments import whole_number
from phosphene.core.errors import DialError, UserError
from phosphene.recipe import FIELDS, Recipe, flat_fields, read_field, read_value, with_fields
from phosphene.sources import Source, as_recipe, refuse_dial, style_name
from phosphene.styles import STYLES, style

PAPER, INK = (18, 18, 20), (200, 200, 205)
GAP, LINE = 6, 18
MAX_PICTURES = 4096
MAX_CELL = 4096

Labelled = tuple[str, Recipe]
Heads = tuple[list[str], list[str] | None]  # headings of the columns and of the rows
Axis = tuple[str, Iterable[Any]] | str


class Cells(NamedTuple):
    """A grid: the varied recipe, its pictures row by row, and the headings of columns and rows."""

    base: Recipe
    pictures: list[Labelled]
    heads: Heads


def cells(
    source: Source | None,
    x: Axis,
    y: Axis | None,
    seed: int | str | None,
    complexity: float | None,
    fields: Mapping[str, Any],
    files: bool = True,
) -> Cells:
    """The recipes of `phosphene.grid`, which documents axes. Raises `UserError`, `RecipeError`."""
    fields = flat_fields(fields)
    of_style = source is None or style_name(source) is not None
    if source is None:
        base = style(seed=0 if seed is None else seed, **fields)
    else:
        base = as_recipe(source, seed=seed, fields=fields, files=files)
    dials = STYLES[str(base.style)].dials if of_style else {}
    across, down = _axis(x), ("", [None]) if y is None else _axis(y)
    if not of_style:
        for name, _ in (across, down):
            refuse_dial(base, name)
    if not 1 <= len(across[1]) * len(down[1]) <= MAX_PICTURES:
        raise UserError(f"grid: an axis without values, or more than {MAX_PICTURES} pictures")
    pictures: list[Labelled] = []
    for row in down[1]:
        for column in across[1]:
            put = {"complexity": complexity, across[0]: column}
            put |= {} if y is None else {down[0]: row}
            turned = {n: put.pop(n) for n in list(put) if n in dials and n != "complexity"}
            own = _with_dials(base, {**fields, **turned}, across[0]) if turned else base
            recipe = _put(own, {"complexity": None, **put})
            label = f"{_short(across[0])} {_say(column)}"
            pictures.append(
                (label if y is None else f"{label}, {_short(down[0])} {_say(row)}", recipe)
            )
    rows = None if y is None else [f"{_short(down[0])} {_say(v)}" for v in down[1]]
    return Cells(base, pictures, ([f"{_short(across[0])} {_say(v)}" for v in across[1]], rows))


def _with_dials(base: Recipe, fields: dict[str, Any], across: str) -> Recipe:
    """The base's style with other dials. Raises `UserError` about the axis of a wrong one."""
    try:
        return style(base.style, seed=base.seed, **fields)
    except DialError as error:
        axis = "x" if error.argument == across else "y"
        raise UserError(str(error), argument=axis) from None


def check_cell(cell: int) -> None:
    """Raises `UserError` unless it is the side of a picture of a page, in pixels."""
    if not 1 <= whole_number(cell, "cell") <= MAX_CELL:
        raise UserError(f"got {cell}; expected 1 to {MAX_CELL} pixels", argument="cell")


def _axis(spec: Axis) -> tuple[str, list[Any]]:
    if not isinstance(spec, str):
        try:
            name, values = spec
            return str(name), list(values)
        except (TypeError, ValueError):
            raise UserError(
                f"axis {spec!r:.60}: expected a name and its values, such as ('depth', [2, 3, 4])"
            ) from None
    name, equals, text = spec.partition("=")
    if not equals or not text:
        raise UserError(f"axis '{spec}': expected FIELD=VALUES, such as depth=2..9 or width=4,8,16")
    return name, _values(name, text)


def _values(name: str, text: str) -> list[Any]:
    if ".." not in text:
        read = (lambda t: read_field(name, t)) if name in FIELDS else read_value
        return [read(part) for part in text.split(",")]
    ends, _, steps = text.partition("/")
    low, _, high = ends.partition("..")
    try:
        if not steps:
            first, last = int(low), int(high)
            return list(range(first, last + 1)) or list(range(first, last - 1, -1))
        number = int(steps)
        span = float(high) - float(low)
        return [float(low) + span * k / max(number - 1, 1) for k in range(number)]
    except ValueError:
        raise UserError(
            f"axis '{name}={text}': expected whole numbers 2..9, or 0.5..2/4 for four values"
        ) from None


def _put(recipe: Recipe, values: dict[str, Any]) -> Recipe:
    """Set fields in order; the complexity last, since it depends on the others."""
    for name, value in values.items():
        if name in FIELDS:
            recipe = with_fields(recipe, {name: value})
        elif name != "complexity":
            recipe = recipe.replace({name: value})
    return with_complexity(recipe, values["complexity"])


def _short(name: str) -> str:
    return name.rsplit(".", 1)[-1].replace("_", " ")


def _say(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_say, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Page:
    """The layout of pictures of `cell` x `cell` pixels in rows from the top: a label below each, or
    with `heads`, headings above the columns and beside the rows.
    """

    labels: list[str]
    columns: int
    cell: int
    heads: Heads | None = None

    @property
    def corner(self) -> tuple[int, int]:
        """The top left corner of the first picture: x, y."""
        down = self.heads[1] if self.heads else None
        wide = round(max(map(_font().getlength, down))) + GAP if down else 0
        return GAP + wide, GAP + (LINE if self.heads else 0)

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
        draw, font = ImageDraw.Draw(page), _font()
        if self.heads is None:
            for (x, y), label in zip(self.places(), self.labels, strict=True):
                draw.text((x, y + self.cell + 1), clipped(label, self.cell), INK, font)
            return page
        left, top = self.corner
        for column, text in enumerate(self.heads[0]):
            place = left + column * (self.cell + GAP), GAP
            draw.text(place, clipped(text, self.cell), INK, font)
        for row, text in enumerate(self.heads[1] or []):
            draw.text((GAP, top + row * self._step + self.cell // 2 - LINE // 2), text, INK, font)
        return page


def clipped(text: str, width: float) -> str:
    """The text, truncated to a width in pixels and marked with dots if it is longer."""
    long, font = len(text), _font()
    while long and font.getlength(text if long == len(text) else f"{text[:long]}..") > width:
        long -= 1
    return text if long == len(text) else f"{text[:long].rstrip()}.." if long else ""


def _font() -> Any:
    return ImageFont.load_default(13)
