"""Maps for textures: what each says of the height, where they repeat, how the folder appears."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.core.errors import RecipeError, UserError
from phosphene.recipe import Recipe
from phosphene.render import textures
from phosphene.render.textures import NAMES, map_recipes, write_maps
from phosphene.render.tiling import seams, tiled
from tests.tables import HOUSE, few_quick

SIZE = (160, 120)
NETWORK: dict[str, Any] = {
    "width": 8, "depth": 2, "outputs": 3, "norm": "frozen", "weights": {"gain": [1.0, 1.2]},
    "inputs": ["x", "y"],
}  # fmt: skip
HILL = "0.5*exp(-(x*x + y*y)*4)"


def image(path: Path) -> Any:
    with Image.open(path) as stored:
        return np.asarray(stored).astype(np.float64)


def made(**rest: Any) -> Recipe:
    shading = {"rgb": ["0.5 + 0.1*main0", "0.5 + 0.1*main1", "0.5 + 0.1*main2"]}
    return Recipe(**({"seed": 5, "networks": {"main": NETWORK}, "shading": shading} | rest))


def pixels(recipe: Recipe, name: str, size: Any = SIZE, **settings: Any) -> Any:
    return ph.render(map_recipes(recipe, size, **settings)[name], size).float.astype(np.float64)


def slopes(normals: Any) -> tuple[Any, Any]:
    """How the height rises to the right and downwards, of OpenGL normals."""
    x, y, z = np.moveaxis(2 * normals - 1, 2, 0)
    return -x / z, y / z


def differences(height: Any, normals: Any) -> float:
    """The largest deviation of normals from the differences of heights, with the one factor that
    fits best, over the steepest slope.
    """
    inside = (height > 0.01) & (height < 0.99)
    held = inside[1:-1, :-2] & inside[1:-1, 2:] & inside[:-2, 1:-1] & inside[2:, 1:-1]
    right, down = ((height[1:-1, 2:] - height[1:-1, :-2])[held],
                   (height[2:, 1:-1] - height[:-2, 1:-1])[held])  # fmt: skip
    told = [s[1:-1, 1:-1][held] for s in slopes(normals)]
    found, said = np.concatenate([right, down]), np.concatenate(told)
    factor = (found * said).sum() / (found * found).sum()
    return float(np.abs(said - factor * found).max() / np.abs(said).max())


@pytest.mark.parametrize(
    "view",
    [
        {}, {"rotation": 0.7}, {"axes": "yx"}, {"axes": "yx", "rotation": 2.0},
        {"aspect": "stretch"}, {"aspect": "stretch", "axes": "yx"},
    ],
)  # fmt: skip
def test_normals_are_the_differences_of_the_height(view: dict[str, Any]):
    recipe = made(view=view)
    height, normals = pixels(recipe, "height"), pixels(recipe, "normal")
    assert differences(height[..., 0], normals) < 0.02
    assert differences(height[..., 0], normals[:, ::-1]) > 0.2
    other_green = normals * [1, -1, 1] + [0, 1, 0]
    assert differences(height[..., 0], other_green) > 0.2


def test_normals_of_a_formula_with_gradients_are_its_differences_too():
    settings = {"height": "main0 + 0.1*dx(main1)"}
    height, normals = (pixels(made(), name, **settings) for name in ("height", "normal"))
    assert differences(height[..., 0], normals) < 0.05


def test_the_light_side_of_a_hill_is_as_the_programs_expect():
    """OpenGL: red is bright where the hill falls to the right, green where it falls upwards."""
    normals = pixels(made(), "normal", (81, 81), height=HILL)
    assert normals[40, 60, 0] > 0.6 > 0.4 > normals[40, 20, 0]
    assert normals[20, 40, 1] > 0.6 > 0.4 > normals[60, 40, 1]
    np.testing.assert_allclose(normals[40, 40], [0.5, 0.5, 1], atol=0.02)
    np.testing.assert_allclose(np.linalg.norm(2 * normals - 1, axis=2), 1, atol=1e-4)


def test_directx_inverts_green_and_nothing_else():
    up, down = (pixels(made(), "normal", normal=kind) for kind in ("opengl", "directx"))
    np.testing.assert_allclose(down[..., 1], 1 - up[..., 1], atol=1e-6)
    np.testing.assert_array_equal(down[..., [0, 2]], up[..., [0, 2]])
    assert np.ptp(up[..., 1]) > 0.2


def test_the_height_has_the_requested_rms_slope():
    """On the probe, which is the square that this view shows."""
    for slope in (0.3, 1.5):
        right, down = slopes(pixels(made(), "normal", (96, 96), slope=slope))
        assert np.sqrt((right**2 + down**2).mean()) == pytest.approx(slope, rel=0.02)


def test_displacement_and_height_give_the_normals(tmp_path):
    said = write_maps(made(), tmp_path / "rock", SIZE, depth=16, slope=0.8)
    height = image(tmp_path / "rock" / "height.png") / 65535
    normals = pixels(made(), "normal", slope=0.8)
    rise = said["displacement"] * SIZE[0] * (height[1:-1, 2:] - height[1:-1, :-2]) / 2
    right, _ = slopes(normals)
    inside = (height[1:-1] > 0.05) & (height[1:-1] < 0.95)
    kept = inside[:, 2:] & inside[:, :-2]
    np.testing.assert_allclose(rise[kept], right[1:-1, 1:-1][kept], atol=0.03)


def test_occlusion_is_dark_in_a_hollow_and_light_on_a_hill_and_even_on_a_slope():
    waves = pixels(made(), "ao", (81, 81), height="cos(8*x)*cos(8*y)", slope=2.0)[..., 0]
    hill, hollow = waves[40, 40], waves[40, 40 + round(np.pi / 8 * 81 / 2)]
    assert 0 < hollow < 0.8 and 0.99 < hill <= 1
    plain = pixels(made(), "ao", (9, 9), height="x + 2*y")[..., 0]
    assert 0.8 < plain[4, 4] < 1 and plain[4, 4] == pytest.approx(plain[2, 6], abs=1e-4)


def test_heights_are_smoother_than_hollows_and_orm_packs_the_maps():
    maps = {name: pixels(made(), name) for name in ("height", "roughness", "ao", "orm")}
    rough = maps["roughness"][..., 0]
    np.testing.assert_allclose(rough, 0.45 + 0.3 * (1 - maps["height"][..., 0]), atol=1e-5)
    packed = np.stack([maps["ao"][..., 0], rough, np.zeros_like(rough)], axis=2)
    np.testing.assert_allclose(maps["orm"], packed, atol=1e-6)


@pytest.mark.parametrize(
    ("shading", "height"),
    [
        ({"let": {"height": "main1"}, "grey": "main0"}, "height"),
        ({"oklab": ["main2", "0", "0"]}, "main2"),
        ({"oklab": "vec(main2, 0, 0)"}, "dot((vec(main2, 0, 0)), vec(1, 0, 0))"),
        ({"grey": "slope(main1)"}, "slope(main1)"),
        ({"grey": "(main0 - least(main0))"}, "main0"),
    ],
)
def test_the_height_is_found(shading: dict[str, Any], height: str):
    recipe = map_recipes(made(shading=shading), SIZE)["height"]
    assert recipe.shading.let["map_field"] == height


@pytest.mark.parametrize("name", few_quick(HOUSE, 2))
def test_maps_of_a_house_style_repeat_without_a_seam(name: str):
    recipe = tiled(ph.style(name, seed=3), (40, 30))
    maps = map_recipes(recipe, (40, 30))
    assert tuple(maps) == NAMES
    for name in ("albedo", "normal", "orm"):
        assert max(s.seam for s in seams(maps[name], (40, 30)).values()) <= 1


def test_a_map_has_maps():
    again = map_recipes(map_recipes(made(), SIZE)["height"], SIZE)["height"]
    first, second = pixels(made(), "height"), ph.render(again, SIZE).float
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.95


def test_python_gives_the_maps_as_pictures():
    maps = ph.textures(made(), (20, 10))
    assert tuple(maps) == NAMES
    assert [maps[n].float.shape for n in ("height", "normal")] == [(10, 20, 1), (10, 20, 3)]


def test_mistakes_are_named():
    with pytest.raises(UserError, match="opengl"):
        map_recipes(made(), SIZE, normal="opengI")
    with pytest.raises(RecipeError, match="nonsense"):
        map_recipes(made(), SIZE, height="nonsense")
    with pytest.raises(UserError, match="slope"):
        map_recipes(made(), SIZE, slope=0.0)
    with pytest.raises(UserError, match="roughness"):
        map_recipes(made(), SIZE, roughness=2)


# ---- the folder


def test_the_files_are_the_maps_and_can_be_made_again(tmp_path):
    recipe = tiled(made(), (30, 20))
    said = write_maps(recipe, tmp_path / "rock", (30, 20))
    maps = ph.textures(recipe, (30, 20))
    assert sorted(p.name for p in (tmp_path / "rock").iterdir()) == sorted(
        [*said["files"].values(), "material.json"]
    )
    for name, path in said["files"].items():
        stored = image(tmp_path / "rock" / path)
        full = 65535 if name == "height" else 255
        wanted = maps[name].float.squeeze() * full
        assert np.abs(stored - wanted).max() <= 0.51
        assert ph.open(tmp_path / "rock" / path) == maps[name].recipe
    told = json.loads((tmp_path / "rock" / "material.json").read_text())
    assert Recipe.checked(told["recipe"]) == recipe and told["seamless"] == "torus"


def test_a_folder_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(textures.json, "dumps", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_maps(made(), tmp_path / "rock", (20, 10))
    assert not list(tmp_path.iterdir())


def test_a_full_disk_error_names_the_requested_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("phosphene.files.png.PngWriter.finish", full)
    for folder in ("rock", "deep/rock"):
        Path(folder).parent.mkdir(exist_ok=True)
        assert run(shlex.split(f"textures silk --seed 7 --size 32 -o {folder}")) == 1
        told = capsys.readouterr().err
        assert f"phosphene: {folder}/albedo.png: cannot be written (No space left" in told
        assert ".part" not in told and not Path(folder).exists()


def test_only_our_own_folder_is_replaced_and_only_with_overwrite(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "letter.txt").write_text("dear")
    for overwrite in (False, True):
        with pytest.raises(UserError, match="theirs"):
            write_maps(made(), tmp_path / "theirs", (20, 10), overwrite=overwrite)
    write_maps(made(), tmp_path / "rock", (20, 10))
    with pytest.raises(UserError, match="overwrite"):
        write_maps(made(), tmp_path / "rock", (30, 20))
    assert image(tmp_path / "rock" / "ao.png").shape == (10, 20)
    write_maps(made(), tmp_path / "rock", (30, 20), overwrite=True)
    assert image(tmp_path / "rock" / "ao.png").shape == (20, 30)
    assert (tmp_path / "theirs" / "letter.txt").read_text() == "dear"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["rock", "theirs"]


def test_the_command_says_what_it_made(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = "textures silk --seed 7 --size 40x30 --tile --normal directx --bits 16 --json -o rock/"
    assert run(shlex.split(text)) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["normal"] == "directx"
    assert err.count("seam 0.0/255") == len(NAMES)
    assert Path("rock/normal.png").exists()
    assert run(shlex.split("textures rock/albedo.png --seed 3 -o again")) == 2
    assert run(shlex.split("textures rock/albedo.png --size 40x30 -o again")) == 0
    assert ph.open("again/albedo.png") == ph.open("rock/albedo.png")
