"""Colours of videos, as another decoder finds them: BT.709 of limited range, and tagged so."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.files import film as films
from phosphene.files.film import video
from tests.films.decoders import TEXTS, ffmpeg, frame, planes, rgb, see

SIZE = 256, 160  # so large that the frames are smooth, also where colour is halved

CASES = [
    ("a.mp4", {"crf": "1"}, "yuv420p", 8), ("a.mp4", {"crf": "0"}, "yuv420p", 8),
    ("a.mp4", {"crf": "1", "depth": "10"}, "yuv420p10le", 10),
    ("a.mp4", {"crf": "1", "pixels": "444", "depth": "10"}, "yuv444p10le", 10),
    ("a.mp4", {"codec": "h265", "crf": "0"}, "yuv420p", 8),
    ("a.mp4", {"codec": "av1", "crf": "1"}, "yuv420p", 8),
    ("a.webm", {"crf": "0"}, "yuv420p", 8),
    ("a.webm", {"crf": "0", "pixels": "444"}, "yuv444p", 8),
    ("a.mov", {}, "yuv444p12le", 12),
]  # fmt: skip
TEN = {"depth": "10", "pixels": "444", "crf": "1"}
each_case = pytest.mark.parametrize(("name", "options", "pixels", "bits"), CASES)


def make(path, options, channels=3, count=3, words=True):
    with films.create(path, SIZE, 25, TEXTS, channels=channels, options=options) as writer:
        assert writer.sample_format == films.sample_format(path, options)
        step = np.uint16(257) if words and writer.sample_format == "words" else np.uint8(1)
        for k in range(count):
            writer.write(frame(k, count, channels, SIZE) * step)
    return path


def error(path, pixels, bits, channels=3):
    """Mean difference in parts of 255, over all frames."""
    decoded = rgb(planes(path, SIZE, pixels), bits)
    assert len(decoded) == 3
    wanted = np.stack([frame(k, 3, 3, SIZE)[..., :3] for k in range(3)])
    return np.abs(decoded - wanted).mean()


@each_case
def test_another_decoder_finds_the_colours_within_1_of_255(tmp_path, name, options, pixels, bits):
    path = make(tmp_path / name, options)
    assert error(path, pixels, bits) <= 1


def test_ten_bits_take_frames_of_eight(tmp_path):
    for name, pixels, bits in (("a.mp4", "yuv420p10le", 10), ("a.mov", "yuv444p12le", 12)):
        options = {"depth": "10", "crf": "1"} if name == "a.mp4" else {}
        assert error(make(tmp_path / name, options, words=False), pixels, bits) <= 1


def test_ten_bits_hold_what_eight_cannot(tmp_path):
    """A ramp of one step of 8 bits: with 10 it has levels in between."""
    ramp = np.linspace(100 * 257, 101 * 257, 256).astype(np.uint16)
    frames = np.broadcast_to(ramp[None, :, None], (160, 256, 3))
    with films.create(tmp_path / "a.mp4", SIZE, 25, TEXTS, options=TEN) as writer:
        writer.write(frames)
    assert len(np.unique(planes(tmp_path / "a.mp4", SIZE, "yuv444p10le")[0, 0])) >= 4


@each_case
def test_the_file_says_bt709_and_limited_range(tmp_path, name, options, pixels, bits):
    """FFmpeg writes one word where matrix, primaries and transfer are the same. ProRes is always of
    limited range, which older ones do not repeat.
    """
    stream = see(make(tmp_path / name, options)).stream
    assert f"{pixels}(tv, bt709" in stream or (name == "a.mov" and f"{pixels}(bt709" in stream)


def test_the_error_sees_a_conversion_to_bt601(tmp_path, monkeypatch):
    def bt601(pixels, kind, reformatter):
        from av.video.reformatter import Colorspace

        class Wrong:
            @staticmethod
            def reformat(source, **said):
                return reformatter.reformat(source, **{**said, "dst_colorspace": Colorspace.ITU601})

        return right(pixels, kind, Wrong)

    right = video.bt709
    monkeypatch.setattr(video, "bt709", bt601)
    assert error(make(tmp_path / "a.mp4", {"crf": "0"}), "yuv420p", 8) > 4


def test_the_error_sees_a_full_range(tmp_path, monkeypatch):
    def full(pixels, kind, reformatter):
        from av.video.reformatter import ColorRange

        class Wrong:
            @staticmethod
            def reformat(source, **said):
                return reformatter.reformat(source, **{**said, "dst_color_range": ColorRange.JPEG})

        return right(pixels, kind, Wrong)

    right = video.bt709
    monkeypatch.setattr(video, "bt709", full)
    assert error(make(tmp_path / "a.mp4", {"crf": "0"}), "yuv420p", 8) > 4


@pytest.mark.parametrize(
    ("name", "pixels", "bits", "decoder"),
    [("a.webm", "yuva420p", 8, "libvpx-vp9"), ("a.mov", "yuva444p12le", 12, None)],
)
def test_opacity_comes_back(tmp_path, name, pixels, bits, decoder):
    path = make(tmp_path / name, {}, channels=4)
    found = planes(path, SIZE, pixels, decoder)[:, 3] / (2**bits - 1) * 255
    wanted = np.stack([frame(k, 3, 4, SIZE)[..., 3] for k in range(3)])
    assert np.abs(found - wanted).mean() < 1
    said = ffmpeg("-i", str(path), "-f", "null", "-")[1].lower()
    assert name == "a.mov" or "alpha_mode" in said  # without it browsers show black


@pytest.mark.parametrize(("name", "options"), [("a.mp4", {}), ("a.webm", {})])
def test_the_default_quality_is_within_2_of_255(tmp_path, name, options):
    assert error(make(tmp_path / name, options), "yuv420p", 8) < 2
