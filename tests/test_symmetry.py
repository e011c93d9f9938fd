"""Symmetry of the whole picture: equal pixels at symmetric places, without creases or seams."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import phosphene as ph
from phosphene.catalogue.folds import FOLDS
from phosphene.cli import run
from phosphene.core.errors import RecipeError, UserError
from phosphene.engines.plan import plan_from_bytes
from phosphene.judge import accept
from phosphene.raster.symmetry import MAPS, mapped
from phosphene.recipe import Symmetry, off_centre_fold
from phosphene.render.first_pass import make_plan
from phosphene.render.tiling import seams, tiled
from tests.tables import few_quick

SIZES = [(33, 24), (24, 33), (32, 32)]
FLIPS = {"x": [(1,)], "y": [(0,)], "xy": [(0,), (1,)]}
LIMIT = 1e-3


def painted(recipe: ph.Recipe, size: tuple[int, int], **how: Any) -> np.ndarray:
    """Colours before they are quantised, one sample for each pixel."""
    return ph.render(recipe.replace({"finish.antialias": "none"}), size, **how).float


def unequal(pixels: np.ndarray, *flips: tuple[int, ...]) -> float:
    """The largest difference between a picture and its mirrored selves."""
    return max(float(np.abs(pixels - np.flip(pixels, flip)).max()) for flip in flips)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("style", ["silk", "marble", "mandala", "ichko", "neurogram", "ink"])
def test_a_mirrored_picture_has_equal_pixels_at_mirrored_places(style: str, size: tuple[int, int]):
    for mirror, flips in FLIPS.items():
        assert unequal(painted(ph.style(style, seed=4, mirror=mirror), size), *flips) < LIMIT


def test_a_picture_without_symmetry_is_not_symmetric():
    pixels = painted(ph.style("silk", seed=4), (32, 32))
    assert unequal(pixels, (0,)) > 0.1 and unequal(pixels, (1,)) > 0.1


@pytest.mark.parametrize("sampling", ["centre", "ends", "start"])
@pytest.mark.parametrize(
    "view",
    [
        {}, {"centre": (0.5, 0.2), "span": 1.0, "origin": "corner"}, {"axes": "yx"},
        {"aspect": "stretch"}, {"rotation": 0.7, "positions": "f32"},
        {"span": 30, "aspect": "pixel"},
    ],
    ids=str,
)  # fmt: skip
def test_every_view_can_be_mirrored(view: dict[str, Any], sampling: str):
    recipe = ph.Recipe(seed=3, view={**view, "sampling": sampling, "symmetry": "mirror"})
    for size in SIZES:
        assert unequal(painted(recipe, size), *FLIPS["xy"]) < LIMIT


@pytest.mark.parametrize("style", ["silk", "ichko"])
def test_a_quarter_turn_leaves_a_picture_with_four_turns_as_it_is(style: str):
    for size in ((33, 33), (32, 32)):
        pixels = painted(ph.style(style, seed=4, turns=4), size)
        assert np.abs(pixels - np.rot90(pixels)).max() < LIMIT
        assert unequal(pixels, (0,)) > 0.05  # turned, not mirrored
        pixels = painted(ph.style(style, seed=4, kaleidoscope=4), size)
        assert max(unequal(pixels, (0,), (1,)), np.abs(pixels - np.rot90(pixels)).max()) < LIMIT


@pytest.mark.parametrize("order", [2, 3, 5, 6, 12, 360])
@pytest.mark.parametrize("kind", ["rotational", "kaleidoscope"])
@pytest.mark.parametrize("rounding", [0.0, 0.12])
def test_symmetric_positions_are_mapped_to_equal_ones(kind: str, order: int, rounding: float):
    given = Symmetry(kind=kind, order=order, rounding=rounding)
    size = (80, 60)
    z = np.exp(1j * np.linspace(0.1, 6.2, 40)) * np.linspace(0.5, 50, 40)

    def there(z: np.ndarray) -> np.ndarray:
        x, y = mapped(given, size, False, z.real + 39.5, z.imag + 29.5)
        return x + 1j * y

    turned = there(z * np.exp(2j * np.pi / order))
    np.testing.assert_allclose(turned, there(z), atol=1e-5)
    mirrored = np.abs(there(z.conj()) - there(z)).max()
    assert mirrored < 1e-5 if kind == "kaleidoscope" else mirrored > 1e-5


@pytest.mark.parametrize("kind", FOLDS)
def test_neighbours_are_mapped_to_neighbours(kind: str):
    """No map tears the plane, neither at the axes nor at the centre."""
    side = 601  # pixels of 1/300 of the unit
    line = np.arange(side, dtype=np.float64)
    found = np.broadcast_arrays(
        *mapped(Symmetry(kind=kind, order=5), (side, side), False, line[None, :], line[:, None])
    )
    for axis in (0, 1):
        step = np.hypot(*(np.diff(part, axis=axis) for part in found))
        assert step.max() < 2.0


def test_every_fold_has_a_map_of_the_whole_picture():
    assert set(MAPS) == set(FOLDS)


def bend(recipe: ph.Recipe) -> float:
    """The bend of colours across the middle column, as a share of that elsewhere."""
    pixels = painted(recipe, (129, 129)).astype(np.float64)
    bends = np.abs(pixels[:, :-2] + pixels[:, 2:] - 2 * pixels[:, 1:-1]).max(axis=2)
    return float(bends[:, 63].max() / np.delete(bends, range(58, 69), axis=1).max())


def test_no_crease_stands_at_the_axis_of_silk():
    found = [bend(ph.style("silk", seed=seed, mirror="x")) for seed in range(8)]
    assert max(found) < 0.6 and np.mean(found) < 0.2
    sharp = ph.style("silk", seed=7, mirror="x", set={"view.symmetry.rounding": 0.0})
    assert bend(sharp) > 3 * max(found)


def test_a_kaleidoscope_of_order_2_is_the_mirror_in_x_and_y():
    one = painted(ph.style("silk", seed=4, kaleidoscope=2), (24, 24))
    other = painted(ph.style("silk", seed=4, mirror="xy"), (24, 24))
    np.testing.assert_allclose(one, other, atol=2e-5)


@pytest.mark.parametrize("field", [{"mirror": "xy"}, {"turns": 5}, {"kaleidoscope": 3}], ids=str)
def test_crops_threads_and_anti_aliasing_agree_with_the_whole(field: dict[str, Any]):
    recipe = ph.style("silk", seed=4, **field)
    for mode in ("none", "auto", 4):
        now = recipe.replace({"finish.antialias": mode})
        whole = ph.render(now, (40, 30)).float
        part = ph.render(now, (40, 30), crop=(13, 7, 20, 15)).float
        assert (part == whole[7:22, 13:33]).all()


def test_sizes_agree():
    small = painted(ph.style("silk", seed=4, kaleidoscope=5), (30, 20))
    large = painted(ph.style("silk", seed=4, kaleidoscope=5), (90, 60))  # has the same centres
    np.testing.assert_allclose(large[1::3, 1::3], small, atol=1e-4)


@pytest.mark.parametrize("mirror", ["x", "y", "xy"])
def test_a_mirrored_tile_has_no_seam_and_no_crease_at_its_edges(mirror: str):
    recipe = tiled(ph.style("silk", seed=4, mirror=mirror), (64, 64))
    assert all(seam.seam < 0.01 for seam in seams(recipe, (64, 64)).values())
    pixels = painted(recipe, (129, 129)).astype(np.float64)
    assert unequal(pixels, *FLIPS[mirror]) < LIMIT
    if "x" in mirror:
        moved = np.roll(pixels, 64, axis=1)
        bends = np.abs(moved[:, :-2] + moved[:, 2:] - 2 * moved[:, 1:-1]).max(axis=2)
        assert bends[:, 62:66].max() < np.delete(bends, range(58, 69), axis=1).max()


def test_a_mirrored_panorama_has_no_seam():
    recipe = tiled(ph.style("marble", seed=4, mirror="xy"), (64, 32), "panorama")
    assert seams(recipe, (64, 32))["x"].seam < 0.01
    assert unequal(painted(recipe, (64, 32)), *FLIPS["xy"]) < LIMIT


@pytest.mark.parametrize("field", [{"turns": 4}, {"kaleidoscope": 4}], ids=str)
def test_a_tile_can_only_be_mirrored(field: dict[str, Any]):
    with pytest.raises(RecipeError, match="repeats, so it can only be mirrored"):
        tiled(ph.style("silk", seed=4, **field), (64, 64))
    tile = tiled(ph.style("silk", seed=4), (64, 64), "x")
    assert ph.as_recipe(tile, fields={"mirror": "y"}).view.symmetry == Symmetry(
        kind="mirror_y", repeats="x"
    )
    with pytest.raises(RecipeError, match="repeats in 'x'"):
        tile.replace({"view.symmetry": "mirror"})


def test_a_symmetry_can_be_changed_and_removed():
    plain = ph.style("silk", seed=4)
    recipe = ph.style("silk", seed=4, turns=3)
    assert ph.as_recipe(recipe, fields={"turns": "none"}) == plain
    assert ph.as_recipe(recipe, fields={"mirror": "none"}).digest == plain.digest
    assert ph.as_recipe(recipe, fields={"kaleidoscope": 7}).view.symmetry == Symmetry(
        kind="kaleidoscope", order=7
    )
    assert '"needs":"0.1"' in recipe.json and "needs" not in plain.json


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"mirror": "z"}, "mirror: got 'z'; expected x, y, xy or none"),
        ({"mirror": 3}, "mirror: got 3; expected x, y, xy or none"),
        ({"turns": 1}, "turns: got 1; expected a whole number, 2 to 360, or none"),
        ({"turns": "five"}, "turns: got 'five'"),
        ({"turns": "nan"}, "turns: got 'nan'"),
        ({"kaleidoscope": 2.5}, "kaleidoscope: got 2.5"),
        ({"kaleidoscope": True}, "kaleidoscope: got True"),
        ({"mirror": "x", "turns": 3}, "turns: a picture has one symmetry"),
        ({"set": {"view.symmetry": "mirrors"}}, "Did you mean 'mirror'"),
        ({"set": {"view.symmetry": {"kind": "rotational", "repeats": "x"}}}, "only mirrored"),
    ],
    ids=str,
)
def test_a_wrong_symmetry_is_explained(fields: dict[str, Any], words: str):
    with pytest.raises(UserError) as caught:
        ph.style("silk", seed=4, **fields)
    assert words in str(caught.value)


def test_the_gate_judges_and_keeps_the_symmetric_picture():
    found = accept("silk", 4, {"kaleidoscope": "6"}, gate=True, complexity=9.0)
    assert found.view.symmetry == Symmetry(kind="kaleidoscope", order=6)


def test_plans_keep_the_symmetry():
    plan = make_plan(ph.style("silk", seed=4, mirror="x"), (20, 20))
    assert plan_from_bytes(plan.to_bytes()).view.symmetry == Symmetry(kind="mirror_x")


@pytest.mark.parametrize("path", few_quick(["zoom 2", "rotate 0.3", "pan x=0.4", "loop"], 2))
def test_every_frame_of_a_film_is_symmetric(path: str):
    recipe = ph.style("silk", seed=4, mirror="x", set={"finish.antialias": "none"})
    film = ph.animate(recipe, path, frames=3, subframes=1)
    for k in range(3):
        pixels = film.frame(k, (32, 32)).float
        assert unequal(pixels, (1,)) < LIMIT


@pytest.mark.slow  # plans a film of two recipes
def test_a_morph_between_symmetries_ends_in_both_pictures():
    one, two = ph.style("silk", seed=4, mirror="x"), ph.style("marble", seed=6, turns=3)
    film = ph.animate(one, [{"path": "morph", "to": two.to_dict()}], frames=3)
    last = film.frame(-1, (32, 32)).uint8.astype(int)
    assert np.abs(last - ph.render(two, (32, 32)).uint8).max() <= 1
    with pytest.raises(UserError, match="different symmetries"):
        ph.animate(one, [{"path": "morph", "to": two.to_dict(), "blend": "fields"}], frames=3)


def test_texture_maps_of_symmetric_pictures_are_symmetric():
    maps = ph.textures(ph.style("silk", seed=4, mirror="x"), (32, 32))
    height, normal = (maps[n].float for n in ("height", "normal"))
    np.testing.assert_allclose(height, height[:, ::-1], atol=3e-3)  # samples are not symmetric
    np.testing.assert_allclose(normal[..., 0], 1 - normal[:, ::-1, 0], atol=2e-2)
    np.testing.assert_allclose(normal[..., 1:], normal[:, ::-1, 1:], atol=2e-2)
    assert np.ptp(normal[..., 0]) > 0.2


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("--features abs_x,y", "--mirror x"),
        ("--features x,y2", "--mirror y"),
        ("--features 'x,3*abs(y)'", "--mirror y"),
        ("--set networks.main.fold=mirror_x", "--mirror x"),
        ("--set networks.main.fold=kaleidoscope", "--kaleidoscope 6"),
    ],
)
def test_a_fold_off_the_middle_gets_a_note_that_names_the_option(
    words: str, instead: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    paint = f"paint ichko --seed 2 {words} --size 16 -o {tmp_path / 'a.png'}"
    assert run(shlex.split(paint)) == 0
    said = capsys.readouterr().err
    assert f"{instead} makes the whole picture symmetric" in said
    assert off_centre_fold(ph.style("silk", seed=1, features="abs_x,y")) is None
