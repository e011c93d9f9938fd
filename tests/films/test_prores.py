"""ProRes 422, and folders whose frames start at another number."""

from __future__ import annotations

import json

import av
import pytest

import phosphene as ph
from phosphene.cli import run
from phosphene.core.errors import SizeError, UserError
from phosphene.files import film as films

FILM = ph.animate("silk", "rotate turns=1", seed=3, frames=2, size=(32, 16), even=False)


@pytest.mark.parametrize(("codec", "pixels"), [("prores422", "yuv422p10le"), ("prores", "yuv444p")])
def test_the_codec_of_a_mov_is_the_one_that_is_asked(codec, pixels, tmp_path):
    FILM.save(tmp_path / "a.mov", codec=codec)
    with av.open(str(tmp_path / "a.mov")) as film:
        stream = film.streams.video[0]
        assert stream.codec_context.name == "prores"
        assert stream.codec_context.pix_fmt.startswith(pixels)
        assert len(list(film.decode(video=0))) == 2
    assert ph.open_film(tmp_path / "a.mov") == FILM


def test_prores_422_refuses_opacity_and_odd_widths():
    with pytest.raises(UserError, match="ProRes 422 HQ cannot hold opacity; codec=prores does"):
        films.check("a.mov", (32, 16), 25, 2, 4, {"codec": "prores422"})
    with pytest.raises(SizeError, match=r"the width must be even. Use `size=34x15`"):
        films.check("a.mov", (33, 15), 25, 2, 3, {"codec": "ProRes-422"})
    films.check("a.mov", (33, 15), 25, 2, 4)


def test_frames_are_numbered_from_the_first(tmp_path, capsys):
    folder = tmp_path / "frames"
    line = (
        f"animate silk --seed 3 --path rotate --frames 2 --size 16 --first-frame 1001 -o {folder}/"
    )
    assert run(line.split()) == 0, capsys.readouterr().err
    assert sorted(p.name for p in folder.glob("*.png")) == ["frame-01001.png", "frame-01002.png"]
    about = json.loads((folder / "film.json").read_text())["phosphene-frames"]
    assert about["first"] == 1001
    assert run([*line.split()[:-1], str(tmp_path / "a.gif")]) == 2
    assert "first_frame=1001" in capsys.readouterr().err
