"""Reads files: a film, a grid of films, or the recipe of a picture."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from phosphene.core.errors import InputError
from phosphene.core.json_text import read_json
from phosphene.core.limits import Limits, with_limits
from phosphene.files import open_recipe, read_metadata, rendering
from phosphene.files.atomic_folder import FILM
from phosphene.files.film import FILMS, read_film_texts
from phosphene.files.options import Readable
from phosphene.files.reading import source_name
from phosphene.raster.frame import Size
from phosphene.recipe import Recipe

if TYPE_CHECKING:
    from phosphene.motion.film import Film
    from phosphene.motion.grid import GridFilm

PICTURES = {".webp", ".apng"}  # suffixes in `FILMS` that pictures have too


def open_file(path: str | PathLike[str], pick: int | None = None) -> Recipe | Film:
    """The recipe stored in a picture or a JSON file; or the film stored in a film, a folder of
    frames, or a picture of its frames. `pick` selects a picture of a contact sheet or a grid, from
    1 on.

    Raises `InputError` (no recipe found) or `RecipeError` (an invalid recipe).
    """
    texts = film_texts(path)
    if texts is None:
        return open_recipe(path, pick)
    from phosphene.motion.film import Film

    if not _is_grid(texts):
        return Film.from_texts(texts, str(path))
    return _picked(_grid(texts, path), str(path), pick)


@with_limits
def open_film(
    file: Readable, pick: int | None = None, *, limits: Limits | None = None
) -> Film | GridFilm:
    """The film stored in a film, a folder of frames, or a picture of its frames. For a grid of
    films, the whole grid, or film `pick`, from 1 on. `file` is a path or a seekable binary file.

    Raises `InputError` (no film found) or `RecipeError` (an invalid recipe).
    """
    texts, name = read_metadata(file), source_name(file)
    if "phosphene-film" not in texts:
        raise InputError(f"{name}: a picture, not a film; ph.open(file) gives its recipe")
    if _is_grid(texts):
        grid = _grid(texts, name)
        return grid if pick is None else _picked(grid, name, pick)
    from phosphene.motion.film import Film

    return Film.from_texts(texts, name)


def _picked(grid: GridFilm, name: str, pick: int | None) -> Film:
    if pick is not None and 1 <= pick <= len(grid.films):
        return grid.films[pick - 1]
    came = "" if pick is None else f" there is no film {pick};"
    last = len(grid.films)
    raise InputError(f"{name}: a grid of {last} films;{came} choose one with `pick`, 1 to {last}")


def grid_in(path: str | PathLike[str]) -> GridFilm | None:
    """The grid of films stored in a file; otherwise None. Raises as `film_in`."""
    texts = _judged(path)
    return _grid(texts, path) if texts is not None and _is_grid(texts) else None


def film_in(path: str | PathLike[str], pick: int | None = None) -> Film | None:
    """The film in a film file (`pick` selects one of a grid). None for pictures, including a frame
    or a strip of a film, and for a GIF of another program. Raises as `open_file`.
    """
    place = Path(path)
    if not place.is_dir() and (place.suffix.lower() not in FILMS or frame_in(path) is not None):
        return None
    found = open_file(path, pick) if _judged(path) is not None else None
    return None if isinstance(found, Recipe) else found


def frame_in(path: str | PathLike[str]) -> int | None:
    """The index of the frame that a picture shows; None for anything else."""
    texts = _judged(path)
    try:
        frame = read_json(texts["phosphene-film"]).get("frame") if texts else None
    except (KeyError, ValueError, AttributeError):  # reported when it is opened
        return None
    return frame if isinstance(frame, int) else None


def film_size(path: str | PathLike[str]) -> Size | None:
    """The size at which a film, or a frame of it, was rendered; None if unknown."""
    size = rendering(film_texts(path) or {}).get("size")
    return (size[0], size[1]) if size else None


def film_texts(path: str | PathLike[str]) -> dict[str, str] | None:
    """The metadata of a film of this program; None for anything else.

    Raises `InputError` for a video that cannot be read.
    """
    place = Path(path)
    if place.is_dir():
        return _of_film(read_film_texts(path)) if (place / FILM).exists() else None
    suffix = place.suffix.lower()
    if suffix in FILMS and suffix not in PICTURES and place.is_file():
        return _of_film(read_film_texts(path))
    if not place.is_file():  # a pipe can be read only once
        return None
    try:
        texts = read_film_texts(path) if suffix in PICTURES else read_metadata(path)
    except InputError:
        return None
    return _of_film(texts)


def _of_film(texts: dict[str, str]) -> dict[str, str] | None:
    return texts if "phosphene-film" in texts else None


def _judged(path: str | PathLike[str]) -> dict[str, str] | None:
    """As `film_texts`, but None for a GIF without a recipe, which is treated as a picture."""
    try:
        return film_texts(path)
    except InputError:
        if Path(path).suffix.lower() != ".gif":
            raise
        return None


def _is_grid(texts: dict[str, str]) -> bool:
    try:
        return "grid" in read_json(texts["phosphene-film"])
    except (ValueError, TypeError):
        return False


def _grid(texts: dict[str, str], path: str | PathLike[str]) -> GridFilm:
    from phosphene.motion.grid import GridFilm

    return GridFilm.from_texts(texts, str(path))
