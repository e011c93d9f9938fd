"""Options do what they say or say that they do not: speed, lengths, tiles, formats, places."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.core.errors import UserError
from phosphene.files import film as films
from phosphene.files.piece_store import Store, store_folder
from phosphene.motion import Film, animate, animate_grid
from phosphene.motion import save as saving
from phosphene.motion.frame_file import save_frame
from phosphene.motion.paths.grammar import read_paths
from phosphene.motion.plan.retime import retime
from phosphene.motion.render.frame_renderer import FrameRenderer
from phosphene.render.sheets import grid
from phosphene.render.tiling import tiled
from phosphene.styles import style
from tests.tables import few_quick

SMALL = (24, 16)
SILK = style("silk", seed=7)
LOOP = Film(SILK, tuple(read_paths("loop radius=0.2")), 6, size=SMALL)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def command(text: str, capsys) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(shlex.split(text))
    out, err = capsys.readouterr()
    return code, out, err


def film(path: str | None, **how) -> Film:
    return animate(how.pop("recipe", SILK), path, size=SMALL, subframes=1, **how)


def change(made: Film) -> float:
    """OKLab per frame at 30 fps, as the film reports it."""
    (line,) = (line for line in made.notes if "OKLab change" in line)
    return float(line.partition("OKLab change ")[2].split()[0])


@pytest.mark.parametrize(
    ("path", "how", "wanted"),
    [
        ("pan", {"speed": "slow"}, 0.004),
        ("zoom", {"energy": 0.8}, 0.0128),
        ("sweep scale=1..3", {"speed": "slow", "fps": 15}, 0.004),
        ("sweep scale=1..2 + zoom 2", {"speed": "lively"}, 0.016),
        ("loop radius=0.4", {"speed": 0.01, "energy": 0.5}, 0.01),
    ],
)
@pytest.mark.slow  # measures hundreds of frames
def test_a_speed_sets_the_frames_of_a_path_of_fixed_length(path, how, wanted):
    made = film(path, **how)
    assert change(made) == pytest.approx(wanted, rel=0.05)
    assert made.count != 12 * made.fps
    assert film(path, **how, frames=9).count == 9


@pytest.mark.slow  # measures hundreds of frames
def test_a_speed_given_with_a_length_is_ignored_with_a_note():
    made = film("zoom", seconds=1, speed="slow")
    assert made.count == 30
    (line,) = (line for line in made.notes if "`speed=slow` is not used" in line)
    assert "the length is given" in line
    needed = int(line.split(" frames would have")[0].split()[-1])
    assert needed == film("zoom", speed="slow").count
    made = film("pan x=0", energy=0.2)
    assert made.count == 360
    assert "nothing changes along the path; `energy=0.2` is not used" in made.notes
    assert not any("not used" in line for line in film("zoom", seconds=1).notes)


@pytest.mark.slow  # plans two films
def test_a_speed_sets_the_radius_of_a_loop_of_any_length():
    slow, lively = (film(None, speed=speed, frames=30) for speed in ("slow", "lively"))
    assert slow.count == lively.count == 30
    assert slow.path[0]["radius"] < lively.path[0]["radius"]


def test_the_energy_of_a_pulse_is_its_strength():
    made = film("zoom 2", beats=2, bpm=120, pulse=True, energy=0.7)
    assert (made.count, made.surge) == (30, 0.7)
    assert not any("not used" in line for line in made.notes)


def test_more_frames_than_a_film_holds_are_refused(monkeypatch):
    monkeypatch.setattr("phosphene.motion.plan.pacing.MOST", 20)
    with pytest.raises(UserError, match=r"`speed=slow`: makes \d+ frames; expected 1 to 20"):
        film("zoom", speed="slow")


@pytest.mark.slow  # plans four films
def test_a_film_takes_another_speed():
    zoom = film("zoom 2", frames=12)
    faster = retime(zoom, speed="lively")
    assert change(faster) == pytest.approx(0.016, rel=0.05)
    assert faster.path == zoom.path
    wild = retime(LOOP, energy=0.8)
    assert wild.count == LOOP.count
    assert wild.path[0]["radius"] != 0.2
    assert (wild.fps, wild.size) == (LOOP.fps, LOOP.size)


@pytest.mark.slow  # plans three films
def test_a_film_takes_another_seed(capsys):
    LOOP.save("a.gif")
    assert command("animate a.gif --seed 4 -o b.gif", capsys)[0] == 0
    found = ph.open_film("b.gif")
    assert (found.recipe.seed, found.path, found.count) == (4, LOOP.path, 6)
    assert animate(SILK, "zoom 2", frames=2, size=SMALL, seed=3).recipe.seed == 3
    assert animate(SILK, "zoom 2", frames=2, size=SMALL).recipe == SILK


def test_a_film_is_as_long_at_another_rate_and_moves_alike():
    timed = film("loop", frames=12, fps=12)
    smooth = retime(timed, fps=60)
    assert (smooth.count, smooth.fps) == (60, 60)
    assert smooth.state(5) == timed.state(1)
    assert "60 frames at 60 fps" in smooth.notes[0]
    assert retime(timed, fps=60, frames=12).count == 12
    assert retime(timed, seconds=2).count == 24
    assert retime(timed, fps="29.97").fps == Fraction(30000, 1001)


def test_a_film_with_beats_takes_another_tempo_or_more_beats_alone():
    drop = replace(LOOP, count=20, fps=Fraction(10), beats=4.0, surge=0.5)  # 120 a minute
    slow = retime(drop, bpm=60)
    assert (slow.count, slow.beats, slow.surge) == (40, 4, drop.surge)
    long = retime(drop, beats=8)
    assert (long.count, long.beats, long.surge) == (40, 8, drop.surge)
    with pytest.raises(UserError, match="needs `beats`"):
        retime(LOOP, bpm=60)


@pytest.mark.slow  # plans eight films
def test_a_film_keeps_its_beats_sub_frames_and_plain_time():
    drop = film("loop", beats=2, bpm=120, pulse=True, even=False)
    for how in ({"fps": 60}, {"speed": "lively"}, {"path": "zoom 2"}):
        again = retime(drop, **how)
        assert (again.beats, again.surge) == (2.0, drop.surge)
        assert again.count == round(again.fps)
    assert retime(drop, speed="lively").times == ()
    slower = retime(drop, speed="lively", bpm=60)
    assert (slower.beats, slower.surge) == (drop.beats, drop.surge)
    blurred = film("zoom 2", frames=6)
    blurred = retime(blurred, subframes=3, shutter=0.9)
    again = retime(blurred, frames=3)
    assert (again.subframes, again.shutter, again.count) == (3, 0.9, 3)


@pytest.mark.slow  # plans three films
def test_no_even_works_for_films_of_files_too(capsys):
    film("loop", frames=6).save("a.gif")
    assert ph.open_film("a.gif").times
    assert command("animate a.gif --no-even -o b.gif", capsys)[0] == 0
    assert not ph.open_film("b.gif").times


def test_a_film_that_takes_long_gets_a_store_even_if_small(monkeypatch, capsys):
    """Patience ends at the third frame of six, and Ctrl-C comes with the fifth."""
    frame, write, rendered = FrameRenderer.frame, Store.write, []

    def slow(self, states, sample_format="bytes"):
        rendered.append(1)
        if len(rendered) == 3:
            monkeypatch.setattr(saving, "PATIENCE", 0.0)
        return frame(self, states, sample_format)

    def stop(self, band, piece):
        write(self, band, piece)
        if band == (4,):
            raise KeyboardInterrupt

    asked = "animate silk --size 24x16 --path 'loop radius=0.2' --frames 6 --no-even --subframes 1"
    assert command(f"{asked} --seed 7 -o whole/", capsys)[0] == 0
    monkeypatch.setattr(FrameRenderer, "frame", slow)
    monkeypatch.setattr(Store, "write", stop)
    monkeypatch.setattr("phosphene.cli.source.fresh_seed", lambda: 7)
    monkeypatch.setattr("phosphene.cli.animate.seam_line", lambda film: "")
    monkeypatch.setattr("phosphene.motion.plan.planning._timed", lambda film, *rest: film)
    code, _, err = command(f"{asked} -o a/", capsys)
    assert code == 130
    assert "3 of 6 frames are kept; the same command with --seed 7 --resume continues" in err
    assert not Path("a").exists()
    monkeypatch.setattr(Store, "write", write)
    rendered.clear()
    assert command(f"{asked} --seed 7 --resume -o a/", capsys)[0] == 0
    assert len(rendered) == 3
    for k in range(6):
        assert (
            Path(f"a/frame-{k:05}.png").read_bytes() == Path(f"whole/frame-{k:05}.png").read_bytes()
        )
    assert not store_folder("a").exists()


def test_ctrl_c_says_that_nothing_was_stored(monkeypatch, capsys):
    def stop(self, path, **how):
        raise KeyboardInterrupt

    monkeypatch.setattr(Film, "save", stop)
    code, _, err = command("animate silk --seed 7 --frames 6 --size 24x16 -o b.gif", capsys)
    assert code == 130
    assert "b.gif: no frames were finished; the same command starts again" in err


@pytest.mark.parametrize(
    ("fps", "seconds"),
    few_quick([("60", 0.24), ("30", 0.4), ("29.97", 0.4), ("7", 1.71)], 1),
)
def test_a_note_gives_the_duration_of_a_gif(fps: str, seconds: float, capsys):
    asked = f"animate silk --seed 7 --path rotate --frames 12 --fps {fps} --size 24x16"
    code, out, err = command(f"{asked} -o a.gif --json", capsys)
    assert code == 0, err
    with Image.open("a.gif") as image:
        waits = []
        for k in range(image.n_frames):
            image.seek(k)
            waits.append(image.info["duration"])
    assert sum(waits) == pytest.approx(1000 * seconds)
    assert min(waits) >= 20
    assert max(waits) - min(waits) <= 10
    assert f"12 frames  {seconds:g} s" in err
    assert json.loads(out)["duration"] == seconds
    assert ("at most at 50: it has 50 and lasts 0.24 s, not 0.2" in err) == (fps == "60")


@pytest.mark.slow  # plans films of two sizes and six surfaces
def test_films_tile_as_pictures_do(capsys):
    code, _, err = command(
        "animate silk --seed 7 --tile --path 'pan x=2' --frames 6 --size 24 -o a.gif", capsys
    )
    assert code == 0, err
    found = ph.open_film("a.gif")
    assert found.recipe == tiled(SILK, 24)
    assert found.closed
    for way, kind in (("x", "torus_x"), ("y", "torus_y")):
        asked = f"strip silk --seed 7 --tile-{way} --path zoom --frames 2 --size 24x16"
        assert command(f"{asked} -o {way}.png", capsys)[0] == 0
        assert ph.open(f"{way}.png").surface.kind == kind
    asked = "grid silk --seed 7 --tile --x width=4,8 --cell 16"
    assert command(f"{asked} -o g.png", capsys)[0] == 0
    assert command(f"{asked} --animate --path 'pan x=2' --frames 3 -o g.gif", capsys)[0] == 0
    for pick, width in ((1, 4), (2, 8)):
        recipe = tiled(SILK.replace({"networks.main.width": width}), 16)
        assert ph.open("g.png", pick).surface == recipe.surface
        assert ph.open("g.gif", pick).surface == recipe.surface


def test_a_grid_is_of_one_length_whatever_its_speed():
    made = animate_grid("silk", "pan", x="width=4,8", seed=7, cell=16, speed="lively")
    assert len({one.count for one in made.films}) == 1
    assert made.count != 360
    page = grid("silk", x="width=4,8", seed=7, cell=16, tile="x")
    assert [recipe.surface.kind for _, recipe in page.pictures] == ["torus_x"] * 2


@pytest.mark.slow  # plans a film for every pan and again as advised
def test_a_note_says_how_far_a_pan_must_go_to_close():
    tile = tiled(SILK, (48, 36))
    for given in (
        "pan",
        "pan x=-2.5",
        "pan x=1 y=3",
        "pan y=0.2",
        "pan x=7 + zoom 2 back=yes",
    ):
        made = film(given, recipe=tile, frames=4)
        told = [line for line in made.notes if "`path=pan" in line]
        (line,) = told or pytest.fail(f"{given}: {made.notes}")
        assert not made.closed
        mended = line.partition("`path=")[2].partition("`")[0]
        assert film(mended, recipe=tile, frames=4).closed, mended
    for given, recipe in (("pan", SILK), ("zoom", tile), ("pan back=yes", tile)):
        assert not any("the pan" in line for line in film(given, recipe=recipe, frames=4).notes)


def test_a_film_is_a_sequence_of_pictures():
    last = LOOP.frame(5).uint8
    assert np.array_equal(LOOP[-1].uint8, last)
    assert np.array_equal(LOOP.frame(-1).uint8, last)
    assert np.array_equal(LOOP[0].uint8, LOOP.frame(np.int64(0)).uint8)
    assert not np.array_equal(LOOP[0].uint8, last)
    assert [p.recipe for p in LOOP[2:5]] == [LOOP.frame(k).recipe for k in (2, 3, 4)]
    assert [p.recipe for p in LOOP[::-3]] == [LOOP.frame(k).recipe for k in (5, 2)]
    for wrong in (6, -7):
        with pytest.raises(UserError, match="the film has frames 0 to 5"):
            LOOP.frame(wrong)
        with pytest.raises(IndexError, match="the film has frames 0 to 5"):
            LOOP[wrong]
    for wrong in (2.5, "1", None):
        with pytest.raises(UserError, match="expected a whole number"):
            LOOP.frame(wrong)
    save_frame(LOOP, -1, "last.png", SMALL)
    with Image.open("last.png") as image:
        assert json.loads(image.text["phosphene-film"])["frame"] == 5


@pytest.mark.slow  # plans a film
def test_python_takes_what_the_command_line_takes():
    assert film(None, frames=2).path[0]["path"] == "loop"
    lazy = ph.as_dask_array("silk", "10x10", seed=7)
    assert np.array_equal(lazy.compute(), ph.render(SILK, "10x10").float)


@pytest.mark.parametrize("name", ["hevc", "x265", "H.265", "h265"])
def test_codecs_have_more_than_one_name(name: str):
    values = films.formats.read_options("a.mp4", {"codec": name})
    assert films.formats.codec_of("a.mp4", values).encoder == "libx265"
    assert films.formats.read_options("a.mp4", {"codec": "x264"})["codec"] == "h264"


@pytest.mark.parametrize(
    ("path", "option", "message"),
    [
        ("a.mp4", {"codec": "vp9"}, r"VP9 needs suffix \.webm"),
        ("a.mp4", {"codec": "prores"}, r"ProRes 4444 needs suffix \.mov"),
        ("a.webm", {"codec": "hevc"}, r"H\.265 needs suffix \.mp4"),
        ("a.mp4", {"codec": "h266"}, "takes h264, h265 or av1"),
        ("a.gif", {"codec": "gif"}, "unknown option 'codec'"),
        ("f/", {"format": "exr"}, "frames=png or frames=exr"),
    ],
)
def test_an_unsupported_option_is_reported_with_formats_that_have_it(path, option, message):
    with pytest.raises(UserError, match=message):
        films.check(path, (32, 32), 30, 1, 3, option)


def test_the_only_codec_of_a_format_may_be_given():
    for path, name in (("a.webm", "VP9"), ("a.mov", "prores")):
        assert films.formats.read_options(path, {"codec": name}) == films.formats.read_options(
            path, {}
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("animate silk -o no/frames/", "the folder 'no' does not exist"),
        ("animate silk -o there/", "already exists"),
        ("animate silk -o there --force", "a folder that Phosphene did not create"),
        ("animate silk -o there.gif", "is a folder"),
        ("animate silk -o a.mp4 --format-option codec=h999", "takes h264"),
        ("grid silk --animate -o there/", "already exists"),
    ],
)
def test_an_invalid_target_is_reported_before_anything_is_measured(
    text, message, capsys, monkeypatch
):
    for name in ("there", "there.gif"):
        Path(name).mkdir()
        Path(f"{name}/mine.txt").touch()
    for name in ("phosphene.cli.animate.film_of", "phosphene.cli.grid.animate_grid"):
        monkeypatch.setattr(name, lambda *a, **k: pytest.fail("it was planned"))
    code, out, err = command(text, capsys)
    assert (code, out) == (2, "")
    assert message in err
