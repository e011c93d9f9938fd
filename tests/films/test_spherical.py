"""360-degree films say so, and their frames stay as they are."""

from __future__ import annotations

import numpy as np
import pytest

import phosphene as ph
from phosphene.core.errors import OutputError
from phosphene.files.film import spherical
from phosphene.motion.paths.grammar import read_paths
from phosphene.render.tiling import tiled
from tests.films.decoders import planes

SIZE = 64, 32
SPHERE = tiled(ph.style("silk", seed=7), SIZE, "panorama")


def film(recipe=SPHERE, path="loop radius=0.1", size=SIZE):
    return ph.Film(recipe, tuple(read_paths(path)), 5, size=size)


@pytest.mark.parametrize("block", [1 << 22, 100])
@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_a_panorama_is_marked_and_decodes_to_the_same_frames(name, block, tmp_path, monkeypatch):
    monkeypatch.setattr(spherical, "BLOCK", block)
    monkeypatch.setattr("phosphene.files.film.video.mark_spherical", lambda path: None)
    film().save(tmp_path / f"plain-{name}")
    monkeypatch.undo()
    monkeypatch.setattr(spherical, "BLOCK", block)
    film().save(tmp_path / name)
    marked, plain = ((tmp_path / n).read_bytes() for n in (name, f"plain-{name}"))
    assert marked.count(spherical.UUID) == 1 and spherical.UUID not in plain
    assert marked.index(b"trak") < marked.index(spherical.UUID) < marked.index(b"mdat")
    assert len(marked) == len(plain) + len(spherical.BOX)
    pixels = "yuv420p" if name == "a.mp4" else "yuv444p10le"
    frames = [planes(tmp_path / n, SIZE, pixels) for n in (name, f"plain-{name}")]
    assert len(frames[0]) == 5 and np.array_equal(*frames)
    assert ph.open_film(tmp_path / name) == film()


@pytest.mark.parametrize(
    "made",
    [
        film(ph.style("silk", seed=7)),
        film(path="zoom 2"),
        film(path="loop radius=0.1 + rotate turns=1"),
        film(SPHERE.replace({"view.span": 1.0})),
        film(size=(64, 34)),
    ],
    ids=["plane", "zoom", "rotate", "part", "another shape"],
)
def test_what_shows_no_whole_panorama_is_not_marked(made, tmp_path):
    made.save(tmp_path / "a.mp4")
    assert spherical.UUID not in (tmp_path / "a.mp4").read_bytes()


def test_a_film_without_metadata_is_not_marked(tmp_path):
    film().save(tmp_path / "a.mp4", metadata="none")
    assert spherical.UUID not in (tmp_path / "a.mp4").read_bytes()


def test_another_kind_of_file_is_an_error_of_ours(tmp_path):
    for data in (b"", b"\0" * 40, b"\0\0\0\x08free\0\0\0\x01mdat"):
        (tmp_path / "a.mp4").write_bytes(data)
        with pytest.raises(OutputError, match="360-degree"):
            spherical.mark_spherical(tmp_path / "a.mp4")
        assert (tmp_path / "a.mp4").read_bytes() == data
