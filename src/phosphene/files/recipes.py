"""Recipes as files of their own."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path

from phosphene.errors import UserError
from phosphene.files.atomic import whole_file
from phosphene.recipe import Recipe


def write_recipe(recipe: Recipe, path: str | PathLike[str], *, force: bool = False) -> None:
    """The recipe as JSON that people can read; every command takes it. `-` is stdout.

    Raises `UserError` for another suffix than .json or a file that exists (unless `force`),
    `OutputError` where it cannot be written.
    """
    if str(path) != "-" and Path(path).suffix.lower() != ".json":
        raise UserError(f"{path}: a recipe is written as .json, such as {Path(path).stem}.json")
    text = json.dumps(json.loads(recipe.json), indent=1, ensure_ascii=False)
    with whole_file(Path(path), force) as file:
        file.write(f"{text}\n".encode())
