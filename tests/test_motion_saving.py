"""Films on their way to a file: resumed, stopped, refused; and from the command line."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.core.errors import OutputError, UserError
from phosphene.files.piece_store import Store, store_folder
from phosphene.motion import Film, film_job
from phosphene.motion import save as saving
from phosphene.motion.paths.grammar import read_paths
from phosphene.motion.render.frame_renderer import FrameRenderer
from phosphene.styles import style

SMALL = (24, 16)
FILM = Film(style("silk", seed=7), tuple(read_paths("loop radius=0.4")), 6, size=SMALL)


def frames(folder: Path) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    for path in sorted(folder.glob("frame-*.png")):
        with Image.open(path) as image:
            found.append(np.asarray(image))
    return found


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def stored(monkeypatch):
    """Every film goes through a store, however short."""
    monkeypatch.setattr(saving, "DIRECT_PIXELS", 0)


def stop_after(count: int):
    def progress(done: int, total: int) -> None:
        if done == count:
            raise KeyboardInterrupt

    return progress


def test_a_folder_holds_every_frame_and_the_film():
    FILM.save("a/")
    found = frames(Path("a"))
    assert len(found) == 6
    for k, pixels in enumerate(found):
        assert np.array_equal(pixels, FILM.frame(k).uint8)
    again = ph.open_film("a")
    assert again == FILM
    assert again.recipe == FILM.recipe


def test_a_film_that_was_stopped_is_resumed_and_the_same(stored, monkeypatch):
    FILM.save("whole/")
    with pytest.raises(KeyboardInterrupt):
        FILM.save("a/", progress=stop_after(3))
    assert not Path("a").exists()
    folder = store_folder("a")
    assert len(list(folder.glob("*.piece"))) >= 3
    rendered: list[int] = []
    frame = FrameRenderer.frame
    monkeypatch.setattr(
        FrameRenderer, "frame", lambda self, *a: rendered.append(1) or frame(self, *a)
    )
    news: list[str] = []
    kept = len(list(folder.glob("*.piece")))
    FILM.save("a/", resume=True, say=news.append)
    assert len(rendered) == 6 - kept
    assert "of 6 frames are there" in news[0]
    assert not folder.exists()
    for one, two in zip(frames(Path("a")), frames(Path("whole")), strict=True):
        assert np.array_equal(one, two)


def test_a_damaged_frame_of_the_store_is_rendered_again(stored):
    with pytest.raises(KeyboardInterrupt):
        FILM.save("a/", progress=stop_after(3))
    piece = sorted(store_folder("a").glob("*.piece"))[0]
    data = bytearray(piece.read_bytes())
    data[-9] ^= 255
    piece.write_bytes(data)
    FILM.save("a/", resume=True)
    for k, pixels in enumerate(frames(Path("a"))):
        assert np.array_equal(pixels, FILM.frame(k).uint8)


def test_a_store_is_neither_resumed_nor_deleted_unasked(stored):
    with pytest.raises(KeyboardInterrupt):
        FILM.save("a/", progress=stop_after(3))
    with pytest.raises(
        UserError, match=r"interrupted after \d of 6 frames; `resume=True` continues"
    ):
        FILM.save("a/")
    other = Film(FILM.recipe, tuple(read_paths("zoom 4")), 6, size=SMALL)
    with pytest.raises(UserError, match="another picture was interrupted here .*path loop"):
        other.save("a/", resume=True)
    assert len(list(store_folder("a").glob("*.piece"))) >= 3
    other.save("a/", overwrite=True)
    assert ph.open_film("a") == other


def test_a_full_disk_during_a_film_loses_nothing(stored, monkeypatch):
    write = Store.write

    def full(self, band, piece):
        if band == (4,):
            raise OutputError(f"{self.folder}: cannot be written (No space left on device)")
        write(self, band, piece)

    monkeypatch.setattr(Store, "write", full)
    with pytest.raises(OutputError, match="No space left"):
        FILM.save("a/")
    assert not Path("a").exists()
    assert len(list(store_folder("a").glob("*.piece"))) == 4
    monkeypatch.setattr(Store, "write", write)
    FILM.save("a/", resume=True)
    assert len(frames(Path("a"))) == 6


def test_a_stopped_film_without_a_store_leaves_nothing():
    with pytest.raises(KeyboardInterrupt):
        FILM.save("a/", progress=stop_after(3))
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("kind", ["uint8", "uint16", "float32"])
def test_a_frame_comes_out_of_the_store_as_it_went_in(kind: str):
    pixels = np.random.default_rng(3).integers(0, 255, (5, 7, 3)).astype(kind)
    found = film_job.unpack_frame(film_job.pack_frame(pixels), (7, 5), pixels.dtype)
    assert np.array_equal(found, pixels)
    assert found.dtype == pixels.dtype
    with pytest.raises(OutputError, match="another size"):
        film_job.unpack_frame(film_job.pack_frame(pixels), (8, 5), pixels.dtype)


def test_grey_and_opacity_have_the_channels_of_a_film():
    grey = FILM.recipe.replace({"shading.channels": 1})
    Film(grey, FILM.path, 2, size=SMALL).save("g/")
    assert frames(Path("g"))[0].shape == (16, 24, 3)
    seen = FILM.recipe.replace({"shading.alpha": "0.5", "shading.channels": 1})
    Film(seen, FILM.path, 2, size=SMALL).save("o/")
    assert frames(Path("o"))[0].shape == (16, 24, 4)


def test_words_are_16_bits():
    FILM.save("w/", depth="16")
    data = Path("w/frame-00000.png").read_bytes()
    assert data[24] == 16  # bits per sample, in IHDR


# ---- the command line


def command(text: str, capsys) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(shlex.split(text))
    out, err = capsys.readouterr()
    return code, out, err


def test_a_film_is_made_again_larger(capsys):
    made = "animate silk --seed 7 --frames 6 --size 24x16 --path 'loop radius=0.4'"
    assert command(f"{made} -o a/", capsys)[0] == 0
    code, out, err = command("animate a --size 48x32 -o b/", capsys)
    assert (code, out) == (0, "b/\n"), err
    small, large = ph.open_film("a"), ph.open_film("b")
    assert large.times == small.times
    assert large.size == (48, 32)
    assert frames(Path("b"))[5].shape == (32, 48, 3)
    assert np.array_equal(frames(Path("b"))[5], small.frame(5, (48, 32)).uint8)


@pytest.mark.slow  # plans three films
def test_a_picture_becomes_a_film_and_new_paths_replace_those_of_a_film(capsys):
    ph.render(FILM.recipe, SMALL).save("a.png")
    assert command("animate a.png --frames 4 --size 24x16 --path rotate -o a/", capsys)[0] == 0
    assert command("animate a --path 'zoom 2' -o b/", capsys)[0] == 0
    found = ph.open_film("b")
    assert [s["path"] for s in found.path] == ["zoom"]
    assert (found.count, found.size) == (4, (24, 16))


def test_ctrl_c_prints_how_to_resume(stored, monkeypatch, capsys):
    write = Store.write

    def stop(self, band, piece):
        write(self, band, piece)
        if band == (2,):
            raise KeyboardInterrupt

    monkeypatch.setattr(Store, "write", stop)
    asked = "animate silk --seed 7 --frames 5 --size 24x16 --path rotate -o a/"
    code, _, err = command(asked, capsys)
    assert code == 130
    assert "3 of 5 frames are kept; the same command with --resume continues" in err
    monkeypatch.setattr(Store, "write", write)
    assert command(f"{asked} --resume", capsys)[0] == 0
    assert len(frames(Path("a"))) == 5


def test_a_strip_is_a_row_of_frames(capsys):
    asked = "strip silk --seed 7 --path rotate --frames 6 --thumbnails 3 --size 24x16 -o s.png"
    code, _, err = command(asked, capsys)
    assert code == 0, err
    with Image.open("s.png") as image:
        row = np.asarray(image)
    assert row.shape == (16, 3 * 24 + 2 * 4, 3)
    found = ph.open_film("s.png")
    assert isinstance(found, Film)
    assert np.array_equal(row[:, 28:52], found.frame(2, SMALL).uint8)


def test_a_preview_prints_blocks(capsys):
    asked = "animate silk --seed 7 --frames 3 --path rotate --size 64x32 --preview"
    code, out, err = command(asked, capsys)
    assert code == 0, err
    assert "▀" in out
    assert "\x1b[38;2;" in out
    assert list(Path().iterdir()) == []


FAULTS = {
    "animate silk --frames 0 -o a/": "at least one frame",
    "animate silk --frames 2.5 -o a/": "whole number",
    "animate silk --fps 0 -o a/": "--fps",
    "animate silk --fps many -o a/": "--fps",
    "animate silk --seconds 1 --frames 3 -o a/": "choose one",
    "animate silk --beats 4 -o a/": "--bpm",
    "animate silk --speed mad -o a/": "unknown speed",
    "animate silk --speed 9 -o a/": "is calm",
    "animate silk --energy 7 -o a/": "--energy",
    "animate silk --pulse -o a/": "needs --beats",
    "animate silk --subframes 0 -o a/": "--subframes",
    "animate silk --shutter 2 -o a/": "--shutter",
    "animate silk --path lop -o a/": "Did you mean 'loop'",
    "animate neurogram --seed 1 -o a/": "no latent vector",
    "animate silk --seed 1 --channels 1 --path 'morph drift:1' -o a/": "channels",
    "animate silk -o a.avi": "unknown film format",
    "animate silk -o -": "cannot be written to stdout",
    "animate silk --size 33x33 -o a.mp4": "even",
    "animate silk --format-option codec=h999 -o a.mp4 --size 32x32": "codec",
    "animate silk --format-option codec -o a.mp4": "expected NAME=VALUE",
    "animate nothing.mp4": "no such file",
    "animate slik": "Did you mean 'silk'",
    "animate silk -o taken.gif": "already exists",
    "animate broken.mp4 -o a/": "broken.mp4",
    "strip silk -o s.gif": "unknown format",
    "strip silk --thumbnails 0": "--thumbnails",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_mistake_is_reported_in_one_line_and_leaves_nothing(text: str, capsys):
    Path("taken.gif").write_bytes(b"GIF89a")
    Path("broken.mp4").write_bytes(b"\0\0\0\x18ftypisom")
    code, out, err = command(text, capsys)
    assert code == 2, err
    assert out == ""
    assert FAULTS[text] in err
    assert "Traceback" not in err
    assert sorted(p.name for p in Path().iterdir()) == ["broken.mp4", "taken.gif"]
