"""The colours of a picture: found, printed, exported, and read back by other means."""

from __future__ import annotations

import json
import shlex
import struct

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.catalogue.palettes import PALETTES
from phosphene.cli import run
from phosphene.colour.dominant import dominant
from phosphene.colour.oklab import srgb_to_oklab
from phosphene.files.swatches import EXPORTS, Swatch

# ---- colours of a picture


def test_the_colours_of_a_flat_picture_are_its_colours():
    flat = np.zeros((40, 40, 3), np.uint8)
    flat[:10], flat[10:20, :20], flat[10:20, 20:] = (250, 240, 10), (200, 20, 60), (20, 80, 200)
    found, shares = dominant(flat, 8)
    wanted = [(0, 0, 0), (20, 80, 200), (200, 20, 60), (250, 240, 10)]
    assert [tuple(map(int, c)) for c in found] == wanted
    np.testing.assert_allclose(shares, [0.5, 0.125, 0.125, 0.25])
    assert len(dominant(flat, 2)[0]) == 2


def test_more_colours_are_closer_to_the_picture():
    pixels = ph.render(ph.style("drift", seed=3), 64).uint8
    lab = srgb_to_oklab(pixels.reshape(-1, 3) / 255)

    def error(count: int) -> float:
        centres = srgb_to_oklab(dominant(pixels, count)[0] / 255)
        return float(np.sqrt(((lab[:, None] - centres[None]) ** 2).sum(-1).min(1).mean()))

    errors = [error(n) for n in (1, 2, 4, 8, 16)]
    assert errors == sorted(errors, reverse=True)
    assert errors[3] < 0.4 * errors[0]


# ---- exports, read back by other means

GROUPS = {"A": [Swatch((11, 10, 18)), Swatch((255, 241, 201))], "colours": [Swatch((1, 2, 3), 1.0)]}


def read_ase(data: bytes) -> dict[str, list[tuple[int, ...]]]:
    """Adobe Swatch Exchange: signature, version, blocks of type, length and body."""
    signature, major, minor, count = struct.unpack(">4sHHI", data[:12])
    assert (signature, major, minor) == (b"ASEF", 1, 0)
    groups: dict[str, list[tuple[int, ...]]] = {}
    place, group = 12, ""
    for _ in range(count):
        kind, length = struct.unpack(">HI", data[place : place + 6])
        body = data[place + 6 : place + 6 + length]
        place += 6 + length
        if kind == 0xC002:
            assert body == b""
            continue
        units = struct.unpack(">H", body[:2])[0]
        name = body[2 : 2 + 2 * units].decode("utf-16-be")
        assert name.endswith("\0")
        rest = body[2 + 2 * units :]
        if kind == 0xC001:
            group = name[:-1]
            groups[group] = []
            assert rest == b""
        else:
            assert kind == 1 and rest[:4] == b"RGB " and rest[16:] == b"\0\0"
            rgb = struct.unpack(">3f", rest[4:16])
            groups[group].append(tuple(round(v * 255) for v in rgb))
    assert place == len(data)
    return groups


def read_gpl(text: str) -> list[tuple[int, ...]]:
    head, _, body = text.partition("#\n")
    assert head.startswith("GIMP Palette\nName: ") and "\nColumns: " in head
    return [tuple(int(v) for v in line.split("\t")[0].split()) for line in body.splitlines()]


def test_adobe_and_gimp_find_the_same_colours():
    wanted = {name: [s.rgb for s in swatches] for name, swatches in GROUPS.items()}
    assert read_ase(EXPORTS["ase"][0]("art", GROUPS)) == wanted
    assert read_gpl(EXPORTS["gpl"][0]("art", GROUPS).decode()) == [
        c for g in wanted.values() for c in g
    ]
    with pytest.raises(AssertionError):
        read_ase(EXPORTS["ase"][0]("art", GROUPS) + b"\0")


def test_css_and_json_hold_every_colour():
    text = EXPORTS["css"][0]("a\n*/b", GROUPS).decode()
    assert text.startswith("/* a * /b */\n:root {\n  --a-1: #0b0a12;\n  --a-2: #fff1c9;\n")
    assert "--colours-1: #010203;  /* 100.0 % */" in text and text.endswith("}\n")
    assert "--a-gradient: linear-gradient(in oklab to right, var(--a-1), var(--a-2));" in text
    data = json.loads(EXPORTS["json"][0]("art", GROUPS))
    assert data["groups"]["A"] == [{"hex": "#0b0a12"}, {"hex": "#fff1c9"}]
    assert data["groups"]["colours"] == [{"hex": "#010203", "share": 1.0}]


# ---- the command


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ph.render(ph.style("drift", seed=3), 40).save("art.png")
    (tmp_path / "art.json").write_text(ph.style("drift", seed=3).json)
    Image.new("RGB", (300, 200), (200, 20, 60)).save("plain.jpg", quality=95)
    Image.new("RGBA", (30, 20), (9, 9, 9, 0)).save("empty.png")
    return tmp_path


def command(text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(shlex.split(text))
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_prints_palettes_and_colours(folder, capsys):
    code, out, _ = command("palette art.png --count 5", capsys)
    assert code == 0
    groups = [line.split()[0] for line in out.splitlines()]
    recipe = ph.style("drift", seed=3)
    sizes = {name: len(p) for name, p in recipe.palettes.items()} | {"colours": 5}
    assert {name: groups.count(name) for name in groups} == sizes
    shares = [float(line.split()[2]) for line in out.splitlines() if line.startswith("colours")]
    assert sum(shares) == pytest.approx(100, abs=0.5)
    code, of_recipe, _ = command("palette art.json --count 5", capsys)
    assert code == 0 and of_recipe.splitlines()[:-5] == out.splitlines()[:-5]


def test_the_command_takes_names_and_pictures_of_other_programs(folder, capsys):
    code, out, _ = command("palette ember --count 3", capsys)
    assert (
        code == 0
        and [line.split()[1] for line in out.splitlines()[:6]] == PALETTES["ember"].split()
    )
    assert out.splitlines()[6:] == ["ramp   #0b0a12", out.splitlines()[7], "ramp   #fff1c9"]
    code, out, _ = command("palette plain.jpg", capsys)
    assert code == 0 and len(out.splitlines()) == 1 and out.endswith("100.0 %\n")
    red, green, blue = (int(out.split()[1][i : i + 2], 16) for i in (1, 3, 5))
    assert abs(red - 200) + abs(green - 20) + abs(blue - 60) < 6
    assert command("palette empty.png", capsys)[0] == 0


@pytest.mark.parametrize("kind", EXPORTS)
def test_the_command_exports_to_a_file_as_to_stdout(kind: str, folder, capsysbinary):
    assert run(["palette", "art.png", "-o", f"art.{kind}"[:8] if kind != "json" else "c.json"]) == 0
    name = capsysbinary.readouterr().out.decode().strip()
    assert run(["palette", "art.png", "--export", kind]) == 0
    assert capsysbinary.readouterr().out == (folder / name).read_bytes()


def test_the_command_reports_mistakes_and_overwrites_nothing(folder, capsys):
    mistakes = {
        "palette embre": "Did you mean 'ember'",
        "palette nothing.png": "no such file",
        "palette art.png --export asf": "Did you mean 'ase'",
        "palette art.png -o colours.txt": "unknown format",
        "palette art.png -o art.json": "already exists",
        "palette art.png --count 0": "--count",
    }
    before = (folder / "art.json").read_bytes()
    for text, words in mistakes.items():
        code, out, err = command(text, capsys)
        assert code == 2 and words in err and not out, text
    assert (folder / "art.json").read_bytes() == before
    assert command("palette art.png -o art.json --force", capsys)[0] == 0
    assert list(json.loads((folder / "art.json").read_text())["groups"]) == ["A", "B", "colours"]
