"""Plans: the program that a plan gives is the one that is built without a plan, bit for bit."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from phosphene.compiler import build, forms, latents, plans, prepare
from phosphene.compiler.compiled_draws import quick_normal
from phosphene.core.errors import UserError
from phosphene.core.rng import Stream
from phosphene.networks.weight_sources import plain_normal
from phosphene.recipe import Recipe
from phosphene.styles import STYLES, style
from tests.recipes import recipes

HOUSE = sorted(n for n, s in STYLES.items() if s.year is None and n != "classic")


@pytest.fixture(autouse=True)
def _no_plans_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "PLANS_KNOWN", plans.Plans())


def without_plan(recipe: Recipe) -> str:
    """The digest of the program that is built without a plan, or what is wrong with the recipe."""
    try:
        with np.errstate(all="ignore"):
            return prepare(recipe).program().digest
    except UserError as error:
        return str(error)


def with_plan(recipe: Recipe) -> str | None:
    """Of the program that a plan gives; None where there is none."""
    with np.errstate(all="ignore"):
        program = forms.planned(recipe, latents(recipe))
    return None if program is None else program.digest


def assert_same(recipe: Recipe) -> bool:
    """Whether there was a plan; if so its program is the right one."""
    found = with_plan(recipe)
    assert found in (None, without_plan(recipe)), recipe.json
    return found is not None


@pytest.mark.parametrize("name", HOUSE)
def test_seeds_of_a_style_share_plans_and_programs_are_the_same(name: str):
    assert sum(assert_same(style(name, seed=seed)) for seed in range(6)) >= 5


def test_most_seeds_are_filled_in_a_plan_that_is_there(monkeypatch: pytest.MonkeyPatch):
    made: list[Any] = []
    make = forms.make
    monkeypatch.setattr(forms, "make", lambda *a: made.append(a[0].style) or make(*a))
    for name in HOUSE:
        for seed in range(5):
            with_plan(style(name, seed=seed))
    assert len(made) < 5 * len(HOUSE) / 2
    known = forms.PLANS_KNOWN.forms.values()
    assert sum(len(plans or ()) for plans in known) <= len(made)


@pytest.mark.parametrize("name", HOUSE)
def test_a_parameter_that_becomes_special_is_no_other_program(name: str):
    recipe = style(name, seed=11)
    assert_same(recipe)
    params = dict(recipe.shading.params)
    for which, value in list(params.items())[:3]:
        other = next((v for n, v in params.items() if n != which), 0.3)
        for changed in (0.0, 1.0, -1.0, 2.0, -value, other):
            assert_same(recipe.replace({"shading.params": {**params, which: changed}}))


@settings(deadline=None, derandomize=True, max_examples=60)
@given(recipes)
def test_any_recipe_has_the_same_program_by_a_plan(recipe: Recipe):
    assert_same(recipe)
    assert_same(recipe.replace({"seed": 12345}))


# ---- the form sees every field

WORDS = (
    "sin", "gauss", "frozen", "layer", "batch", "after", "residual", "densenet", "skip",
    "uniform", "normal", "none", "x*y", "r", "x + 0.3", "mirror", "kaleidoscope", "cdf", "f64",
    "torus", "sphere", "concat", "main0", "half_sin", "x*1.25", "0.3", "ember",
)  # fmt: skip


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list):
        for k, value in enumerate(data):
            yield from leaves(value, (*path, k))
    else:
        yield path, data


def others(value: Any) -> list[Any]:
    """Values that a field may take in place of this."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value * 2, value * 1.37 + 0.1, value + 1, 0, 1, -value]
    if value is None:
        return [2, 0.7, *WORDS, {"kind": "mirror"}]
    return [f"({value})*1.25", f"-({value})", *WORDS]


def changed_fields(recipe: Recipe, most: int = 4) -> Iterator[tuple[str, Recipe]]:
    """The recipe with each of its fields changed in turn, to a few values that are allowed."""
    text = recipe.json
    for path, value in leaves(json.loads(text)):
        found = 0
        for candidate in others(value):
            data = json.loads(text)
            place = data
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = candidate
            try:
                changed = Recipe(**data)
            except (UserError, TypeError):
                continue
            if changed != recipe and found < most:
                found += 1
                yield ".".join(map(str, path)), changed


FIELDS: dict[str, dict[str, Any]] = {
    "plain": {
        "networks": {"main": {"norm": "frozen", "width": 5, "depth": 2, "latent": {"size": 2}}},
        "shading": {"rgb": ["k*main0", "cdf(main1)", "dx(main2)"], "params": {"k": 0.37}},
    },
    "two": {
        "networks": {
            "main": {
                "kind": "residual", "width": 6, "norm": "layer", "inputs": ["x + 0.3*low0", "r"],
                "fold": {"kind": "kaleidoscope", "order": 5}, "depth": 3,
            },
            "low": {
                "outputs": 2, "width": 4, "depth": 1, "norm": "batch",
                "inputs": ["x", {"kind": "rings", "frequency": 9, "centre": [0.3, -0.2]}],
                "warp": ["2*x", "y + 0.2*sin(3*x)"],
            },
        },
        "palettes": {"A": "ember"},
        "shading": {"oklab": ["A(main0) * (0.8 + 0.1*tanh(dx(main1)))"]},
    },
}  # fmt: skip


def wrong_fields(recipe: Recipe) -> tuple[set[str], int]:
    """Fields with which a plan gives another program, and how many were tried."""
    with_plan(recipe)
    tried: set[str] = set()
    wrong: set[str] = set()
    for path, changed in changed_fields(recipe):
        tried.add(path)
        try:
            found = with_plan(changed)
        except (LookupError, AssertionError, TypeError, ValueError) as error:  # does not fit
            found = repr(error)
        if found not in (None, without_plan(changed)):
            wrong.add(path)
    return wrong, len(tried)


@pytest.mark.parametrize("name", FIELDS)
def test_a_form_sees_every_field_of_a_recipe(name: str):
    wrong, tried = wrong_fields(Recipe(seed=3, **FIELDS[name]))
    assert wrong == set()
    assert tried > 25


def test_a_form_that_overlooks_a_field_is_caught(monkeypatch: pytest.MonkeyPatch):
    """Planted: the scale of a network's inputs is left out."""
    form_of = forms.form_of

    def blind(recipe: Recipe) -> Any:
        form = form_of(recipe)
        return form and (tuple(n[:3] + n[4:] for n in form[0]), *form[1:])

    monkeypatch.setattr(forms, "form_of", blind)
    wrong, _ = wrong_fields(Recipe(seed=3, **FIELDS["plain"]))
    assert wrong == {"networks.main.scale"}


# ---- threads, and drawing


@pytest.mark.parametrize("room", [(64 << 20, 16), (1 << 19, 1)])
def test_threads_that_build_at_once_get_their_own_programs(
    room: tuple[int, int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(plans, "MOST_BYTES", room[0])
    monkeypatch.setattr(plans, "PLANS", room[1])
    some = [style(name, seed=seed) for seed in (21, 22) for name in HOUSE]
    wanted = [without_plan(recipe) for recipe in some]
    order = [k for turn in range(3) for k in range(turn, len(some), 3)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda k: with_plan(some[k]) or without_plan(some[k]), order))
    assert found == [wanted[k] for k in order]


def test_build_gives_what_a_plan_gives():
    recipe = style("silk", seed=4)
    assert build(recipe).digest == with_plan(recipe) == without_plan(recipe)


@pytest.mark.parametrize("rows", range(1, 10))
def test_compiled_draws_are_those_of_streams(rows: int):
    for columns in (*range(1, 10), 24, 100):
        for k in range(4):
            stream = Stream("phosphene", f"draws/{rows}/{columns}/{k}")
            one, two = (f(stream, rows, columns) for f in (quick_normal, plain_normal))
            assert one.tobytes() == np.ascontiguousarray(two).tobytes()


# ---- memory


def test_plans_stay_under_their_bytes_and_those_used_last_stay(monkeypatch: pytest.MonkeyPatch):
    store = plans.Plans()
    made = [forms_plan(name) for name in HOUSE[:6]]
    size = max(plan.nbytes for plan in made)
    monkeypatch.setattr(plans, "MOST_BYTES", 3 * (size + plans.FORM_BYTES))
    for k, plan in enumerate(made):
        store.put((k,), plan)
        assert store.get((0,)) == (made[0],)  # used again and again
        assert store.nbytes <= plans.MOST_BYTES
        assert store.nbytes == sum(plans.FORM_BYTES + p[0].nbytes for p in store.forms.values())
    assert store.get((1,)) == ()
    assert 2 <= len(store.forms) < 6


def test_forms_without_a_plan_have_a_bound_too(monkeypatch: pytest.MonkeyPatch):
    store = plans.Plans()
    monkeypatch.setattr(plans, "MOST_BYTES", 10 * plans.FORM_BYTES)
    for k in range(100):
        store.put((k,), None)
    assert len(store.forms) == 10


def forms_plan(name: str) -> plans.Plan:
    recipe = style(name, seed=5)
    with_plan(recipe)
    found = next(reversed(forms.PLANS_KNOWN.forms.values()))
    assert found
    return found[0]


def test_a_plan_knows_about_how_much_memory_it_takes():
    """Against what Python allocates for it, of which expressions are shared with others."""
    with_plan(style("silk", seed=5))
    forms.PLANS_KNOWN.forms.clear()
    gc.collect()
    tracemalloc.start()
    plan = forms_plan("silk")
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.25 < plan.nbytes / taken < 2


def test_a_program_that_others_share_cannot_be_written_to():
    program = build(style("silk", seed=4))
    for array in (program.code, program.numbers, program.outputs):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert build(style("silk", seed=4)) is program


def test_a_number_that_decides_what_is_measured_belongs_to_the_form():
    def recipe(p: float) -> Recipe:
        shading = {"rgb": ["k*main0", "q(main1, p)*main0", "main2"], "params": {"k": 0.37, "p": p}}
        return Recipe(seed=3, shading=shading)

    assert all(assert_same(recipe(p)) for p in (0.2, 0.7, 0.2))
