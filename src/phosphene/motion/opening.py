"""What a file holds: a film, or the recipe of a picture."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from phosphene.errors import InputError
from phosphene.files import open_recipe
from phosphene.files.folders import FILM
from phosphene.films import FILMS, read_film_texts
from phosphene.recipe import Recipe

if TYPE_CHECKING:
    from phosphene.motion.film import Film

BOTH = {".webp", ".png"}  # pictures as well as films


def open_file(path: str | PathLike[str], pick: int | None = None) -> Recipe | Film:
    """The recipe inside a picture or a JSON file (of a contact sheet, that of picture `pick`), or
    the film inside a film or a folder of frames; its `recipe` is what moves.

    Raises `InputError` (no recipe to be had) or `RecipeError` (a recipe that cannot be).
    """
    if not holds_film(path):
        return open_recipe(path, pick)
    from phosphene.motion.film import Film

    return Film.from_texts(read_film_texts(path), str(path))


def holds_film(path: str | PathLike[str]) -> bool:
    """Is that a film of ours, by its name and its texts? A video that cannot be read is one."""
    place = Path(path)
    if place.is_dir():
        return (place / FILM).exists()
    suffix = place.suffix.lower()
    if suffix not in (BOTH | set(FILMS)) or not place.is_file():
        return False
    if suffix not in BOTH and suffix != ".apng":
        return True
    try:
        return "phosphene-film" in read_film_texts(path)
    except InputError:
        return False
