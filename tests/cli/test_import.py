"""phosphene import: from weights to a recipe that every other command takes."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

import phosphene as ph
from phosphene.cli import run
from phosphene.cli.commands import find_example

WEIGHTS = Path(__file__).parent.parent / "data" / "vectors" / "cppn_tensorflow-1.npz"
COMMAND = find_example("import").removeprefix("phosphene ")


@pytest.fixture(autouse=True)
def weights(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(WEIGHTS, "weights.npz")


def command(text, capsys):
    code = run(shlex.split(text))
    out, err = capsys.readouterr()
    return code, out, err


def test_the_example_makes_a_recipe_that_the_other_commands_take(capsys):
    assert command(COMMAND, capsys)[:2] == (0, "art.json\n")
    assert command("render art.json --size 64 -o a.npy", capsys)[0] == 0
    with np.load(WEIGHTS) as stored:
        assert np.abs(np.load("a.npy") - stored["pixels"]).max() < 2e-4
    assert command("show art.json", capsys)[0] == 0
    assert command("render art.json --size 30x20 --crop 3,4,5,6 -o a.png", capsys)[0] == 0
    assert ph.open("a.png") == ph.open("art.json")


def test_it_reports_what_it_made_as_json(capsys):
    code, out, _ = command(f"{COMMAND} --json", capsys)
    data = json.loads(out)
    assert code == 0 and data["layers"] == [[32, 32, 32, 32, 1]]
    assert data["digest"] == ph.open("art.json").digest


def test_it_names_the_recipe_after_the_weights_and_can_write_to_stdout(capsys):
    assert command("import weights.npz --system cppn-tensorflow", capsys)[1] == "weights.json\n"
    code, out, _ = command(f"{COMMAND.removesuffix('art.json')} -", capsys)
    assert code == 0 and ph.Recipe.from_json(out) == ph.open("weights.json")


def test_nothing_is_overwritten_unasked(capsys):
    Path("art.json").write_text("mine")
    code, _, err = command(COMMAND, capsys)
    assert code == 2 and "--overwrite" in err and Path("art.json").read_text() == "mine"
    assert command(f"{COMMAND} --force", capsys)[0] == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import weights.npz --system cppn-tensorfow", ["Did you mean 'cppn-tensorflow'"]),
        ("import weights.npz --system npainter", ["weights.npz", "'w_in' is missing"]),
        ("import none.npz --system npainter", ["none.npz", "no such file"]),
        ("import weights.npz", ["--system"]),
        (f"{COMMAND.removesuffix('json')}png", ["art.png", ".json"]),
        (f"{COMMAND.removesuffix('art.json')}no/art.json", ["folder"]),
    ],
)
def test_a_mistake_is_explained_in_a_line_or_two(text, words, capsys):
    code, out, err = command(text, capsys)
    assert (code, out) == (2, "") and "Traceback" not in err
    for word in words:
        assert word in err
