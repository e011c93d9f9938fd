"""Tiles and panoramas close on themselves, and a seam that is there is found."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.catalogue.folds import FOLDS
from phosphene.cli import run
from phosphene.core.errors import SizeError, UserError
from phosphene.recipe import Recipe
from phosphene.render.tiling import seams, seams_text, tiled, tiling_problem
from tests.tables import HOUSE, few_quick

SIZE = (60, 40)
NETWORK: dict[str, Any] = {
    "width": 8, "depth": 2, "outputs": 3, "norm": "frozen", "weights": {"gain": [1.0, 1.2]},
    "inputs": ["x", "y", "r", {"kind": "fourier", "count": 4}],
}  # fmt: skip
RGB = {"rgb": ["level(main0, 0.5)", "level(main1, 0.5)", "level(main2, 0.5)"]}
STRETCHED = {"rgb": [f"(main{i} - least(main{i}))/(greatest(main{i}) - 0)" for i in range(3)]}
GIVEN = {
    "kind": "explicit", "inputs": ["x", "y", "x*y"],
    "layers": [
        {"weights": [[4, 1, 2], [-3, 2, 1]], "activation": "sin"},
        {"weights": [[1, 1], [1, -1], [0.5, 1]]},
    ],
}  # fmt: skip


def made(network: dict[str, Any] = NETWORK, shading: dict[str, Any] = RGB, **rest: Any) -> Recipe:
    return Recipe(seed=5, networks={"main": network}, shading=shading, **rest)


def largest(recipe: Recipe, size: Any = SIZE) -> float:
    return max(s.seam for s in seams(recipe, size).values())


@pytest.mark.parametrize("kind", ["mlp", "tied", "residual", "densenet", "skip"])
def test_a_tile_of_any_architecture_has_no_seam(kind: str):
    assert largest(tiled(made(NETWORK | {"kind": kind}), SIZE)) <= 1


@pytest.mark.parametrize("fold", [*FOLDS])
def test_a_tile_of_any_fold_has_no_seam(fold: str):
    assert largest(tiled(made(NETWORK | {"fold": fold}), SIZE)) <= 1


@pytest.mark.parametrize("network", [GIVEN, NETWORK], ids=["given", "drawn"])
@pytest.mark.parametrize("shading", [RGB, STRETCHED], ids=["levels", "least and greatest"])
def test_a_tile_of_any_weights_and_statistics_has_no_seam(network: Any, shading: Any):
    assert largest(tiled(made(network, shading), SIZE)) <= 1


@pytest.mark.parametrize("name", few_quick(HOUSE))
def test_a_tile_and_a_panorama_of_a_house_style_have_no_seam(name: str):
    recipe = ph.style(name, seed=3)
    assert largest(tiled(recipe, SIZE)) <= 1
    assert largest(tiled(recipe, (80, 40), "panorama"), (80, 40)) <= 1


@pytest.mark.parametrize("name", ["drift", "aurora", "mandala"])
def test_a_picture_without_tile_has_a_seam(name: str):
    found = seams(ph.style(name, seed=3), SIZE)
    assert max(s.seam for s in found.values()) > 8


def test_the_seam_is_that_of_the_pixels():
    """Not only of the measure: copies side by side look the same where they meet as inside."""
    recipe = made(view={"centre": (0.3, -0.2), "rotation": 0.5, "sampling": "ends"})
    flat, tile = (ph.render(r, SIZE).float for r in (recipe, tiled(recipe, SIZE)))
    inside = np.abs(np.diff(tile, axis=1)).max(), np.abs(np.diff(tile, axis=0)).max()
    assert np.abs(tile[:, 0] - tile[:, -1]).max() <= 1.02 * inside[0]
    assert np.abs(tile[0] - tile[-1]).max() <= 1.02 * inside[1]
    assert np.abs(flat[:, 0] - flat[:, -1]).max() > 2 * np.abs(np.diff(flat, axis=1)).max()


@pytest.mark.parametrize(
    "view",
    [
        {"aspect": aspect, "span": 3.0, "axes": axes, "origin": origin, "sampling": sampling}
        for aspect, axes, origin, sampling in [
            ("short", "yx", "corner", "start"), ("long", "xy", "corner", "ends"),
            ("mean", "yx", "centre", "ends"), ("height", "xy", "centre", "centre"),
            ("stretch", "yx", "corner", "ends"), ("stretch", "xy", "centre", "start"),
        ]
    ] + [{"aspect": "pixel", "span": 0.05, "axes": "yx"}],
)  # fmt: skip
def test_any_view_tiles_what_it_shows_at_any_size_of_its_shape(view: dict[str, Any]):
    tile = tiled(made(view=view), SIZE)
    panorama = tiled(made(view=view), (80, 40), "panorama")
    for times in (1, 2):
        assert largest(tile, (60 * times, 40 * times)) <= 1
        assert largest(panorama, (80 * times, 40 * times)) <= 1
    assert tiling_problem(tile, (90, 60)) is None and tiling_problem(panorama, (90, 45)) is None


@pytest.mark.parametrize("how", ["x", "y"])
@pytest.mark.parametrize("axes", ["xy", "yx"])
def test_a_tile_of_one_direction_closes_that_one(how: str, axes: str):
    recipe = tiled(made(view={"axes": axes}), SIZE, how)
    assert list(seams(recipe, SIZE)) == [how] and largest(recipe) <= 1
    torus = recipe.replace({"surface.kind": "torus", "surface.period": (50.0, 50.0)})
    other = seams(torus, SIZE)["y" if how == "x" else "x"]
    assert other.seam > 8


def test_a_panorama_shows_both_poles_as_points():
    recipe = made(view={"centre": (0.4, 0.7), "span": 1.3, "origin": "corner"})
    recipe = tiled(recipe, (800, 400), "panorama")
    picture = ph.render(recipe, (800, 400)).float
    assert np.ptp(picture[0], axis=0).max() < 0.05 and np.ptp(picture[-1], axis=0).max() < 0.05
    assert np.ptp(picture[200], axis=0).max() > 0.2


def test_a_tile_at_a_size_of_another_shape_has_a_seam_and_a_note():
    tile = tiled(made(), SIZE)
    assert "3:2" in (tiling_problem(tile, (40, 40)) or "").replace("1.5:1", "3:2")
    assert largest(tile, (40, 40)) > 8
    assert tiling_problem(made(), (40, 40)) is None


@pytest.mark.parametrize("how", ["both", "x", "y", "panorama"])
@pytest.mark.parametrize("axes", ["xy", "yx"])
@pytest.mark.parametrize("size", [(40, 41), (97, 30), (30, 97)])
def test_what_a_note_on_the_shape_advises_closes_the_picture(how, axes, size):
    first = (80, 40) if how == "panorama" else SIZE
    tile = tiled(made(view={"axes": axes}), first, how)
    note = tiling_problem(tile, size)
    if note is None:  # a band that is longer the way it does not close
        assert how == "y" and size == (97, 30) and largest(tile, size) <= 1
        return
    better = re.search(r"such as `size=(\d+)x(\d+)`", note)
    assert better, note
    width, height = int(better[1]), int(better[2])
    assert tiling_problem(tile, (width, height)) is None and largest(tile, (width, height)) <= 1
    assert width <= max(size[0], 2) and height <= size[1]
    way = {"both": "`tile=both`,", "x": "`tile=x`,", "y": "`tile=y`,", "panorama": None}[how]
    assert (
        way is None and "add" not in note
    ) or f"or add {way} which fits the period to this size" in note


def test_if_no_size_helps_the_tile_option_is_named():
    panorama = tiled(made(), (80, 40), "panorama").replace({"view.span": 1.3})
    assert (tiling_problem(panorama, (100, 100)) or "").endswith(
        "`size=100x50` with `tile=panorama` fits the period to this size"
    )
    tile = tiled(made(), SIZE).replace({"view.span": 1.3})
    assert (tiling_problem(tile, SIZE) or "").endswith("`tile=both` fits the period to this size")


def test_the_text_names_the_worse_seam():
    tile = tiled(made(), SIZE)
    assert seams_text(seams(tile, SIZE)).startswith("seam 0.0/255 (")
    half = seams(tile, SIZE) | {"y": seams(tile, (60, 66))["y"]}
    assert not seams_text(half).startswith("seam 0.0/255")


def test_a_colour_jump_at_the_seam_is_reported():
    jump, none = (
        made(shading={"grey": text, "channels": 1})
        for text in ("0.5 + theta/7", "0.5 + 0.5*cos(3*theta)*r")
    )
    assert "jumps there" in seams_text(seams(tiled(jump, SIZE), SIZE))
    assert "jumps there" not in seams_text(seams(tiled(none, SIZE), SIZE))
    assert "jumps there" not in seams_text(seams(tiled(jump, SIZE), SIZE), closes=False)


def test_mistakes_are_named():
    with pytest.raises(SizeError, match="twice as wide as high"):
        tiled(made(), (60, 40), "panorama")
    with pytest.raises(UserError, match="both"):
        tiled(made(), SIZE, "bth")


# ---- on the command line


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def command(text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(shlex.split(text))
    out, err = capsys.readouterr()
    return code, out, err


def test_the_file_of_a_tile_is_rendered_seamless_again(capsys):
    code, out, err = command("paint silk --seed 7 --size 60x40 --tile --json -o a.png", capsys)
    assert code == 0 and "seam 0.0/255" in err
    assert max(s["seam"] for s in json.loads(out)["seam"].values()) <= 1
    code, _, err = command("render a.png --size 90x60 -o b.png", capsys)
    assert code == 0 and "seam 0.0/255" in err and "note" not in err
    code, _, err = command("render a.png --size 60x60 -o c.png", capsys)
    assert code == 0 and "note: the picture is not seamless" in err and "seam 0.0/255" not in err
    code, _, err = command("render a.png --size 60x60 --tile -o d.png", capsys)
    assert code == 0 and "note" not in err and "seam 0.0/255" in err


def test_a_seam_from_another_shape_is_not_blamed_on_the_colour(capsys):
    assert command("paint silk --seed 7 --size 80x40 --panorama -o a.png", capsys)[0] == 0
    for text in ("render a.png --size 40x40 -o b.png", "textures a.png --size 40 -o maps"):
        code, _, err = command(text, capsys)
        assert code == 0 and "such as --size 40x20" in err and "jumps there" not in err
        assert "seam 0.0/255" not in err


def test_the_note_on_a_part_reports_the_seam_of_the_whole(capsys):
    tile = "paint silk --seed 7 --size 64 --tile"
    assert (
        "seam 0.0/255 of the whole picture, not of the crop ("
        in (command(f"{tile} --crop 5,5,20,20 -o a.png", capsys)[2])
    )
    assert (
        "seam 0.0/255 where the bleed is cut away ("
        in (command(f"{tile} --bleed 3 -o b.png", capsys)[2])
    )
    assert "seam 0.0/255 (" in command(f"{tile} -o c.png", capsys)[2]


def test_a_panorama_of_another_shape_writes_nothing(capsys):
    code, _, err = command("paint silk --seed 7 --size 60x40 --panorama -o a.png", capsys)
    assert code == 2 and "80x40" in err and not Path("a.png").exists()
    code, _, err = command("paint silk --size 80x40 --panorama --tile -o a.png", capsys)
    assert code == 2 and "omit --tile" in err


def test_pictures_of_a_sheet_are_tiles(capsys):
    assert command("sheet silk --count 2 --cell 40 --tile -o s.png", capsys)[0] == 0
    recipe = ph.open("s.png", 2)
    assert recipe.surface.kind == "torus" and largest(recipe, (40, 40)) <= 1
    with Image.open("s.png") as page:
        assert page.size[0] > 80
