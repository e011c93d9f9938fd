"""Contact sheets and parameter grids: small pictures of many recipes on one labelled page."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, Unpack

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phosphene.colour.channels import has_opacity
from phosphene.compiler.complexity import missed_complexity
from phosphene.core.aliases import old_attribute, old_keywords
from phosphene.core.arguments import check_functions, whole_number
from phosphene.core.errors import UserError, unknown
from phosphene.core.limits import Limits, with_limits
from phosphene.core.rng import Seed
from phosphene.core.threads import thread_count
from phosphene.files import create, format_suffix
from phosphene.files.options import Metadata, metadata_level
from phosphene.files.png import png_bytes
from phosphene.files.samples import as_wanted
from phosphene.files.streams import named_format, write_bytes
from phosphene.jobs.executor import Executor, Say
from phosphene.jobs.executors import check_workers, open_executor
from phosphene.judge import gated, house_styles, judge
from phosphene.judge.notes import SHARE, flat_share
from phosphene.networks.nameless import nameless
from phosphene.render.axes import MAX_PICTURES, Axis
from phosphene.render.grids import Heads, Labelled, Page, cells, check_cell
from phosphene.render.thumbnails import paint_each, smooth
from phosphene.render.tiling import tiled
from phosphene.render.variations import VARIATIONS, different_seeds, variations
from phosphene.sources import Fields, Source, as_recipe, read_keywords, style_name
from phosphene.styles import style

NAMED = 6  # labels in a note on many pictures
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A page of pictures: its pixels `uint8`, of shape (height, width, 3), and the label and recipe
    of each picture. `notes` name pictures that are dull or differ from the request.

    A saved sheet holds all recipes; `ph.open(path, pick=3)` returns the third.
    """

    uint8: NDArray[np.uint8]
    pictures: tuple[Labelled, ...]
    notes: tuple[str, ...] = ()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.uint8, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        height, width, _ = self.uint8.shape
        return f"Sheet({len(self.pictures)} pictures, {width}x{height})"

    if not TYPE_CHECKING:  # a type checker knows the new names only

        def __getattr__(self, name: str) -> Any:
            return old_attribute(self, name)

    def metadata(self, level: Metadata = "full") -> dict[str, str]:
        """The metadata texts of a file of it: all recipes with their labels. For the level "recipe"
        they name no styles and seeds, and the labels are numbers; for "none" there are no texts.
        """
        match metadata_level(level):
            case "none":
                return {}
            case "recipe":
                shown = [(str(k), nameless(r)) for k, (_, r) in enumerate(self.pictures, 1)]
            case _:
                shown = list(self.pictures)
        pictures = [{"label": label, "recipe": recipe.to_dict()} for label, recipe in shown]
        return {"phosphene-sheet": json.dumps({"phosphene": 1, "pictures": pictures})}

    @old_keywords
    def save(
        self,
        path: str | PathLike[str] | BinaryIO,
        *,
        overwrite: bool = False,
        format: str | None = None,
        metadata: Metadata = "full",
    ) -> None:
        """Write the page, with its recipes inside, in the format of the path's suffix. `path` may
        also be a binary file open for writing: `format` then names the format, such as "png".
        `metadata` as in `Picture.save`.

        Raises `UserError` if a file exists (unless `overwrite`) or the format is unknown,
        `OutputError` if it cannot be written.
        """
        if not isinstance(path, str | PathLike):
            write_bytes(path, self.to_bytes(named_format(path, format), metadata=metadata))
            return
        if format is not None:
            raise UserError("a path has its format in its suffix; omit it", argument="format")
        self._write(path, None, overwrite, metadata)

    def to_bytes(self, format: str, *, metadata: Metadata = "full") -> bytes:
        """The bytes that `save` writes in a format, such as "png". Raises `UserError` if the format
        is unknown or a folder of files.
        """
        memory = io.BytesIO()
        self._write(f"sheet{format_suffix(format)}", memory, False, metadata)
        return memory.getvalue()

    def _write(
        self,
        path: str | PathLike[str],
        file: BinaryIO | None,
        overwrite: bool,
        metadata: Metadata,
    ) -> None:
        height, width, _ = self.uint8.shape
        how: dict[str, Any] = {"overwrite": overwrite, "file": file}
        with create(path, (width, height), 3, self.metadata(metadata), **how) as writer:
            plain = writer.sample_format == "bytes"
            rows = (
                self.uint8
                if plain
                else as_wanted(self.uint8 / np.float32(255), writer.sample_format)
            )
            writer.write(rows)

    def _repr_png_(self) -> bytes:
        return png_bytes(self.uint8, self.metadata())


@with_limits
def sheet(
    source: Source | None = None,
    *,
    count: int | None = None,
    vary: str = "seed",
    seed: Seed | None = None,
    files: bool = True,
    cell: int = 240,
    columns: int | None = None,
    all_styles: bool = False,
    gate: bool | None = None,
    complexity: float | None = None,
    tile: str | None = None,
    threads: int | None = None,
    workers: int | None = None,
    cluster: Any = None,
    engine: str = "cpu",
    exact: bool = False,
    limits: Limits | None = None,
    progress: Progress | None = None,
    say: Say = lambda line: None,
    **fields: Unpack[Fields],
) -> Sheet:
    """A contact sheet of `count` labelled pictures (default 24).

    `source` is a style's name, None for the style that each seed selects, or a recipe; `seed` and
    `files` as in `as_recipe`. `vary="seed"` shows consecutive seeds from `seed`; "latent" varies z
    with the same weights, "weights" varies the weights with the same z, "palette" shows one picture
    in every palette of the catalogue, some of which may look alike. `all_styles` shows `count`
    pictures (default 1) of each house style. Dull pictures of styles are replaced as `gate` says
    (see `phosphene.judge.accept`); of several seeds that look alike only the first is shown, unless
    `gate` is False. `complexity` as in `with_complexity`, or the nearest that a picture reaches;
    `fields` as in `style`; `tile` as in `phosphene.render.tiling.tiled`. `workers` and `cluster`
    are those of `render_file`; `say` receives their messages.

    Pictures without anti-aliasing, as those of seed systems, get 16 samples per pixel; with
    `exact`, or an `antialias` of its own, each has the pixels of its recipe.
    """
    put = read_keywords(sheet, fields)
    as_is = exact or _sampled(put)
    check_functions(progress=progress, say=say)
    check_workers(threads, workers, cluster)
    check_cell(cell)
    each = (1 if all_styles else 24) if count is None else count
    if not 1 <= whole_number(each, "count") <= MAX_PICTURES:
        raise UserError(f"got {count}; expected 1 to {MAX_PICTURES} pictures", argument="count")
    if vary not in VARIATIONS:
        raise UserError(unknown("variation", vary, VARIATIONS))
    if columns is not None and whole_number(columns, "columns") < 1:
        raise UserError(f"got {columns}; expected at least 1", argument="columns")
    if all_styles and (source is not None or vary != "seed"):
        raise UserError(
            "omit the style and `vary`; it shows seeds of each style", argument="all_styles"
        )
    name = None if source is None else style_name(source)
    if vary == "seed" and (source is None or name is not None):
        names = house_styles() if all_styles else [name]
        first, ahead = 0 if seed is None else seed, thread_count(threads)
        pictures = different_seeds(names, first, each, gate, put, complexity, ahead)
    else:
        base = (
            style(seed=seed or 0, **put)
            if source is None
            else as_recipe(source, seed=seed, fields=put, files=files)
        )
        pictures = variations(base, vary, each, complexity)
    if tile is not None:
        pictures = [(label, tiled(recipe, cell, tile)) for label, recipe in pictures]
    notes = [*_short(pictures, complexity), *_dull(pictures, gate, vary)]
    columns = columns or min(len(pictures), max(1, round((len(pictures) * 1.5) ** 0.5)))
    with open_executor(threads, workers, cluster, say) as executor:
        page = _page(pictures, columns, cell, None, engine, executor, progress, as_is)
    return replace(page, notes=(*notes, *page.notes))


def _short(pictures: list[Labelled], wanted: float | None) -> list[str]:
    """Notes on pictures that do not reach the requested complexity."""
    found = [(label, missed_complexity(recipe, wanted)) for label, recipe in pictures]
    return [
        f"{label}: complexity {kappa:.3g}, the nearest to {wanted:g} that it reaches"
        for label, kappa in found
        if kappa is not None
    ]


def _dull(pictures: list[Labelled], gate: bool | None, vary: str) -> list[str]:
    """Notes on pictures of seeds that are dull and could not be rescued."""
    judged = [(label, r) for label, r in pictures if vary == "seed" and gated(r, gate)]
    named = [(label, ", ".join(fault.name for fault in judge(r))) for label, r in judged]
    return [f"{label}: {faults}" for label, faults in named if faults]


@with_limits
def grid(
    source: Source | None = None,
    *,
    x: Axis,
    y: Axis | None = None,
    seed: Seed | None = None,
    files: bool = True,
    cell: int = 200,
    complexity: float | None = None,
    tile: str | None = None,
    threads: int | None = None,
    workers: int | None = None,
    cluster: Any = None,
    engine: str = "cpu",
    exact: bool = False,
    limits: Limits | None = None,
    progress: Progress | None = None,
    say: Say = lambda line: None,
    **fields: Unpack[Fields],
) -> Sheet:
    """A labelled grid over one or two recipe fields. All pictures use the same random numbers.

    An axis is `("depth", range(2, 10))`, or text such as `"depth=2..9"`, `"width=4,8,16"` or
    `"scale=0.5..2/4"` (four values). Values that contain commas outside brackets stand between
    semicolons: `"features=x,y;x,y,r"`. It names a field, a dial of the style, a dotted path,
    `complexity` (see `with_complexity`), or `seed`; other seeds of a style are made, and rescued,
    as `phosphene paint` does. Raises `UserError` if a field is varied twice, or given as well.

    `source`, `seed`, `files`, `tile` and `exact` as in `sheet`.
    """
    put = read_keywords(grid, fields)
    as_is = exact or _sampled(put)
    check_functions(progress=progress, say=say)
    check_workers(threads, workers, cluster)
    check_cell(cell)
    _, pictures, heads = cells(source, x, y, seed, complexity, put, files)
    if tile is not None:
        pictures = [(label, tiled(recipe, cell, tile)) for label, recipe in pictures]
    with open_executor(threads, workers, cluster, say) as executor:
        return _page(pictures, len(heads[0]), cell, heads, engine, executor, progress, as_is)


def _page(
    pictures: list[Labelled],
    columns: int,
    cell: int,
    heads: Heads | None,
    engine: str,
    executor: Executor,
    progress: Progress | None,
    exact: bool,
) -> Sheet:
    """Render the pictures and place them row by row."""
    layout = Page([label for label, _ in pictures], columns, cell, heads)
    page, flat = layout.blank(), list[str]()
    shown = [recipe if exact else smooth(recipe) for _, recipe in pictures]
    painted = paint_each(shown, cell, engine, executor)
    for k, (place, pixels) in enumerate(zip(layout.places(), painted, strict=True)):
        if flat_share(pixels) >= SHARE:
            flat.append(pictures[k][0])
        image = Image.fromarray(np.squeeze(pixels))
        page.paste(image.convert("RGB"), place, image if has_opacity(pixels.shape[2]) else None)
        if progress:
            progress(k + 1, len(pictures))
    return Sheet(np.asarray(page), tuple(pictures), _flat(flat, len(pictures)))


def _sampled(fields: Mapping[str, Any]) -> bool:
    """Whether fields say how many samples a pixel has."""
    return "antialias" in fields or "finish.antialias" in (fields.get("set") or {})


def _flat(labels: list[str], count: int) -> tuple[str, ...]:
    """A note on pictures of one colour."""
    if not labels:
        return ()
    named = ", ".join(labels[:NAMED]) + (", ..." if len(labels) > NAMED else "")
    of = f"{len(labels)} of {count} pictures"
    return (f"flat, of one colour: {of}: {named}; try another seed or another `gain`",)
