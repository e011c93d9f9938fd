"""Keyframes: their files, their eases, what is said of wrong ones."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from phosphene.core.errors import UserError
from phosphene.motion import Film
from phosphene.motion.paths.grammar import read_paths
from phosphene.motion.paths.keyframes import EASES, EXAMPLE
from phosphene.styles import style

SILK = style("silk", seed=7)


def film(text: str, folder: Path, name: str = "k.toml") -> Film:
    path = folder / name
    path.write_text(text)
    return Film(SILK, tuple(read_paths(f"keys {path}")), 12, size=(24, 16))


def test_tables_are_called_key_or_keys(tmp_path: Path):
    two = film(EXAMPLE.replace("[[key]]", "[[keys]]"), tmp_path)
    assert film(EXAMPLE, tmp_path).path == two.path
    data = {"keys": [{"at": 0, "scale": 1}, {"at": 1, "scale": 2}]}
    assert film(json.dumps(data), tmp_path, "k.json").at(1.0).changes == {"networks.main.scale": 2}


@pytest.mark.parametrize("ease", EASES)
def test_an_ease_goes_from_one_value_to_the_other_without_turning_back(ease: str):
    shares = [EASES[ease](k / 50) for k in range(51)]
    assert shares[0] == 0
    assert shares[-1] == (0 if ease == "hold" else 1)
    assert all(b >= a for a, b in pairwise(shares))


def test_eases_start_and_end_as_their_names_say():
    slope = {n: (f(1e-4) / 1e-4, (f(1.0) - f(1 - 1e-4)) / 1e-4) for n, f in EASES.items()}
    assert slope["in"] == pytest.approx((0, 3), abs=0.01)
    assert slope["out"] == pytest.approx((3, 0), abs=0.01)
    assert slope["in-out"] == pytest.approx((0, 0), abs=0.01)
    assert EASES["in-out"](0.5) == 0.5


def test_names_without_quotes_and_lists_are_read(tmp_path: Path):
    text = "[[key]]\nat=0\nview.span=2\ngain=[1,1,1,1]\n[[key]]\nat=1\nview.span=1\ngain=[2,2,2,2]"
    state = film(text, tmp_path).at(0.5)
    assert state.view.span == 1.5
    assert state.changes == {"networks.main.weights.gain": (1.5, 1.5, 1.5, 1.5)}


FAULTS = {
    "": EXAMPLE,
    "[[frame]]\nat=0\n": EXAMPLE,
    "[[key]]\nscale=1\n[[key]]\nat=1\n": "lacks at",
    "[[key]]\nat=0\ngain=[1,2]\n[[key]]\nat=1\n": "the recipe's has 4",
    "[[key]]\nat=0\ngain=1\n[[key]]\nat=1\ngain=[1,2,3,4]\n": "a list in one key",
    "[[key]]\nat=0\nz=1\n[[key]]\nat=1\n": "expected 8 numbers",
    "[[key]]\nat=0\nseed=1\n[[key]]\nat=1\n": "morph silk:9",
    "[[key]]\nat=0\nease='in out'\n[[key]]\nat=1\n": "Did you mean 'in-out'?",
}


@pytest.mark.parametrize("text", FAULTS)
def test_the_error_for_wrong_keys_names_the_mistake_or_shows_an_example(tmp_path: Path, text: str):
    with pytest.raises(UserError) as caught:
        film(text, tmp_path)
    assert FAULTS[text] in str(caught.value)


def test_the_error_for_a_missing_file_has_no_error_number():
    with pytest.raises(UserError, match="cannot be read: no such file") as caught:
        read_paths("keys nosuch.toml")
    assert "Errno" not in str(caught.value)
