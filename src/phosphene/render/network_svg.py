"""Drawings of networks as SVG: units with their pictures, connections by sign and size."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from numpy.typing import NDArray

from phosphene.core.rng import Seed
from phosphene.core.texts import printable
from phosphene.recipe import Recipe
from phosphene.render import render
from phosphene.render.network_graph import Column, Drawing, Unit, drawings
from phosphene.sources import Source, as_recipe

Places = dict[Unit, tuple[float, float]]  # the upper left corner of each unit

BOX, GAP = 32, 8  # a unit's picture, and the space below it
APART = 120  # from one column to the next
LEFT, TOP, RIGHT = 170, 90, 110
PICTURE = 192  # the longest side of the picture beside the outputs
POSITIVE, NEGATIVE = "#1c6dd0", "#d9540b"
STYLE = (
    "text{font:12px sans-serif;fill:#222}.title{font-size:17px;font-weight:bold}"
    ".small{font-size:10px;fill:#666}path{fill:none}rect{fill:none;stroke:#888}"
)


def network_svg(recipe: Source, *, seed: Seed | None = None, files: bool = True) -> str:
    """The networks that a recipe's picture uses, drawn one below the other: an SVG document.

    Each unit shows its values over the picture, from the least (black) to the greatest (white). A
    connection is blue for a positive weight, orange for a negative one, and the wider the larger
    the weight is, compared with the largest of its layer. Of large layers the first 24 units are
    drawn, of a network the 1,500 strongest connections; the drawing says so. `recipe`, `seed` and
    `files` as in `as_recipe`. Raises `RecipeError` for a network of more than 400 layers.
    """
    found = as_recipe(recipe, seed=seed, files=files)
    parts: list[str] = []
    top, width = 0.0, 0.0
    for drawing in drawings(found):
        body, wide, high = _network(drawing, found)
        parts.append(f'<g transform="translate(0 {top:g})">\n{body}\n</g>')
        top, width = top + high, max(width, wide)
    title = _text(f"Networks of {found.style or 'a recipe'}, seed {found.seed}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width:g}" height="{top:g}" viewBox="0 0 {width:g} {top:g}">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n"
        f'<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _network(drawing: Drawing, recipe: Recipe) -> tuple[str, float, float]:
    """The elements of a network, and the width and height that they take."""
    counts = [min(len(column.names), drawing.shown) for column in drawing.columns]
    tall = max(max(counts) * (BOX + GAP), PICTURE)
    places: Places = {
        (c, i): (LEFT + c * APART, TOP + (tall - count * (BOX + GAP)) / 2 + i * (BOX + GAP))
        for c, count in enumerate(counts)
        for i in range(count)
    }
    end = LEFT + (len(counts) - 1) * APART + BOX
    parts = [f'<text class="title" x="20" y="30">network {_text(drawing.name)}</text>']
    parts.append(f'<text class="small" x="20" y="48">{_text(_caption(drawing))}</text>')
    parts += _connections(drawing, places)
    for c, column in enumerate(drawing.columns):
        parts += _column(drawing, c, column, counts[c], places)
    parts.append(_picture(recipe, end + RIGHT, TOP + tall / 2))
    return "\n".join(parts), end + RIGHT + PICTURE + 20, TOP + tall + 40


def _caption(drawing: Drawing) -> str:
    some = len(drawing.connections) < drawing.total
    which = f"the {len(drawing.connections):,} strongest of " if some else ""
    hidden = max(len(column.names) for column in drawing.columns) > drawing.shown
    units = f"; up to {drawing.shown} units of each layer are drawn" if hidden else ""
    return (
        f"{which}{drawing.total:,} connections{units}; blue: positive weight, orange: negative, "
        "width: size compared with the largest of its layer"
    )


def _connections(drawing: Drawing, places: Places) -> Iterator[str]:
    """Curves, the strongest on top."""
    most: dict[int, float] = {}
    for c in drawing.connections:
        most[c.target[0]] = max(most.get(c.target[0], 1e-300), abs(c.weight))
    for c in sorted(drawing.connections, key=lambda c: abs(c.weight) / most[c.target[0]]):
        (x, y), (far, low) = places[c.source], places[c.target]
        x, y, low = x + BOX, y + BOX / 2, low + BOX / 2
        size = abs(c.weight) / most[c.target[0]]
        bend = max(abs(far - x) / 2, 30)
        if far < x:  # back, in a graph with cycles: below the units
            y, low = y + BOX / 2, low + BOX / 2
        yield (
            f'<path d="M{x:g} {y:g}C{x + bend:g} {y:g} {far - bend:g} {low:g} {far:g} {low:g}" '
            f'stroke="{POSITIVE if c.weight >= 0 else NEGATIVE}" '
            f'stroke-width="{0.3 + 2.7 * size:.3g}" stroke-opacity="{0.15 + 0.75 * size:.3g}"/>'
        )


def _column(
    drawing: Drawing,
    c: int,
    column: Column,
    count: int,
    places: Places,
) -> Iterator[str]:
    x, middle = LEFT + c * APART, LEFT + c * APART + BOX / 2
    kinds = list(dict.fromkeys(column.activations))
    same = ", ".join(kinds) if len(kinds) <= 2 else f"{len(kinds)} activations"
    yield f'<text x="{middle:g}" y="68" text-anchor="middle">{_text(column.title)}</text>'
    yield f'<text class="small" x="{middle:g}" y="81" text-anchor="middle">{_text(same)}</text>'
    last = c == len(drawing.columns) - 1
    for i in range(count):
        y = places[c, i][1]
        name, kind = column.names[i], column.activations[i] if column.activations else ""
        about = ", ".join(part for part in (name or f"{column.title}, unit {i}", kind) if part)
        yield (
            f"<g><title>{_text(about, 400)}</title>"
            f'<image x="{x:g}" y="{y:g}" width="{BOX}" height="{BOX}" '
            f'xlink:href="{_data(drawing.pictures[c, i])}"/>'
            f'<rect x="{x:g}" y="{y:g}" width="{BOX}" height="{BOX}"/></g>'
        )
        if c == 0:
            yield _label(x - 8, y + BOX / 2 + 4, name[:24], "end")
        elif last:
            yield _label(x + BOX + 8, y + BOX / 2 + 4, name, "start")
        elif len(kinds) > 1:
            yield f'<text class="small" x="{x + BOX + 3:g}" y="{y + 9:g}">{_text(kind)}</text>'
    if len(column.names) > count:
        y = places[c, count - 1][1] + BOX + 14
        more = f"and {len(column.names) - count:,} more"
        yield f'<text class="small" x="{middle:g}" y="{y:g}" text-anchor="middle">{more}</text>'


def _label(x: float, y: float, name: str, anchor: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{_text(name)}</text>'


def _picture(recipe: Recipe, x: float, middle: float) -> str:
    """The picture itself, beside the outputs."""
    samples = "none" if recipe.finish.antialias == "none" else 4  # enough for noise too
    data = _data(render(recipe.replace({"finish.antialias": samples}), (PICTURE, PICTURE)).uint8)
    y = middle - PICTURE / 2
    return (
        f"<g><title>the picture</title>"
        f'<image x="{x:g}" y="{y:g}" width="{PICTURE}" height="{PICTURE}" xlink:href="{data}"/></g>'
    )


def _data(pixels: NDArray[Any]) -> str:
    """Pixels as the data URI of a PNG."""
    from PIL import Image  # loads all of Pillow

    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _text(text: str, longest: int = 200) -> str:
    """A text for XML: printable, escaped, cut if it is long."""
    text = printable(text).replace("\n", " ")
    return escape(text if len(text) <= longest else f"{text[: longest - 1]}…")
