"""Known pictures stay as they are, on every CPU."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.catalogue.architectures import ARCHITECTURES
from phosphene.catalogue.colour_spaces import COLOUR_SPACES
from phosphene.catalogue.features import FEATURES, GENERATORS
from phosphene.catalogue.folds import FOLDS
from phosphene.catalogue.palettes import PALETTES
from phosphene.catalogue.weights import BIASES, WEIGHTS
from phosphene.recipe import Recipe, View
from phosphene.recipe.parts import Finish
from tests.goldens import accept
from tests.goldens.digests import difference, measure, stored
from tests.goldens.recipes import RECIPES
from tests.tables import few_quick

STORED = stored()
ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", RECIPES)
def test_a_golden_is_unchanged(name: str):
    assert not difference(name, STORED)


def test_every_stored_golden_has_its_recipe():
    assert set(STORED) <= set(RECIPES)


# ---- the comparison


@pytest.mark.parametrize("name", ["default", "norm frozen", "latent", "explicit"])
def test_a_gain_a_thousandth_larger_is_caught(name: str):
    recipe = Recipe(**STORED[name]["recipe"])
    if name == "explicit":
        wider = recipe.replace({"networks.main.scale": 2.002})
    else:
        wider = recipe.replace({"networks.main.weights.gain": (1.001,)})
    assert "pixels" in difference(name, STORED, wider)


def test_a_missing_golden_fails_and_says_how_to_accept_it():
    rest = {name: golden for name, golden in STORED.items() if name != "default"}
    assert "python -m tests.goldens.accept" in difference("default", rest)


@pytest.mark.parametrize("part", ["digest", "program", "pixels"])
def test_another_digest_is_caught(part: str):
    golden = {**STORED["default"], part: "0" * 64}
    assert f"another {part}" in difference("default", {"default": golden})


def test_another_default_is_caught():
    recipe = Recipe(**STORED["default"]["recipe"]).replace({"networks.main.depth": 5})
    golden, _ = measure(recipe)
    assert "another recipe" in difference("default", {"default": golden})


def test_accepting_writes_what_changed_and_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    few = {name: RECIPES[name] for name in ("default", "grey", "rgb in one channel")}
    monkeypatch.setattr(accept, "RECIPES", few)
    monkeypatch.setattr(accept, "FILE", tmp_path / "goldens.json")
    monkeypatch.setattr(accept, "STRIP", tmp_path / "goldens.png")
    monkeypatch.setattr("tests.goldens.digests.FILE", tmp_path / "goldens.json")
    accept.main(tmp_path / "shown")
    assert capsys.readouterr().out.splitlines()[-1] == "3 of 3 goldens changed"
    accept.main(tmp_path / "shown")
    assert capsys.readouterr().out == "0 of 3 goldens changed\n"
    few["grey"] = {**few["grey"], "seed": 2}
    accept.main(tmp_path / "shown")
    assert "grey: recipe and digest and program and pixels" in capsys.readouterr().out
    assert [p.name for p in (tmp_path / "shown").iterdir()] == ["grey.png"]
    for name in ("default", "rgb in one channel"):
        assert accept.kept(STORED[name], stored()[name]) is STORED[name]


def test_a_field_at_its_default_leaves_a_golden_as_it_was_stored():
    golden, _ = measure(Recipe(**RECIPES["default"]))
    recipe = {**golden["recipe"], "view": dict(golden["recipe"]["view"])}
    del recipe["view"]["symmetry"]
    older = {**golden, "recipe": recipe}
    assert accept.kept(older, golden) is older
    assert accept.kept({**older, "pixels": "0" * 64}, golden) is golden
    recipe["view"]["span"] = 3.0
    assert accept.kept(older, golden) is golden and accept.kept(None, golden) is golden


def test_the_strip_shows_the_stored_goldens():
    strip = np.asarray(Image.open(accept.STRIP).convert("RGB"))
    for name in ("default", "grey", "view all"):
        _, pixels = measure(Recipe(**STORED[name]["recipe"]))
        np.testing.assert_array_equal(
            accept.cut(strip, list(STORED).index(name)), accept.tile(pixels)
        )


# ---- what the goldens cover


def words_of(data: Any) -> set[str]:
    """Every text and key in the recipes, and every word in the texts."""
    if isinstance(data, dict):
        return set(data) | {w for v in data.values() for w in words_of(v)}
    if isinstance(data, list | tuple):
        return {w for v in data for w in words_of(v)}
    if not isinstance(data, str):
        return set()
    parts = "".join(c if c.isalnum() or c == "_" else " " for c in data).split()
    return {data, *parts}


TABLES = {
    "architectures": ARCHITECTURES,
    "activations": ACTIVATIONS,
    "activations across units": ACROSS,
    "weights": WEIGHTS,
    "biases": BIASES,
    "features": FEATURES,
    "input generators": GENERATORS,
    "folds": FOLDS,
    "colour spaces": COLOUR_SPACES,
    "palettes": PALETTES,
    "fields of a view": View.model_fields,
    "fields of a finish": Finish.model_fields,
}
# Of precision f64; and of bytes, not of pixels.
ELSEWHERE = {"positions", "rounding", "invert", "dither"}


@pytest.mark.parametrize("table", TABLES)
def test_the_goldens_use_every_entry_of(table: str):
    assert set(TABLES[table]) - words_of(RECIPES) - ELSEWHERE == set()


def test_no_two_goldens_are_one_picture():
    seen: dict[str, str] = {}
    twins = [(name, seen.setdefault(g["pixels"], name)) for name, g in STORED.items()]
    assert [pair for pair in twins if pair[0] != pair[1]] == []


@pytest.mark.parametrize("name", few_quick(sorted(set(RECIPES) - {"not a number"}), 50))
def test_a_golden_is_a_picture_that_shows_changes(name: str):
    _, pixels = measure(Recipe(**RECIPES[name]))
    inside = (pixels > 0) & (pixels < 1)
    few = name in ("activation sgn", "activation step")  # flat regions by nature
    assert len(np.unique(pixels[inside])) > (1 if few else 150)
    assert inside.mean() > 0.3


# ---- other CPUs

NUMPY_FOUND = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])  # type: ignore[index]
WIDE = [name for name in NUMPY_FOUND if "512" in name or name == "X86_V4"]

# name: (environment, lanes of float32, has fused multiply-add)
CPUS: dict[str, tuple[dict[str, str], int | None, bool | None]] = {
    "numpy without its widest loops": (
        {"NPY_DISABLE_CPU_FEATURES": " ".join(WIDE or NUMPY_FOUND[-1:])}, None, None,
    ),
    "numpy without any": ({"NPY_DISABLE_CPU_FEATURES": " ".join(NUMPY_FOUND)}, None, None),
}  # fmt: skip
if platform.machine().lower() in ("x86_64", "amd64"):
    CPUS["haswell"] = ({"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma"}, 8, True)
    CPUS["x86-64"] = ({"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": ""}, 8, False)


@pytest.mark.slow(reason="compiles the engine for another CPU, some 10 s each")
@pytest.mark.parametrize("cpu", CPUS)
def test_the_goldens_are_the_same_on(cpu: str, tmp_path: Path):
    environment, lanes, fused = CPUS[cpu]
    if lanes:
        environment = {**environment, "PHOSPHENE_CACHE_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-m", "tests.goldens.digests"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(run.stdout)
    assert lanes in (None, found["lanes"])
    assert fused in (None, found["fma"])
    disabled = set(environment.get("NPY_DISABLE_CPU_FEATURES", "").split())
    assert not disabled & set(found["numpy"])
    wanted = {name: [golden["program"], golden["pixels"]] for name, golden in STORED.items()}
    other = {n: (w, found["digests"][n]) for n, w in wanted.items() if found["digests"][n] != w}
    assert not other
