"""Contact sheets and parameter grids: many small pictures of recipes on one labelled page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from phosphene.build.complexity import with_complexity
from phosphene.catalogue.palettes import PALETTES
from phosphene.errors import RecipeError, UserError, unknown
from phosphene.files import create
from phosphene.files.colour import as_wanted
from phosphene.files.png import png_bytes
from phosphene.gate import LIMITS, accept, distance, house_styles, probe, thumbnail
from phosphene.pipeline import render
from phosphene.recipe import (
    FIELDS,
    Generated,
    Recipe,
    read_field,
    read_value,
    seed_after,
    with_fields,
)
from phosphene.rolling import rolled
from phosphene.styles import STYLES, style

PAPER, INK = (18, 18, 20), (200, 200, 205)
GAP, LINE = 6, 18
MAX_PICTURES = 4096
SHIFT = 7  # from a picture's first palette to its second, in the catalogue

Progress = Callable[[int, int], None]
Labelled = tuple[str, Recipe]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A page of pictures: uint8 pixels (height, width, 3), and each picture's label and recipe.

    Saved, it carries all recipes; `ph.open(path, pick=3)` gives the third.
    """

    pixels: NDArray[np.uint8]
    pictures: tuple[Labelled, ...]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.pixels, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        height, width, _ = self.pixels.shape
        return f"Sheet({len(self.pictures)} pictures, {width}x{height})"

    def metadata(self) -> dict[str, str]:
        pictures = [{"label": label, "recipe": json.loads(r.json)} for label, r in self.pictures]
        return {"phosphene-sheet": json.dumps({"phosphene": 1, "pictures": pictures})}

    def save(self, path: str | PathLike[str], *, force: bool = False) -> None:
        height, width, _ = self.pixels.shape
        with create(path, (width, height), 3, self.metadata(), force=force) as writer:
            plain = writer.wants == "bytes"
            rows = self.pixels if plain else as_wanted(self.pixels / np.float32(255), writer.wants)
            writer.write(rows)

    def _repr_png_(self) -> bytes:
        return png_bytes(self.pixels, self.metadata())


def sheet(
    source: str | Recipe | None = None,
    *,
    count: int | None = None,
    vary: str = "seed",
    seed: int | str | None = None,
    cell: int = 240,
    columns: int | None = None,
    all_styles: bool = False,
    gate: bool | None = None,
    complexity: float | None = None,
    tile: str | None = None,
    threads: int | None = None,
    engine: str = "cpu",
    progress: Progress | None = None,
    **fields: Any,
) -> Sheet:
    """A contact sheet of `count` pictures (24), each labelled.

    `source` is a style's name (None: a bare seed picks), or a recipe. `vary="seed"` takes seeds
    from `seed` on; "latent" varies z and keeps the weights, "weights" varies those and keeps z,
    "palette" shows one picture in every palette of the catalogue. `all_styles` shows `count`
    pictures (1) of each house style. Dull pictures of styles are rescued and near duplicates left
    out, both as `gate` says (see `phosphene.gate.accept`). `complexity` as in `with_complexity`,
    `fields` as in `style`. `tile` rolls every picture up, as `phosphene.rolling.rolled` does.
    """
    each = (1 if all_styles else 24) if count is None else count
    if not 1 <= each <= MAX_PICTURES:
        raise UserError(f"count: got {count}; a sheet holds 1 to {MAX_PICTURES} pictures")
    if vary not in VARIATIONS:
        raise UserError(unknown("variation", vary, VARIATIONS))
    if columns is not None and columns < 1:
        raise UserError(f"columns: got {columns}; expected at least 1")
    if all_styles and (source is not None or vary != "seed"):
        raise UserError("all styles: leave out the style and --vary; it shows each by its seeds")
    if isinstance(source, Recipe):
        pictures = _varied(_with(source, seed, fields), vary, each, complexity)
    elif vary == "seed":
        names = house_styles() if all_styles else [source]
        pictures = _seeds(names, seed or 0, each, gate, fields, complexity)
    else:
        pictures = _varied(style(source, seed=seed or 0, **fields), vary, each, complexity)
    if tile is not None:
        pictures = [(label, rolled(recipe, cell, tile)) for label, recipe in pictures]
    columns = columns or min(len(pictures), max(1, round((len(pictures) * 1.5) ** 0.5)))
    return _page(pictures, columns, cell, None, threads, engine, progress)


def _varied(base: Recipe, vary: str, count: int, complexity: float | None) -> list[Labelled]:
    made = [VARIATIONS[vary](base, key) for key in _keys(vary, base.seed, count)]
    return [(label, with_complexity(recipe, complexity)) for label, recipe in made]


def _seeds(
    names: list[str | None] | list[str],
    first: int | str,
    count: int,
    gate: bool | None,
    fields: dict[str, Any],
    complexity: float | None,
) -> list[Labelled]:
    """`count` pictures of each style, of the seeds from `first` on that pass the gate and do not
    look like one before. After four times as many seeds, whatever comes.
    """
    shown: list[Labelled] = []
    seen: list[NDArray[Any]] = []
    house = house_styles()
    for name in names:
        left = count
        for k in range(4 * count):
            recipe = accept(name, seed_after(first, k), fields, gate, complexity)
            if gate or (gate is None and recipe.style in house):
                small = thumbnail(probe(recipe))
                near = any(distance(small, other) < LIMITS["apart"] for other in seen)
                if near and 4 * count - k > left:
                    continue
                seen.append(small)
            shown.append((f"{recipe.style} {recipe.seed}", recipe))
            left -= 1
            if not left:
                break
    return shown


def _with(recipe: Recipe, seed: int | str | None, fields: dict[str, Any]) -> Recipe:
    recipe = with_fields(recipe, fields)
    return recipe if seed is None else recipe.replace({"seed": seed})


def _keys(vary: str, seed: int | str, count: int) -> list[int | str]:
    """Seeds from `seed` on; the draws of another variation are numbered from 0."""
    if vary == "palette" and count > len(PALETTES):
        raise UserError(f"count: got {count}; there are {len(PALETTES)} palettes")
    if vary != "seed":
        return list(range(count))
    return [seed_after(seed, k) for k in range(count)]


def _vary_seed(base: Recipe, key: int | str) -> Labelled:
    return f"seed {key}", base.replace({"seed": key, "rescued": ()})


def _vary_latent(base: Recipe, key: int | str) -> Labelled:
    named = [n for n, network in base.networks.items() if network.latent.size]
    if not named:
        raise RecipeError("vary latent: the recipe has no latent vector; add --latent-size 8")
    changes: dict[str, Any] = {}
    for name in named:
        changes[f"networks.{name}.latent.values"] = None
        changes[f"networks.{name}.latent.seed"] = key
    return f"z {key}", base.replace(changes)


def _vary_weights(base: Recipe, key: int | str) -> Labelled:
    drawn = [n for n, network in base.networks.items() if isinstance(network, Generated)]
    if not drawn:
        raise RecipeError("vary weights: the recipe's weights are given, not drawn from a seed")
    return f"weights {key}", base.replace({f"networks.{n}.weights.seed": key for n in drawn})


def _vary_palette(base: Recipe, key: int | str) -> Labelled:
    """The key-th palette of the catalogue for the first, and for others those further on."""
    if not base.palettes:
        raise RecipeError("vary palette: the recipe uses no palette; add --recolour auto")
    listed = list(PALETTES)
    names = [listed[(int(key) + SHIFT * k) % len(listed)] for k in range(len(base.palettes))]
    chosen = dict(zip(sorted(base.palettes), names, strict=True))
    return " ".join(names[:2]), base.replace({f"palettes.{n}": p for n, p in chosen.items()})


VARIATIONS: dict[str, Callable[[Recipe, int | str], Labelled]] = {
    "seed": _vary_seed,
    "latent": _vary_latent,
    "weights": _vary_weights,
    "palette": _vary_palette,
}


def grid(
    source: str | Recipe | None = None,
    *,
    x: tuple[str, Iterable[Any]] | str,
    y: tuple[str, Iterable[Any]] | str | None = None,
    seed: int | str | None = None,
    cell: int = 200,
    complexity: float | None = None,
    threads: int | None = None,
    engine: str = "cpu",
    progress: Progress | None = None,
    **fields: Any,
) -> Sheet:
    """A labelled grid over one or two recipe fields, all pictures from the same draws.

    An axis is `("depth", range(2, 10))` or text, `"depth=2..9"`, `"width=4,8,16"`,
    `"scale=0.5..2/4"` (four values), of a field's name, a dial of the style, any dotted path, or
    `complexity` (see `with_complexity`).
    """
    if isinstance(source, Recipe):
        base = _with(source, seed, fields)
    else:
        base = style(source, seed=seed or 0, **fields)
    dials = {} if isinstance(source, Recipe) else STYLES[str(base.style)].dials
    across, down = _axis(x), ("", [None]) if y is None else _axis(y)
    if not 1 <= len(across[1]) * len(down[1]) <= MAX_PICTURES:
        raise UserError(f"grid: an axis without values, or more than {MAX_PICTURES} pictures")
    pictures: list[Labelled] = []
    for row in down[1]:
        for column in across[1]:
            put = {"complexity": complexity, across[0]: column}
            put |= {} if y is None else {down[0]: row}
            turned = {n: put.pop(n) for n in list(put) if n in dials and n != "complexity"}
            own = style(base.style, seed=base.seed, **{**fields, **turned}) if turned else base
            recipe = _put(own, {"complexity": None, **put})
            label = f"{_short(across[0])} {_say(column)}"
            pictures.append(
                (label if y is None else f"{label}, {_short(down[0])} {_say(row)}", recipe)
            )
    rows = None if y is None else [f"{_short(down[0])} {_say(v)}" for v in down[1]]
    heads = [f"{_short(across[0])} {_say(v)}" for v in across[1]], rows
    return _page(pictures, len(across[1]), cell, heads, threads, engine, progress)


def _axis(spec: tuple[str, Iterable[Any]] | str) -> tuple[str, list[Any]]:
    if not isinstance(spec, str):
        return spec[0], list(spec[1])
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
    """Values by field or path in order; the complexity last, for it depends on the others."""
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


def _page(
    pictures: list[Labelled],
    columns: int,
    cell: int,
    heads: tuple[list[str], list[str] | None] | None,
    threads: int | None,
    engine: str,
    progress: Progress | None,
) -> Sheet:
    """Lay pictures out row by row; labels stand under each, or as heads of a grid."""
    font = ImageFont.load_default(13)
    rows = -(-len(pictures) // columns)
    step = cell + GAP + (0 if heads else LINE)
    left = GAP + (round(max(map(font.getlength, heads[1]))) + GAP if heads and heads[1] else 0)
    top = GAP + (LINE if heads else 0)
    size = left + columns * (cell + GAP), top + rows * step
    page = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(page)
    for k, (label, recipe) in enumerate(pictures):
        pixels = render(recipe, (cell, cell), threads=threads, engine=engine).bytes
        row, column = divmod(k, columns)
        place = left + column * (cell + GAP), top + row * step
        image = Image.fromarray(np.squeeze(pixels))
        page.paste(image.convert("RGB"), place, image if pixels.shape[2] in (2, 4) else None)
        if heads is None:
            draw.text((place[0], place[1] + cell + 1), label, INK, font)
        if progress:
            progress(k + 1, len(pictures))
    if heads:
        for column, text in enumerate(heads[0]):
            draw.text((left + column * (cell + GAP), GAP), text, INK, font)
        for row, text in enumerate(heads[1] or []):
            draw.text((GAP, top + row * step + cell // 2 - LINE // 2), text, INK, font)
    return Sheet(np.asarray(page), tuple(pictures))
