"""Systems of which no vector is kept: weights made here, and their pixels by plain NumPy."""

from __future__ import annotations

import colorsys
import json

import numpy as np
import pytest

from phosphene.core.errors import InputError
from phosphene.systems import system_recipe
from tests.compat.vectors import Disagrees, check_vector, damaged

SIZES = [(16, 11), (9, 14)]  # width, height


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def single(arrays):
    """float32, as the programs store them, and those as float64 for the sums."""
    stored = {name: np.asarray(a, np.float32) for name, a in arrays.items()}
    return stored, {name: a.astype(np.float64) for name, a in stored.items()}


def grid(size, across, down):
    """x, y and r of every sample, both ends included; shape (height, width) each."""
    x, y = np.meshgrid(np.linspace(-across, across, size[0]), np.linspace(-down, down, size[1]))
    return x, y, np.sqrt(x * x + y * y)


def otoro_weights(normal, name, z, units):
    sides = {f"{name}_{s}.Matrix": normal(0, 1, (1, units)) for s in "xyr"}
    from_z = {f"{name}_z.Matrix": normal(0, 1, (z, units)), "z": normal(0, 0.2, (1, z))}
    return sides | from_z | {f"{name}_z.bias": normal(0, 1, (1, units))}


def otoro_start(w, name, size, scale, by):
    """The layer that sees z, x, y and r; shape (height, width, units)."""
    total = (w["z"] * by) @ w[f"{name}_z.Matrix"] + w[f"{name}_z.bias"]
    for side, v in zip("xyr", grid(size, scale, scale), strict=True):
        total = total + v[..., None] * w[f"{name}_{side}.Matrix"]
    return np.tanh(total)


def affine(v, w, name):
    return v @ w[f"{name}.Matrix"] + w[f"{name}.bias"]


def rppn(size, channels=3, k=3, act="tanh", gamma=1.0):
    normal, n, wat = np.random.default_rng(k).normal, 12, 0.001
    stored, w = single(otoro_weights(normal, "g_0", 4, n) | {
        "iter_norm.LayerNorm.gamma": np.full(n, gamma), "iter_norm.LayerNorm.beta": np.zeros(n),
        "iter_linear.weights": normal(0, 1, (n, n)), "iter_linear.biases": normal(0, 1, n),
        "g_final.Matrix": normal(0, 1, (n, channels)), "g_final.bias": normal(0, 1, channels),
    })  # fmt: skip
    inner, biases = w["iter_linear.weights"], w["iter_linear.biases"]
    v = otoro_start(w, "g_0", size, 4.0, 8.0)
    for _ in range(k):
        v = (v - v.mean(-1, keepdims=True)) / np.sqrt(v.var(-1, keepdims=True) + 1e-12)
        v = v * w["iter_norm.LayerNorm.gamma"] + w["iter_norm.LayerNorm.beta"]
        length = np.sqrt((v**2).sum(-1, keepdims=True) + wat**2)
        cosines = (v @ inner + wat * biases) / np.sqrt((inner**2).sum(0) + biases**2) / length
        v = {"tanh": np.tanh, "sin": np.sin}[act](cosines)
    settings = {"k": k, "act": act, "scale": 4.0, "scale_z": 8.0}
    return stored, settings, sigmoid(affine(v, w, "g_final"))


def resnet_cppn(size, channels=1, depth=3, inside=2, units=6):
    normal, name = np.random.default_rng(depth).normal, "cppnvae_g"
    arrays = otoro_weights(normal, f"{name}_0", 5, units)
    for i in range(depth):
        for label in (*(f"relu_skip_{i}_{j}" for j in range(inside)), f"tanh_skip_{i}"):
            arrays[f"{name}_{label}.Matrix"] = normal(0, 0.5, (units, units))
            arrays[f"{name}_{label}.bias"] = normal(0, 0.5, (1, units))
    arrays[f"{name}_{depth}.Matrix"] = normal(0, 0.5, (units, channels))
    arrays[f"{name}_{depth}.bias"] = normal(0, 0.5, (1, channels))
    stored, w = single(arrays)
    state = otoro_start(w, f"{name}_0", size, 3.0, 8.0)
    for i in range(depth):
        v = state
        for j in range(inside):
            v = np.maximum(affine(v, w, f"{name}_relu_skip_{i}_{j}"), 0)
        state = state + np.tanh(affine(v, w, f"{name}_tanh_skip_{i}"))
    settings = {"net_depth_g": depth, "subnet_depth_g": inside, "scale": 3.0}
    return stored, settings, sigmoid(affine(state, w, f"{name}_{depth}"))


def cppn_keras(size, channels=3, depth=3, units=32):
    normal, names = np.random.default_rng(channels).normal, ["dense", "dense_1", "dense_2"]
    names = [*names[:depth], f"dense_{depth}"]
    sizes = [4, *[units] * depth, channels]
    arrays = {"z": normal(0, 1, 1)}
    for name, inputs, outputs in zip(names, sizes[:-1], sizes[1:], strict=True):
        arrays[f"{name}.kernel"] = normal(0, (60 / inputs) ** 0.5, (inputs, outputs))
        arrays[f"{name}.bias"] = np.zeros(outputs)
    stored, w = single(arrays)
    middle = sum(size) / 2
    x, y, r = grid(size, size[0] / middle, size[1] / middle)
    v = np.stack([x, y, r, x * 0 + w["z"][0]], -1)
    for name in names:
        v = np.tanh(v @ w[f"{name}.kernel"] + w[f"{name}.bias"])
    low, high = v.min((0, 1)), v.max((0, 1))
    v = (v - low) / (high - low)
    if channels == 3:
        v = np.apply_along_axis(lambda hsv: colorsys.hsv_to_rgb(*hsv), -1, v)
    return stored, {} if depth == 3 else {"depth": depth}, v


MAKERS = {"rppn": rppn, "resnet_cppn": resnet_cppn, "cppn_keras": cppn_keras}
OPTIONS = {
    "rppn": [{}, {"channels": 1}, {"k": 0}, {"k": 9}, {"act": "sin"}, {"gamma": 0.25}],
    "resnet_cppn": [{}, {"channels": 3}, {"depth": 0}, {"depth": 24, "inside": 4}, {"inside": 0}],
    "cppn_keras": [{}, {"channels": 1}, {"depth": 2}, {"units": 5}],
}
CASES = [(name, options) for name, found in OPTIONS.items() for options in found]


def vector(folder, name, size=SIZES[0], **options):
    stored, settings, pixels = MAKERS[name](size, **options)
    path = folder / f"{name}-1.npz"
    np.savez(path, **stored, pixels=pixels, settings=np.array(json.dumps(settings)))
    return path


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_weights_give_the_pixels_of_the_program(name, options, size, tmp_path):
    check_vector(vector(tmp_path, name, size, **options))


@pytest.mark.parametrize("name", MAKERS)
def test_any_array_that_is_missing_or_misshapen_is_named(name, tmp_path):
    path = vector(tmp_path, name)
    with np.load(path) as stored:
        arrays = {n: stored[n] for n in stored.files if n not in ("pixels", "settings")}
        settings = json.loads(str(stored["settings"]))
    for wrong in arrays:
        rest = {n: a for n, a in arrays.items() if n != wrong}
        with pytest.raises(InputError, match=f"array '{wrong}' is missing"):
            system_recipe(name.replace("_", "-"), rest, settings)
        cube = {**arrays, wrong: np.zeros((2, 3, 4))}
        with pytest.raises(InputError, match="array '.*': got shape|array '.*': got 24 outputs"):
            system_recipe(name.replace("_", "-"), cube, settings)


@pytest.mark.parametrize("name", MAKERS)
def test_a_number_that_is_one_percent_off_is_caught(name, tmp_path):
    path = vector(tmp_path, name, channels=3)
    with np.load(path) as stored:
        last = [n for n in stored.files if n.endswith(("Matrix", "kernel", "iter_linear.weights"))]
        changes = {n: stored[n] * np.float32(1.01) for n in last}
    with pytest.raises(Disagrees, match="differs by"):
        check_vector(damaged(path, tmp_path, **changes))


def test_cosines_of_vectors_that_differ_in_length_are_refused():
    stored, settings, _ = rppn((4, 4))
    for part, value in {"gamma": np.linspace(0.5, 1, 12), "beta": np.full(12, 0.1)}.items():
        changed = {**stored, f"iter_norm.LayerNorm.{part}": value}
        with pytest.raises(InputError, match="LayerNorm.gamma.*expected one factor"):
            system_recipe("rppn", changed, settings)


@pytest.mark.parametrize(("system", "settings", "words"), [
    ("rppn", {"k": -1}, "settings.k: got -1"),
    ("rppn", {"act": "tahn"}, "Did you mean 'tanh'"),
    ("rppn", {"scale": "wide"}, "settings.scale: got 'wide'"),
    ("resnet-cppn", {"net_depth_g": 300}, "settings.net_depth_g: got 300"),
    ("resnet-cppn", {"subnet_depth_g": 4}, "'cppnvae_g_relu_skip_0_2.Matrix' is missing"),
    ("cppn-keras", {"depth": 4}, "'dense_4.kernel' is missing"),
    ("cppn-keras", {"depth": 2}, "'dense_2.kernel': got 32 outputs"),
])  # fmt: skip
def test_a_setting_that_does_not_fit_is_named(system, settings, words):
    stored, own, _ = MAKERS[system.replace("-", "_")]((4, 4))
    with pytest.raises(InputError) as caught:
        system_recipe(system, stored, own | settings)
    assert words in str(caught.value)
