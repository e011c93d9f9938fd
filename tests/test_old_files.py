"""Files that the version before the sparse recipes wrote: all defaults written out, old keys.

`tests/data/edition-1` holds them as they were written by commit bb32b9a: recipes with the digests
and pixels of that time, two pictures, a contact sheet, a film, and an export interrupted after two
bands of four.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import phosphene as ph
from phosphene.core.errors import UserError
from phosphene.files import read_metadata
from phosphene.motion import Film
from phosphene.motion.load import open_file
from phosphene.render import render_file
from tests.output.contents import bands_in

FOLDER = Path(__file__).parent / "data" / "edition-1"
RECIPES: dict[str, dict[str, Any]] = json.loads((FOLDER / "recipes.json").read_text())
STYLES = {"classic": 3, "silk": 7, "netart": "harbour-42"}


def pixel_digest(recipe: ph.Recipe) -> str:
    pixels = np.asarray(ph.render(recipe, (23, 17))).astype("<f4")
    return hashlib.sha256(pixels.tobytes()).hexdigest()


@pytest.mark.parametrize("name", RECIPES)
def test_an_old_recipe_has_the_same_pixels_and_a_shorter_text(name: str):
    old = RECIPES[name]["recipe"]
    recipe = ph.Recipe.from_json(json.dumps(old))
    assert pixel_digest(recipe) == RECIPES[name]["pixels"]
    assert "ending" in old["shading"] and "ending" not in recipe.to_dict(full=True)["shading"]
    assert len(recipe.json) < len(json.dumps(old, separators=(",", ":")))
    assert ph.Recipe.from_json(recipe.json) == recipe


@pytest.mark.parametrize("name", STYLES)
def test_an_old_recipe_is_the_one_that_its_style_makes_today(name: str):
    recipe = ph.Recipe.checked(RECIPES[name]["recipe"])
    assert recipe == ph.style(name, seed=STYLES[name])
    assert recipe.digest != RECIPES[name]["digest"]  # which is recomputed, never compared


def test_a_planted_change_in_an_old_recipe_is_seen():
    other = json.loads(json.dumps(RECIPES["silk"]["recipe"]))
    other["networks"]["main"]["scale"] *= 1.001
    assert pixel_digest(ph.Recipe.checked(other)) != RECIPES["silk"]["pixels"]


@pytest.mark.parametrize("name", ["classic", "still"])
def test_an_old_picture_opens_as_its_recipe(name: str):
    recipe = open_file(str(FOLDER / f"{name}.png"))
    assert recipe == ph.Recipe.checked(RECIPES[name]["recipe"])


def test_an_old_contact_sheet_gives_its_pictures():
    text = read_metadata(FOLDER / "sheet.png")["phosphene-sheet"]
    stored = [ph.Recipe.checked(entry["recipe"]) for entry in json.loads(text)["pictures"]]
    opened = [open_file(str(FOLDER / "sheet.png"), k) for k in (1, 2)]
    assert opened == stored and opened[0] != opened[1]


def test_an_old_film_opens_and_moves_as_it_did(tmp_path: Path):
    film = open_file(str(FOLDER / "film.apng"))
    assert isinstance(film, Film)
    assert film.recipe == ph.style("classic", seed=3)
    film.save(tmp_path / "film.apng", size=(24, 16))
    assert _animation(tmp_path / "film.apng") == _animation(FOLDER / "film.apng")


def _animation(path: Path) -> list[bytes]:
    """The pixels of the frames of an animated PNG."""
    from PIL import Image

    with Image.open(path) as image:
        frames = getattr(image, "n_frames", 1)
        assert frames > 1
        return [_frame(image, k) for k in range(frames)]


def _frame(image: Any, k: int) -> bytes:
    image.seek(k)
    return image.convert("RGB").tobytes()


def test_a_half_finished_export_of_another_version_explains_why_it_cannot_be_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Bands of different versions are never mixed: their code may differ in a pixel."""
    bands_in(monkeypatch, 48 * 12)
    store, path = tmp_path / ".half.png.phosphene", tmp_path / "half.png"
    shutil.copytree(FOLDER / "half.png.phosphene", store)
    before = sorted(p.name for p in store.iterdir())
    recipe = ph.style("classic", seed=3)
    with pytest.raises(UserError) as caught:
        render_file(recipe, path, (48, 48), resume=True)
    assert "another version of Phosphene was interrupted here" in str(caught.value)
    assert "overwrite=True" in str(caught.value)
    assert sorted(p.name for p in store.iterdir()) == before and not path.exists()
    render_file(recipe, path, (48, 48), overwrite=True)
    assert np.array_equal(_pixels(path), ph.render(recipe, (48, 48)).uint8)


def _pixels(path: Path) -> Any:
    from PIL import Image

    return np.asarray(Image.open(path))
