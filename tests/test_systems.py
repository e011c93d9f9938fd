"""Weights of other programs: each option against NumPy, and each fault by its name."""

from __future__ import annotations

import colorsys
import json
import pickle

import numpy as np
import pytest

import phosphene as ph
from phosphene.bench.systems import our_bytes
from phosphene.core.errors import InputError, UserError
from phosphene.systems import SYSTEMS, system_recipe
from phosphene.systems.neural_painter import NONLINEARITIES
from phosphene.systems.npainter import FUNCTIONS as NPAINTER
from phosphene.systems.npz import import_weights, read_weights

SIZE = (7, 5)  # width, height


def draws(seed=1):
    return np.random.default_rng(seed).uniform


def painted(system, arrays, size=SIZE, **settings):
    return np.asarray(ph.render(system_recipe(system, arrays, settings), size))


def rows(span=1.0, low=0.0):
    """x down and y across, in float32, as netart and neurogram count them."""
    width, height = SIZE
    step = span / min(SIZE)
    x, y = np.meshgrid(np.arange(height) * step + low, np.arange(width) * step + low, indexing="ij")
    return x.astype(np.float32).astype(float), y.astype(np.float32).astype(float)


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


PAINTER_STYLES = {
    "tanh": lambda v, s: np.tanh(v),
    "tanhabs": lambda v, s: np.tanh(np.abs(v)),
    "logfn": lambda v, s: np.log10(np.abs(v) + s),
    "logfnex": lambda v, s: np.log10(np.abs(v) + s),
    "logxp1": lambda v, s: np.log(np.abs(v) + 0.1),
    "squar": lambda v, s: np.abs(v * v),
    "inv": lambda v, s: v * np.abs(1 / v),
    "xlogxsq": lambda v, s: v * np.log10(v**2 + s),
    "invxlogx": lambda v, s: np.abs(1 / v) * v * np.log(np.abs(v) + 0.9),
    "logx1": lambda v, s: np.log(np.abs(v) + 1),
    "tanhlog": lambda v, s: np.abs(1 / np.tanh(v)) * v * np.log10(np.abs(v) + 0.85),
    "invlogxp1": lambda v, s: np.abs(1 / v) * v * np.log10(np.abs(v) + 0.1),
}


@pytest.mark.parametrize("strength", [1, 8])
@pytest.mark.parametrize("style", NPAINTER)
def test_npainter_paints_each_style_at_each_strength(style, strength):
    u = draws()
    arrays = {"w_in": u(-1, 1, (6, 3)), "w_0": u(-1, 1, (6, 6)), "w_1": u(-1, 1, (6, 6))}
    arrays["w_out"] = u(-1, 1, (3, 6))
    got = painted("npainter", arrays, style=style, strength=strength)
    width, height = SIZE
    x, y = np.meshgrid(np.arange(width) / width - 0.5, np.arange(height) / height - 0.5)
    v = np.stack([x, y, np.ones_like(x)], -1)
    for name in ("w_in", "w_0", "w_1"):
        v = PAINTER_STYLES[style](v @ arrays[name].T, 10.0**-strength)
    assert np.abs(got - sigmoid(v @ arrays["w_out"].T)).max() < 1e-9


@pytest.mark.parametrize("alpha", [0, 1])
@pytest.mark.parametrize(
    ("mode", "outputs"), [("bw", 1), ("rgb", 3), ("cmyk", 4), ("hsv", 3), ("hsl", 5)]
)
def test_netart_paints_each_colour_mode_with_and_without_opacity(mode, outputs, alpha):
    u = draws(3)
    arrays = {
        "w_in": u(-1, 1, (8, 6)),
        "w_0": u(-1, 1, (8, 8)),
        "w_out": u(-3, 3, (outputs + 1, 8)),
    }
    got = painted("netart", arrays, color_mode=mode, alpha_mode=alpha, z1=0.5, z2=-0.25)
    x, y = rows(low=-0.5)
    v = np.stack([x, y, np.hypot(x, y), x * 0 + 0.5, x * 0 - 0.25, x * 0 + 1], -1)
    for name in ("w_in", "w_0"):
        v = np.tanh(v @ arrays[name].T)
    o = sigmoid(v @ arrays["w_out"].T)
    opacity = 0.25 + 0.75 * (1 - np.abs(2 * o[..., -1] - 1)) if alpha else o[..., -1] * 0 + 1
    match mode:
        case "bw":
            wanted = np.repeat(o[..., :1], 3, -1)
        case "cmyk":
            wanted = (1 - o[..., :3]) * np.abs(2 * o[..., 3:4] - 1)
        case "hsv":
            wanted = np.apply_along_axis(lambda c: colorsys.hsv_to_rgb(*c), -1, o[..., :3])
        case "hsl":
            wanted = np.apply_along_axis(
                lambda c: colorsys.hls_to_rgb(c[0], c[2], c[1]), -1, o[..., :3]
            )
        case _:
            wanted = o[..., :3]
    assert np.abs(got - np.concatenate([wanted, opacity[..., None]], -1)).max() < 1e-7


@pytest.mark.parametrize("topology", ["densenet", "perceptron", "resnet"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_huenermann_browser_paints_each_topology(topology, outputs):
    u, arrays, z = draws(5), {"z": np.array([0.7])}, 0.7

    def add(number, activation, inputs, units):
        name = f"L{number:02}_dense_Dense{number}_{activation}"
        arrays[f"{name}_0"] = u(-1, 1, (inputs, units)).astype(np.float32)
        arrays[f"{name}_1"] = u(-1, 1, units).astype(np.float32)
        return arrays[f"{name}_0"].astype(float), arrays[f"{name}_1"].astype(float)

    width, height = SIZE
    x, y = np.meshgrid(np.arange(width) / width * 2 - 1, np.arange(height) / height * 2 - 1)
    x, y = x * width / 6, y * height / 6
    v = np.stack([x, y, np.hypot(x, y), x * 0 + z], -1)
    if topology == "densenet":
        for k in range(8):
            w, b = add(k + 1, "sigmoid", 4 + 2 * k, 2)
            v = np.concatenate([v, sigmoid(v @ w + b)], -1)
        w, b = add(9, "tanh", 20, outputs)
    elif topology == "perceptron":
        for k in range(8):
            w, b = add(k + 1, "tanh", 6 if k else 4, 6)
            v = np.tanh(v @ w + b)
        w, b = add(9, "tanh", 6, outputs)
    else:
        w, b = add(1, "tanh", 4, 6)
        around, constant = add(2, "linear", 4, 6)
        v = v @ around + constant + np.tanh(v @ w + b)
        for k in range(7):
            w, b = add(k + 3, "tanh", 6, 6)
            v = v + np.tanh(v @ w + b)
        v = np.tanh(v)
        w, b = add(10, "tanh", 6, outputs)
    wanted = 0.5 * np.tanh(v @ w + b) + 0.5
    got = painted("huenermann-browser", arrays, topology=topology, bw=outputs == 1)
    assert got.shape == wanted.shape and np.abs(got - wanted).max() < 1e-5


@pytest.mark.parametrize("mode", [0, 1, 2])
def test_neurogram_paints_each_render_mode(mode):
    arrays = {
        "nodes": [0.0, 0, 0, 2, 1, 1, 1, 11],
        "connections": [[0.0, 7], [1, 7], [2, 7], [3, 7], [7, 4], [7, 5], [7, 6]],
        "genome": [[0, 0.1, 1], [1, -0.2, 1], [3, 0.3, 1], [4, 1, 1], [5, -0.5, 1], [6, 2.0, 1]],
    }
    x, y = rows(24.0, -12.0)
    sums = (0.1 * x - 0.2 * y + 0.3)[..., None] * np.array([1, -0.5, 2.0])
    squash = (sigmoid, lambda v: np.exp(-v * v / 2), lambda v: np.abs(np.tanh(v)))[mode]
    got = painted("neurogram", arrays, renderMode=mode)
    assert np.abs(got - squash(sums)).max() < 1e-9


@pytest.mark.parametrize("name", NONLINEARITIES)
def test_neural_painter_has_each_nonlinearity(name):
    u = draws(2)
    arrays = {"W0": u(-1, 1, (2, 4)), "W1": u(-1, 1, (4, 4)), "W2": u(-1, 1, (4, 1))}
    got = painted("neural-painter", arrays, acts=[name, "tanh"])
    assert got.shape == (5, 7, 1) and got.min() == 0 and got.max() > 0.9


def test_neural_painter_writes_blue_green_red():
    u = draws(2)
    arrays = {"W0": u(-1, 1, (2, 4)), "W1": u(-1, 1, (4, 3))}
    turned = {**arrays, "W1": arrays["W1"][:, ::-1]}
    a, b = painted("neural-painter", arrays), painted("neural-painter", turned)
    assert np.array_equal(a, b[..., ::-1]) and not np.array_equal(a, b)


def test_an_imported_recipe_renders_larger_and_in_parts(tmp_path):
    recipe = import_weights("tests/data/vectors/cppn_tensorflow-1.npz", "cppn-tensorflow")
    assert ph.Recipe.from_json(recipe.json) == recipe
    whole = ph.render(recipe, 90).float
    assert np.array_equal(whole[10:30, 5:60], ph.render(recipe, 90, crop=(5, 10, 55, 20)).float)


# ---- faults

GOOD = {"w_in": np.ones((4, 3)), "w_0": np.ones((4, 4)), "w_out": np.ones((3, 4))}


def stored(folder, arrays, settings=None):
    path = folder / "weights.npz"
    more = {} if settings is None else {"settings": np.array(json.dumps(settings))}
    np.savez(path, **arrays, **more)
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"w_out": None}, ["'w_out' is missing"]),
        ({"w_in": np.ones((4, 2))}, ["'w_in'", "(4, 2)", "(any, 3)"]),
        ({"w_0": np.ones((4, 5))}, ["'w_0'", "(4, 5)", "(4, 4)"]),
        ({"w_0": np.ones(4)}, ["'w_0'", "(4,)", "(4, 4)"]),
        ({"w_0": np.full((4, 4), np.nan)}, ["'w_0'", "not finite at [0, 0]"]),
        ({"w_0": np.full((4, 4), "a")}, ["'w_0'", "real numbers"]),
        ({"w_0": np.ones((4, 4), complex)}, ["'w_0'", "real numbers"]),
        ({"w_in": np.ones((0, 3))}, ["'w_in'", "(0, 3)"]),
    ],
)
def test_an_array_that_does_not_fit_is_named(change, words, tmp_path):
    arrays = {n: a for n, a in {**GOOD, **change}.items() if a is not None}
    with pytest.raises(InputError) as caught:
        import_weights(stored(tmp_path, arrays), "npainter")
    for word in ["weights.npz", *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"style": "tahn"}, ["settings.style", "Did you mean 'tanh'"]),
        ({"style": 3}, ["settings.style", "3"]),
        ({"style": "logfn", "strength": "a"}, ["settings.strength", "'a'"]),
        ({"hidden": 3}, ["'w_1' is missing"]),
        ({"hidden": -1}, ["settings.hidden", "-1"]),
        ([1], ["settings", "JSON object"]),
    ],
)
def test_an_invalid_setting_is_named(settings, words, tmp_path):
    with pytest.raises(InputError) as caught:
        import_weights(stored(tmp_path, GOOD, settings), "npainter")
    for word in words:
        assert word in str(caught.value)


def test_a_colour_mode_that_netart_lacks_is_named(tmp_path):
    arrays = {"w_in": np.ones((4, 6)), "w_0": np.ones((4, 4)), "w_out": np.ones((4, 4))}
    with pytest.raises(InputError, match="color mode 'hvs'.*Did you mean 'hsv'"):
        import_weights(stored(tmp_path, arrays, {"color_mode": "hvs"}), "netart")


def test_an_unknown_system_gets_a_suggestion(tmp_path):
    with pytest.raises(UserError, match="unknown system 'npianter'. Did you mean 'npainter'"):
        import_weights(tmp_path / "none.npz", "npianter")


@pytest.mark.parametrize("name", SYSTEMS)
def test_no_arrays_at_all_is_a_missing_array(name):
    with pytest.raises(InputError, match="array '.*' is missing|array 'nodes'"):
        system_recipe(name, {})


def test_pickled_objects_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", w_in=np.array([{}, print], object), allow_pickle=True)
    with pytest.raises(InputError, match="array 'w_in': holds pickled objects"):
        read_weights(tmp_path / "a.npz")
    (tmp_path / "b.npz").write_bytes(pickle.dumps({"w_in": 1}))
    with pytest.raises(InputError, match=r"b\.npz: not an \.npz file"):
        read_weights(tmp_path / "b.npz")


def test_files_without_weights_are_refused(tmp_path):
    whole = stored(tmp_path, GOOD).read_bytes()
    damaged = {"empty": b"", "text": b"w_in = 3", "half": whole[: len(whole) // 2]}
    damaged["flipped"] = whole[:200] + bytes(255 - b for b in whole[200:300]) + whole[300:]
    for name, data in damaged.items():
        path = tmp_path / f"{name}.npz"
        path.write_bytes(data)
        with pytest.raises(InputError, match=name):
            import_weights(path, "npainter")
    with pytest.raises(InputError, match="no such file"):
        read_weights(tmp_path / "none.npz")
    with pytest.raises(InputError, match="cannot be read"):
        read_weights(tmp_path)


def test_settings_that_are_not_json_are_refused(tmp_path):
    path = tmp_path / "weights.npz"
    for settings in (np.array("{"), np.array([1, 2]), np.array("[" * 100_000)):
        np.savez(path, settings=settings, **GOOD)
        with pytest.raises(InputError, match="settings: expected one text"):
            read_weights(path)


def test_unused_arrays_may_hold_anything(tmp_path):
    arrays = {**GOOD, "pixels": np.full((2, 2), np.nan), "note": np.array("by hand")}
    assert import_weights(stored(tmp_path, arrays), "npainter").precision == "f64"


@pytest.mark.parametrize("name", ["cppn-tensorflow", "huenermann-python", "npainter"])
def test_the_bench_times_the_bytes_of_the_picture(name):
    recipe = ph.style(name, seed=2)
    wanted = ph.render(recipe, 40).uint8
    assert all(np.array_equal(our_bytes(recipe, 40, threads), wanted) for threads in (1, 2))


def rounded(v):
    return v.astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("seed", [3, 7, 8])  # in float32 these are too far
def test_a_wild_resnet_of_the_page_is_as_near_as_its_stored_float32_allows(seed):
    """Large weights; sums in float64, stored in float32, layer after layer."""
    normal, arrays, z = np.random.default_rng(seed).normal, {"z": np.array([-0.2])}, -0.2

    def add(number, activation, inputs, units, spread):
        name = f"L{number:02}_dense_Dense{number}_{activation}"
        arrays[f"{name}_0"] = normal(0, spread, (inputs, units)).astype(np.float32)
        arrays[f"{name}_1"] = np.zeros(units, np.float32)
        return arrays[f"{name}_0"].astype(np.float64)

    x, y = np.meshgrid(np.arange(48) / 24 - 1, np.arange(48) / 24 - 1)
    v = rounded(np.stack([x, y, np.hypot(x, y), x * 0 + z], -1))
    inner, around = add(1, "tanh", 4, 32, 8.0), add(2, "linear", 4, 32, 8.0)
    v = rounded(rounded(v @ around) + rounded(np.tanh(rounded(v @ inner))))
    for k in range(7):
        v = rounded(v + rounded(np.tanh(rounded(v @ add(k + 3, "tanh", 32, 32, 3.5)))))
    last = add(10, "tanh", 32, 3, 0.25)
    wanted = 0.5 * np.tanh(rounded(np.tanh(v)) @ last) + 0.5
    got = painted("huenermann-browser", arrays, (48, 48), topology="resnet")
    assert np.abs(got - wanted).max() < 2e-4
