"""Live programs: the same picture, one structure for all numbers, and labels that are true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from phosphene.compiler import build, latents, prepare
from phosphene.compiler.live import live_program
from phosphene.compiler.lowering import lower_program
from phosphene.engines import get_engine
from phosphene.formula import var
from phosphene.ir.labels import NUMBER_KINDS, NumberLabel
from phosphene.ir.network import Affine
from phosphene.ir.program import Program
from phosphene.raster.first_pass import FirstPass
from phosphene.raster.frame import Rect
from phosphene.raster.view import points
from phosphene.recipe import Recipe
from phosphene.styles import STYLES, style
from tests.tables import HOUSE, few_quick

SIDE = 24
RECIPE = Recipe(
    seed=5,
    networks={
        "main": {
            "width": 6, "depth": 3, "norm": "frozen", "latent": {"size": 3}, "scale": 1.5,
            "inputs": ["x", "y*z0", {"kind": "rings", "frequency": 7.5}],
        }
    },
    palettes={"A": "ember"},
    shading={
        "let": {"light": "q(main2, p)*abs(main1)**e"},
        "oklab": ["A(cdf(main0)) * (k + 0.1*tanh(dx(main1))) + vec(light, 0, 0)"],
        "params": {"k": 0.75, "p": 0.3, "e": 1.5, "e2": 1.0},
    },
)  # fmt: skip


def values(program: Program, recipe: Recipe) -> np.ndarray:
    at = np.empty((2, SIDE * SIDE), program.numbers.dtype)
    points(recipe.view, (SIDE, SIDE), Rect(0, 0, SIDE, SIDE), at)
    return get_engine("cpu").evaluate(program, at)


def whole(recipe: Recipe) -> FirstPass:
    """What measures extremes of the whole picture, for styles that ask for them."""
    return FirstPass(recipe, (SIDE, SIDE), 1, False)


@cache
def program() -> Program:
    return live_program(RECIPE)


def labelled(kind: str) -> list[NumberLabel]:
    assert program().labels
    return [label for label in program().labels.numbers if label.kind == kind]


def numbers(label: NumberLabel) -> np.ndarray:
    return program().numbers[label.start : label.start + label.size]


@pytest.mark.parametrize("name", STYLES)
def test_a_live_program_paints_what_build_paints(name: str):
    recipe = style(name, seed=3)
    live = live_program(recipe, whole(recipe))
    np.testing.assert_array_equal(
        values(live, recipe), values(build(recipe, whole(recipe)), recipe)
    )


@pytest.mark.parametrize("name", few_quick(HOUSE, 1))
def test_any_parameter_may_change_and_the_structure_stays(name: str):
    recipe = style(name, seed=7)
    structure = live_program(recipe).structure
    for parameter, value in list(recipe.shading.params.items())[:4]:
        for changed in (value * 1.37, 0.0, 1.0):
            other = recipe.replace({f"shading.params.{parameter}": changed})
            live = live_program(other)
            # At 0 prism's levels are those of a constant, whose distribution has another form.
            assert live.structure == structure or (name, changed) == ("prism", 0.0)
            np.testing.assert_array_equal(values(live, other), values(build(other), other))


@pytest.mark.parametrize("changes", [
    {"seed": 6}, {"networks.main.scale": 1.0}, {"networks.main.weights.gain": (1.2,)},
    {"palettes.A": ("#102030", "#80a090", "#f0e0d0")}, {"shading.params.k": 1.0},
    {"shading.params.k": 1.5}, {"networks.main.latent.values": (0.0, 1.0, 0.5)},
])  # fmt: skip
def test_numbers_may_change_and_the_structure_stays(changes: dict[str, Any]):
    other = RECIPE.replace(changes)
    assert live_program(other).structure == program().structure
    assert live_program(other).digest != program().digest
    np.testing.assert_array_equal(values(live_program(other), other), values(build(other), other))


@pytest.mark.parametrize("changes", [
    {"networks.main.depth": 4}, {"networks.main.width": 7}, {"shading.params.e": 2.0},
    {"shading.colour": ("A(main0)",)}, {"networks.main.inputs": ("x", "y*z0")},
])  # fmt: skip
def test_another_form_is_another_structure(changes: dict[str, Any]):
    assert live_program(RECIPE.replace(changes)).structure != program().structure


@pytest.mark.slow  # builds 48 seeds of every style
def test_one_structure_is_one_code_and_a_few_structures_are_a_style():
    """notes of the studio: 75 structures of 22 styles by 48 seeds; 9 styles have one."""
    found: dict[str, Program] = {}
    counts: list[int] = []
    for name in HOUSE:
        keys: set[str] = set()
        for seed in range(5):
            live = live_program(style(name, seed=seed))
            known = found.setdefault(live.structure, live)
            assert known.code.tobytes() == live.code.tobytes()
            assert known.outputs.tobytes() == live.outputs.tobytes()
            keys.add(live.structure)
        counts.append(len(keys))
    assert counts.count(1) >= 9
    assert max(counts) <= 5
    assert len(HOUSE) <= len(found) < 2.5 * len(HOUSE)


# ---- labels of numbers


def test_labels_cover_every_number_once_in_order():
    assert program().labels
    at = 0
    for label in program().labels.numbers:
        assert label.start == at and label.size > 0
        assert label.kind in NUMBER_KINDS
        at += label.size
    assert at == len(program().numbers) - 1  # the last is read by operations without a constant


def test_the_kinds_are_those_of_the_recipe():
    count = {kind: len(labelled(kind)) for kind in NUMBER_KINDS}
    assert count["weights"] == count["biases"] == 4
    assert count["zeros"] == 1
    assert count["palette"] == 3 and count["cdf"] == 1
    assert {label.name for label in labelled("parameter")} == {"k"}
    assert {label.name for label in labelled("latent")} == {"main.z0"}
    assert {label.name for label in labelled("statistic")} >= {"quantile 0.3", "cdf 0", "cdf 1"}
    assert "main/scale" in {label.name for label in labelled("input")}


def test_a_label_names_the_content_of_its_place():
    prepared = prepare(RECIPE)
    steps = prepared.networks[0].steps
    for label in labelled("weights"):
        step = steps[label.which]
        assert isinstance(step, Affine)
        np.testing.assert_array_equal(numbers(label), step.weights.ravel().astype(np.float32))
    for label in labelled("parameter"):
        wanted = np.float32(RECIPE.shading.params[label.name])
        np.testing.assert_array_equal(numbers(label), wanted)
    (z0,) = {numbers(label)[0] for label in labelled("latent")}
    assert z0 == np.float32(latents(RECIPE)["main.z0"])
    assert numbers(labelled("input")[0]).size == 1
    assert 7.5 in {float(numbers(label)[0]) for label in labelled("input")}
    assert not any(numbers(label).any() for label in labelled("zeros"))


def test_a_parameter_written_into_its_places_is_the_other_recipe():
    other = RECIPE.replace({"shading.params.k": 0.9})
    changed = program().numbers.copy()
    for label in labelled("parameter"):
        changed[label.start] = np.float32(0.9)
    written = replace(program(), numbers=changed)
    np.testing.assert_array_equal(values(written, other), values(build(other), other))


def test_a_z_written_into_biases_and_constants_is_the_other_recipe():
    z = (0.5, -1.25, 2.0)
    other = RECIPE.replace({"networks.main.latent.values": z})
    changed = program().numbers.copy()
    assert program().labels and program().labels.biases
    for biases in program().labels.biases:
        made = biases.at(z).astype(np.float32)
        changed[biases.start : biases.start + len(made)] = made
    for label in labelled("latent"):
        changed[label.start] = np.float32(z[int(label.name.removeprefix("main.z"))])
    # The statistics look at many z, not at this one, so they stay.
    np.testing.assert_array_equal(changed, live_program(other).numbers)


def test_a_derived_number_names_its_sources():
    made = RECIPE.replace({"shading.colour": ("A(main0) * sin(k*2)",)})
    labels = live_program(made).labels
    assert labels
    assert {label.name for label in labels.numbers if label.kind == "derived"} >= {"k"}


# ---- labels of rows


def prefixes(name: str) -> Iterator[tuple[Any, Program]]:
    """Each labelled vector, and the program that ends where it stands."""
    live = live_program(style(name, seed=2))
    assert live.labels
    for label in live.labels.rows:
        rows = np.arange(label.row, label.row + label.size, dtype=np.int32)
        yield label, replace(live, code=live.code[: label.operation + 1].copy(), outputs=rows)


@pytest.mark.parametrize("name", ["silk", "papercut", "glass", "nebula"])
def test_a_labelled_vector_is_in_its_rows(name: str):
    recipe = style(name, seed=2)
    prepared = prepare(recipe)
    networks = {n.name: n for n in prepared.networks}
    seen = 0
    for label, prefix in prefixes(name):
        if "@" in label.network or label.vector == 0:
            continue
        before = [n for n in prepared.networks if n.name in networks]
        at = before.index(networks[label.network])
        cut = replace(before[at], steps=before[at].steps[: label.vector])
        dot = f".{label.tangent}" if label.tangent else ""
        roots = [var(f"{label.network}{i}{dot}") for i in range(label.size)]
        wanted = lower_program([*before[:at], cut], roots, latents(recipe), recipe.precision)
        np.testing.assert_array_equal(values(prefix, recipe), values(wanted, recipe))
        seen += 1
    assert seen > 4
