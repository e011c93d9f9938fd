"""What a file holds: a film, films in a grid, or the recipe of a picture."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from phosphene.core.errors import InputError
from phosphene.files import open_recipe, read_metadata
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
    """The recipe inside a picture or a JSON file, or the film inside a film, a folder of frames,
    or a picture of its frames; its `recipe` is what moves. Of a contact sheet or a grid, that of
    picture `pick`.

    Raises `InputError` (no recipe to be had) or `RecipeError` (a recipe that cannot be).
    """
    texts = film_texts(path)
    if texts is None:
        return open_recipe(path, pick)
    from phosphene.motion.film import Film

    if not _is_grid(texts):
        return Film.from_texts(texts, str(path))
    return _picked(_grid(texts, path), str(path), pick)


def open_film(file: Readable, pick: int | None = None) -> Film | GridFilm:
    """The film inside a film, a folder of frames, or a picture of its frames; of films in a grid,
    all of them, or number `pick`, from 1 on. `file` is a path or an open binary file that can seek.

    Raises `InputError` (no film to be had) or `RecipeError` (a recipe that cannot be).
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
    """The grid in motion that a file holds; None of any other. Raises as `film_in`."""
    texts = _judged(path)
    return _grid(texts, path) if texts is not None and _is_grid(texts) else None


def film_in(path: str | PathLike[str], pick: int | None = None) -> Film | None:
    """The film (of a grid, film `pick`) that a file is; None of pictures, also of one that is a
    frame or a strip of a film, and of a GIF that is not ours. Raises as `open_file`.
    """
    place = Path(path)
    if not place.is_dir() and (place.suffix.lower() not in FILMS or frame_in(path) is not None):
        return None
    found = open_file(path, pick) if _judged(path) is not None else None
    return None if isinstance(found, Recipe) else found


def frame_in(path: str | PathLike[str]) -> int | None:
    """Which frame of its film a picture is; None of anything else."""
    texts = _judged(path)
    try:
        frame = json.loads(texts["phosphene-film"]).get("frame") if texts else None
    except (KeyError, ValueError, AttributeError):  # opening it says what is wrong
        return None
    return frame if isinstance(frame, int) else None


def film_size(path: str | PathLike[str]) -> Size | None:
    """The size that a film, or a frame of it, was rendered at."""
    try:
        width, height = json.loads((film_texts(path) or {})["phosphene-render"])["size"]
        return int(width), int(height)
    except (KeyError, ValueError, TypeError):
        return None


def film_texts(path: str | PathLike[str]) -> dict[str, str] | None:
    """The texts of a film of ours, by its name and its texts; None of anything else.

    A video that cannot be read is a film: that raises `InputError`.
    """
    place = Path(path)
    if place.is_dir():
        return read_film_texts(path) if (place / FILM).exists() else None
    suffix = place.suffix.lower()
    if suffix in FILMS and suffix not in PICTURES and place.is_file():
        return read_film_texts(path)
    if not place.is_file():  # a pipe is read once
        return None
    try:
        texts = read_film_texts(path) if suffix in PICTURES else read_metadata(path)
    except InputError:
        return None
    return texts if "phosphene-film" in texts else None


def _judged(path: str | PathLike[str]) -> dict[str, str] | None:
    """`film_texts`, and None of a GIF without a recipe: it is a picture all the same."""
    try:
        return film_texts(path)
    except InputError:
        if Path(path).suffix.lower() != ".gif":
            raise
        return None


def _is_grid(texts: dict[str, str]) -> bool:
    try:
        return "grid" in json.loads(texts["phosphene-film"])
    except (ValueError, TypeError):
        return False


def _grid(texts: dict[str, str], path: str | PathLike[str]) -> GridFilm:
    from phosphene.motion.grid import GridFilm

    return GridFilm.from_texts(texts, str(path))
