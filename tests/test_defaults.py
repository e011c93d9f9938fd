"""The defaults of the edition, which files leave out: they never change, and new fields change no
old text."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import phosphene as ph
from phosphene.core.extras import update_advice
from phosphene.recipe import Network, needs
from phosphene.recipe.defaults import ADDED, DEFAULTS, REQUIRED, Added
from phosphene.recipe.parts import Finish, View
from tests.goldens.recipes import RECIPES

# ---- the table


def models(annotation: Any) -> set[type[BaseModel]]:
    """All parts that an annotation names, and those in them."""
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return set[type[BaseModel]]().union(*map(models, get_args(annotation)))
    inner = [f.annotation for f in annotation.model_fields.values()]
    return {annotation}.union(*map(models, inner))


def default(model: type[BaseModel], field: str) -> Any:
    """The default of a field as a file would hold it."""
    value = model.model_fields[field].default
    if value is PydanticUndefined:
        return REQUIRED
    made = model.model_construct(**{field: value})
    data = made.model_dump(mode="json", include={field})[field]
    return _without(data, value)


def _without(data: Any, value: Any) -> Any:
    """Data of a value without what is a default in it."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_defaults=True)
    if isinstance(value, dict):
        return {k: _without(data[k], v) for k, v in value.items()}
    return data


def text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def problems(parts: set[type[BaseModel]], table: dict[str, Any], added: tuple[Added, ...]) -> str:
    """What is wrong with the defaults of models, and what to do about it."""
    found: list[str] = []
    later = {(row.part, row.field): row.default for row in added if row.value is None}
    for model in sorted(parts, key=lambda m: m.__name__):
        name, first = model.__name__, table.get(model.__name__, {})
        for field in model.model_fields:
            now = default(model, field)
            if field not in first and (name, field) not in later:
                found.append(
                    f"{name}.{field} is new. Add it to ADDED in recipe/defaults.py, with the "
                    "version it comes in and a default that leaves old pictures as they are."
                )
                continue
            was = first.get(field, later.get((name, field)))
            if text(now) != text(was):
                found.append(
                    f"{name}.{field} is {now!r} by default; files of this edition that leave it "
                    f"out mean {was!r}. Keep that; let styles or a new field say otherwise."
                )
        gone = [field for field in first if field not in model.model_fields]
        found += [
            f"{name}.{field} is gone, but files have it. Keep it, or add its new name to OLD_KEYS "
            "in recipe/old_keys.py."
            for field in gone
        ]
    return "\n".join(found)


def test_the_defaults_of_the_models_are_those_of_the_edition():
    parts = models(ph.Recipe)
    assert {m.__name__ for m in parts} == set(DEFAULTS)
    assert problems(parts, DEFAULTS, ADDED) == ""


class _Wider(View):
    span: Any = 2.5


class _Richer(Finish):
    gamma: float = 1.0


def defaults(model: type[BaseModel]) -> dict[str, Any]:
    return {field: default(model, field) for field in model.model_fields}


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (_Wider, ["_Wider.span is 2.5 by default", "mean 2.0", "Keep that;"]),
        (_Richer, ["_Richer.gamma is new", "Add it to ADDED"]),
        (Finish, ["Finish.glow is gone", "OLD_KEYS"]),
    ],
)
def test_a_planted_change_of_a_default_is_explained(model: type[BaseModel], words: list[str]):
    base = defaults(View if model is _Wider else Finish)
    table = {model.__name__: base | ({"glow": 1} if model is Finish else {})}
    said = problems({model}, table, ())
    assert all(word in said for word in words) and len(said.splitlines()) == 1


def test_a_new_field_needs_a_row_of_its_own():
    table = {"_Richer": defaults(Finish)}
    assert problems({_Richer}, table, (Added("0.3", "_Richer", "gamma", 1.0),)) == ""
    assert "mean 2.0" in problems({_Richer}, table, (Added("0.3", "_Richer", "gamma", 2.0),))


def test_versions_of_added_fields_can_be_compared():
    assert all(needs.read_version(row.version) for row in ADDED)


@pytest.mark.parametrize("name", ["Recipe", "View", "Finish", "Surface", "Latent", "Network"])
def test_defaults_are_not_written(name: str):
    part = getattr(ph, name)()
    assert part.model_dump(mode="json", exclude_defaults=True) == {}


# ---- a later version: the models of today with one field more


def later_version(monkeypatch: pytest.MonkeyPatch) -> type[ph.Recipe]:
    """Recipes of version 0.3, whose finish has a gamma."""

    def finish() -> type[Finish]:
        class Finish(ph.Finish):
            gamma: float = 1.0

        return Finish

    made = finish()

    class Later(ph.Recipe):
        finish: made = made()  # type: ignore[valid-type]

    Later.__name__ = "Recipe"  # its name in ADDED
    rows = (Added("0.3", "Finish", "gamma", 1.0), Added("0.4", "View", "aspect", value="long"))
    monkeypatch.setattr(needs, "ADDED", (*ADDED, *rows))
    return Later


@pytest.mark.parametrize("name", RECIPES)
def test_a_new_field_changes_no_text_and_no_digest(name: str, monkeypatch: pytest.MonkeyPatch):
    recipe = ph.Recipe(**RECIPES[name])
    before = recipe.json, recipe.digest
    monkeypatch.setattr(needs, "ADDED", ())
    later = later_version(monkeypatch)(**RECIPES[name])
    if recipe.view.aspect == "long":
        assert (json.loads(later.json).pop("needs"), later.digest) == ("0.4", before[1])
    else:
        assert (later.json, later.digest) == before


def test_a_recipe_that_uses_a_new_field_says_which_version_it_needs(
    monkeypatch: pytest.MonkeyPatch,
):
    later = later_version(monkeypatch)
    assert "needs" not in json.loads(later(finish={"gamma": 1.0}).json)
    recipe = later(seed=7, finish={"gamma": 2.0})
    assert json.loads(recipe.json)["needs"] == "0.3"
    again = later.from_json(recipe.json)
    assert again == recipe and again.digest == recipe.digest
    both = recipe.replace({"view.aspect": "long"})
    assert json.loads(both.json)["needs"] == "0.4"


def test_an_older_version_names_the_key_and_the_version(monkeypatch: pytest.MonkeyPatch):
    newer = later_version(monkeypatch)(finish={"gamma": 2.0}).json
    monkeypatch.undo()
    with pytest.raises(ph.RecipeError) as caught:
        ph.Recipe.from_json(newer)
    assert str(caught.value) == (
        f"finish.gamma: needs phosphene 0.3 or newer, this is {ph.__version__}; {update_advice()}"
    )


def test_an_older_version_reads_the_fields_that_it_knows():
    recipe = ph.Recipe(seed=7)
    newer = recipe.to_dict() | {"needs": "99.0"}
    assert ph.Recipe.checked(newer) == recipe and "needs" not in ph.Recipe.checked(newer).json


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"finish": {"gamma": 2.0}}, ["finish.gamma", "unknown key 'gamma'", "Known: antialias"]),
        ({"needs": "0.0.1", "finish": {"gamma": 2}}, ["finish.gamma: unknown key 'gamma'"]),
        (
            {"needs": "99.1", "view": {"aspect": "wide"}},
            ["view.aspect", "'wide'", "99.1"],
        ),
        ({"needs": 3}, ['expected a version such as "0.3"', "got 3"]),
        ({"needs": "soon"}, ['expected a version such as "0.3"', "'soon'"]),
        ({"needs": {"a": 1}}, ["expected a version"]),
        ({"phosphene": 0}, ["edition 0", "reads edition 1", 'A recipe has "phosphene": 1']),
        (
            {"phosphene": 2, "needs": "99.1"},
            ["edition 2", "reads edition 1", "For a newer version"],
        ),
        ({"phosphene": "1"}, ["edition '1'"]),
        ({"phosphene": None}, ["edition None"]),
    ],
)
def test_a_sparse_file_with_a_fault_is_explained(data: dict[str, Any], words: list[str]):
    with pytest.raises(ph.RecipeError) as caught:
        ph.Recipe.from_json(json.dumps({"phosphene": 1, "seed": 7} | data))
    for word in words:
        assert word in str(caught.value)


# ---- the text


def test_a_plain_recipe_is_a_short_text():
    assert ph.Recipe(seed=7).json == '{"phosphene":1,"seed":7}'
    assert len(ph.style("classic", seed=3).json) < 900
    assert ph.Recipe.from_json('{"phosphene":1}') == ph.Recipe()


def test_nothing_that_a_style_chose_is_omitted():
    recipe = ph.style("silk", seed=7)
    alone = ph.Recipe.from_json(recipe.json.replace('"style":"silk"', '"style":null'))
    assert alone == recipe.replace({"style": None})


def test_a_value_in_place_of_none_and_none_in_place_of_a_value():
    fold = ph.Recipe(networks={"main": {"fold": {"kind": "mirror", "order": 6}}})
    assert json.loads(fold.json)["networks"]["main"]["fold"] == {"kind": "mirror"}
    assert ph.Recipe(networks={"main": {"fold": None}}) == ph.Recipe(networks={"main": {}})
    assert ph.Recipe(networks={"main": {}}) != ph.Recipe()
    assert json.loads(ph.Recipe(networks={"main": {}}).json)["networks"] == {"main": {}}
    assert "networks" not in json.loads(ph.Recipe(networks=ph.Recipe().networks).json)


def test_minus_zero_is_zero():
    recipe = ph.Recipe(view={"rotation": -0.0, "centre": [0.5, -0.0]})
    assert json.loads(recipe.json)["view"] == {"centre": [0.5, 0.0]}
    assert "-0.0" not in recipe.json


def test_kinds_are_written_unless_they_are_the_default():
    main = {"kind": "tied", "inputs": ["x", {"kind": "fourier", "count": 24}, {"kind": "rings"}]}
    recipe = ph.Recipe(networks={"main": main, "other": Network(kind="mlp", width=3)})
    assert json.loads(recipe.json)["networks"] == {
        "main": {"kind": "tied", "inputs": ["x", {"kind": "fourier"}, {"kind": "rings"}]},
        "other": {"width": 3},
    }
    assert ph.Recipe.from_json(recipe.json) == recipe


def test_the_whole_form_reads_to_the_same_recipe():
    for data in RECIPES.values():
        recipe = ph.Recipe(**data)
        full = recipe.to_dict(full=True)
        assert set(full) - {"needs"} == set(ph.Recipe.model_fields)
        assert ph.Recipe(**full).json == recipe.json
