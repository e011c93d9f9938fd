"""Plans: the program that a plan gives is the one that is built without a plan, bit for bit."""

from __future__ import annotations

import gc
import json
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from phosphene.compiler import build, filling, forms, latents, plans, prepare
from phosphene.compiler.compiled_draws import compiled_normal
from phosphene.core.errors import UserError
from phosphene.core.rng import Stream, normal_quantile
from phosphene.engines.cpu.kernels import kernel
from phosphene.networks.weight_sources import plain_normal
from phosphene.recipe import Recipe
from phosphene.styles import STYLES, style
from tests.recipes import recipes
from tests.tables import HOUSE, few_quick


@pytest.fixture(autouse=True)
def _no_plans_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "PLAN_CACHE", plans.PlanCache())


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


@pytest.mark.parametrize("name", few_quick(HOUSE, 2))
def test_seeds_of_a_style_share_plans_and_programs_are_the_same(name: str):
    assert sum(assert_same(style(name, seed=seed)) for seed in range(6)) >= 5


@pytest.mark.slow(reason="builds 24 seeds of every style twice")
@pytest.mark.parametrize("name", sorted(STYLES))
def test_many_seeds_of_any_style_have_the_same_programs(name: str):
    for seed in range(24):
        assert_same(style(name, seed=seed))


# Styles of which one form needs several plans: a distribution that crowds (`probe.share_below`)
# belongs to the plan, and whether it does differs from seed to seed.
CROWDED = {"agate", "bloom", "glass", "ink", "marble", "papercut"}


@pytest.mark.parametrize("name", few_quick(sorted(STYLES), 12))
def test_the_second_seed_of_a_form_is_filled_in(name: str, monkeypatch: pytest.MonkeyPatch):
    made: list[Any] = []
    make = forms.make
    monkeypatch.setattr(forms, "make", lambda *a: made.append(1) or make(*a))
    seen: dict[Any, int] = {}  # by form: how many plans it took
    for seed in range(6):
        recipe = style(name, seed=seed)
        form = forms.form_of(recipe)
        if form is None:
            continue
        key = (*form, forms._merged(forms.numbers_of(recipe))[1])
        before = len(made)
        with_plan(recipe)
        seen[key] = seen.get(key, 0) + len(made) - before
    assert all(count <= (1 if name not in CROWDED else 4) for count in seen.values())
    known = forms.PLAN_CACHE.forms.values()
    assert sum(len(kept or ()) for kept in known) <= len(made)


SPECIAL = (0.0, 1.0, -1.0, 2.0)
NUMBERS: dict[str, Any] = {
    "networks": {
        "main": {
            "width": 5, "depth": 2, "norm": "frozen", "scale": 1.3,
            "warp": ["x*1.25", "y + 0.3*sin(2.5*x)"],
            "inputs": [
                "x + 0.75*r", {"kind": "rings", "frequency": 9.5, "centre": [0.3, -0.2]},
                {"kind": "waves", "frequencies": [1.5, 7.25]}, {"kind": "radius"},
            ],
        }
    },
    "shading": {
        "rgb": ["k*main0 + 0.4", "cdf(main1)**p", "dx(k*main2)"], "params": {"k": 0.37, "p": 1.7},
    },
}  # fmt: skip


def with_number(path: tuple[Any, ...], value: float) -> Recipe:
    """The recipe of NUMBERS with one number replaced; in a text, its first number."""
    data = json.loads(json.dumps(NUMBERS))
    place = data
    for key in path[:-1]:
        place = place[key]
    old = place[path[-1]]
    place[path[-1]] = (
        re.sub(r"\d+\.\d+", repr(value), old, count=1) if isinstance(old, str) else value
    )
    return Recipe(seed=8, **data)


def number_paths() -> list[tuple[Any, ...]]:
    return [
        path
        for path, value in leaves(NUMBERS)
        if isinstance(value, float) or (isinstance(value, str) and re.search(r"\d\.\d", value))
    ]


def test_a_number_that_becomes_special_does_not_get_a_wrong_program():
    """0, 1, -1, 2; another number of the recipe and its negative; a literal of a formula."""
    assert with_plan(Recipe(seed=8, **NUMBERS)) is not None
    paths = number_paths()
    assert len(paths) > 10
    for path in paths:
        for value in (*SPECIAL, 1.3, 0.37, -0.37, 9.5, -9.5, 0.4, 0.3):
            try:
                recipe = with_number(path, value)
            except UserError:  # such as a scale of 0
                continue
            assert_same(recipe)


@pytest.mark.parametrize("name", few_quick(HOUSE, 1))
def test_a_parameter_that_becomes_special_does_not_get_a_wrong_program(name: str):
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


def test_a_plan_that_is_blind_to_special_numbers_is_caught(monkeypatch: pytest.MonkeyPatch):
    """Planted: a plan takes 1, of which a derivative makes nothing, and 2 as an exponent, which
    multiplies out.
    """
    with_plan(Recipe(seed=8, **NUMBERS))
    monkeypatch.setattr(plans.Plan, "suits", lambda plan, numbers: True)
    for module in (forms, filling):
        monkeypatch.setattr(module, "all_distinct", lambda numbers, plan: True)
    for name, value in (("k", 1.0), ("p", 2.0)):
        recipe = with_number(("shading", "params", name), value)
        assert with_plan(recipe) != without_plan(recipe)


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
    text = json.dumps(recipe.to_dict(full=True))
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


@pytest.mark.parametrize("name", few_quick(FIELDS, 1))
def test_a_form_depends_on_every_field_of_a_recipe(name: str):
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


@pytest.mark.slow  # 264 builds
@pytest.mark.parametrize(
    "room", [(64 << 20, 16), pytest.param((1 << 19, 1), marks=pytest.mark.slow)]
)
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


def test_build_and_a_plan_return_the_same_program():
    recipe = style("silk", seed=4)
    assert build(recipe).digest == with_plan(recipe) == without_plan(recipe)


def tails() -> Any:
    """Shares at both ends of (0, 1), beyond 1e-12 too, and at the seams of the formula."""
    small = np.concatenate([2.0 ** -np.arange(1.0, 54.0), 10.0 ** -np.arange(1.0, 16.0)])
    seams = [0.075, 0.925, *np.exp(-25.0 * (1 + np.array([-1e-9, 0.0, 1e-9])))]
    inner = np.concatenate([small, seams])
    near = np.concatenate([inner, np.nextafter(inner, 0), np.nextafter(inner, 1)])
    return np.concatenate([near, 1 - near[near > 2.0**-53]])


def test_compiled_draws_far_out_are_those_of_streams():
    shares = tails()
    assert (shares < 1e-12).sum() > 20
    table = shares[None].copy()
    kernel("to_normal")(table)
    assert table.tobytes() == normal_quantile(shares[None]).tobytes()


@pytest.mark.parametrize("rows", range(1, 10))
def test_compiled_draws_are_those_of_streams(rows: int):
    for columns in (*range(1, 10), 24, 100):
        for k in range(4):
            stream = Stream("phosphene", f"draws/{rows}/{columns}/{k}")
            one, two = (f(stream, rows, columns) for f in (compiled_normal, plain_normal))
            assert one.tobytes() == np.ascontiguousarray(two).tobytes()


# ---- memory


def test_plans_stay_under_their_bytes_and_those_used_last_stay(monkeypatch: pytest.MonkeyPatch):
    store = plans.PlanCache()
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
    store = plans.PlanCache()
    monkeypatch.setattr(plans, "MOST_BYTES", 10 * plans.FORM_BYTES)
    for k in range(100):
        store.put((k,), None)
    assert len(store.forms) == 10


def forms_plan(name: str) -> plans.Plan:
    recipe = style(name, seed=5)
    with_plan(recipe)
    found = next(reversed(forms.PLAN_CACHE.forms.values()))
    assert found
    return found[0]


def held(plan: plans.Plan) -> int:
    """The bytes of all objects that a plan refers to, expressions shared with others included."""
    seen, todo = dict[int, Any](), [plan]
    while todo:
        found = todo.pop()
        if id(found) not in seen and not isinstance(found, type | ModuleType | FunctionType):
            seen[id(found)] = found
            todo += gc.get_referents(found)
    return sum(map(sys.getsizeof, seen.values()))


@pytest.mark.parametrize("name", ["silk", "aurora", "dunes", "nebula"])
def test_a_plan_estimates_its_own_memory(name: str):
    plan = forms_plan(name)
    assert 0.5 < plan.nbytes / held(plan) < 2


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


def test_a_mistake_in_one_recipe_leaves_its_form_a_plan():
    def recipe(p: float) -> Recipe:
        shading = {"rgb": ["main0", "q(main1, p)", "main2"], "params": {"p": p}}
        return Recipe(seed=3, shading=shading)

    assert with_plan(recipe(1.5)) is None
    assert "p as a number between 0 and 1" in without_plan(recipe(1.5))
    assert assert_same(recipe(0.2))
    assert with_plan(recipe(1.5)) is None


def test_a_form_that_needs_the_whole_image_is_tried_once(monkeypatch: pytest.MonkeyPatch):
    tried, make = list[int](), forms.make
    monkeypatch.setattr(forms, "make", lambda *a: tried.append(1) or make(*a))
    for seed in range(3):
        shading = {"grey": "main0 - k*least(main0)", "params": {"k": 0.3 + seed}}
        assert with_plan(Recipe(seed=seed, shading=shading)) is None
    assert len(tried) == 1
