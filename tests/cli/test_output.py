"""The options of the commands that write a picture, and the bar while they do."""

from __future__ import annotations

import inspect
import io
import json
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

import phosphene as ph
from phosphene.cli import progress, run
from phosphene.cli.options import takes
from phosphene.cli.output import output_options
from phosphene.files.piece_store import count_pieces, store_folder
from tests.files.samples import vips
from tests.output.contents import bands_in


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def command(text, capsys):
    capsys.readouterr()
    code = run(shlex.split(text))
    out, err = capsys.readouterr()
    return code, out, err


def test_a_print_has_its_resolution_its_bleed_and_its_recipe_beside_it(capsys):
    code, _, err = command(
        "paint silk --seed 7 --size 60x40mm@100dpi --bleed 3mm --format-option depth=16 --sidecar "
        "-o print.png", capsys,
    )  # fmt: skip
    assert code == 0, err
    assert "260x181" in err
    assert (
        vips("print.png").shape == (157 + 24, 236 + 24, 3) and vips("print.png").dtype == np.uint16
    )
    with Image.open("print.png") as image:
        assert image.info["dpi"] == pytest.approx((100, 100), abs=0.02)
    assert ph.open("print.png.json") == ph.open("print.png") == ph.style("silk", seed=7)
    assert command("render print.png --size 60x40mm --dpi 100 -o trim.png", capsys)[0] == 0
    with Image.open("trim.png") as trim:
        assert trim.size == (236, 157)
    assert command("render print.png -o again.png", capsys)[0] == 0  # at the size of the trim
    with Image.open("again.png") as again:
        assert again.size == (236, 157)


def test_an_interrupted_command_continues_with_resume(capsys, monkeypatch):
    bands_in(monkeypatch, 1280)
    from phosphene.files.png import PngWriter

    def full(self, piece):
        raise OSError(28, "No space left on device")

    line = "paint silk --seed 7 --size 64x100 -o a.png --threads 1"
    with monkeypatch.context() as patch:
        patch.setattr(PngWriter, "append", full)
        code, _, err = command(line, capsys)
    done, total = count_pieces(store_folder("a.png"))
    assert code == 1 and total == 5 and done >= 1
    assert f"a.png: {done} of 5 bands are kept; the same command with --resume continues" in err
    assert "No space left on device" in err and "Traceback" not in err
    code, _, err = command(line, capsys)
    assert code == 2 and f"interrupted after {done} of 5 bands; --resume continues" in err
    code, out, err = command(f"{line} --resume --json", capsys)
    assert code == 0 and f"resuming: {done} of 5 bands found" in err
    assert json.loads(out)["size"] == [64, 100]
    assert np.array_equal(vips("a.png"), ph.render(ph.open("a.png"), (64, 100)).uint8)
    assert not store_folder("a.png").exists()


def test_after_an_interruption_a_drawn_seed_is_named(capsys, monkeypatch):
    """Without it the same command would draw another seed, and refuse to resume."""
    bands_in(monkeypatch, 1280)
    monkeypatch.setattr("phosphene.cli.source.fresh_seed", lambda: 7)
    with monkeypatch.context() as patch:
        patch.setattr("phosphene.files.png.PngWriter.append", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            command("paint silk --size 64x100 -o b.png --threads 1", capsys)
    assert "the same command with --seed 7 --resume continues" in capsys.readouterr().err
    line = "paint silk --size 64x100 -o b.png --threads 1 --seed 7 --resume"
    code, _, err = command(line, capsys)
    assert code == 0 and "resuming: " in err


def test_a_command_receives_the_values_parsed_by_an_option_group():
    @takes(output_as=output_options)
    def some_command(name: str = "x", *, output_as: dict):
        return name, output_as

    options = list(inspect.signature(some_command).parameters)
    assert options[:3] == ["name", "crop", "bleed"] and "output_as" not in options
    given = dict.fromkeys(options[1:]) | {"format_option": ["depth=16", "tile-size=8"]}
    name, output_as = some_command(name="y", **given | {"bleed": "3px"})
    assert (name, output_as["bleed"]) == ("y", "3px")
    assert output_as["format_option"] == {"depth": "16", "tile_size": "8"}


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_shows_rows_and_speed_and_goes_away(monkeypatch):
    screen, now = Terminal(), iter(range(100))
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    monkeypatch.setattr("rich.console.Console", lambda stderr: Console(
        file=screen, force_terminal=True, width=120, legacy_windows=False))  # fmt: skip
    with progress.progress_bar("art.png", 1_000_000) as update:
        for done in (0, 100, 200, 400):
            update(done, 400)
    said = screen.getvalue()
    assert "art.png" in said and "400 of 400 rows" in said


def test_there_is_no_bar_without_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(progress, "PATIENCE_S", -1.0)
    with progress.progress_bar("art.png", 100) as update:
        update(1, 2)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("rows", "width", "text"),
    [(None, 100, ""), (1000, 16384, "16.4 Mpx/s"), (0.5, 1000, "0.0005 Mpx/s")],
)
def test_speed_is_in_millions_of_pixels(rows, width, text):
    assert progress.speed_text(rows, width) == text


@pytest.mark.parametrize("who", ["--workers 2", "--cluster local --workers 2"])
@pytest.mark.slow  # it starts processes
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Dask's own
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_several_pictures_are_painted_at_once_by_the_same_workers(who, capsys):
    for number, line in enumerate((
        "paint silk --seed 7 --count 3 --size 40 -o {}/",
        "textures silk --seed 7 --size 40 -o {}",
        "animate silk --seed 7 --frames 3 --size 40x32 -o {}/",
        "sheet silk --seed 7 --count 3 --cell 40 -o {}.png",
    )):  # fmt: skip
        code, out, _ = command(f"{line.format(f'a{number}')} {who} --json", capsys)
        assert code == 0 and json.loads(out)
        assert command(line.format(f"b{number}"), capsys)[0] == 0
        here, there = (sorted(Path().glob(f"{name}{number}*/**/*.png")) for name in "ab")
        assert len(here) == len(there) == (3, 8, 3, 0)[number]  # maps: 7 and a preview
        assert [f.read_bytes() for f in here] == [f.read_bytes() for f in there]
    assert Path("a3.png").read_bytes() == Path("b3.png").read_bytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--threads 2 --cluster local", "choose --threads or --cluster"),
        ("--workers 2 --cluster tcp://127.0.0.1:1", "--workers: is for --cluster local"),
        ("--cluster gone.json", "--cluster: gone.json: no such file"),
    ],
)
def test_an_invalid_cluster_error_names_the_options(options, message, capsys):
    code, _, err = command(f"paint silk --seed 7 --size 32 -o c.png {options}", capsys)
    assert code == 2 and message in err and "Traceback" not in err
    assert not Path("c.png").exists()
