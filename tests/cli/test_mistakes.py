"""User mistakes: one or two clear lines, exit 2, no traceback, nothing overwritten or left half
written.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from phosphene.cli import run
from phosphene.core.errors import UserError
from tests.tables import few_quick

FAULTS = {
    "paint slik": "Did you mean 'silk'",
    "paint whole.png": "To render a file again: phosphene render whole.png",
    "animate slik": "Did you mean 'silk'",
    "animate silk --seed 1 --path 'morph marbel:6' -o a.gif": "Did you mean 'marble'",
    "paint --count 2 -o -": "--count writes into a folder, such as pictures/",
    "paint --size 0": "at least 1 pixel",
    "paint --size 1000000000": "at most 10,000,000 pixels",
    "paint --size 5x0": "at least 1 pixel",
    "paint --size huge": "unknown size 'huge'",
    "paint --size a3@fine": "expected pixels per inch, such as @300dpi",
    "paint --size ultrawyde": "Did you mean 'ultrawide'",
    "paint --size a4@300dpi --dpi 200": "omit one of them",
    "paint --dpi 0": "expected 1 to 100,000 pixels per inch",
    "paint --bleed 3mm": "--bleed: 3mm needs pixels per inch; add --dpi 300, or --size ...@300dpi",
    "paint --bleed wide": "expected 3mm, 0.125in or 9px",
    "paint --bleed 3px --crop 0,0,9,9": "a crop cannot have a bleed; omit --crop or --bleed",
    "paint --format-option depth": "--format-option: got depth; expected NAME=VALUE",
    "paint --format-option depth=12": ".png takes 8 or 16",
    "paint --format-option colour=3": "unknown option 'colour'",
    "paint --threads 1 --workers 1": "choose --threads or --workers",
    "paint --workers 0": "--workers",
    "paint --resume -o -": "needs a file",
    "paint --wdth 3": "no such option: --wdth. Did you mean --width?",
    "render whole.png --folds 3": "It is a dial of silk, pearl, for commands that take a "
    "style, such as paint silk --folds VALUE",
    "paint batik --folds 3": "It is a dial of silk, pearl. batik has the dials --repeat",
    "--version --no-version": "no such option: --no-version. Did you mean --version?",
    "paint netart --alpha --seed 1 --size 16 -o a.jpg": ".jpg cannot hold the picture's opacity; "
    ".png, .webp, .avif",
    "paint --width many": "--width: cannot read 'many'",
    "paint --width 0": "networks.main.width: got 0",
    "paint --activation tahn": "Did you mean 'tanh'",
    "paint --features 'x,sin(k)'": "unknown name 'k'",
    "paint --set networks.main.widht=3": "Did you mean 'width'",
    "paint --set view.span=NaN": "view.span",
    "paint --set nonsense": "--set: got nonsense; expected NAME=VALUE",
    "paint --set 'shading.colour=sin('": "never closed",
    "paint --crop 1,2,3": "expected x,y,width,height",
    "paint --size 50 --crop 40,0,20,20": "extends beyond",
    "paint --engine gpx": "unknown engine",
    "paint --threads 0": "--threads",
    "paint -o art.gif": "unknown format '.gif'",
    "paint -o nowhere/art.png": "does not exist",
    "paint -o art": "art: no format; add a suffix such as .png: art.png",
    "paint --size a6 --bleed 3": "--bleed: 3 needs a unit, such as 3mm or 3px",
    "paint --size 10.5": "pixels are whole",
    "paint --size 9999999x9999999 -o a.npy": "before compression, and the disk has",
    "paint --size 9999999x9999999 -o a.jpg": "cannot hold 9,999,999 x 9,999,999 pixels",
    "paint -o taken.png": "add --overwrite",
    "sheet --vary colour": "unknown variation",
    "sheet classic --vary latent": "no latent vector",
    "sheet taken.png": "without a recipe",
    "sheet --count 0": "--count",
    "grid --x depth": "expected FIELD=VALUES",
    "grid --x depth=a..b": "expected whole numbers",
    "grid --x dephts=2..3": "dephts",
    "render nothing.png": "no such file",
    "render silk": "silk: no such file; for the style: phosphene paint silk",
    "show silk --json": "silk: no such file; for the style: phosphene paint silk",
    "render empty.png": "the file is empty",
    "render cut.png": "cut off",
    "render broken.png": "damaged",
    "render taken.png": "without a recipe",
    "render text.txt": "neither a Phosphene picture nor a JSON recipe",
    "render future.json": "edition 7",
    "render nan.json": "not finite at [0, 1]",
    "render self.json": "unknown key 'self'",
    f"paint -o {'a' * 300}.png": "File name too long",
    f"paint --size {'9' * 5000}": "unknown size",
    "paint --count 2 -o x.png": "writes into a folder",
    "sheet -o s.gif": "unknown format '.gif'",
    "paint --activation 'vec(h, h, h)'": "not a vector of three",
    "grid --x scale=0..1/0 -o new.png": "without values",
    "render list.json": "neither a Phosphene picture nor",
    "render words.json": "cannot be read",
    "show": "name a file",
    "list actvations": "Did you mean 'activations'",
    "paintt": "No such command",
    "paint ink --dial bleed=9": "phosphene: --dial bleed: got 9; expected 0.002 to 0.1",
    "paint ink --dial=bleed=much": "phosphene: --dial bleed: cannot read 'much'",
    "paint silk --relief 99": "phosphene: --relief: got 99",
    "paint silk --dial relief=99": "phosphene: --dial relief: got 99",
    "textures aurora --dial height=99 --size 16": "phosphene: --dial height: got 99",
    "textures silk --bits 9 --size 16": "phosphene: --bits: got 9; expected 8 or 16",
    "textures slik": "Did you mean 'silk'",
    "grid ink --x bleed=0.01,9": "phosphene: --x: bleed: got 9; expected 0.002 to 0.1",
    "grid ink --x width=4,8 --y bleed=9": "phosphene: --y: bleed: got 9",
    "paint silk --panorama --size 32": "twice as wide as high",
    "paint silk --recolour yes --sidecar -o -": "--sidecar: needs a file",
    "animate silk --speed fats": "phosphene: --speed: unknown speed",
    "animate silk --frames 2 --size 9x9 -o art.mp4 --format-option crf=99": "crf",
    "strip silk --path zom": "phosphene: --path: unknown path",
    "compat neural-painter --image_size 0x3": "phosphene: --image_size: got 0x3",
    "compat huenermann --x 0": "phosphene: --x and --y: got 0x1600",
    "compat huenermann --variance -3": "phosphene: --variance: got -3",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (4, 4)).save("taken.png")
    assert run(shlex.split("paint silk --seed 1 --size 64 -o whole.png")) == 0
    whole = Path("whole.png").read_bytes()
    Path("empty.png").write_bytes(b"")
    Path("cut.png").write_bytes(whole[: len(whole) // 2])
    broken = bytearray(whole)
    for kind in (b"iTXt", b"zTXt", b"eXIf"):  # every copy of the recipe
        for chunk in re.finditer(kind, whole):
            length = int.from_bytes(whole[chunk.start() - 4 : chunk.start()], "big")
            inside = slice(chunk.end() + length // 8, chunk.end() + length - length // 8)
            broken[inside] = b"?" * len(broken[inside])
    Path("broken.png").write_bytes(broken)
    Path("text.txt").write_text("hello")
    Path("list.json").write_text("[1, 2]")
    Path("self.json").write_text('{"phosphene": 1, "self": 1}')
    Path("words.json").write_text("{nonsense")
    Path("future.json").write_text('{"phosphene": 7}')
    Path("nan.json").write_text(
        '{"phosphene": 1, "networks": {"main": {"kind": "explicit", '
        '"layers": [{"weights": [[1.0, NaN]]}]}}}'
    )
    return tmp_path


@pytest.mark.parametrize("text", FAULTS)
def test_a_mistake_is_explained_and_changes_nothing(text, folder, capsys):
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    capsys.readouterr()
    assert run(shlex.split(text)) == 2
    out, err = capsys.readouterr()
    assert FAULTS[text] in err
    assert out == "" and "Traceback" not in err
    assert err.startswith("phosphene: ")  # no seed or note of a picture that is not made
    assert len(err.strip().splitlines()) <= 4
    if "unknown style" in err or "unknown format" in err:
        assert not err.startswith("seed ")  # a random seed is printed when it is used
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_a_random_seed_is_printed_once_work_begins(folder, capsys, monkeypatch):
    printed: list[str] = []

    def begin(*arguments, progress, **more):
        printed.append(capsys.readouterr().err)
        progress(1, 8)
        printed.append(capsys.readouterr().err)
        raise UserError("later")

    monkeypatch.setattr("phosphene.cli.output.render_file", begin)
    capsys.readouterr()
    assert run(["paint", "drift", "--size", "8"]) == 2
    assert printed[0] == "" and re.fullmatch(r"seed \d+\n", printed[1])
    assert capsys.readouterr().err == "phosphene: later\n"


def test_a_random_seed_is_printed_if_ctrl_c_comes_before_the_first_row(folder, capsys, monkeypatch):
    def stop(*arguments, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr("phosphene.cli.output.render_file", stop)
    capsys.readouterr()
    assert run(["paint", "drift", "--size", "8"]) == 130
    assert re.fullmatch(r"seed \d+\nphosphene: stopped.*\n", capsys.readouterr().err)


def test_force_overwrites(folder, capsys):
    assert run(shlex.split("paint silk --seed 1 --size 8 -o taken.png --force")) == 0
    with Image.open("taken.png") as image:
        assert image.size == (8, 8)


def test_an_unwritable_folder_is_explained(folder, capsys, monkeypatch):
    real = os.open

    def denied(path, flags, *mode, **more):  # root may write anywhere
        if str(path).endswith(".part"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *mode, **more)

    monkeypatch.setattr("os.open", denied)
    assert run(shlex.split("paint silk --seed 1 --size 8 -o a.png")) == 1
    assert "a.png: cannot be written (Permission denied)" in capsys.readouterr().err


def test_a_full_disk_is_explained_and_leaves_the_old_file(folder, capsys, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    before = Path("taken.png").read_bytes()
    monkeypatch.setattr("phosphene.files.png.PngWriter.write", full)
    assert run(shlex.split("paint silk --seed 1 --size 8 -o taken.png --force")) == 1
    assert "No space left" in capsys.readouterr().err
    assert Path("taken.png").read_bytes() == before
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("who", few_quick(["--threads 2", "--workers 2"], 1))
def test_a_signal_stops_at_once_and_keeps_finished_files(number, code, who, folder):
    arguments = f"paint silk --seed 1 --size 20000x20000 -o big.png {who}".split()
    process = subprocess.Popen(
        [sys.executable, "-m", "phosphene", *arguments],
        stderr=subprocess.PIPE,
        # As from a terminal: a shell lets its background jobs ignore Ctrl-C, and so their children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while not list(folder.glob(".big.png.phosphene/*.piece")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    try:
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == code, err
    assert b"Traceback" not in err
    assert b"bands are kept; the same command with --resume continues" in err
    assert [p.name for p in folder.glob("*big*")] == [".big.png.phosphene"]
