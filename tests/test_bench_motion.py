"""The bench of films: its peers paint the same frames, and its text says what was found."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.bench import film_peers, motion
from phosphene.bench.film_peers import PEERS, SUBJECTS, against, frame_recipes, moving, peers_text
from phosphene.bench.timing import alternate
from phosphene.styles import style

SIDE = 24
SYSTEMS = [
    (peer, name) for peer in film_peers.peers_here() for name in SUBJECTS[peer] if name != "silk"
]  # silk's NumPy form takes other samples of each pixel


def apart(peer: str, name: str, first: int) -> float:
    """The mean distance in levels of our frames, from `first` on, to a peer's first ones."""
    film = moving(style(name, seed=7), (SIDE, SIDE), film_peers.COUNT + 2)
    renderer = film.renderer(film.size)
    ours = [renderer.frame(film.states(first + k)) for k in range(film_peers.COUNT)]
    theirs = PEERS[peer](frame_recipes(film), SIDE)()
    pairs = zip(ours, theirs, strict=True)
    return max(float(np.abs(a.astype(np.int16) - b).mean()) for a, b in pairs)


@pytest.mark.parametrize(("peer", "name"), SYSTEMS)
def test_a_peer_paints_the_same_frames_and_other_frames_are_detected(peer: str, name: str):
    assert apart(peer, name, 0) < 0.01
    assert apart(peer, name, 2) > 1


def test_every_installed_peer_is_timed_alongside_ours(monkeypatch):
    monkeypatch.setattr(film_peers, "SIDE", SIDE)
    peers = film_peers.peers_here()
    found = against(alternate([film_peers.peers_job(peer) for peer in peers], 1))
    assert {peer: tuple(rows) for peer, rows in found.items()} == {p: SUBJECTS[p] for p in peers}
    assert all(min(row.values()) > 0 for rows in found.values() for row in rows.values())


ROW = {"ours": 100.0, "theirs": 10.0, "times": 10.0}
SLOW = {"ours": 30.0, "theirs": 10.0, "times": 3.0}


def test_a_missing_peer_has_a_line_that_says_so():
    lines = peers_text({"NumPy": {"silk": ROW}})
    assert lines[1].split() == ["silk,", "NumPy", "100.0", "10.0", "10.0x"]
    assert "PyTorch: not installed here" in lines[2]
    both = peers_text({"NumPy": {"silk": ROW}, "PyTorch": {"neale": ROW}})
    assert not any("not installed" in line for line in both)


def test_what_is_below_the_aim_is_marked():
    lines = peers_text({"NumPy": {"silk": ROW, "neale": SLOW}, "PyTorch": {}})
    assert [line.endswith("below the aim of 5x") for line in lines] == [False, False, True]


def test_the_text_holds_every_figure():
    row = {"render": 4.0, "still": 4.0, "share of still": 1.0, "PNG": 50.0}
    figures = {
        "size": [192, 108], "films": {"N1": row}, "peers": {"NumPy": {"silk": ROW}},
        "peak_mb": {"50": 180.4, "1000": None}, "note": "A note.",
    }  # fmt: skip
    text = motion.motion_text(figures)
    for piece in ("192x108, fps", "silk, NumPy", "50 frames of 256x256: 180 MB", "A note."):
        assert piece in text
    assert "1000 frames of 256x256: not measured" in text
