"""Every command as a newcomer meets it: its example, its result, its exit code."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.cli.commands import COMMANDS, find_example
from phosphene.cli.listing import LISTS

WEIGHTS = Path(__file__).parent.parent / "data" / "vectors" / "cppn_tensorflow-1.npz"


def command(text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(shlex.split(text))
    out, err = capsys.readouterr()
    return code, out, err


def pixels(path: str) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(WEIGHTS, "weights.npz")


@pytest.fixture
def art(capsys):
    assert command("paint silk --seed 7 --size 60x40 -o silk.png", capsys)[0] == 0
    return "silk.png"


@pytest.mark.parametrize("name", [c for c in COMMANDS if c != "bench"])
def test_the_example_that_ends_a_help_text_runs(name, art, capsys):
    code, out, _ = command(f"{name} --help", capsys)
    assert code == 0
    example = " ".join(out.split("Example:")[1].split())
    arguments = example.removeprefix("phosphene ") + (" --force" if name == "paint" else "")
    code, out, err = command(arguments, capsys)
    assert code == 0, err
    assert out.strip()


@pytest.mark.slow  # it measures for some twenty seconds, a cold compilation among them
def test_the_example_of_bench_runs(capsys):
    example = find_example("bench")
    assert example in " ".join(command("bench --help", capsys)[1].split())
    code, out, err = command(example.removeprefix("phosphene "), capsys)
    assert code == 0, err
    assert "fraction of the roofline" in out


def test_paint_writes_the_picture_and_prints_its_path(capsys):
    code, out, err = command("paint --seed 42 --size 64x36 -o art.png", capsys)
    assert (code, out) == (0, "art.png\n")
    assert "64x36" in err and "seed 42" in err
    assert pixels("art.png").shape == (36, 64, 3)


def test_paint_without_a_seed_prints_the_random_one(capsys):
    code, out, err = command("paint drift --size 16", capsys)
    seed = err.split()[1]
    assert code == 0 and out == f"drift-{seed}.png\n"
    assert ph.open(out.strip()).seed == int(seed)


def test_paint_count_fills_a_folder_with_seeds_in_a_row(capsys):
    code, out, _ = command("paint silk --seed 5 --count 3 --size 16 -o many/", capsys)
    assert code == 0
    assert out.split() == [f"many/silk-{s}.png" for s in (5, 6, 7)]
    assert [ph.open(p).seed for p in out.split()] == [5, 6, 7]


def test_recipe_fields_by_name_and_by_path(capsys):
    code, _, err = command(
        "paint classic --seed 1 --size 8 -o a.png --width 9 --depth 3 --activation sin,tanh+abs "
        "--features 'x,y,cos(10*r),hypot(x, y)' --scale 2 --z 0.5,-1 --channels 1 --precision f64 "
        "--set view.span=3 --set networks.main.biases.gain=0.25",
        capsys,
    )
    assert code == 0, err
    recipe = ph.open("a.png")
    main = recipe.networks["main"]
    assert (main.width, main.depth, main.scale) == (9, 3, 2.0)
    assert main.activations == ("sin", ("tanh", "abs"))
    assert main.inputs == ("x", "y", "cos(10*r)", "hypot(x, y)")
    assert main.latent.values == (0.5, -1.0) and main.latent.size == 2
    assert main.biases.gain == 0.25 and recipe.view.span == 3.0
    assert recipe.shading.channels == 1 and recipe.precision == "f64"
    assert pixels("a.png").shape == (8, 8)


def test_render_gives_the_same_picture_larger_and_a_window_of_it(art, capsys):
    assert command(f"render {art} --size 120x80 -o big.png", capsys)[0] == 0
    assert command(f"render {art} --size 120x80 --crop 30,20,50,40 -o part.png", capsys)[0] == 0
    big, part = pixels("big.png"), pixels("part.png")
    assert np.array_equal(big[20:60, 30:80], part)
    assert ph.open("part.png") == ph.open(art)


def test_render_takes_the_json_that_show_prints(art, capsys):
    _, out, _ = command(f"show {art} --json", capsys)
    with open("r.json", "w") as file:
        file.write(out)
    assert command("render r.json --size 60x40 -o again.png", capsys)[0] == 0
    assert np.array_equal(pixels("again.png"), pixels(art))


def test_npy_holds_the_float_pixels(art, capsys):
    assert command(f"render {art} --size 60x40 -o a.npy", capsys)[0] == 0
    stored = np.load("a.npy")
    assert stored.dtype == np.float32 and stored.shape == (40, 60, 3)
    assert np.array_equal(stored, ph.render(ph.open(art), (60, 40)).float)


def test_show_prints_recipe_networks_and_digest(art, capsys):
    code, out, _ = command(f"show {art} --json", capsys)
    data = json.loads(out)
    assert code == 0 and data["digest"] == ph.open(art).digest
    assert ph.Recipe(**data["recipe"]) == ph.open(art)
    network = data["networks"][0]
    assert network["layers"] == [20, 20, 20, 20, 2]
    assert network["parameters"] == 5 * 20 + 20 + 8 * 20 + 3 * (20 * 20 + 20) + 2 * 20 + 2
    assert data["render"] == {"size": [60, 40], "dither": "blue"}
    plain = command(f"show {art}", capsys)[1]
    assert "network main" in plain and data["digest"] in plain


def test_show_prints_what_differs_from_the_defaults_or_all(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    recipe = ph.style("classic", seed=3)
    Path("r.json").write_text(recipe.json)
    sparse = json.loads(command("show r.json --json", capsys)[1])
    assert sparse["recipe"] == recipe.to_dict() and sparse["digest"] == recipe.digest
    assert len(json.dumps(sparse["recipe"])) < 900
    full = json.loads(command("show r.json --json --full", capsys)[1])
    assert full["recipe"] == recipe.to_dict(full=True) and full["digest"] == recipe.digest
    assert set(full["recipe"]) == set(ph.Recipe.model_fields)
    assert '"rotation": 0.0' in command("show r.json --full", capsys)[1]
    assert "rotation" not in command("show r.json", capsys)[1]


def test_the_schema_describes_a_recipe(capsys):
    code, out, _ = command("show --schema", capsys)
    assert code == 0
    assert set(json.loads(out)["properties"]) == set(ph.Recipe.model_fields)


@pytest.mark.parametrize("vary", ["latent", "weights", "seed"])
def test_a_sheet_varies_one_thing_of_a_file(vary, art, capsys):
    code, out, err = command(
        f"sheet {art} --vary {vary} --count 3 --cell 24 -o s.png --json", capsys
    )
    assert code == 0, err
    assert len({p["digest"] for p in json.loads(out)["pictures"]}) == 3
    assert command("render s.png --pick 2 --size 20 -o two.png", capsys)[0] == 0
    assert ph.open("two.png").digest == json.loads(out)["pictures"][1]["digest"]


def test_a_grid_has_a_picture_for_every_pair(capsys):
    code, out, _ = command("grid --x depth=2..4 --y width=4,8 --cell 16 -o g.png --json", capsys)
    pictures = json.loads(out)["pictures"]
    assert code == 0 and len(pictures) == 6
    assert pictures[1]["label"] == "depth 3, width 4"


@pytest.mark.parametrize("name", LISTS)
def test_every_catalogue_prints(name, capsys):
    code, out, _ = command(f"list {name}", capsys)
    assert code == 0 and out.strip()
    data = json.loads(command(f"list {name} --json", capsys)[1])
    assert len(data) == len(out.strip().splitlines())
    assert all(description for description in data.values())


def test_a_picture_goes_to_stdout(capfdbinary):
    assert run(shlex.split("paint silk --seed 1 --size 8 -o -")) == 0
    out, _ = capfdbinary.readouterr()
    assert out.startswith(b"\x89PNG") and out.endswith(b"IEND\xaeB`\x82")


def test_a_recipe_may_come_through_a_pipe(art, capsys):
    text = command(f"show {art} --json", capsys)[1]
    code = f"import sys; from phosphene.cli import run; sys.exit(run({['show', '/dev/stdin']!r}))"
    ended = subprocess.run(
        [sys.executable, "-c", code], input=text.encode(), capture_output=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ph.open(art).digest in ended.stdout.decode()
