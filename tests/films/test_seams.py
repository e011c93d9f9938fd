"""The seam of a loop in its file: measured in what is decoded, and avoided by keyframes."""

from __future__ import annotations

import av
import numpy as np
import pytest

from phosphene.core.errors import InputError, UserError
from phosphene.files import film as films
from phosphene.files.film.decoding import first_and_last
from phosphene.motion.plan.seam import file_seam, file_seam_line
from tests.films.decoders import frame, planes, rgb

SIZE = 96, 64
CODECS = [("a.mp4", {}), ("a.mp4", {"codec": "h265"}), ("a.mp4", {"codec": "av1"}), ("a.webm", {})]


def save(path, options, count=12, jump=0):
    """A loop of a turning wave, or with `jump` one whose last frame is brighter by that much."""
    with films.create(path, SIZE, 25, {}, options=options) as writer:
        for k in range(count):
            more = jump if k == count - 1 else 0
            writer.write(np.clip(frame(k, count, 3, SIZE) + float(more), 0, 255).astype(np.uint8))
    return path


def keyframes(path):
    with av.open(str(path)) as film:
        packets = [packet for packet in film.demux(video=0) if packet.size]
        return sorted(round(p.pts * p.time_base * 25) for p in packets if p.is_keyframe)


@pytest.mark.parametrize(("name", "options"), CODECS)
def test_keyframes_come_as_often_as_asked(name, options, tmp_path):
    path = tmp_path / name
    assert keyframes(save(path, options)) == [0]
    path.unlink()
    assert keyframes(save(path, {**options, "keyframes": "1"})) == list(range(12))
    path.unlink()
    found = keyframes(save(path, {**options, "keyframes": "5"}))
    assert found[0] == 0 and np.diff([*found, 12]).max() <= 5


@pytest.mark.parametrize("given", ["0", "-1", "often", "1.5", "10000"])
def test_other_words_for_keyframes_are_refused(given, tmp_path):
    with pytest.raises(UserError, match="keyframes"):
        save(tmp_path / "a.mp4", {"keyframes": given})


@pytest.mark.parametrize("gap", ["1", "5", "auto"])
def test_the_first_and_last_frames_are_those_of_a_whole_decoding(gap, tmp_path):
    path = save(tmp_path / "a.mp4", {"keyframes": gap, "pixels": "444"})
    whole = rgb(planes(path, SIZE, "yuv444p"))
    first, last = first_and_last(path)
    for ours, theirs in zip([*first, *last], whole[[0, 1, -2, -1]], strict=True):
        assert np.abs(ours - np.clip(theirs, 0, 255)).max() < 3


def test_a_jump_at_the_seam_is_found_in_the_file(tmp_path):
    smooth = save(tmp_path / "smooth.mp4", {"keyframes": "1", "crf": "0", "pixels": "444"})
    jumps = save(tmp_path / "jumps.mp4", {"keyframes": "1", "crf": "0", "pixels": "444"}, jump=60)
    last, usual = file_seam(smooth)
    assert 0.8 < last / usual < 1.2
    assert file_seam(jumps)[0] > 2 * last


def test_a_note_gives_the_seam_and_its_remedy(tmp_path, monkeypatch):
    path = save(tmp_path / "a.mp4", {})
    for seam, options, words in (
        ((0.03, 0.01), {}, "3.00 of a usual step, by H.264; the format option keyframes=1 avoids"),
        ((0.03, 0.01), {"codec": "h265"}, "by H.265"),
        ((0.014, 0.01), {}, "1.40 of a usual step"),
        ((0.03, 0.01), {"keyframes": "1"}, "3.00 of a usual step"),
    ):
        monkeypatch.setattr("phosphene.motion.plan.seam.file_seam", lambda path, seam=seam: seam)
        note = file_seam_line(path, options)
        assert words in note
        assert ("keyframes=1" in note) == ("by H" in note)
    assert file_seam_line("a.gif", {}) == file_seam_line("a.mov", {}) == ""


def test_a_damaged_film_is_an_error_of_ours(tmp_path):
    path = tmp_path / "a.mp4"
    whole = save(tmp_path / "b.mp4", {}).read_bytes()
    for data in (b"", whole[:200], whole[: len(whole) // 2], b"\0" * 5000):
        path.write_bytes(data)
        with pytest.raises(InputError, match="cannot be decoded"):
            first_and_last(path)
