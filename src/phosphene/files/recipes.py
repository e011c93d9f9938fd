"""Writing recipes as JSON files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from phosphene.core.errors import UserError
from phosphene.files.atomic import whole_file
from phosphene.files.options import StrPath
from phosphene.recipe import Recipe


def write_recipe(recipe: Recipe, path: StrPath, *, overwrite: bool = False) -> None:
    """Write a recipe as indented JSON, which every command accepts. `-` is stdout.

    Raises `UserError` for a suffix other than .json or an existing file (unless `overwrite`),
    `OutputError` if it cannot be written.
    """
    if str(path) != "-" and Path(path).suffix.lower() != ".json":
        raise UserError(f"{path}: a recipe is written as .json, such as {Path(path).stem}.json")
    _write_json(recipe.json, path, overwrite)


def sidecar_path(path: StrPath) -> Path:
    """The path of a picture's sidecar, the JSON file next to it: `art.tiff.json`."""
    return Path(f"{path}.json")


def write_sidecar(path: StrPath, texts: Mapping[str, str], *, overwrite: bool = False) -> Path:
    """Write the recipe of a picture to `sidecar_path(path)`, and return that path.

    Raises as `write_recipe`.
    """
    place = sidecar_path(path)
    _write_json(texts["phosphene"], place, overwrite)
    return place


def recipe_bytes(recipe: str) -> bytes:
    """A recipe's JSON, indented, as the bytes of a file."""
    return f"{json.dumps(json.loads(recipe), indent=1, ensure_ascii=False)}\n".encode()


def _write_json(recipe: str, path: StrPath, overwrite: bool) -> None:
    with whole_file(Path(path), overwrite) as file:
        file.write(recipe_bytes(recipe))
