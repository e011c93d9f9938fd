"""Programs mean what networks and shadings mean: lowering judged by `ir.evaluate`.

The program is run by the reference engine; the evaluator sees only steps and expressions. Both
compute in float64 and differ in the order of sums and in what is folded: some 10^4 roundings of
10^-16, which a picture that is not chaotic enlarges less than 10^3 times. So they agree to 1e-9.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.catalogue.architectures import ARCHITECTURES
from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.folds import FOLDS
from phosphene.compiler import Prepared, latents, lowering, make_networks, prepare
from phosphene.compiler.measurement_log import MeasurementLog
from phosphene.compiler.networks import used_networks
from phosphene.compiler.probe import Distribution, probe_points
from phosphene.compiler.shading import shade
from phosphene.core.errors import FormulaError
from phosphene.engines import get_engine
from phosphene.formula import ARRAY_WORDS, PRIMITIVES, Expr, arrays, namespace
from phosphene.ir import assembling
from phosphene.ir.entries import Biases, Dense, Weights
from phosphene.ir.evaluate import evaluate_fields, evaluate_network, evaluate_picture
from phosphene.ir.program import Program
from phosphene.recipe import Recipe
from phosphene.styles import STYLES, style
from tests.recipes import DRAWN_GENERATORS, DRAWN_SURFACES, recipes

CLOSE = 1e-9
POINTS = np.random.default_rng(1).uniform(-1.2, 1.2, (2, 500))
GRADIENTS = {
    "rgb": ["0.5 + 0.1*dx(main0)", "main1 - dy(main1)", "cdf(main2) + slope(main0)/rms_grad(main0)"]
}


NORMS = (
    ("none", "before"), ("frozen", "before"), ("batch", "before"), ("batch", "after"),
    ("layer", "before"), ("layer", "after"),
)  # fmt: skip


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Fields of networks, and parts of recipes, by the name of the case."""
    for kind in ARCHITECTURES:
        for inject in ("add", "concat"):
            latent = {"size": 3, "inject": inject}
            yield f"{kind} {inject}", {"kind": kind, "latent": latent, "shading": GRADIENTS}
    for name in ACTIVATIONS | ACROSS:
        activations = {"activations": [name, "tanh"], "depth": 2}
        yield f"activation {name}", activations
        yield f"tangents of {name}", activations | {"shading": GRADIENTS}
    for norm, position in NORMS:
        for standardise in ("none", "each", "together"):
            parts = {"latent": {"size": 2}, "weights": {"gain": [0.8, 1.2]}, "shading": GRADIENTS}
            norms = {"norm": norm, "norm_position": position, "standardise": standardise}
            yield f"norm {norm} {position} {standardise}", parts | norms
    for name in FOLDS:
        yield f"fold {name}", {"fold": {"kind": name, "order": 5}}
    for k, surface in enumerate(DRAWN_SURFACES):
        yield f"surface {k}", {"surface": surface}
    yield "inputs", {"inputs": [*FEATURES, "x*y", "0.3"], "shading": GRADIENTS}
    warp = ["2*x", "y + 0.2*sin(3*x)"]
    yield "generators", {"inputs": DRAWN_GENERATORS, "warp": warp}
    yield "units share activations", {"activations": [["tanh", "sin", "relu", "gauss"]]}
    yield "random activations", {"activations": {"random": "unit"}, "width": 12}
    yield "scaled residuals", {"kind": "residual", "residual_scale": 0.9, "shading": GRADIENTS}
    oklab = {"oklab": ["A(main0) * (0.8 + 0.1*tanh(dx(main1)))"]}
    yield "palettes", {"palettes": {"A": "ember"}, "shading": oklab}
    grey = {"grey": "cdf(main0)", "channels": 1, "alpha": "0.5 + 0.2*main1"}
    yield "opacity", {"shading": grey}
    rgb = ["at(main0, 0.1, -0.2)", "dx(at(main1, 0.3*main2, 0))", "main2"]
    yield "shifts", {"latent": {"size": 2}, "shading": {"rgb": rgb}}
    bent = {"inputs": ["x + 0.3*warp0", "y + 0.3*warp1"], "activations": ["sin"]}
    warp = {"width": 5, "depth": 1, "outputs": 2, "latent": {"size": 2}}
    yield "networks that read networks", bent | {"warp_network": warp, "shading": GRADIENTS}


CASES = dict(cases()) | {f"style {name}": {} for name in STYLES}


def recipe_of(name: str) -> Recipe:
    if name.startswith("style "):
        return style(name.removeprefix("style "), seed=3).replace({"precision": "f64"})
    fields = dict(CASES[name])
    parts = {k: fields.pop(k) for k in ("shading", "surface", "palettes") if k in fields}
    others = {"warp": fields.pop("warp_network")} if "warp_network" in fields else {}
    networks = {**others, "main": {"width": 7, "depth": 3} | fields}
    return Recipe(seed=5, precision="f64", networks=networks, **parts)


class WholeImage:
    """The least and the greatest values over the points of these tests."""

    kept = None

    def __call__(self, part: Program) -> tuple[Any, Any]:
        values = get_engine("reference").evaluate(part, POINTS)
        return values.min(axis=1), values.max(axis=1)


def prepare_at_points(recipe: Recipe) -> Prepared:
    with np.errstate(all="ignore"):
        return prepare(recipe, WholeImage())


@cache
def prepared(name: str) -> Prepared:
    return prepare_at_points(recipe_of(name))


def by_program(made: Prepared, places: Any = POINTS) -> Any:
    with np.errstate(all="ignore"):
        return get_engine("reference").evaluate(made.program(), places)


def by_steps(made: Prepared, m: Any = arrays, places: Any = POINTS) -> Any:
    values = {"x": places[0], "y": places[1], **latents(made.recipe)}
    with np.errstate(all="ignore"):
        found = evaluate_picture(m, made.networks, made.channels, values)
        return np.stack(np.broadcast_arrays(*found, places[0]))[:-1]


def apart(one: Any, two: Any) -> Any:
    """|one - two| / (1 + |two|) of every value; infinite where only one of them is a number."""
    with np.errstate(all="ignore"):
        distance = np.abs(one - two) / (1 + np.abs(two))
    same = (one == two) | (np.isnan(one) & np.isnan(two))
    return np.where(same, 0.0, np.where(np.isnan(distance), np.inf, distance))


@pytest.mark.parametrize("name", CASES)
def test_a_program_computes_its_network_and_shading(name: str):
    made = prepared(name)
    value = by_steps(made)
    assert np.nanstd(value) > 0
    assert apart(by_program(made), value).max() <= CLOSE


@settings(deadline=None, derandomize=True, max_examples=60)
@given(recipes)
def test_any_program_computes_its_networks_and_shading(recipe: Recipe):
    """But for the few places at which a formula jumps."""
    made = prepare_at_points(recipe.replace({"precision": "f64"}))
    assert (apart(by_program(made), by_steps(made)) <= CLOSE).mean() >= 0.98


# ---- planted faults


AFFINE, ADD, STRETCH = lowering._affine, lowering._add, lowering._stretch
ACTIVATE, JOIN, FIRST_FIT = lowering._activate, lowering._join, assembling._first_fit
WEIGHTS, BIASES = Weights.values, Biases.values


def swapped_tangents(tape: Any, step: Any, source: Any, *rest: Any) -> Any:
    swapped = lowering.Vector(source.rows, source.tangents[::-1])
    return AFFINE(tape, step, swapped, *rest)


def next_activation(tape: Any, step: Any, source: Any) -> Any:
    names = [run[0] for run in step.runs]
    runs = zip([*names[1:], names[0]], step.runs, strict=True)
    return ACTIVATE(tape, replace(step, runs=tuple((n, *r[1:]) for n, r in runs)), source)


def no_offsets(tape: Any, step: Any, *rest: Any) -> Any:
    return STRETCH(tape, replace(step, offsets=0 * step.offsets), *rest)


def shared_rows(gaps: Any, size: int) -> int:
    taken = list(gaps)
    return FIRST_FIT(taken, size)


FAULTS: dict[str, tuple[str, Any, str, Any]] = {
    "weights of another unit": ("mlp add", Weights, "values", lambda part: WEIGHTS(part)[::-1]),
    "no biases": ("mlp add", Biases, "values", lambda part: 0.0 * BIASES(part)),
    "no z": ("mlp add", Biases, "values", lambda part: BIASES(part._replace(z=()))),
    "tangents with biases": (
        "skip add", Dense, "biases",
        property(lambda dense: Biases(dense.step, dense.owner, dense.number, dense.z)),
    ),
    "dx for dy": ("residual add", lowering, "_affine", swapped_tangents),
    "the next unit's activation": (
        "units share activations", lowering, "_activate", next_activation,
    ),
    "joined in another order": (
        "densenet add", lowering, "_join", lambda tape, parts: JOIN(tape, parts[::-1]),
    ),
    "a sum without its factor": (
        "scaled residuals", lowering, "_add", lambda tape, a, b, _: ADD(tape, a, b, 1.0),
    ),
    "no offsets": ("norm batch after none", lowering, "_stretch", no_offsets),
    "rows that are still in use": ("mlp add", assembling, "_first_fit", shared_rows),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_planted_in_lowering_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch):
    name, place, attribute, wrong = FAULTS[fault]
    made = prepared(name)
    assert apart(by_program(made), by_steps(made)).max() <= CLOSE
    monkeypatch.setattr(place, attribute, wrong)
    assert (apart(by_program(made), by_steps(made)) > CLOSE).mean() > 0.1


# ---- the evaluator itself


def extended() -> Any:
    """NumPy's long double: the same formulas with other numbers."""
    words = {name: word.numpy for name, word in PRIMITIVES.items()}
    return namespace(words | ARRAY_WORDS)


@pytest.mark.parametrize("name", ["mlp add", "tied concat", "palettes", "shifts", "inputs"])
def test_it_computes_over_other_numbers_and_no_case_is_chaotic(name: str):
    made = prepared(name)
    wide = by_steps(made, extended(), POINTS.astype(np.longdouble))
    assert wide.dtype == np.longdouble
    assert apart(by_steps(made), wide).max() <= CLOSE / 1000


@pytest.mark.parametrize("name", ["mlp add", "densenet concat", "generators", "fold mirror"])
def test_tangents_are_the_slopes_of_values(name: str):
    """Central differences, in extended precision where there is one."""
    recipe = recipe_of(name).replace({"shading": {"rgb": ["dx(main0)", "dy(main1)", "dx(main2)"]}})
    step = 1e-6
    networks = make_networks(recipe)
    values = {"x": POINTS[0], "y": POINTS[1], **latents(recipe)}
    channels = shade(recipe, ["main0", "main1", "main2"])
    slopes = np.stack(evaluate_picture(arrays, networks, channels, values))
    for k, axis in enumerate("xyx"):
        after, before = (
            evaluate_fields(arrays, networks, values | {axis: values[axis] + move})[f"main{k}"]
            for move in (step, -step)
        )
        assert apart(slopes[k], (after - before) / (2 * step)).max() < 1e-6


def test_a_norm_or_a_statistic_without_its_numbers_is_an_error():
    recipe = recipe_of("norm frozen before none")
    values = {"x": POINTS[0], "y": POINTS[1], **latents(recipe)}
    with pytest.raises(FormulaError, match="step 0 of network 'main' has a norm"):
        evaluate_network(arrays, make_networks(recipe)[0], values)
    channels = shade(recipe, ["main0", "main1", "main2"])
    with pytest.raises(FormulaError, match=r"the statistic .* is not given"):
        evaluate_picture(arrays, [], channels, values | {f"main{i}": POINTS[0] for i in range(3)})
    with pytest.raises(FormulaError, match="'main0' has no value"):
        evaluate_picture(arrays, [], channels, values)


# ---- all of build, from the recipe's networks and texts


class Measured:
    """Norms and statistics of a recipe, measured on the probe by the evaluator in float64."""

    def __init__(self, recipe: Recipe):
        fields = [f"{n.name}{i}" for n in make_networks(recipe) for i in range(n.widths()[-1])]
        self.channels = shade(recipe, fields)
        self.networks = used_networks(make_networks(recipe), self.channels)
        places, names = probe_points(self.networks)
        self.probe: dict[str, Any] = dict(zip(names, places.astype(np.float64), strict=True))
        self.found: dict[tuple[str, int], Any] = {}
        self.statistics: dict[Expr, Expr] = {}
        evaluate_fields(arrays, self.networks, self.probe, self.measure)

    def measure(self, name: str, index: int, looked_at: Any) -> Any:
        mean, spread = looked_at.mean(axis=1), looked_at.std(axis=1)
        assert spread.min() > 0.02 * np.median(spread)  # where the floor for tiny spreads is idle
        self.found[name, index] = mean, spread
        return mean, spread

    def norms(self, name: str, index: int, _: Any) -> Any:
        return self.found[name, index]

    def statistic(self, node: Expr) -> Expr:
        if node not in self.statistics:
            (values,) = self.picture([node.args[0]], self.probe)
            kind, p = node.value
            found = Distribution(np.asarray(values, np.float32)).measure(kind, p)
            log = MeasurementLog()
            share = kind == "cdf"
            self.statistics[node] = (
                log.share(node.args[0], found) if share else log.number(found, (kind, p))
            )
        return self.statistics[node]

    def picture(self, channels: list[Expr], values: dict[str, Any]) -> list[Any]:
        return evaluate_picture(arrays, self.networks, channels, values, self.norms, self.statistic)


@pytest.mark.parametrize(
    "name",
    [
        "mlp add", "shifts", "palettes", "opacity", "norm frozen before each",
        "norm batch before none", "norm batch after together", "norm layer before each",
        "networks that read networks",
    ],
)  # fmt: skip
def test_a_program_computes_its_recipe(name: str):
    """Norms, shifts, gradients and statistics included. Build measures in float32, which moves a
    norm by some 1e-6 and a cumulative distribution by as much.
    """
    made = prepared(name)
    with np.errstate(all="ignore"):
        measured = Measured(made.recipe)
        values = {"x": POINTS[0], "y": POINTS[1], **latents(made.recipe)}
        value = np.stack(np.broadcast_arrays(*measured.picture(measured.channels, values)))
    assert apart(by_program(made), value).max() < 1e-4
