"""What is wrong with a film is said before the first frame is rendered."""

from __future__ import annotations

import sys
from fractions import Fraction

import numpy as np
import pytest

from phosphene.core.errors import UserError
from phosphene.files import film as films
from phosphene.files.film import codecs
from phosphene.files.film.codecs import CODECS
from tests.films.decoders import TEXTS, frame, pillow_frames


def check(path, size=(64, 48), fps=25, frames=10, channels=3, **options):
    return films.check(path, size, fps, frames, channels, options)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"path": "a.mp5"}, r"unknown film format '\.mp5'\. Did you mean '\.mp4'"),
        ({"path": "a.png"}, r"Animated PNG is \.apng"),
        ({"path": "a.zip"}, r"\.gif.*a folder of frames"),
        ({"path": "-"}, "cannot be written to stdout"),
        ({"frames": 0}, "got 0 frames; expected a whole number"),
        ({"frames": 2.5}, r"got 2\.5 frames; expected a whole number"),
        ({"fps": 0}, "fps=0: expected 0.0001 to 1000"),
        ({"fps": -5}, "fps=-5"),
        ({"fps": float("nan")}, "fps=nan: not a number"),
        ({"fps": float("inf")}, "fps=inf: not a number"),
        ({"fps": 0.00002}, "expected 0.0001 to 1000"),
        ({"fps": 1001}, "expected 0.0001 to 1000"),
        ({"size": (63, 48)}, r"63 x 48.* must be even\. Use `size=64x48`, or .*pixels=444"),
        ({"size": (63, 47), "codec": "av1"}, r"Use `size=64x48`$"),
        ({"size": (63, 47), "path": "a.webm"}, "VP9 stores colour at half resolution"),
        ({"size": (20_000, 48)}, "1 to 16,384 pixels a side"),
        ({"size": (0, 48)}, "cannot hold 0 x 48"),
        ({"size": (48, 64), "codec": "h265"}, r"H\.265 cannot hold 48 x 64; expected 64 pixels"),
        ({"channels": 4}, r"\.mp4 cannot hold the picture's opacity; \.webm, \.mov"),
        ({"channels": 4, "path": "a.gif"}, r"\.gif cannot hold the picture's opacity"),
        ({"channels": 4, "path": "a.webm", "pixels": "444"}, "opacity with pixels=420 only"),
        ({"channels": 1}, "1 channels"),
        ({"codec": "h266"}, r"codec=h266: \.mp4 takes h264, h265 or av1"),
        ({"codec": "av1", "pixels": "444"}, "AV1 is supported with pixels=420 only"),
        ({"crf": "60"}, r"crf=60: H\.264 takes 0 to 51"),
        ({"crf": "soft"}, "auto or 0 to 63"),
        ({"quality": "3"}, "unknown option 'quality'"),
        ({"path": "a.mov", "crf": "3"}, r"unknown option 'crf'. Known: codec"),
        ({"path": "frames/", "frames_are": "jpg"}, "unknown option"),
    ],
)  # fmt: skip
def test_an_impossible_film_is_reported(said, words):
    with pytest.raises(UserError, match=words):
        check(**{"path": "a.mp4", **said})


def test_possible_films_pass_without_a_note():
    for path in ("a.mp4", "A.MP4", "a.webm", "a.mov", "a.gif", "a.apng", "a.webp", "f/", "v1.2/"):
        assert check(path) == ""
    assert check("a.mp4", size=(63, 47), pixels="444") == ""
    assert check("a.mp4", fps=Fraction(30000, 1001)) == check("a.mp4", fps=29.97) == ""
    assert check("frames", size=(63, 47), channels=4) == ""


@pytest.mark.parametrize(
    ("fps", "delays"),
    [(25, [40] * 3), (30, [30, 40, 30]), (29.97, [30, 40, 30]), (60, [20] * 3), (1, [1000] * 3)],
)
def test_a_gif_lasts_as_long_as_it_says(tmp_path, fps, delays):
    path = tmp_path / "a.gif"
    with films.create(path, (16, 16), fps, TEXTS) as writer:
        for k in range(3):
            writer.write(frame(k, 3, size=(16, 16)))
    assert pillow_frames(path)[1] == delays
    rate = films.read_rate(fps)
    assert films.duration(path, 3, rate) == pytest.approx(sum(delays) / 1000)
    assert abs(films.duration(path, 300, rate) - 300 / min(fps, 50)) < 0.01


def test_a_note_gives_the_real_duration_of_a_gif_that_is_too_fast_for_browsers():
    assert "at most at 50: it has 50 and lasts 0.2 s, not 0.1667" in check("a.gif", fps=60)
    assert check("a.gif", fps=50) == check("a.gif", fps=30) == check("a.gif", fps=29.97) == ""
    with pytest.raises(UserError, match="at most 655 s"):
        check("a.gif", fps=0.001)


@pytest.mark.parametrize("suffix", [".apng", ".webp"])
@pytest.mark.parametrize(
    ("fps", "slow"),
    [(90, False), (90.9, False), (91, True), (100, True), (119.88, True), (1000, True)],
)
def test_a_note_says_when_browsers_play_a_film_more_slowly(fps, slow, suffix):
    note = check(f"a{suffix}", (32, 32), fps, 3)
    assert ("browsers play frames of 10 ms or less at 10" in note) == slow
    assert ("`fps=90` or less" in note) == slow


def test_a_build_without_the_codec_names_what_is_there(monkeypatch):
    there = codecs._has
    monkeypatch.setattr(codecs, "_has", lambda c: c is not CODECS["h265"] and there(c))
    with pytest.raises(UserError, match=r"no encoder for H\.265 \(libx265\).* H\.264 and AV1"):
        check("a.mp4", size=(96, 64), codec="h265")
    monkeypatch.setattr(codecs, "_has", lambda c: False)
    with pytest.raises(UserError, match=r"no encoder for VP9.*\.gif, \.apng, \.webp"):
        check("a.webm")


def test_an_unknown_encoder_is_missing():
    assert "libx999" in codecs.missing(codecs.Codec("libx999", "H.999"), list(CODECS.values()))


def test_without_the_extra_videos_name_it_and_other_formats_work(monkeypatch, tmp_path):
    path = tmp_path / "a.mp4"
    with films.create(path, (64, 48), 25, TEXTS) as writer:
        writer.write(frame(0, 1, size=(64, 48)))
    for name in [n for n in sys.modules if n == "av" or n.startswith("av.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "av", None)
    for name in ("a.mp4", "a.webm", "a.mov"):
        with pytest.raises(UserError, match=r"needs av .*pip install .*\[video\]"):
            check(name)
    with pytest.raises(UserError, match=r"pip install .*\[video\]"):
        films.read_film_texts(path)
    for name in ("a.gif", "a.apng", "a.webp", "frames"):
        with films.create(tmp_path / name, (64, 48), 25, TEXTS) as writer:
            writer.write(frame(0, 1, size=(64, 48)))
        assert "phosphene" in films.read_film_texts(tmp_path / name)


def test_options_are_text_or_values():
    assert (
        films.sample_format("f", {"depth": 16})
        == films.sample_format("f", {"depth": "16"})
        == "words"
    )
    assert films.sample_format("a.mp4") == films.sample_format("f/") == "bytes"
    assert films.sample_format("a.mov") == films.sample_format("a.mp4", {"depth": "10"}) == "words"


@pytest.mark.parametrize("suffix", [s for s in films.FILMS if s != "/"])
def test_the_table_is_true(tmp_path, suffix):
    """What a row allows can be written: its smallest film, with opacity where it has it."""
    row = films.FILMS[suffix]
    side = max([2, *(CODECS[name].least for name in row.codecs)])
    for channels in (3, 4)[: 1 + row.alpha]:
        path = tmp_path / f"{channels}{suffix}"
        with films.create(path, (side, side), 25, {"phosphene": "{}"}, channels=channels) as writer:
            scale = 257 if writer.sample_format == "words" else 1
            writer.write(
                np.full((side, side, channels), 99 * scale, np.uint8 if scale == 1 else np.uint16)
            )
        assert films.read_film_texts(path)["phosphene"] == "{}"
