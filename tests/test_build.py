"""Build: what the probe measures is what the recipe says."""

from __future__ import annotations

import numpy as np
import pytest

import phosphene as ph
from phosphene.compiler import make_networks
from phosphene.compiler.norms import measure_norms
from phosphene.formula import arrays, parse, var, walk
from phosphene.ir.network import Affine, Stretch
from phosphene.raster import quantise
from phosphene.recipe import Finish
from phosphene.render.first_pass import plan_and_inputs

GRID = (np.arange(96) + 0.5) / 48 - 1
PROBE = np.stack([np.tile(GRID, 96), np.repeat(GRID, 96)])


def first_layer(**network) -> tuple[np.ndarray, Affine]:
    """What the units of the first layer sum to on the probe at z = 0, and that layer, measured."""
    recipe = ph.Recipe(seed=3, networks={"main": {"inputs": ["x", "y"], **network}})
    steps = measure_norms(make_networks(recipe))[0].steps
    inputs = PROBE
    if isinstance(steps[0], Stretch):
        inputs = inputs * steps[0].factors[:, None] + steps[0].offsets[:, None]
    layer = next(s for s in steps if isinstance(s, Affine))
    return layer.weights @ inputs + layer.biases[:, None], layer


@pytest.mark.parametrize("latent", [0, 8])
def test_a_frozen_unit_has_the_spread_gain_at_z_0(latent):
    sums, _ = first_layer(
        norm="frozen", weights={"gain": 1.7}, biases={"kind": "none"}, latent={"size": latent}
    )
    # With a latent vector the probe also has grids of 32x32, whose variance is 1/1024 smaller.
    np.testing.assert_allclose(sums.std(axis=1), 1.7, rtol=1 / 1024 if latent else 1e-6)
    np.testing.assert_allclose(sums.mean(axis=1), 0, atol=1e-4)


@pytest.mark.parametrize("how", ["each", "together"])
def test_standardised_inputs_have_spread_1_each_or_together(how):
    network = {"inputs": ["x", "10*y"], "standardise": how}
    recipe = ph.Recipe(networks={"main": network})
    stretch = measure_norms(make_networks(recipe))[0].steps[0]
    assert isinstance(stretch, Stretch)
    spread = np.array([PROBE[0], 10 * PROBE[1]]).std(axis=1) * stretch.factors
    if how == "each":
        np.testing.assert_allclose(spread, 1, rtol=1e-4)
    else:
        np.testing.assert_allclose(np.sqrt((spread**2).mean()), 1, rtol=1e-4)
        np.testing.assert_allclose(spread[1] / spread[0], 10, rtol=1e-4)


def test_constant_units_are_not_scaled_up():
    recipe = ph.Recipe(networks={"main": {"inputs": ["bias"], "norm": "batch"}})
    layer = measure_norms(make_networks(recipe))[0].steps[0]
    assert isinstance(layer, Affine)
    assert np.abs(layer.weights).max() < 10


@pytest.mark.parametrize("field", ["x", "x**8", "pow(r, 8)", "1/(r*r + 1e-5)", "sin(9*x)*y"])
def test_cdf_is_even_also_where_values_crowd(field):
    shading = {"grey": f"cdf({field})"}
    values = np.sort(ph.render(ph.Recipe(shading=shading), 301).float[..., 0].ravel())
    even = (np.arange(len(values)) + 0.5) / len(values)
    # A level of the 129 quantiles is 1/128 wide, and each of the mirrored values of x**8 has two.
    assert np.abs(values - even).max() < 3 / 128


def test_extremes_are_measured_on_the_cpu_engine_whichever_engine_paints():
    shading = {"grey": "(main0 - least(main0))/(greatest(main0) - least(main0))"}
    recipe = ph.Recipe(networks={"main": {}}, shading=shading, finish={"antialias": 4})
    plans = [plan_and_inputs(recipe, (40, 30), e, 1)[0] for e in ("cpu", "reference")]
    assert plans[0].program.digest == plans[1].program.digest


def test_grey_is_the_luminance_of_the_colour_that_is_seen():
    bright = {"rgb": ["2", "-1", "0.5"]}
    plain = {"rgb": ["1", "0", "0.5"]}
    grey = [ph.render(ph.Recipe(shading={**s, "channels": 1}), 2).float for s in (bright, plain)]
    np.testing.assert_array_equal(*grey)


@pytest.mark.parametrize("exponent", [-3, -1, 0, 1, 2, 7, 9, 10, 63])
def test_whole_powers_of_negative_numbers_are_numbers(exponent):
    power = parse(f"x**{exponent}", {"x": var("x")})
    values: dict = {}
    for e in walk(power):  # type: ignore[arg-type]
        args = [values[a] for a in e.args]
        if e.op == "const":
            values[e] = e.value
        else:
            values[e] = np.float64(-1.25) if e.op == "var" else getattr(arrays, e.op)(*args)
    np.testing.assert_allclose(values[power], (-1.25) ** exponent, rtol=1e-12)


def test_inverting_leaves_opacity_alone():
    pixels = np.full((1, 1, 4), 0.25, np.float32)
    assert quantise(pixels, Finish(invert=True)).tolist() == [[[191, 191, 191, 64]]]


@pytest.mark.parametrize("width", [2, 8, 20])
@pytest.mark.parametrize("position", ["before", "after"])
def test_a_network_without_activations_is_the_one_whose_activation_gives_h(width, position):
    def pixels(activation: str) -> np.ndarray:
        network = {"activations": [activation], "norm": "batch", "norm_position": position}
        return ph.render(ph.Recipe(networks={"main": {**network, "width": width}}), 24).float

    np.testing.assert_array_equal(pixels("identity"), pixels("h + 0"))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"networks": {"x": {}}, "shading": {"grey": "x0"}}, "'x2' is reserved"),
        ({"networks": {"log": {}}, "shading": {"grey": "log0"}}, "'log2' is reserved"),
        ({"palettes": {"sin": "ember"}}, "'sin' is reserved"),
        ({"palettes": {"A": "ember"}, "shading": {"params": {"A": 1}, "grey": "A"}}, "two things"),
        (
            {"networks": {"main": {"kind": "explicit", "layers": [{"weights": np.zeros((0, 2))}]}}},
            "1 to 1024",
        ),
    ],
)
def test_names_and_layers_that_would_mislead_are_refused(data, word):
    with pytest.raises(ph.RecipeError) as caught:
        ph.Recipe(**data)
    assert word in str(caught.value)


def test_a_copy_with_changes_has_its_own_text():
    recipe = ph.Recipe(seed=2)
    before = recipe.digest
    assert recipe.model_copy(update={"seed": 99}).digest != before
    assert hash(ph.Recipe(seed=2)) == hash(recipe)
    assert ph.Recipe(view={"rotation": -0.0}).digest == ph.Recipe(view={"rotation": 0.0}).digest
