"""`phosphene check` of every kind of file: what it reads, what it says of seams and of maps."""

from __future__ import annotations

import json
import shlex
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest
import zarr
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.core.errors import InputError, UserError
from phosphene.files.exr_pixels import read_pixels as read_exr
from phosphene.files.samples import as_wanted
from phosphene.judge import alike, check
from phosphene.judge.images import _of_array, read_pixels
from phosphene.recipe import Recipe
from phosphene.render.map_pixels import NAMES
from phosphene.render.texture_files import write_maps
from phosphene.render.textures import textures
from phosphene.render.tiling import tiled
from tests.files.samples import noise, save, smooth

WAVES = "0.5 + 0.45*sin(3*x + 2*y)*cos(2*y)"
PICTURE = Recipe(shading={"rgb": [WAVES, f"0.9*({WAVES})", "0.3 + 0.3*x"]})
MOST = 10_000_000


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def said(text: str, capsys) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(shlex.split(text))
    return (code, *capsys.readouterr())


# ---- pixels of the formats that Pillow lacks


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.exr", {}), ("b.exr", {"depth": "float"}), ("c.exr", {"raw": True}),
        ("a.zarr", {}), ("b.zarr", {"depth": "16"}), ("c.zarr", {"depth": "32f"}),
        ("a.tiff", {"depth": "16"}), ("b.tiff", {"depth": "32f"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_pixels_are_read_as_they_were_written(name, options, channels):
    pixels = noise(80, 70, channels) * 0.9 + 0.05
    save(name, pixels, options=options)
    opacity = pixels[..., -1:] if channels in (2, 4) else np.ones((70, 80, 1))
    colours = pixels[..., : channels - 1] if channels in (2, 4) else pixels
    wanted = np.broadcast_to(colours * opacity + (1 - opacity), (70, 80, colours.shape[-1]))
    found = read_pixels(name).astype(np.float64)
    found = found / 255 if found.max() > 2 else found
    wanted = np.repeat(wanted, 3, -1) if wanted.shape[-1] == 1 else wanted
    assert found.shape == (70, 80, 3)
    assert np.abs(found - wanted).max() < 0.0085  # two levels of 8 bits, or a half's last bit


@pytest.mark.parametrize("depth", ["half", "float"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("make", [noise, smooth])
def test_the_library_reads_the_same_pixels_of_an_exr(depth, channels, make):
    save("a.exr", make(61, 47, channels), options={"depth": depth, "raw": True})
    with OpenEXR.File("a.exr", separate_channels=True) as file:
        order = {1: "Y", 2: "YA", 3: "RGB", 4: "RGBA"}[channels]
        wanted = np.stack([file.channels()[name].pixels for name in order], -1)
    assert np.array_equal(read_exr("a.exr", MOST), wanted)


@pytest.mark.parametrize("packed", ["ZIP", "ZIPS", "NO"])
def test_an_exr_of_another_program_is_read_if_it_is_like_ours(packed):
    pixels = noise(40, 50)
    kind = getattr(OpenEXR, f"{packed}_COMPRESSION")
    header = {"type": OpenEXR.scanlineimage, "compression": kind}
    OpenEXR.File(header, {"RGB": pixels}).write("a.exr")
    assert np.array_equal(read_exr("a.exr", MOST), pixels)


@pytest.mark.parametrize("fault", ["packed", "tiled", "names", "whole numbers"])
def test_an_unsupported_exr_gets_an_error_that_names_what_is_supported(fault):
    packed = OpenEXR.PIZ_COMPRESSION if fault == "packed" else OpenEXR.ZIP_COMPRESSION
    kind = OpenEXR.tiledimage if fault == "tiled" else OpenEXR.scanlineimage
    header = {"type": kind, "compression": packed}
    header |= {"tiles": OpenEXR.TileDescription()} if fault == "tiled" else {}
    pixels: Any = noise(40, 50)
    if fault == "whole numbers":
        pixels = (pixels * 9).astype(np.uint32)
    channels = {"depth": pixels[..., 0].copy()} if fault == "names" else {"RGB": pixels}
    OpenEXR.File(header, channels).write("a.exr")
    with pytest.raises(InputError, match="unsupported OpenEXR file; supported are Y, YA, RGB"):
        read_exr("a.exr", MOST)


def test_an_exr_cut_off_or_changed_anywhere_is_an_input_error_or_a_picture():
    save("a.exr", smooth(61, 47), {"phosphene": "{}"})
    whole = Path("a.exr").read_bytes()
    faults = 0
    for at in range(4, len(whole), 23):
        for body in (whole[:at], whole[:at] + bytes([whole[at] ^ 129]) + whole[at + 1 :]):
            Path("b.exr").write_bytes(body)
            try:
                read_exr("b.exr", MOST)
            except InputError as error:
                faults += "b.exr: " in str(error)
    assert faults > len(whole) // 23  # whatever is cut off is one
    with pytest.raises(InputError, match="too large to check"):
        read_exr("a.exr", 61 * 47 - 1)


def test_linear_light_is_encoded_for_looking():
    save("a.exr", np.full((40, 40, 3), 0.5, np.float32), options={"depth": "float"})
    assert as_wanted(np.float32([[[0.5]]]), "linear")[0, 0, 0] == pytest.approx(0.214, abs=1e-3)
    assert np.abs(read_exr("a.exr", MOST) - 0.5).max() < 1e-4


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("folder", "is a folder, not a Zarr array; name a picture in it"),
        ("broken.zarr", "broken.zarr: "),
        ("flat.zarr", "got an array (40,); expected (height, width, channels)"),
        ("words.zarr", "got samples of int16"),
    ],
)
def test_a_folder_without_a_picture_is_explained(name, words, capsys):
    Path("folder").mkdir()
    Path("broken.zarr").mkdir()
    Path("broken.zarr/zarr.json").write_text("{nonsense")
    zarr.create_array("flat.zarr", shape=(40,), dtype="uint8")
    zarr.create_array("words.zarr", shape=(40, 40, 3), dtype="int16")
    code, out, err = said(f"check {name}", capsys)
    assert code == 2 and out == "" and words in err and "Traceback" not in err


# ---- files without pixels


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a.svg", "an SVG is lines"), ("a.dzi", "a folder of tiles"),
        ("a.html", "a folder of tiles"),
    ],
)  # fmt: skip
def test_for_a_file_without_pixels_the_recipe_is_judged_with_a_note(name, why, capsys):
    ph.render(PICTURE, 64).save("a.dzi" if name == "a.html" else name)
    code, out, _ = said(f"check {name}", capsys)
    assert code == 0 and why in out and "its recipe was judged, not the file" in out
    assert check(name).measures == check(PICTURE).measures
    Path("theirs.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    code, _, err = said("check theirs.svg", capsys)
    assert code == 2 and "theirs.svg: an XML text without a recipe" in err


# ---- several files


def test_a_bad_file_is_reported_and_does_not_stop_the_others(capsys):
    ph.render(PICTURE, 64).save("a.png")
    Path("text.png").write_text("no picture")
    code, out, err = said("check text.png a.png missing.png", capsys)
    assert code == 2 and "a.png: nothing wrong" in out
    assert (
        "phosphene: text.png: not a readable picture" in err and "missing.png: no such file" in err
    )
    code, out, _ = said("check text.png a.png --json --strict", capsys)
    data = json.loads(out)
    assert code == 2 and [p["name"] for p in data["pictures"]] == ["a.png"]
    assert len(data["errors"]) == 1 and "text.png" in data["errors"][0]
    code, out, err = said("check text.png missing.png", capsys)
    assert (code, out) == (2, "") and err.count("phosphene: ") == 2


# ---- seams


def test_edges_are_judged_in_the_directions_that_a_recipe_closes(capsys):
    for how, size in {"x": (64, 64), "both": (64, 64), "panorama": (128, 64)}.items():
        ph.render(tiled(ph.style("aurora", seed=7), size, how), size).save(f"{how}.png")
    ph.render(ph.style("aurora", seed=7), 64).save("plane.png")
    words = {
        "x": "edges meet across only: it repeats side by side; --tile closes all edges",
        "both": "edges meet: it tiles",
        "panorama": "edges meet across: it goes around",
        "plane": "edges do not meet: it does not tile",
    }
    for name, text in words.items():
        code, out, _ = said(f"check {name}.png --tile --strict", capsys)
        assert text in out and "it does not tile" not in out.replace(text, "")
        assert code == (name == "plane"), out
        assert check(f"{name}.png").tiles == (name == "both")
    Image.open("x.png").rotate(90).save("turned.png")
    report = check("turned.png", tile=True)  # without a recipe both are asked
    assert report.meets == "y" and [v.name for v in report.verdicts] == ["seam across"]


def test_for_a_part_of_a_tile_all_edges_are_judged():
    recipe = tiled(ph.style("aurora", seed=7), (64, 64), "x")
    ph.render(recipe, 64, crop=(10, 10, 40, 40)).save("part.png")
    names = {v.name for v in check("part.png", tile=True).verdicts}
    assert names >= {"seam across", "seam down"} and check("part.png").surface == "plane"
    assert check(ph.render(recipe, 64, crop=(10, 10, 40, 40))).surface == "plane"


def test_bleed_is_noted(capsys):
    recipe = tiled(ph.style("aurora", seed=7), (64, 64))
    Path("a.json").write_text(recipe.json)
    assert run(shlex.split("render a.json --size 64 --bleed 5 -o a.png")) == 0
    assert "its edges include 5 pixels of bleed around" in said("check a.png", capsys)[1]


# ---- maps for textures

DATA = NAMES[1:]
GAUDY = Recipe(
    networks={"main": {"depth": 1, "width": 4}},
    shading={"let": {"height": WAVES}, "rgb": ["0.9", "0.02", "0.5 + 0.4*x"]},
)  # fmt: skip


def test_only_flatness_and_edges_of_maps_are_judged(capsys):
    write_maps(tiled(GAUDY, (64, 64)), "rock", (64, 64))
    report = {kind: check(f"rock/{kind}.png", tile=True) for kind in NAMES}
    assert {v.name for v in report["albedo"].verdicts} >= {"garish"}
    assert all(report[kind].ok and report[kind].map == kind for kind in DATA)
    assert report["albedo"].map is None and report["orm"].measures["garish"] >= 0
    assert alike(report[kind] for kind in ("ao", "ao")) == []
    assert alike(report[kind] for kind in ("albedo", "albedo")) != []
    write_maps(GAUDY, "plane", (64, 64), height="0.5 + 0*x")
    for kind in DATA:
        if kind == "metalness":
            continue
        found = check(f"plane/{kind}.png", tile=True).verdicts
        assert [v.name for v in found] == ["flat"] and "`slope=1.2`" in found[0].advice
    write_maps(GAUDY, "open", (64, 64))
    assert [v.name for v in check("open/height.png", tile=True).verdicts] == [
        "seam across", "seam down",
    ]  # fmt: skip


def test_a_map_is_recognised_as_a_picture_and_in_every_format():
    maps = textures(GAUDY, 64)
    for kind in DATA:
        assert check(maps[kind]).map == kind
    assert check(maps["albedo"]).map is None and check(GAUDY).map is None
    for suffix in ("png", "webp", "jpg", "avif", "tiff", "npy", "exr"):
        maps["normal"].save(f"n.{suffix}")
        assert check(f"n.{suffix}").map == "normal", suffix


@pytest.mark.filterwarnings("ignore::phosphene.RecipeWarning")  # one of its copies is damaged
@pytest.mark.parametrize("suffix", ["png", "webp", "jpg", "avif", "tiff", "npy", "exr"])
def test_a_damaged_picture_is_an_error_of_ours_or_judged(suffix):
    """Decoders of other libraries raise anything, such as RuntimeError and TokenError."""
    data = ph.render(PICTURE, 64).to_bytes(suffix)
    rng = np.random.default_rng(0)
    for trial in range(60):
        mutated = bytearray(data[: rng.integers(len(data))] if trial % 3 == 0 else data)
        for _ in range(trial % 3 * 3):
            mutated[rng.integers(min(len(mutated), 200))] = rng.integers(256)
        Path(f"damaged.{suffix}").write_bytes(mutated)
        with suppress(UserError):
            check(f"damaged.{suffix}")


def test_an_array_of_two_axes_is_not_a_picture():
    with pytest.raises(InputError, match=r"got an array \(64, 64\); expected \(height, width, ch"):
        _of_array(Path("a.tiff"), np.zeros((64, 64), np.float32))
