"""Texture maps: what each says of the height, how they agree, where they repeat, the folder."""

from __future__ import annotations

import json
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene import files
from phosphene.cli import run
from phosphene.core.errors import RecipeError, UserError
from phosphene.files.exr_pixels import read_pixels
from phosphene.recipe import Recipe
from phosphene.render import texture_files
from phosphene.render.map_pixels import NAMES
from phosphene.render.map_recipes import MapSettings, map_recipes
from phosphene.render.texture_files import write_maps
from phosphene.render.tiling import tiled
from tests.tables import HOUSE, few_quick

MaterialX: Any = import_module("MaterialX")
SIZE = (80, 60)
NETWORK: dict[str, Any] = {
    "width": 8, "depth": 2, "outputs": 3, "norm": "frozen", "weights": {"gain": [1.0, 1.2]},
    "inputs": ["x", "y"],
}  # fmt: skip
HILL = "0.5*exp(-(x*x + y*y)*4)"
STEPS = "floor(3*main0)"


def image(path: Path) -> Any:
    with Image.open(path) as stored:
        return np.asarray(stored).astype(np.float64)


def made(**rest: Any) -> Recipe:
    shading = {"rgb": ["0.5 + 0.1*main0", "0.5 + 0.1*main1", "0.5 + 0.1*main2"]}
    return Recipe(**({"seed": 5, "networks": {"main": NETWORK}, "shading": shading} | rest))


def pixels(recipe: Any, name: str, size: Any = SIZE, **settings: Any) -> Any:
    return ph.textures(recipe, size, **settings)[name].float.astype(np.float64).squeeze()


def slopes(normals: Any) -> tuple[Any, Any]:
    """How the height rises to the right and downwards, of OpenGL normals."""
    x, y, z = np.moveaxis(2 * normals - 1, 2, 0)
    return -x / z, y / z


def agreement(height: Any, normals: Any) -> float:
    """The smaller correlation of the slopes that normals say, and those of the height map, away
    from its edges.
    """
    inside = np.s_[1:-1, 1:-1]
    found = np.gradient(height, axis=1)[inside], np.gradient(height, axis=0)[inside]
    said = [slope[inside] for slope in slopes(normals)]
    pairs = zip(found, said, strict=True)
    return float(min(np.corrcoef(f.ravel(), s.ravel())[0, 1] for f, s in pairs))


@pytest.mark.parametrize(
    "view",
    [
        {}, {"rotation": 0.7}, {"axes": "yx"}, {"aspect": "stretch", "axes": "yx"},
        {"sampling": "ends"}, {"aspect": "pixel", "span": 0.05},
    ],
)  # fmt: skip
@pytest.mark.parametrize("height", [None, STEPS, "main0 + 0.1*dx(main1)"])
def test_normals_are_the_slopes_of_the_height_map(view: dict[str, Any], height: str | None):
    maps = ph.textures(made(view=view), SIZE, height=height)
    tall, normals = (maps[n].float.astype(np.float64) for n in ("height", "normal"))
    tall = tall[..., 0]
    assert agreement(tall, normals) > 0.9999
    assert agreement(tall, np.roll(normals, 1, 1)) < 0.998  # a pixel aside
    assert agreement(tall, normals * [1, -1, 1] + [0, 1, 0]) < 0  # green turned over


@pytest.mark.parametrize("name", few_quick(HOUSE, 2))
def test_maps_of_a_house_style_agree_and_repeat_without_a_seam(name: str, tmp_path: Path):
    recipe = tiled(ph.style(name, seed=5), (96, 96))
    for side in (96, 64):
        folder = tmp_path / str(side)
        write_maps(recipe, folder, side)
        height, normals = image(folder / "height.png") / 65535, image(folder / "normal.png") / 255
        assert agreement(height, normals) > 0.99
    both = np.hstack([height[:, -8:], height[:, :8]])
    across = np.tile(height, 2)
    assert np.array_equal(both, across[:, side - 8 : side + 8])
    wide = np.pad(height, 1, mode="wrap")  # the next copy continues the slopes
    rise = (wide[1:-1, 2:] - wide[1:-1, :-2])[:, [0, -1]].ravel()
    said = slopes(normals)[0][:, [0, -1]].ravel()
    assert np.ptp(rise) == 0 or np.corrcoef(rise, said)[0, 1] > 0.98


def test_steps_are_anti_aliased_in_all_maps_alike():
    """A step that lies between two pixels leaves heights between those of its two levels."""
    maps = ph.textures(made(), SIZE, height="x + 0.37*y > 0.1")
    levels = np.unique(maps["height"].float.round(4))
    assert len(levels) > 10
    edge = np.ptp(maps["height"].float[..., 0], axis=1) > 0.5
    flat = (maps["normal"].float[..., 2] > 0.999).sum(1)
    assert edge.all() and (flat < SIZE[0] - 1).all() and (flat > SIZE[0] - 5).all()


def test_summits_and_hollows_are_round_not_cut_flat():
    for height in (HILL, "main0", "exp(2*main0)"):
        tall = pixels(made(), "height", (256, 192), height=height)
        for end in (tall.min(), tall.max()):
            assert (np.abs(tall - end) < 1e-6).sum() <= 4
        assert 0 < tall.min() < 0.1 and 0.9 < tall.max() < 1


def test_a_height_map_rises_where_its_formula_rises():
    recipe = made()
    plain = recipe.replace({"shading": {"grey": "0.5 + 0.05*main0", "channels": 1}})
    formula = ph.render(plain, (64, 48)).float.ravel()
    tall = pixels(recipe, "height", (64, 48), height="main0").ravel()
    assert formula.min() > 0 and formula.max() < 1
    order = np.argsort(formula)
    assert (np.diff(tall[order]) > -2e-3).all() and np.corrcoef(formula, tall)[0, 1] > 0.99


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
        assert np.sqrt((right**2 + down**2).mean()) == pytest.approx(slope, rel=0.03)


def test_displacement_is_the_same_at_every_size_and_gives_the_normals():
    found = [
        map_recipes(made(), size, MapSettings(height=STEPS)).displacement
        for size in (SIZE, (160, 120), (800, 600))
    ]
    assert found == [found[0]] * 3
    maps = ph.textures(made(), SIZE, height=STEPS)
    height = maps["height"].float[..., 0].astype(np.float64)
    rise = found[0] * SIZE[0] * (height[1:-1, 2:] - height[1:-1, :-2]) / 2
    right, _ = slopes(maps["normal"].float.astype(np.float64))
    np.testing.assert_allclose(rise, right[1:-1, 1:-1], rtol=1e-3, atol=1e-4)


# ---- the other maps


def test_occlusion_is_dark_in_a_hollow_and_light_on_a_hill_and_even_on_a_slope():
    waves = pixels(made(), "ao", (81, 81), height="cos(8*x)*cos(8*y)", slope=2.0)
    hill, hollow = waves[40, 40], waves[40, 40 + round(np.pi / 8 * 81 / 2)]
    assert 0 < hollow < 0.6 and 0.99 < hill <= 1
    plain = pixels(made(), "ao", (41, 41), height="x + 2*y")
    assert plain[20, 20] > 0.98 and plain[20, 20] == pytest.approx(plain[12, 26], abs=1e-3)


def test_occlusion_darkens_with_its_strength_and_reaches_as_far_as_asked():
    by = {s: pixels(made(), "ao", ao_strength=s) for s in (0.0, 1.0, 2.0)}
    assert (by[0.0] == 1).all()
    np.testing.assert_allclose(by[2.0], by[1.0] ** 2, atol=1e-5)
    cliff = "smoothstep(-0.01, 0.01, x)"
    near, far = (pixels(made(), "ao", (80, 80), height=cliff, ao_reach=r) for r in (0.05, 0.3))
    assert near[40, 30] > 0.999 > 0.97 > far[40, 30] and near[40, 38] < 0.95


@pytest.mark.parametrize("name", few_quick(HOUSE, 1))
def test_occlusion_of_a_house_style_can_be_seen(name: str):
    shade = pixels(tiled(ph.style(name, seed=6), (96, 96)), "ao", (96, 96)) * 255
    assert 170 < shade.mean() < 245 and shade.std() > 8


def test_heights_are_smoother_than_hollows_and_orm_packs_the_maps():
    maps = {n: p.float for n, p in ph.textures(made(), SIZE, metal="x > 0").items()}
    np.testing.assert_allclose(maps["roughness"], 0.45 + 0.3 * (1 - maps["height"]), atol=1e-5)
    packed = np.concatenate([maps["ao"], maps["roughness"], maps["metalness"]], axis=2)
    np.testing.assert_array_equal(maps["orm"], packed)
    assert (maps["metalness"][:, :39] < 1e-6).all() and (maps["metalness"][:, 41:] > 0.999).all()


def test_gold_and_wire_and_chrome_are_metal_and_cloth_is_not():
    share = {
        name: pixels(ph.style(name, seed=6), "metalness", (128, 128)).mean()
        for name in ("marble", "mandala", "chrome", "silk")
    }
    assert 0.002 < share["marble"] < 0.3 and 0.01 < share["mandala"] < 0.6
    assert share["chrome"] > 0.999 and share["silk"] == 0


def test_metal_is_found_by_name_and_left_out_where_a_recipe_lacks_it():
    named = made(shading={"let": {"metal": "main1 > 0"}, "grey": "main0"})
    assert map_recipes(named, SIZE, MapSettings()).metal_formula == "metal"
    other = ph.style("marble", seed=1).replace({"shading": {"grey": "main0"}})
    assert map_recipes(other, SIZE, MapSettings()).metal is None


@pytest.mark.parametrize(
    ("shading", "height"),
    [
        ({"let": {"height": "main1"}, "grey": "main0"}, "height"),
        ({"oklab": ["main2", "0", "0"]}, "main2"),
        ({"oklab": "vec(main2, 0, 0)"}, "dot((vec(main2, 0, 0)), vec(1, 0, 0))"),
        ({"grey": "slope(main1)"}, "slope(main1)"),
        ({"let": {"map_x": "main1"}, "grey": "map_x"}, "map_x"),
    ],
)
def test_the_height_is_found(shading: dict[str, Any], height: str):
    assert map_recipes(made(shading=shading), SIZE, MapSettings()).formula == height


def test_python_gives_the_maps_as_pictures_of_data(tmp_path: Path):
    maps = ph.textures(made(), (20, 10))
    assert tuple(maps) == NAMES
    assert [maps[n].float.shape for n in ("height", "normal")] == [(10, 20, 1), (10, 20, 3)]
    height = ph.textures(made(), 64)["height"]
    height.save(tmp_path / "height.exr", depth="float")
    assert ph.check(tmp_path / "height.exr").map == ph.check(height).map == "height"
    assert ph.open(tmp_path / "height.exr") == height.recipe == made()
    for size in ((1, 1), (2, 1), (3, 5)):
        assert ph.textures(made(), size)["ao"].float.shape == (size[1], size[0], 1)


@pytest.mark.parametrize("suffix", ["png", "tiff", "webp", "avif"])
def test_a_map_that_is_data_names_no_colour_space(suffix: str, tmp_path: Path):
    maps = ph.textures(made(), (20, 10))
    for name in ("albedo", "normal"):
        maps[name].save(tmp_path / f"{name}.{suffix}")
        with Image.open(tmp_path / f"{name}.{suffix}") as stored:
            marked = {"srgb", "icc_profile", "gamma", "chromaticity"} & stored.info.keys()
            assert bool(marked) == (name == "albedo"), (name, marked)


def test_mistakes_are_named():
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"normal": "opengI"}, "opengl"), ({"slope": 0.0}, "slope"), ({"roughness": 2}, "rough"),
        ({"ao_reach": 0.9}, "ao_reach"), ({"ao_strength": -1}, "ao_strength"),
        ({"height": "nonsense"}, "nonsense"), ({"metal": "nonsense"}, "nonsense"),
    ]  # fmt: skip
    for settings, match in wrong:
        with pytest.raises(UserError, match=match) as told:
            ph.textures(made(), SIZE, **settings)
        if match == "nonsense":
            assert isinstance(told.value, RecipeError)


# ---- the folder


def test_the_files_are_the_maps_and_can_be_made_again(tmp_path: Path, capsys: Any):
    recipe = tiled(made(), (30, 20))
    said = write_maps(recipe, tmp_path / "rock", (30, 20), metal="main0 > 0")
    maps = ph.textures(recipe, (30, 20), metal="main0 > 0")
    others = ["material.json", "material.mtlx", "preview.png"]
    assert sorted(p.name for p in (tmp_path / "rock").iterdir()) == sorted(
        [*said["files"].values(), *others]
    )
    for name, path in said["files"].items():
        stored = image(tmp_path / "rock" / path)
        full = 65535 if name == "height" else 255
        wanted = maps[name].float.squeeze() * full
        assert np.abs(stored - wanted).max() <= 0.51
        assert ph.open(tmp_path / "rock" / path) == recipe
    told = json.loads((tmp_path / "rock" / "material.json").read_text())
    assert Recipe.checked(told["recipe"]) == recipe and told["seamless"] == "torus"
    assert run(["render", str(tmp_path / "rock" / "ao.png"), "-o", str(tmp_path / "a.png")]) == 2
    assert "phosphene textures" in capsys.readouterr().err


@pytest.mark.parametrize("tile", [True, False])
def test_bands_and_workers_write_what_one_piece_has(tile: bool, tmp_path: Path, monkeypatch: Any):
    recipe = tiled(made(), (40, 60)) if tile else made()
    write_maps(recipe, tmp_path / "whole", (40, 60))
    monkeypatch.setattr(texture_files, "BAND", 40 * 7)
    write_maps(recipe, tmp_path / "bands", (40, 60), threads=2)
    for name in NAMES:
        whole, bands = (image(tmp_path / f / f"{name}.png") for f in ("whole", "bands"))
        assert np.abs(whole - bands).max() <= 1  # means of far heights are rounded


def test_heights_can_be_floats(tmp_path: Path):
    said = write_maps(made(), tmp_path / "rock", SIZE, height_format="exr")
    assert said["files"]["height"] == "height.exr"
    stored = read_pixels(tmp_path / "rock" / "height.exr", 1 << 20)
    assert stored.dtype == np.float32
    np.testing.assert_allclose(stored.squeeze(), pixels(made(), "height"), atol=1e-6)
    with pytest.raises(UserError, match="exr, png"):
        write_maps(made(), tmp_path / "other", SIZE, height_format="exe")


@pytest.mark.parametrize("normal", ["opengl", "directx"])
def test_the_materialx_file_is_valid_and_finds_the_maps(normal: str, tmp_path: Path):
    folder = tmp_path / "2 rocks & sand"
    write_maps(made().replace({"seed": "é & <sand>"}), folder, (20, 10), normal=normal)
    document = MaterialX.createDocument()
    MaterialX.readFromXmlFile(document, str(folder / "material.mtlx"))
    library = MaterialX.createDocument()
    MaterialX.loadLibraries(
        MaterialX.getDefaultDataLibraryFolders(), MaterialX.getDefaultDataSearchPath(), library
    )
    document.importLibrary(library)
    assert document.validate() == (True, "")
    for node in document.getNodes():
        assert node.getNodeDef() is not None, node.getName()
        file = node.getInput("file")
        assert file is None or (folder / file.getValueString()).is_file()
    document.getNodes()[0].setType("nonsense")
    assert not document.validate()[0]


def test_the_preview_repeats_a_tile_three_times(tmp_path: Path):
    for how, times in (("both", (3, 3)), ("x", (3, 1)), (None, (1, 1))):
        recipe = tiled(made(), (40, 30), how) if how else made()
        write_maps(recipe, tmp_path / str(how), (40, 30))
        shown = image(tmp_path / str(how) / "preview.png")
        assert shown.shape == (30 * times[1], 40 * times[0], 3)
        np.testing.assert_array_equal(shown[:30, :40], shown[-30:, -40:])
        assert np.ptp(shown) > 20


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: Any):
    monkeypatch.setattr(texture_files.json, "dumps", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_maps(made(), tmp_path / "rock", (20, 10))
    assert not list(tmp_path.iterdir())


def test_a_full_disk_error_names_the_requested_file(tmp_path: Path, monkeypatch: Any, capsys: Any):
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


def test_only_our_own_folder_is_replaced_and_only_with_overwrite(tmp_path: Path):
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


def test_the_command_says_what_it_made(tmp_path: Path, monkeypatch: Any, capsys: Any):
    monkeypatch.chdir(tmp_path)
    text = "textures silk --seed 7 --size 40x30 --tile --normal directx --bits 16 --json -o rock/"
    assert run(shlex.split(text)) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["normal"] == "directx"
    assert "seam 0.0/255" in err
    assert image(Path("rock/normal.png")).max() > 255 or Path("rock/normal.png").exists()
    assert run(shlex.split("textures rock/albedo.png --seed 3 -o again")) == 2
    assert run(shlex.split("textures rock/normal.png --size 40x30 -o again")) == 0
    assert ph.open("again/albedo.png") == ph.open("rock/albedo.png")
    assert files.read_metadata("rock/ao.png").keys() >= {"phosphene", "phosphene-render"}
