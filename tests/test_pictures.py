"""What must be true of pictures: a crop is a part, nothing is NaN, one change changes one thing."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.catalogue.architectures import ARCHITECTURES
from phosphene.catalogue.folds import FOLDS
from phosphene.catalogue.weights import WEIGHTS
from phosphene.compiler import build, latents, make_networks
from phosphene.core.errors import RecipeError
from phosphene.engines import get_engine
from phosphene.engines.cpu.llvm_intrinsics import BLOCK
from phosphene.ir.network import Activate, Affine
from phosphene.raster import painter
from phosphene.recipe import Recipe
from phosphene.render import render, render_file
from phosphene.testing import PICTURES
from phosphene.testing.pictures import picture
from phosphene.testing.points import smooth
from tests.recipes import recipe
from tests.tables import few_quick


def pixels(*args: Any, **options: Any) -> Any:
    return render(*args, **options).float


# ---- a picture is a function of the place: tiles, bands and threads


@pytest.mark.parametrize("size", [(255, 258), (257, 200), (1000, 40), (40, 1000)])
@pytest.mark.parametrize("name", ["calm", "torn", "broken", "chaotic", "relief"])
def test_pixels_do_not_depend_on_jobs_and_threads(
    monkeypatch: pytest.MonkeyPatch, name: str, size: tuple[int, int]
):
    made = Recipe(seed=name, **PICTURES[name][1])
    whole = pixels(made, size, threads=1)
    for job, threads in itertools.product((3 * BLOCK + 1, 5000), (1, 3)):
        monkeypatch.setattr(painter, "JOB_PIXELS", job)
        np.testing.assert_array_equal(pixels(made, size, threads=threads), whole)


@pytest.mark.parametrize("name", few_quick(["calm", "torn", "broken", "chaotic", "relief"], 1))
def test_pixels_do_not_depend_on_jobs_of_one_row(monkeypatch: pytest.MonkeyPatch, name: str):
    made = Recipe(seed=name, **PICTURES[name][1])
    whole = {size: pixels(made, size, threads=1) for size in ((257, 20), (9, 300))}
    monkeypatch.setattr(painter, "JOB_PIXELS", 1)
    for (size, wanted), threads in itertools.product(whole.items(), (1, 3)):
        np.testing.assert_array_equal(pixels(made, size, threads=threads), wanted)


def test_a_file_written_in_bands_holds_the_same_pixels(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
):
    made = Recipe(seed=3)
    whole = pixels(made, (130, 77))
    monkeypatch.setattr(painter, "JOB_PIXELS", 130 * 4)
    render_file(made, tmp_path / "a.npy", (130, 77), threads=3)
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), whole)


def test_different_seeds_are_different_pictures():
    drawn = [pixels(Recipe(seed=s), (24, 24)).tobytes() for s in (*range(20), "a", "b", "20a")]
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("name", PICTURES)
def test_a_program_does_not_depend_on_the_view(name: str):
    made = Recipe(seed=name, **PICTURES[name][1])
    moved = made.replace({"view.span": 0.5, "view.rotation": 1.0, "view.centre": (3, 4)})
    assert build(moved).digest == build(made).digest


# ---- size


@pytest.mark.parametrize("name", ["calm", "torn", "chaotic", "folded"])
def test_every_second_sample_of_twice_the_size_is_the_picture(name: str):
    made = Recipe(seed=name, view={"sampling": "start"}, **PICTURES[name][1])
    np.testing.assert_array_equal(pixels(made, (128, 64))[::2, ::2], pixels(made, (64, 32)))


@pytest.mark.parametrize("name", ["calm", "torn", "chaotic", "folded"])
def test_samples_that_reach_both_ends_nest(name: str):
    made = Recipe(seed=name, view={"sampling": "ends"}, **PICTURES[name][1])
    np.testing.assert_array_equal(pixels(made, (65, 65))[::4, ::4], pixels(made, (17, 17)))


def linear(encoded: Any) -> Any:
    wide = encoded.astype(np.float64)
    return np.where(wide < 0.04045, wide / 12.92, ((wide + 0.055) / 1.055) ** 2.4)


def far_from_the_small(small: Any, large: Any) -> Any:
    """Which pixels of a picture twice the size, averaged in linear light, look different.

    The mean of four points a quarter of a pixel off is the value in the middle and a 32nd of the
    second differences across and down. We allow twice that, at the most curved pixel nearby.
    """
    middle = linear(small)
    over = linear(large)
    mean = sum(over[i::2, j::2] for i in (0, 1) for j in (0, 1)) / 4
    curve = np.zeros_like(middle)
    for axis in (0, 1):
        second = np.abs(np.diff(middle, 2, axis))
        edges = [(0, 0)] * 3
        edges[axis] = (1, 1)
        second = np.pad(second, edges, "edge")
        for step in itertools.product((-1, 0, 1), repeat=2):
            curve = np.maximum(curve, 2 / 32 * np.roll(second, step, (0, 1)))
    return np.abs(mean - middle)[2:-2, 2:-2] > 2 * curve[2:-2, 2:-2] + 1e-6


@pytest.mark.parametrize("name", ["calm", "given", "measured", "warped"])
def test_twice_the_size_looks_the_same(name: str):
    made = Recipe(seed=name, **PICTURES[name][1])
    assert not far_from_the_small(pixels(made, (96, 96)), pixels(made, (192, 192))).any()


def test_a_picture_that_changes_with_its_size_is_caught():
    made = Recipe(seed="measured", **PICTURES["measured"][1])
    shifted = made.replace({"view.sampling": "start"})
    assert far_from_the_small(pixels(made, (96, 96)), pixels(shifted, (192, 192))).mean() > 0.5


@pytest.mark.parametrize("kind", ["mirror_x", "mirror_y", "mirror"])
def test_a_mirror_is_exact(kind: str):
    made = recipe(5, fold=kind, activations=["sin"], weights={"gain": 2})
    drawn = pixels(made, (64, 32))
    turned = {"mirror_x": drawn[:, ::-1], "mirror_y": drawn[::-1], "mirror": drawn[::-1, ::-1]}
    np.testing.assert_array_equal(drawn, turned[kind])


@pytest.mark.parametrize("kind", ["kaleidoscope", "rotational"])
def test_a_quarter_turn_of_a_fold_of_order_four_is_the_same_picture(kind: str):
    made = recipe(6, fold={"kind": kind, "order": 4}, norm="frozen")
    drawn = pixels(made, (64, 64))
    # Angles differ by roundings of pi; the network is calm.
    assert np.abs(drawn - np.rot90(drawn)).max() < 1e-4
    assert np.abs(drawn - pixels(recipe(6, norm="frozen"), (64, 64))).max() > 0.1


def test_every_fold_is_tried_above():
    assert set(FOLDS) == {"mirror_x", "mirror_y", "mirror", "kaleidoscope", "rotational"}


# ---- numbers that are none

WILD = {
    "overflow": [[[1e38, -1e38]] * 3],
    "infinity less infinity": [[[1e38, 1e38], [-1e38, 1e38]], [[1e38, 1e38]] * 3],
    "nought times infinity": [[[3e38, 3e38]] * 2, [[0.0, 1e-30]] * 3],
}


@pytest.mark.parametrize(
    "activation", ["identity", "exp", "log_abs", "tan", "softmax", "layer_norm"]
)
@pytest.mark.parametrize("name", WILD)
def test_a_network_beyond_all_numbers_is_a_picture(name: str, activation: str):
    layers = [{"weights": w, "activation": activation} for w in WILD[name]]
    made = recipe(0, kind="explicit", inputs=["x", "y"], scale=1e3, layers=layers)
    first = pixels(made, (40, 30))
    assert ((first >= 0) & (first <= 1)).all()
    assert first.tobytes() == pixels(made, (40, 30), threads=1).tobytes()
    part = pixels(made, (40, 30), crop=(3, 5, 20, 7))
    np.testing.assert_array_equal(part, first[5:12, 3:23])
    for precision in ("f32", "f64"):
        assert np.isfinite(pixels(made.replace({"precision": precision}), (20, 20))).all()


@pytest.mark.parametrize(
    "text", ["log(-1 - x*x)", "0*(1/(x - x))", "sqrt(0 - 1)/0*0", "tan(x)*1e38*1e38"]
)
def test_a_shading_without_a_value_is_black_and_statistics_of_it_are_numbers(text: str):
    drawn = pixels(Recipe(shading={"rgb": [text, f"cdf({text})", f"q({text}, 0.5)"]}), (16, 16))
    assert np.isfinite(drawn).all()
    # A gradient in the middle of an odd picture, where r has none.
    assert np.isfinite(pixels(Recipe(shading={"grey": f"dx({text})"}), (17, 17))).all()


def test_a_gradient_is_a_number_in_the_middle_and_on_the_axes():
    made = recipe(2, {"grey": "dx(main0)"}, inputs=["r", "theta", "abs_x", "x"])
    program = build(made)
    values = get_engine("cpu").evaluate(program, np.array([[0, 0, 1, 0], [0, 1, 0, -1]], "f4"))
    assert np.isfinite(values).all()


# ---- one change changes one thing


def affines(made: Recipe) -> list[Affine]:
    (network,) = make_networks(made)
    return [s for s in network.steps if isinstance(s, Affine)]


@pytest.mark.parametrize("fan_in", [True, False])
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_units_keep_their_weights_when_a_layer_grows(kind: str, weights: str, fan_in: bool):
    options: dict[str, Any] = {
        "kind": kind,
        "depth": 3,
        "latent": {"size": 2},
        "biases": {"kind": "normal"},
        "weights": {"kind": weights, "fan_in": fan_in},
    }
    small, large = affines(recipe(9, width=5, **options)), affines(recipe(9, width=12, **options))
    for a, b in zip(small, large, strict=True):
        units = len(a.biases)
        inputs = min(a.weights.shape[1], 3 + 5)  # of a densenet, the inputs and its first layer
        ratio = a.weights[:, :inputs] / b.weights[:units, :inputs]
        np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-14)  # scaled by the fan, as a whole
        np.testing.assert_array_equal(a.biases, b.biases[:units])
        if a.latent is not None and b.latent is not None:
            np.testing.assert_array_equal(a.latent, b.latent[:units])


def test_along_a_width_grid_without_fan_in_only_new_units_are_added():
    small, large = (affines(recipe(1, width=w, weights={"fan_in": False})) for w in (6, 7))
    for a, b in zip(small, large, strict=True):
        rows, columns = a.weights.shape
        np.testing.assert_array_equal(a.weights, b.weights[:rows, :columns])


def test_random_activations_stay_with_their_units():
    def names(width: int) -> list[str]:
        made = recipe(4, width=width, activations={"random": "unit"})
        (network,) = make_networks(made)
        step = next(s for s in network.steps if isinstance(s, Activate))
        return [name for name, _, count in step.runs for _ in range(count)]

    assert names(40)[:9] == names(9)
    assert len(set(names(40))) > 3


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_a_deeper_network_keeps_its_earlier_layers(kind: str):
    options: dict[str, Any] = {"kind": kind, "activations": {"random": "layer"}, "norm": "none"}
    shallow, deep = affines(recipe(8, depth=3, **options)), affines(recipe(8, depth=6, **options))
    assert len(deep) == len(shallow) + 3
    for a, b in zip(shallow[:-1], deep, strict=False):
        np.testing.assert_array_equal(a.weights, b.weights)
        np.testing.assert_array_equal(a.biases, b.biases)
    np.testing.assert_array_equal(shallow[-1].biases, deep[-1].biases)


def test_a_new_latent_keeps_the_weights_and_new_weights_keep_the_latent():
    def drawn(**changes: Any) -> tuple[Any, Any]:
        made = recipe(1, latent={"size": 4}, inputs=["x", {"kind": "fourier"}]).replace(changes)
        return [a.weights.tobytes() for a in affines(made)], latents(made)

    weights, z = drawn()
    again, other_z = drawn(**{"networks.main.latent.seed": 2})
    assert again == weights
    assert other_z != z
    others, same_z = drawn(**{"networks.main.weights.seed": 2})
    assert same_z == z
    assert not set(others) & set(weights)


def test_a_latent_of_the_recipes_own_seed_is_the_default():
    made = recipe(77, latent={"size": 4})
    assert latents(made.replace({"networks.main.latent.seed": 77})) == latents(made)
    assert latents(made.replace({"seed": 78})) != latents(made)


def test_adding_a_network_does_not_change_the_others():
    one = Recipe(seed=5, networks={"main": {}})
    two = Recipe(seed=5, networks={"main": {}, "more": {"latent": {"size": 3}}})
    np.testing.assert_array_equal(pixels(one, (20, 20)), pixels(two, (20, 20)))


# ---- networks that read other networks, and gradients


def values(made: Recipe, places: Any) -> Any:
    """Raw channels in float64 at points of shape (2, n)."""
    return get_engine("cpu").evaluate(build(made), np.ascontiguousarray(places, np.float64))


def test_a_network_reads_the_fields_of_another():
    places, _ = smooth(2, "f64")
    warp = {"width": 6, "depth": 2, "outputs": 2}
    main = {"width": 7, "depth": 3, "activations": ["sin"]}
    both = Recipe(
        seed=3,
        precision="f64",
        networks={"warp": warp, "main": {**main, "inputs": ["x + 0.4*warp0", "y - warp1"]}},
    )
    field = Recipe(
        seed=3, precision="f64", networks={"warp": warp}, shading={"rgb": ["warp0", "warp1", "0"]}
    )
    alone = Recipe(seed=3, precision="f64", networks={"main": {**main, "inputs": ["x", "y"]}})
    first, second, _ = values(field, places)
    moved = np.stack([places[0] + 0.4 * first, places[1] - second])
    np.testing.assert_allclose(values(both, places), values(alone, moved), rtol=1e-11, atol=1e-11)


def test_formulas_may_name_each_other_but_not_without_end():
    """A chain of thousands is an error of the recipe, not of our stack."""

    def chain(count: int) -> Recipe:
        names = [f"w{a}{b}" for a in "abcdefghijklmnopqrstuvwxyz" for b in "abcdefghijklmnopqrst"]
        names = names[: count + 1]
        lets = dict(zip(names[:-1], (f"{n} + 1" for n in names[1:]), strict=True))
        return Recipe(shading={"let": {**lets, names[-1]: "x"}, "grey": f"{names[0]} - {count}"})

    np.testing.assert_array_equal(
        pixels(chain(50), (16, 16)), pixels(Recipe(shading={"grey": "x"}), (16, 16))
    )
    with pytest.raises(RecipeError, match="deep"):
        build(chain(500))
    with pytest.raises(RecipeError, match="defined in terms of itself"):
        build(Recipe(shading={"let": {"a": "b", "b": "a"}, "grey": "a"}))


def test_networks_that_depend_on_each_other_cyclically_are_an_error():
    with pytest.raises(RecipeError, match="depend on each other cyclically"):
        build(Recipe(networks={"main": {"inputs": ["x", "b0"]}, "b": {"inputs": ["x", "main0"]}}))


GRADIENTS: dict[str, dict[str, Any]] = {
    **{f"activation {a}": {"activations": [a], "depth": 2} for a in ACTIVATIONS},
    **{f"across {a}": {"activations": [a, "tanh"], "depth": 2} for a in ACROSS},
    **{f"kind {k}": {"kind": k, "activations": ["sin"]} for k in ARCHITECTURES},
    **{f"fold {f}": {"fold": f, "activations": ["tanh"]} for f in FOLDS},
    "shared out": {"activations": [["sin", "tanh", "gauss", "square", "cos"]]},
    "norm frozen": {"norm": "frozen", "weights": {"gain": 2}},
    "norm layer": {"norm": "layer"},
    "norm batch": {"norm": "batch"},
    "norm after": {"norm": "batch", "norm_position": "after", "standardise": "each"},
    "latent": {"latent": {"size": 3}, "inputs": ["x", "y", "z0*x"]},
    "latent concat": {"latent": {"size": 3, "inject": "concat"}},
    "inputs": {
        "inputs": [
            "atan2(y, x)", "hypot(x, y)", "x*y", "floor(3*x)",
            {"kind": "waves", "frequencies": [3]}, {"kind": "fourier", "count": 4},
            {"kind": "rings"}, {"kind": "radius", "centre": [2, 1]},
        ]
    },
    "output": {"output": "sigmoid"},
    "scale": {"scale": 3.0},
    "explicit": {
        "kind": "explicit", "inputs": ["x", "y"], "scale": 1.5,
        "layers": [
            {"weights": [[1, 2], [3, -1]], "biases": [0.1, 0.2], "activation": "sin"},
            {"weights": [[1, 1]], "activation": "tanh"},
        ],
    },
}  # fmt: skip


def gradients_wrong(made: Recipe, other: Recipe | None = None, slack: float = 0.0) -> Any:
    """Where dx and dy of a field are not its differences (see tests/formula/test_derive.py)."""
    step = 2.0**-18
    places, _ = smooth(2, "f64")
    places = places[:, ::7] + 2.0**-9
    shading = {"rgb": ["main0", "dx(main0)", "dy(main0)"]}
    field, dx, dy = values(made.replace({"shading": shading, "precision": "f64"}), places)
    plain = (other or made).replace(
        {"shading": {"grey": "main0", "channels": 1}, "precision": "f64"}
    )
    program = build(plain)

    def at(x: float, y: float) -> Any:
        moved = np.ascontiguousarray(places + np.array([[x], [y]]))
        return get_engine("cpu").evaluate(program, moved)[0]

    wrong = []
    for slope, x, y in ((dx, step, 0.0), (dy, 0.0, step)):
        with np.errstate(all="ignore"):
            fine = (at(x, y) - at(-x, -y)) / (2 * step)
            coarse = (at(2 * x, 2 * y) - at(-2 * x, -2 * y)) / (4 * step)
            size = 1 + np.abs(field) + np.abs(slope)
            allowed = 4 * np.abs(fine - coarse) + 2.0**-44 * size / step + slack * size
            wrong.append(~(np.abs(slope - fine) <= allowed) & np.isfinite(fine))
    return np.stack(wrong)


# atan is a polynomial with an error of 4e-8, whose slope is not quite that of the true function.
ANGLES = {"activation atan", "fold kaleidoscope", "fold rotational", "inputs"}


@pytest.mark.parametrize("name", GRADIENTS)
def test_the_gradient_of_a_field_is_its_differences(name: str):
    made = recipe(3, **{} if name == "explicit" else {"width": 8}, **GRADIENTS[name])
    slack = 1e-5 if name in ANGLES else 0.0
    # A crease or a jump within a step of a point is as rare as that.
    assert gradients_wrong(made, slack=slack).mean() < 0.01


def test_the_gradient_goes_through_networks_that_read_others():
    made = Recipe(
        seed=2,
        networks={
            "warp": {"width": 6, "depth": 2, "outputs": 2, "activations": ["sin"]},
            "main": {"inputs": ["x + warp0", "y*warp1", "r"], "width": 6, "depth": 2},
        },
    )
    assert not gradients_wrong(made).any()


def test_a_gradient_of_another_network_is_caught():
    made = recipe(3, width=8, weights={"gain": 1.0})
    assert gradients_wrong(made, made.replace({"networks.main.weights.gain": (1.01,)})).mean() > 0.9


@pytest.mark.parametrize("name", ["relief", "warped", "measured"])
def test_a_gradient_in_float32_is_near_the_one_in_float64(name: str):
    narrow, places = picture(name, "f32")
    wide, _ = picture(name, "f64")
    engine = get_engine("cpu")
    found, wanted = engine.evaluate(narrow, places), engine.evaluate(wide, places.astype("f8"))
    assert np.abs(found - wanted).max() < 1e-4
