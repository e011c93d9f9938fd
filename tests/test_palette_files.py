"""Palettes from files: our exports, other programs' files, and damaged ones."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.catalogue.palettes import PALETTES
from phosphene.cli import run
from phosphene.colour.palette_files import MOST_BYTES, read_palette
from phosphene.core.errors import InputError, RecipeError, UserError
from phosphene.files.swatches import EXPORTS, Swatch

EMBER = PALETTES["ember"].split()
THREE = ["#0b1d39", "#2a9d9b", "#f3fff5"]


@pytest.mark.parametrize("kind", EXPORTS)
def test_an_export_comes_back(kind: str, tmp_path: Path):
    path = tmp_path / f"out.{kind}"
    assert run(["palette", "ember", "-o", str(path)]) == 0
    assert read_palette(path) == EMBER
    assert ph.style("silk", palette=path) == ph.style("silk", palette=",".join(EMBER))
    assert ph.style("silk", palette=str(path)) == ph.style("silk", palette=path)


@pytest.mark.parametrize("kind", EXPORTS)
def test_of_several_groups_the_first_is_read(kind: str, tmp_path: Path):
    groups = {
        "A": [Swatch((11, 29, 57)), Swatch((42, 157, 155)), Swatch((243, 255, 245))],
        "colours 2": [Swatch((1, 2, 3), 0.5), Swatch((9, 9, 9), 0.5)],
    }
    path = tmp_path / f"out.{kind}"
    path.write_bytes(EXPORTS[kind][0]("#abcdef */ a title", groups))
    assert read_palette(path) == THREE


def ase(*colours: bytes) -> bytes:
    blocks = [struct.pack(">HI", 1, len(c) + 4) + struct.pack(">HH", 1, 0) + c for c in colours]
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


FILES: dict[str, bytes] = {
    "gimp.gpl": b"GIMP Palette\r\nName: x\r\n#\r\n 11  29  57\tUntitled\r\n42 157 155 teal 3\r\n"
    b"243 255 245\r\n",
    "jasc.pal": b"JASC-PAL\r\n0100\r\n3\r\n11 29 57\r\n42 157 155\r\n243 255 245\r\n",
    "lospec.hex": b"0b1d39\n2a9d9b\nf3fff5\n",
    "lospec.json": b'{"name": "x", "author": "", "colors": ["0b1d39", "2a9d9b", "f3fff5"]}',
    "list.json": b'["#0b1d39", [42, 157, 155], {"hex": "#f3fff5"}]',
    "recipe.json": b'{"palettes": {"A": ["#0b1d39", "#2a9d9b", "#f3fff5"]}}',
    "bom.json": b'\xef\xbb\xbf["#0b1d39", "#2a9d9b", "#f3fff5"]',
    "any.css": b"a { color: #0b1d39; b: rgb(42, 157, 155) } /* #123456 */ c {d: #F3FFF5ff}",
    "names.css": b":root { --ink: #0b1d39; --sea: rgb(42 157 155); --paper: #f3fff5 }",
    "text.txt": b"#0b1d39, #2a9d9b and #f3fff5, twice #0b1d39",
    "cmyk.ase": ase(
        b"RGB " + struct.pack(">3fH", 11 / 255, 29 / 255, 57 / 255, 0),
        b"CMYK" + struct.pack(">4fH", 1 - 42 / 157, 0, 1 - 155 / 157, 1 - 157 / 255, 0),
        b"RGB " + struct.pack(">3fH", 243 / 255, 1, 245 / 255, 0),
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_palettes_of_other_programs_are_read(name: str, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(FILES[name])
    assert read_palette(path) == THREE


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".gif"])
def test_a_picture_gives_its_colours_from_dark_to_light(suffix: str, tmp_path: Path):
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[:, :32], pixels[:, 32:64], pixels[:, 64:] = (243, 255, 245), (11, 29, 57), (42, 157, 155)
    path = tmp_path / f"photo{suffix}"
    Image.fromarray(pixels).save(path, **({"quality": 100} if suffix != ".gif" else {}))
    found = ph.check(ph.style("silk", palette=path)).palette
    assert len(found) >= 3 and min(found.values()) > 0.01
    lightness = [sum(bytes.fromhex(colour[1:])) for colour in read_palette(path)]
    assert lightness == sorted(lightness) and lightness[0] < 130 and lightness[-1] > 700


DAMAGED: dict[str, tuple[bytes, str]] = {
    "empty.gpl": (b"", "0 different colours"),
    "one.gpl": (b"GIMP Palette\n1 2 3 x\n", "1 different colours"),
    "far.gpl": (b"GIMP Palette\n1 2 300 x\n1 2 3\n", "got 300; expected 0 to 255"),
    "words.gpl": (b"GIMP Palette\nred green\n", "line 2: 'red green'; expected red"),
    "cut.ase": (ase(b"RGB " + bytes(14))[:-6], "ends inside block 1 of 1"),
    "short.ase": (b"ASEF\0\1\0\0\0\0\0\7", "ends inside block 1 of 7"),
    "head.ase": (b"ASEF", "cannot be read as a palette"),
    "lab.ase": (ase(b"LAB " + bytes(14)), "colour model 'LAB'"),
    "nan.ase": (ase(b"RGB " + b"\x7f\xc0\0\0" * 3 + b"\0\0"), "numbers from 0 to 1"),
    "broken.json": (b'["#0b1d39", ', "cannot be read as a palette"),
    "deep.json": (b"[" * 100000, "cannot be read as a palette"),
    "words.json": (b'["red", "blue"]', "is not a colour"),
    "float.json": (b"[[0.1, 0.2, 0.3], [1, 2, 3]]", "is not a colour"),
    "twice.json": (b'{"A": [], "A": []}', "stands twice"),
    "big.css": (b"#0b1d39 " * (MOST_BYTES // 8 + 1), "over 1 MB"),
    "many.hex": (b"\n".join(b"%06x" % (k * 99) for k in range(65)), "65 different colours"),
    "cut.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no palette; expected .gpl"),
    "noise.bin": (bytes(range(256)) * 9, "no palette; expected .gpl"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_named_with_its_fault(name: str, tmp_path: Path):
    data, fault = DAMAGED[name]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        read_palette(path)
    said = str(error.value)
    assert said.startswith(str(path)) and fault in said and len(said) < len(str(path)) + 200


def test_what_is_no_file_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        ph.style("silk", palette="nowhere.gpl")
    with pytest.raises(InputError, match="not a file"):
        read_palette(tmp_path)


def test_several_files_and_names_are_several_palettes(tmp_path: Path):
    path = tmp_path / "a.hex"
    path.write_text("\n".join(c[1:] for c in THREE))
    recipe = ph.style("drift", seed=1, palette=f"{path};ember")
    assert recipe.palettes == {"A": tuple(THREE), "B": tuple(EMBER)}
    assert recipe == ph.style("drift", seed=1, palette=[path, "ember"])
    assert ph.recolour("classic", path).palettes["A"] == tuple(THREE)


def test_a_file_is_not_opened_where_files_are_not_wanted():
    for given in ("a.gpl", Path("a"), "ember;a.gpl", ["ember", Path("a.gpl")]):
        for source in ("silk", ph.style("silk")):
            with pytest.raises(RecipeError, match="`files=False` opens no file"):
                ph.as_recipe(source, fields={"palette": given}, files=False)
    assert ph.as_recipe("silk", fields={"palette": "ember"}, files=False).palettes


def test_a_recipe_as_data_opens_no_file(tmp_path: Path):
    path = tmp_path / "a.hex"
    path.write_text("0b1d39\nffffff\n")
    with pytest.raises(RecipeError, match="unknown palette"):
        ph.Recipe.checked({"palettes": {"A": str(path)}})


def test_the_commands_take_palette_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(THREE))
    out = str(tmp_path / "a.png")
    assert run(["paint", "silk", "--palette", str(path), "--size", "64", "-o", out]) == 0
    assert ph.open(out).get("palettes.A") == THREE
    capsys.readouterr()
    assert run(["palette", str(path)]) == 0
    assert all(colour in capsys.readouterr().out for colour in THREE[:1])
    bad = tmp_path / "bad.ase"
    bad.write_bytes(b"ASEF")
    assert run(["paint", "silk", "--palette", str(bad), "-o", out]) == 2
    assert "bad.ase: cannot be read as a palette" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fields", "nearest"),
    [({"palette": "EMBER"}, "ember"), ({"palette": "Teal_Rust"}, "teal_rust")],
)
def test_a_name_in_capitals_gets_a_suggestion(fields: dict[str, str], nearest: str):
    with pytest.raises(UserError, match=f"Did you mean '{nearest}'"):
        ph.style("silk", **fields)
    with pytest.raises(UserError, match="Did you mean 'silk'"):
        ph.style("SILK")
