"""Animated grids: a film of every cell of a parameter grid, all in one frame."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from PIL import Image

from phosphene.colour.channels import colour_channels
from phosphene.core.aliases import old_attribute, old_keywords
from phosphene.core.arguments import check_functions
from phosphene.core.errors import InputError
from phosphene.core.json_text import read_json
from phosphene.core.limits import Limits, with_limits
from phosphene.files.options import Metadata
from phosphene.files.samples import as_wanted
from phosphene.jobs.job import Piece, Scratch
from phosphene.jobs.threads import Inline, each, on_threads
from phosphene.motion.film import Film, Progress, Say
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.grammar import Given
from phosphene.motion.plan.planning import animate
from phosphene.motion.plan.seam import seam
from phosphene.motion.render.frame_renderer import FrameRenderer, Pixels
from phosphene.motion.save import save_film
from phosphene.networks.nameless import nameless
from phosphene.raster import metadata
from phosphene.raster.frame import Size
from phosphene.recipe import Recipe
from phosphene.render.axes import Axis
from phosphene.render.export_job import KINDS
from phosphene.render.grids import PAPER, Heads, Page, cells, check_cell
from phosphene.render.tiling import tiled
from phosphene.sources import Source


@dataclass(frozen=True)
class GridFilm:
    """Films of equal length in the cells of a labelled grid. Frame k shows frame k of each.

    `recipe` is the recipe the grid was made from. A saved file contains all films;
    `ph.open_film(path, pick=3)` returns the third.
    """

    recipe: Recipe
    films: tuple[Film, ...]
    labels: tuple[str, ...]
    heads: Heads
    cell: int

    def __repr__(self) -> str:
        width, height = self.size
        return f"GridFilm({len(self.films)} films, {self.count} frames, {width}x{height})"

    def __len__(self) -> int:
        return self.count

    if not TYPE_CHECKING:  # a type checker knows the new names only

        def __getattr__(self, name: str) -> Any:
            return old_attribute(self, name)

    @property
    def count(self) -> int:
        return self.films[0].count

    @property
    def fps(self) -> Fraction:
        return self.films[0].fps

    @property
    def path(self) -> tuple[dict[str, Any], ...]:
        """The paths of the first film; the others differ in how far they go."""
        return self.films[0].path

    @property
    def closed(self) -> bool:
        return all(film.closed for film in self.films)

    @property
    def channels(self) -> int:
        return 3

    @cached_property
    def page(self) -> Page:
        return Page(list(self.labels), len(self.heads[0]), self.cell, self.heads)

    @property
    def size(self) -> Size:
        """The page's size, with odd sides extended by a pixel: most codecs require even sides."""
        width, height = self.page.size
        return width + width % 2, height + height % 2

    def with_cell(self, cell: int) -> GridFilm:
        """A copy with cells of another size, in pixels."""
        films = tuple(replace(film, size=(cell, cell)) for film in self.films)
        return replace(self, films=films, cell=cell)

    def states(self, k: int) -> list[list[FrameState]]:
        """The states averaged in frame k, for each film."""
        return [film.states(k) for film in self.films]

    def renderer(self, size: Size, engine: str = "cpu", threads: int | None = None) -> GridRenderer:
        """A renderer of its frames; their size is always that of the grid."""
        return GridRenderer(self, engine, threads)

    def frames(self) -> Iterator[Pixels]:
        """Iterates over all frames, bytes of shape (height, width, 3), rendered one at a time."""
        renderer = self.renderer(self.size)
        return (renderer.frame(self.states(k)) for k in range(self.count))

    @property
    def json(self) -> str:
        """The grid of films without its recipe, as JSON text."""
        films = [
            {"label": label, "recipe": f.recipe.to_dict(), "film": json.loads(f.json)}
            for label, f in zip(self.labels, self.films, strict=True)
        ]
        data = {"film": 1, "grid": {"cell": self.cell, "heads": self.heads, "films": films}}
        return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def texts(self, size: Size, level: str = "full") -> dict[str, str]:
        """The metadata stored in every file of it; `level` is one of `metadata_level`."""
        if level == "none":
            return {}
        grid = self.nameless() if level == "recipe" else self
        return {**metadata(grid.recipe, size), "phosphene-film": grid.json}

    def nameless(self) -> GridFilm:
        """The grid without names of styles and seeds; labels are numbers, and so are headings that
        would be names.
        """
        films = tuple(film.nameless() for film in self.films)
        labels = tuple(str(k) for k in range(1, len(films) + 1))
        across, down = self.heads
        heads = _unnamed(across), None if down is None else _unnamed(down)
        return GridFilm(nameless(self.recipe), films, labels, heads, self.cell)

    @classmethod
    def from_texts(cls, texts: dict[str, str], name: str = "film") -> GridFilm:
        """The grid stored in a file's metadata. Raises `InputError`, `RecipeError`."""
        try:
            grid = read_json(texts["phosphene-film"])["grid"]
            found = tuple(
                Film.from_texts(
                    {"phosphene": json.dumps(f["recipe"]), "phosphene-film": json.dumps(f["film"])}
                )
                for f in grid["films"]
            )
            labels = tuple(str(f["label"]) for f in grid["films"])
            across, down = ([str(head) for head in side or [""]] for side in grid["heads"])
            heads = (across, down if grid["heads"][1] else None)
            if len(found) == len(across) * len(down) and len({f.count for f in found}) == 1:
                recipe, cell = Recipe.from_json(texts["phosphene"]), int(grid["cell"])
                return cls(recipe, found, labels, heads, cell).with_cell(cell)
        except (KeyError, TypeError, ValueError):
            pass
        raise InputError(f"{name}: the text of the films inside is damaged")

    @old_keywords
    @with_limits
    def save(
        self,
        path: str | PathLike[str] | BinaryIO,
        *,
        format: str | None = None,
        overwrite: bool = False,
        resume: bool = False,
        engine: str = "cpu",
        threads: int | None = None,
        workers: int | None = None,
        cluster: Any = None,
        metadata: Metadata = "full",
        limits: Limits | None = None,
        progress: Progress | None = None,
        say: Say = lambda text: None,
        **options: Any,
    ) -> None:
        """Write the grid to a file; arguments and errors as in `Film.save`."""
        save_film(
            self, path, self.size, overwrite=overwrite, resume=resume, engine=engine,
            threads=threads, workers=workers, cluster=cluster, metadata=metadata, progress=progress,
            say=say, options=options, format=format,
        )  # fmt: skip


def _unnamed(heads: list[str]) -> list[str]:
    """Headings such as "seed 7" as numbers from 1."""
    named = any(head.startswith(("seed ", "style ")) for head in heads)
    return [str(k) for k in range(1, len(heads) + 1)] if named else heads


class GridRenderer:
    """Renders the frames of a grid cell by cell, each cell on one thread."""

    def __init__(self, grid: GridFilm, engine: str, threads: int | None):
        self.size, self.channels = grid.size, 3
        self.executor = on_threads(threads)

        def make(film: Film) -> FrameRenderer:
            return film.renderer(film.size, engine, threads=1)

        self.renderers = list(each(self.executor, make, grid.films))
        self.places, self.cell = grid.page.places(), grid.cell
        self.paper = Image.new("RGB", self.size, PAPER)
        self.paper.paste(grid.page.blank())

    def frame(self, states: list[list[FrameState]], sample_format: str = "bytes") -> Pixels:
        """The pixels of one frame, of shape (height, width, 3), in a sample format."""
        page = _of_bytes(np.asarray(self.paper), sample_format).copy()
        job = CellsJob(self.renderers, states, sample_format)
        with closing(self.executor.run(job)) as cells:
            for (k,), pixels in cells:
                x, y = self.places[k]
                page[y : y + self.cell, x : x + self.cell] = pixels
        return page


@dataclass(frozen=True)
class CellsJob:
    """The cells of one frame of a grid. A piece is the index of a cell."""

    renderers: list[FrameRenderer]
    states: list[list[FrameState]]
    sample_format: str

    def pieces(self) -> Iterator[Piece]:
        return ((k,) for k in range(len(self.renderers)))

    def make(self, piece: Piece, scratch: Scratch) -> Pixels:
        """A cell in three channels; transparent pictures are put on paper, in 8 bits."""
        (k,) = piece
        renderer, executor = self.renderers[k], Inline(scratch)
        if colour_channels(renderer.channels) == renderer.channels:
            return renderer.frame(self.states[k], self.sample_format, executor)
        pixels = Image.fromarray(renderer.frame(self.states[k], executor=executor))
        paper = Image.new("RGB", renderer.size, PAPER)
        paper.paste(pixels.convert("RGB"), (0, 0), pixels)
        return _of_bytes(np.asarray(paper), self.sample_format)


def _of_bytes(pixels: Pixels, sample_format: str) -> Pixels:
    if sample_format == "bytes":
        return pixels
    return as_wanted(pixels / np.float32(255), sample_format).astype(
        KINDS[sample_format], copy=False
    )


@with_limits
def animate_grid(
    source: Source | None = None,
    path: Given = "loop",
    *,
    x: Axis,
    y: Axis | None = None,
    seed: int | str | None = None,
    files: bool = True,
    cell: int = 200,
    complexity: float | None = None,
    tile: str | None = None,
    fields: dict[str, Any] | None = None,
    threads: int | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    **film: Any,
) -> GridFilm:
    """An animated `phosphene.grid`: every cell moves on its own `path`, by default a loop in latent
    space, all at the same speed. `film` takes the other arguments of `animate`: frames, seconds,
    fps, speed, ... The default is one sub-frame, so that frame 0 is the still grid. If a speed
    determines the number of frames, that of the first cell is used.

    `progress(done, total)` receives numbers of cells planned. Raises `UserError`, `RecipeError`.
    """
    check_functions(progress=progress)
    check_cell(cell)
    base, pictures, heads = cells(source, x, y, seed, complexity, fields or {}, files)
    if tile is not None:
        pictures = [(label, tiled(recipe, cell, tile)) for label, recipe in pictures]
    how: dict[str, Any] = {"subframes": 1, **film}

    def plan(recipe: Recipe) -> Film:
        return animate(recipe, path, size=(cell, cell), files=files, **how)

    films = [plan(pictures[0][1])]  # first, so that an error in the arguments is raised once
    if not any(how.get(name) for name in ("frames", "seconds", "beats")):
        how["frames"] = films[0].count
    with closing(on_threads(threads)) as executor:
        for made in each(executor, plan, [recipe for _, recipe in pictures[1:]]):
            films.append(made)
            if progress:
                progress(len(films), len(pictures))
    return GridFilm(base, tuple(films), tuple(label for label, _ in pictures), heads, cell)


def grid_notes(grid: GridFilm) -> list[str]:
    """Notes on all films: those they share, the range of loop radii, and the largest seam."""
    lines = [line for line in grid.films[0].notes if all(line in f.notes for f in grid.films)]
    radii = [spec["radius"] for f in grid.films for spec in f.path if spec["path"] == "loop"]
    if radii and min(radii) < max(radii):
        lines.append(
            f"loop radius {min(radii):.3g} to {max(radii):.3g}, for equal speed in every cell"
        )
    if grid.closed and grid.count >= 4:
        worst = max(last / usual for last, usual in map(seam, grid.films))
        lines.append(f"loop seams: {worst:.2f} of a usual step or less")
    return lines
