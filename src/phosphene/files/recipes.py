"""Recipes as files of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from phosphene.core.errors import UserError
from phosphene.files.atomic import whole_file
from phosphene.files.options import StrPath
from phosphene.recipe import Recipe


def write_recipe(recipe: Recipe, path: StrPath, *, overwrite: bool = False) -> None:
    """The recipe as JSON that people can read; every command takes it. `-` is stdout.

    Raises `UserError` for another suffix than .json or a file that exists (unless `overwrite`),
    `OutputError` where it cannot be written.
    """
    if str(path) != "-" and Path(path).suffix.lower() != ".json":
        raise UserError(f"{path}: a recipe is written as .json, such as {Path(path).stem}.json")
    _write_json(recipe.json, path, overwrite)


def sidecar_path(path: StrPath) -> Path:
    """Where the recipe beside a picture stands: `art.tiff.json`."""
    return Path(f"{path}.json")


def write_sidecar(path: StrPath, texts: Mapping[str, str], *, overwrite: bool = False) -> Path:
    """The recipe of a picture as a file of its own beside it: `sidecar_path(path)`.

    Raises as `write_recipe`.
    """
    place = sidecar_path(path)
    _write_json(texts["phosphene"], place, overwrite)
    return place


def recipe_bytes(recipe: str) -> bytes:
    """A recipe's JSON as a file holds it: for people, too."""
    return f"{json.dumps(json.loads(recipe), indent=1, ensure_ascii=False)}\n".encode()


def _write_json(recipe: str, path: StrPath, overwrite: bool) -> None:
    with whole_file(Path(path), overwrite) as file:
        file.write(recipe_bytes(recipe))
