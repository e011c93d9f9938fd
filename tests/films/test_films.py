"""What every film format keeps: frames, time, texts. A film appears whole or not at all."""

from __future__ import annotations

import json
import struct
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from phosphene.core.errors import InputError, OutputError, UserError
from phosphene.files import film as films
from tests.films.decoders import SIZE, TEXTS, frame, pillow_frames, see
from tests.tables import few_quick

CASES = [
    ("a.mp4", {}, 3), ("a.mp4", {"depth": "10"}, 3), ("a.mp4", {"pixels": "444"}, 3),
    ("a.mp4", {"codec": "h265"}, 3), ("a.mp4", {"codec": "h265", "depth": "10", "crf": 0}, 3),
    ("a.mp4", {"codec": "av1", "depth": "10"}, 3), ("a.mp4", {"preset": "fast"}, 3),
    ("a.webm", {}, 3), ("a.webm", {"crf": 0}, 3), ("a.webm", {}, 4),
    ("a.mov", {}, 3), ("a.mov", {}, 4),
    ("a.gif", {}, 3), ("a.gif", {"dither": "none"}, 3),
    ("a.apng", {}, 3), ("a.apng", {}, 4),
    ("a.webp", {}, 3), ("a.webp", {}, 4), ("a.webp", {"lossless": True}, 4),
    ("frames/", {}, 3), ("frames", {"depth": "16"}, 4),
]  # fmt: skip
VIDEO = [case for case in CASES if case[0].endswith((".mp4", ".webm", ".mov"))]
LOOPS = [case for case in CASES if case[0].endswith((".gif", ".apng", ".webp"))]
each_case = pytest.mark.parametrize(("name", "options", "channels"), CASES)


def make(path, options, channels=3, count=6, fps=25, size=SIZE, texts=TEXTS, overwrite=False):
    with films.create(
        path, size, fps, texts, channels=channels, options=options, overwrite=overwrite
    ) as writer:
        step = {"bytes": np.uint8(1), "words": np.uint16(257)}[writer.sample_format]
        for k in range(count):
            writer.write(frame(k, count, channels, size) * step)
    return Path(path)


@each_case
def test_a_film_gives_back_its_texts_of_100_kB(tmp_path, name, options, channels):
    path = make(f"{tmp_path}/{name}", options, channels)
    texts = films.read_film_texts(path)
    assert len(TEXTS["phosphene"]) > 100_000
    assert {key: json.loads(texts[key]) for key in TEXTS} == {
        key: json.loads(text) for key, text in TEXTS.items()
    }


@pytest.mark.parametrize(("name", "options", "channels"), VIDEO)
def test_a_second_decoder_counts_the_frames_and_seconds_of_a_video(
    tmp_path, name, options, channels
):
    seen = see(make(tmp_path / name, options, channels, count=6, fps=25))
    assert (seen.frames, seen.seconds) == (6, 0.24)
    assert "25 fps" in seen.stream


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.webm"])
def test_a_fractional_rate_is_stored_exactly(tmp_path, name):
    path = make(tmp_path / name, {"preset": "fast"} if name != "a.mov" else {}, 3, 60,
                Fraction(30000, 1001), (64, 64), {"phosphene": "{}"})  # fmt: skip
    seen = see(path)
    assert seen.frames == 60
    assert abs(seen.seconds - 2.002) <= 0.01
    assert "29.97 fps" in seen.stream


@pytest.mark.parametrize(("name", "options", "channels"), LOOPS)
def test_pillow_reads_frames_milliseconds_and_an_endless_loop(tmp_path, name, options, channels):
    path = make(tmp_path / name, options, channels)
    frames, shown, loop = pillow_frames(path, "RGBA" if channels == 4 else "RGB")
    assert (len(frames), shown, loop) == (6, [40.0] * 6, 0)


@pytest.mark.parametrize("name", ["a.apng", "a.webp"])
def test_thirty_frames_take_a_second_where_delays_are_fine_enough(tmp_path, name):
    path = make(tmp_path / name, {}, 3, 30, 30, (16, 16), {"phosphene": "{}"})
    assert sum(pillow_frames(path)[1]) == pytest.approx(1000, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "options", "channels"),
    [("a.apng", {}, 3), ("a.apng", {}, 4), ("a.webp", {"lossless": True}, 3),
     ("a.webp", {"lossless": True}, 4)],
)  # fmt: skip
def test_lossless_films_keep_every_sample(tmp_path, name, options, channels):
    path = make(tmp_path / name, options, channels)
    frames, _, _ = pillow_frames(path, "RGBA" if channels == 4 else "RGB")
    for k, found in enumerate(frames):
        assert np.array_equal(found, frame(k, 6, channels))


def test_an_animated_webp_is_near_its_frames(tmp_path):
    frames, _, _ = pillow_frames(make(tmp_path / "a.webp", {"quality": 95}, 4), "RGBA")
    for k, found in enumerate(frames):
        assert np.abs(found.astype(int) - frame(k, 6, 4)).mean() < 2


def test_a_single_frame_is_a_film(tmp_path):
    for name, options, channels in CASES:
        path = make(f"{tmp_path}/{name}", options, channels, count=1, overwrite=True)
        assert "phosphene" in films.read_film_texts(path)


def test_very_short_films_of_h265_have_their_times(tmp_path):
    """x265 leaves decoding times to chance in films of one or two frames, and some were refused."""
    for count in [1, 2] * 8:
        path = make(tmp_path / "a.mp4", {"codec": "h265"}, count=count, overwrite=True)
        assert see(path)[:2] == (count, count / 25)


def test_a_folder_holds_frames_and_a_sidecar(tmp_path):
    path = make(f"{tmp_path}/frames/", {})
    names = [f"frame-{k:05}.png" for k in range(6)]
    assert sorted(p.name for p in path.iterdir()) == ["film.json", *names]
    for k, name in enumerate(names):
        assert np.array_equal(np.asarray(Image.open(path / name)), frame(k, 6))
    about = json.loads((path / "film.json").read_text(encoding="utf-8"))["phosphene-frames"]
    names = {"names": "frame-%05d.png", "first": 0}
    assert about == {"frames": 6, "fps": "25", "size": [96, 64], **names}


def test_a_folder_of_exr_frames_takes_linear_floats(tmp_path):
    import OpenEXR

    with films.create(tmp_path / "f", (8, 4), 25, TEXTS, options={"frames": "exr"}) as writer:
        assert writer.sample_format == films.sample_format("f", {"frames": "exr"}) == "linear"
        writer.write(np.full((4, 8, 3), 0.25, np.float32))
    pixels = OpenEXR.File(str(tmp_path / "f" / "frame-00000.exr")).channels()["RGB"].pixels
    assert np.array_equal(pixels, np.full((4, 8, 3), 0.25, np.float16))


@each_case
def test_a_failed_film_leaves_nothing(tmp_path, name, options, channels):
    with (
        pytest.raises(RuntimeError, match="the painter fell"),
        films.create(
            f"{tmp_path}/{name}", SIZE, 25, TEXTS, channels=channels, options=options
        ) as writer,
    ):
        writer.write(frame(0, 6, channels))
        raise RuntimeError("the painter fell")
    assert list(tmp_path.iterdir()) == []


@each_case
def test_the_old_file_stays_until_the_film_is_complete(tmp_path, name, options, channels):
    path = make(f"{tmp_path}/{name}", options, channels)
    before = sorted((p, p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file())
    with pytest.raises(UserError, match="already exists"):
        make(f"{tmp_path}/{name}", options, channels)
    with (
        pytest.raises(KeyboardInterrupt),
        films.create(
            path, SIZE, 25, TEXTS, channels=channels, options=options, overwrite=True
        ) as writer,
    ):
        writer.write(frame(3, 6, channels))
        raise KeyboardInterrupt
    assert before == sorted((p, p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file())
    make(path, options, channels, count=2, overwrite=True)
    assert before != sorted((p, p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file())


def test_a_folder_of_another_program_is_not_replaced(tmp_path):
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(UserError, match="Phosphene did not create"):
        make(tmp_path / "frames", {}, overwrite=True)
    assert [p.name for p in (tmp_path / "frames").iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize(
    "name", few_quick(["a.mp4", "a.webm", "a.mov", "a.gif", "a.apng", "a.webp", "f"], 2)
)
def test_a_full_disk_is_reported_and_leaves_nothing(tmp_path, name):
    """A limit on the size of files stands for the disk; a process of its own has it."""
    import subprocess

    code = f"""
import resource, signal, numpy as np
from phosphene.files import film as films
from phosphene.core.errors import OutputError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
frames = np.random.default_rng(1).integers(0, 256, (3, 256, 256, 3), np.uint8)
films.sample_format("f")
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
try:
    with films.create({str(tmp_path / name)!r}, (256, 256), 25, {{"phosphene": "{{}}"}}) as writer:
        for frame in frames:
            writer.write(frame)
except OutputError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_film_without_frames_is_an_error(tmp_path):
    for name, options, channels in CASES:
        with pytest.raises(UserError, match="without frames"):
            make(f"{tmp_path}/{name}", options, channels, count=0)
    assert list(tmp_path.iterdir()) == []


def test_a_frame_of_another_size_is_an_error(tmp_path):
    with (
        pytest.raises(OutputError, match=r"frame 1: .*\(64, 96, 4\).*\(64, 96, 3\)"),
        films.create(tmp_path / "a.gif", SIZE, 25, TEXTS) as writer,
    ):
        writer.write(frame(0, 6))
        writer.write(frame(1, 6, 4))


def test_films_without_a_recipe_and_damaged_ones_get_different_errors(tmp_path):
    for name in ("a.mp4", "a.webm", "a.gif", "a.apng", "a.webp", "frames"):
        path = make(tmp_path / name, {}, texts={"title": "none of ours"})
        with pytest.raises(InputError, match=r"without a recipe"):
            films.read_film_texts(path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "b.mp4").write_bytes((tmp_path / "a.mp4").read_bytes()[:40])
    (tmp_path / "b.gif").write_bytes(make(tmp_path / "c.gif", {}).read_bytes()[:900])
    (tmp_path / "b.txt").write_bytes(b"hello")
    for name in ("empty", "b.mp4", "b.gif", "b.txt", "none.mp4"):
        with pytest.raises(InputError, match=name):
            films.read_film_texts(tmp_path / name)


def test_a_gif_keeps_one_palette_and_its_dither_does_not_move(tmp_path):
    """The same frame twice is the same picture twice, and no frame has a palette of its own."""
    same = frame(0, 1)
    with films.create(tmp_path / "a.gif", SIZE, 25, TEXTS) as writer:
        for k in (0, 3, 0):
            writer.write(frame(k, 6) if k else same)
    first, _, last = pillow_frames(tmp_path / "a.gif")[0]
    assert np.array_equal(first, last)
    smooth = np.abs(first.astype(float) - same)
    box = (first.astype(float) - same).reshape(8, 8, 12, 8, 3).mean((1, 3))
    assert np.abs(box).mean() < smooth.mean() / 2  # seen from afar, the dither is the colour


@pytest.mark.slow  # encodes two long films
def test_memory_does_not_grow_with_the_film(tmp_path):
    """Python's part of it: what a writer keeps of 260 frames is what it keeps of 130."""
    import tracemalloc

    for name in ("a.gif", "a.apng", "a.webp"):
        peaks = []
        for count in (10, 130, 260):  # the first fills caches
            tracemalloc.start()
            make(tmp_path / name, {}, 3, count, 25, (64, 64), {"phosphene": "{}"}, overwrite=True)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[2] < peaks[1] + 20 * 64 * 64 * 3  # of 130 frames more


def test_other_programs_see_every_frame_of_an_animated_png(tmp_path):
    """FFmpeg took it for a still, as 2 kB of text came before the frames."""
    text = json.dumps({"phosphene": 1, "note": "".join(map(chr, range(0x4E00, 0x5E00)))})
    path = make(tmp_path / "a.apng", {}, 3, 3, 25, (32, 32), {"phosphene": text})
    assert films.read_film_texts(path)["phosphene"] == text
    with av.open(str(path)) as found:
        assert found.format.name == "apng"
        assert len(list(found.decode(video=0))) == 3


@pytest.mark.parametrize(
    "fps",
    ["24.9999", "12.0001", "59.9401", "119.8801", "999.99", "0.0001", "0.33333", "30000/1001", "7"],
)
def test_an_animated_png_has_the_nearest_rate_that_its_integers_hold(tmp_path, fps):
    """Such rates raised struct.error."""
    rate = films.formats.read_rate(Fraction(fps))
    found = films.formats.nearest_rate(rate, 65535)
    assert abs(found / rate - 1) < 1e-5
    path = make(tmp_path / "a.apng", {}, 3, 2, rate, (8, 8))
    delay = path.read_bytes().partition(b"fcTL")[2][20:24]
    assert Fraction(*struct.unpack(">2H", delay)) == 1 / found
    note = films.check(path, (8, 8), rate, 2)
    assert (found == rate) == (note == "")
    assert found == rate or f"are stored as {found}" in note
    assert films.formats.duration(path, 2, rate) == float(2 / found)
