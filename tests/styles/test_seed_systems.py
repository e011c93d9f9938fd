"""Styles of the seed systems: recipes that say what those programs do, with the dials they had."""

from __future__ import annotations

import hashlib
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.bench.systems import bench_systems, numpy_bytes, system_recipes, systems_text
from phosphene.cli import run
from phosphene.compiler import make_networks
from phosphene.raster.frame import Rect
from phosphene.raster.view import points
from phosphene.recipe import FIELDS
from phosphene.styles import PICKS, STYLES
from phosphene.systems.huenermann import TOPOLOGIES
from phosphene.systems.neural_painter import NONLINEARITIES as PY2
from phosphene.systems.npainter import FUNCTIONS

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "docs"))

import gallery  # noqa: E402 - a script of the docs, not a package

SYSTEMS = [name for name, style in STYLES.items() if style.year]

# Another value of every dial.
OTHER = {
    "neural-painter": {
        "nonlin": "sin", "output_nonlin": "tanh", "channels": 1, "recurrent": True,
        "coord_bias": False, "use_bias": True, "batch_norm": True,
        "batch_norm_position": "after_nonlin",
    },
    "npainter": {"style": "logfn", "strength": 3},
    "cppn-tensorflow": {"channels": 3, "variation": "softplus", "z_scale": 2.0},
    "cppn-gan-vae": {"channels": 3, "stretch": False},
    "resnet-cppn": {
        "channels": 3, "width": 8, "depth": 3, "subnet_depth": 2, "stretch": False,
        "z_spread": 1.0,
    },
    "netart": {"colour": "cmyk", "alpha": True},
    "neurogram": {"rounds": 30, "mode": "abs_tanh"},
    "cppn-art": {"channels": 3, "scale": 0.05},
    "ichko": {"channels": 1, "batch_norm": True},
    "huenermann-python": {"variance": 8.0, "bw": True},
    "huenermann-browser": {"variance": 8.0, "topology": "resnet", "bw": True},
    "cppn-keras": {"variance": 8.0, "bw": True},
    "neale": {"channels": 1},
    "rppn": {"channels": 1},
    "convnetjs": {"stretch": False},
}  # fmt: skip


def pixels(name: str, seed: int | str = 3, size: tuple[int, int] = (32, 24), **dials) -> np.ndarray:
    return ph.render(ph.style(name, seed=seed, **dials), size).float


def corners(name: str, size: tuple[int, int], **dials) -> np.ndarray:
    """x and y of the first and the last pixel."""
    recipe = ph.style(name, seed=1, **dials)
    n = size[0] * size[1]
    found = points(recipe.view, size, Rect(0, 0, *size), np.empty((2, n)))
    return found[:, [0, -1]] * getattr(recipe.networks["main"], "scale", 1.0)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_paints_a_picture_that_is_not_flat(name):
    recipe = ph.style(name, seed=3)
    assert ph.Recipe.from_json(recipe.json) == recipe
    assert recipe.style == name and recipe.seed == 3
    made = ph.render(recipe, (32, 24))
    assert made.float.shape[:2] == (24, 32)
    assert np.isfinite(made.float).all() and made.float.std() > 0.02
    assert np.array_equal(ph.render(recipe, (32, 24), crop=(5, 3, 20, 9)).float,
                          made.float[3:12, 5:25])  # fmt: skip


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_has_neither_antialiasing_nor_dither(name):
    finish = ph.style(name, seed=1).finish
    assert (finish.antialias, finish.dither) == ("none", "none")


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_dial_of_a_system_changes_its_picture(name):
    assert set(OTHER[name]) == set(STYLES[name].dials)
    for dial, value in OTHER[name].items():
        rest = {"batch_norm_position": {"batch_norm": True}}.get(dial, {})
        if name == "npainter" and dial == "strength":
            rest = {"style": "logfn"}
        plain, turned = pixels(name, **rest), pixels(name, **rest, **{dial: value})
        assert not np.array_equal(plain, turned), dial
        again = pixels(name, **rest, **{dial: str(value)})
        assert np.array_equal(turned, again), f"{dial} as text"


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_defaults_of_a_system_are_those_of_its_table(name):
    defaults = {n: d for n, (d, _) in STYLES[name].dials.items() if d is not None}
    assert ph.style(name, seed=5, **defaults) == ph.style(name, seed=5)


def test_a_bare_seed_never_picks_a_system():
    assert not set(SYSTEMS) & set(PICKS[1])


@pytest.mark.parametrize(("axis", "first", "last"), [
    ("neural-painter", (0, 0), (23 / 24, 31 / 32)),
    ("npainter", (-0.5, -0.5), (0.5 - 1 / 32, 0.5 - 1 / 24)),
    ("convnetjs", (-0.5, -0.5), (0.5 - 1 / 32, 0.5 - 1 / 24)),
    ("cppn-tensorflow", (-10, -10), (10, 10)),
    ("neale", (-10, -10), (10, 10)),
    ("cppn-gan-vae", (-8, -8), (8, 8)),
    ("netart", (-0.5, -0.5), (23 / 24 - 0.5, 31 / 24 - 0.5)),
    ("neurogram", (-12, -12), (23 - 12, 31 - 12)),
    ("huenermann-python", (-32 / 28, -24 / 28), (32 / 28, 24 / 28)),
    ("cppn-keras", (-32 / 28, -24 / 28), (32 / 28, 24 / 28)),
    ("huenermann-browser", (-32 / 28, -24 / 28), (32 / 28 - 2 / 28, 24 / 28 - 2 / 28)),
])  # fmt: skip
def test_samples_are_where_the_program_has_them(axis, first, last):
    found = corners(axis, (32, 24))
    assert np.allclose(found[:, 0], first) and np.allclose(found[:, 1], last)


def test_square_only_systems_keep_their_square():
    assert np.allclose(corners("ichko", (8, 8)), [[0, 7 / 8], [0, 7 / 8]])
    assert np.allclose(corners("cppn-art", (256, 256)), [[0, 25.5], [0, 25.5]])


def test_outputs_stay_in_the_range_of_the_output_map():
    raw = ph.style("cppn-art", seed=2).replace(
        {"shading.colour": ["main0"]}
    )  # before it is stretched
    low, high = ph.render(raw, 64).float.min(), ph.render(raw, 64).float.max()
    assert 1 / (1 + np.e) - 1e-6 <= low < 0.3 and 0.7 < high <= np.e / (1 + np.e) + 1e-6
    for name in ("cppn-art", "huenermann-python", "convnetjs"):
        stretched = pixels(name)
        assert stretched.min() == 0 and stretched.max() == 1


@pytest.mark.parametrize("channels", [1, 3])
def test_neural_painter_paints_as_numpy_does(channels):
    """Its network written down once more: RandomState in its order, blue first."""
    random, size = np.random.RandomState(9), (20, 15)
    i, j = np.meshgrid(np.arange(15) / 15, np.arange(20) / 20, indexing="ij")
    value = np.stack([i, j, np.ones_like(i)], axis=-1).astype(np.float32).astype(np.float64)
    for inputs in (3, 12, 12):
        value = np.sin(value @ random.randn(inputs, 12) + random.randn(12))
    value = value @ random.randn(12, channels) + random.randn(channels)
    low, high = value.min((0, 1)), value.max((0, 1))
    wanted = ((value - low) / (high - low + 1e-8))[:, :, ::-1]
    ours = pixels(
        "neural-painter", 9, size, nonlin="sin", use_bias=True, channels=channels, width=12, depth=3
    )
    assert np.abs(ours - wanted).max() < 1e-9


@pytest.mark.slow  # a published picture at its own size
def test_a_published_picture_of_neural_painter_comes_from_its_seed():
    made = ph.render(ph.style("neural-painter", seed=57, width=42, depth=4), (800, 800)).uint8
    published = "2f5876103a472ecf785b168a1706ee5997d2ec6159cd252e9de8b0fcf373efa8"
    assert hashlib.sha256(np.ascontiguousarray(made).tobytes()).hexdigest() == published


@pytest.mark.parametrize("nonlin", [*PY2, "random_once"])
def test_every_nonlinearity_of_neural_painter_paints(nonlin):
    assert np.isfinite(pixels("neural-painter", nonlin=nonlin, width=8)).all()


@pytest.mark.parametrize("style", FUNCTIONS)
def test_every_style_of_npainter_paints(style):
    assert np.isfinite(pixels("npainter", style=style)).all()


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_every_topology_has_the_widths_of_the_page(topology):
    recipe = ph.style("huenermann-browser", seed=1, topology=topology)
    layers = make_networks(recipe)[0].layers()
    wanted = {"densenet": 8 * [8] + [3], "perceptron": 8 * [32] + [3], "resnet": [*10 * [32], 3]}
    assert layers == wanted[topology]


def test_a_block_of_resnet_cppn_adds_what_its_layers_make():
    """The joined layers of the recipe against the blocks, in NumPy."""
    recipe = ph.style("resnet-cppn", seed=4, depth=2, stretch=False)
    network = recipe.networks["main"]
    given = [
        (np.float64(x.weights.array), 0 if x.biases is None else np.float64(x.biases.array))
        for x in network.layers
    ]
    edge = np.linspace(-8, 8, 9)
    x, y = np.meshgrid(edge, edge)
    z = np.broadcast_to(np.float64(network.latent.values), (9, 9, 32))
    seen = np.concatenate([x[..., None], y[..., None], np.hypot(x, y)[..., None], z], axis=-1)
    state = np.tanh(seen @ given[0][0].T + given[0][1])
    for block in range(2):
        inner = state
        for k in range(5):
            weights, biases = given[1 + 6 * block + k]
            total = inner @ weights[:, -6:].T + biases
            inner = np.tanh(total) if k == 4 else np.maximum(total, 0)
        state = state + inner
    wanted = 1 / (1 + np.exp(-(state @ given[-1][0].T + given[-1][1])))
    assert np.abs(ph.render(recipe, 9).float - wanted).max() < 1e-4


def test_a_neurogram_that_has_not_grown_is_one_sum_in_three_channels():
    recipe = ph.style("neurogram", seed=8, rounds=0, mode="gaussian")
    assert len(recipe.networks["main"].nodes) == 4
    made = ph.render(recipe, (24, 24)).float
    assert np.array_equal(made[..., 0], made[..., 1]) and np.array_equal(made[..., 0], made[..., 2])


def test_the_pictures_of_huenermanns_example_seeds_never_change():
    recipe = ph.style("huenermann-browser", seed=6130076054, z="-0.2", variance=588.1)
    assert recipe.networks["main"].latent.values == (-0.2,)
    assert recipe == ph.style("huenermann-browser", seed="6130076054", z=[-0.2], variance="588.1")


def test_a_dial_comes_from_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    line = "paint huenermann-browser --seed 6130076054 --z -0.2 --variance 588.1 --size 16 -o a.png"
    assert run(shlex.split(line)) == 0
    assert run(shlex.split(line.replace("--variance 588.1", "--dial variance=588.1 --force"))) == 0
    wanted = ph.style("huenermann-browser", seed=6130076054, z=[-0.2], variance=588.1)
    assert ph.open("a.png") == wanted
    assert run(shlex.split("sheet npainter --count 2 --cell 16 --dial style=squar -o s.png")) == 0
    assert ph.open("s.png", 1) == ph.style("npainter", seed=0, style="squar")


FAULTS = {
    "npainter --dial style=tahn": "unknown npainter style 'tahn'. Did you mean 'tanh'?",
    "npainter --dial style=sine": "xlogxsq",
    "npainter --dial strength=40": "expected 0 to 32",
    "netart --colour cmy": "unknown colour mode 'cmy'. Did you mean 'cmyk'?",
    "netart --dial colour=lab": "bw, cmyk, hsl, hsv, rgb",
    "neural-painter --dial nonlin=tnah": "unknown nonlinearity 'tnah'. Did you mean 'tanh'?",
    "neural-painter --dial channels=2": "Known: 1, 3",
    "neural-painter --dial recurrent=maybe": "cannot read 'maybe'; expected yes or no",
    "neural-painter --seed words": "whole numbers from 0 to 4294967295",
    "neural-painter --seed 4294967296": "whole numbers from 0 to 4294967295",
    "neural-painter --seed -1": "whole numbers from 0 to 4294967295",
    "huenermann-browser --topology resnt": "Did you mean 'resnet'?",
    "huenermann-browser --variance nan": "--variance: cannot read 'nan'",
    "huenermann-browser --variance 0": "expected a number above 0",
    "huenermann-browser --dial varaince=3": "Did you mean 'variance'?",
    "huenermann-browser --varaince 3": "no such option: --varaince. Did you mean --variance?",
    "silk --variance 3": "no such option: --variance. It is a dial of huenermann-python",
    "ichko --dial batch_norm": "expected NAME=VALUE",
    "ichko --activation tahn": "Did you mean 'tanh'?",
    "nerual-painter": "Did you mean 'neural-painter'?",
}


@pytest.mark.parametrize("line", FAULTS)
def test_an_unsupported_field_of_a_system_is_reported(line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(shlex.split(f"paint {line} --size 8 -o a.png")) == 2
    out, err = capsys.readouterr()
    assert FAULTS[line] in err and out == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", SYSTEMS)
def test_list_styles_shows_year_fame_and_dials(name, capsys):
    assert run(["list", "styles"]) == 0
    line = next(x for x in capsys.readouterr().out.splitlines() if x.split()[0] == name)
    assert str(STYLES[name].year) in line and STYLES[name].famous_for in line
    assert all(f"{dial}=" in line for dial in STYLES[name].dials)
    assert not set(STYLES[name].dials) & {"seed", "set", "name"}
    assert all(description for _, description in STYLES[name].dials.values())


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_page_shows_every_system_as_it_is(name):
    page = ROOT / "docs" / "seed-systems.md"
    command = gallery.SYSTEMS[name]
    assert f"`phosphene {command} -o {name}.png`" in page.read_text("utf-8")
    path = ROOT / "docs" / "gallery" / "systems" / f"{name}.png"
    with Image.open(path) as image:
        assert image.size == (240, 240)
        stored = np.asarray(image)
    recipe = ph.open(path)
    assert recipe.style == name
    fresh = np.squeeze(ph.render(recipe, 240).uint8).astype(int)
    assert np.abs(fresh - stored).max() <= 1  # float64 is promised to 1e-9, not to the bit


def test_the_page_is_what_the_gallery_writes():
    page = ROOT / "docs" / "seed-systems.md"
    text = page.read_text("utf-8")
    assert gallery.replace_block(text, "systems", gallery.systems_block()) == text


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_bench_compares_with_the_same_picture(name):
    """An independent NumPy evaluation paints what the engine paints, up to rounding."""
    recipe = system_recipes()[name]
    ours, peer = ph.render(recipe, 40).uint8.astype(int), numpy_bytes(recipe, 40).astype(int)
    assert (np.abs(ours - peer) <= 1).mean() > (0.9 if name == "huenermann-python" else 0.999)


@pytest.mark.slow  # times every system
def test_the_bench_of_the_systems_gives_every_system():
    figures = bench_systems(16, 1)
    assert set(figures) == set(SYSTEMS)
    assert all(name in systems_text(figures) for name in SYSTEMS)


def test_dials_take_precedence_over_fields_of_the_same_name():
    grey = ph.style("ichko", seed=1, channels="1")
    assert grey.networks["main"].outputs == 1 and grey.shading.colour_space == "grey"
    assert "channels" in FIELDS
