"""Recipes: resolved, canonical, frozen, and clear about what cannot be."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import phosphene as ph
from phosphene import networks
from phosphene.catalogue.architectures import ARCHITECTURES, FIXED
from phosphene.catalogue.features import GENERATORS
from phosphene.recipe import FIELDS, Numbers, normal_seed
from phosphene.recipe.networks import NetworkBase
from phosphene.recipe.old_keys import OLD_KEYS
from phosphene.styles import PICKS, STYLES


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("seed", [0, "harbour-42"])
def test_a_recipe_is_its_canonical_text(name, seed):
    recipe = ph.style(name, seed=seed)
    again = ph.Recipe.from_json(recipe.json)
    assert again == recipe and again.json == recipe.json and again.digest == recipe.digest
    assert recipe.seed == seed and recipe.style == name


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.palettes.__setitem__("A", ()),
        lambda r: r.palettes.__delitem__("A"),
        lambda r: r.palettes.__ior__({"A": ()}),
        lambda r: r.palettes.update(A=()),
        lambda r: r.palettes.setdefault("C", ()),
        lambda r: r.palettes.pop("A"),
        lambda r: r.palettes.popitem(),
        lambda r: r.palettes.clear(),
        lambda r: r.networks.__setitem__("main", None),
        lambda r: r.shading.params.__setitem__("k", 1.0),
        lambda r: r.shading.let.__setitem__("k", "x"),
    ],
)
@pytest.mark.parametrize("way", ["as made", "copied", "deeply copied", "pickled", "changed"])
def test_nothing_in_a_recipe_can_be_changed(change, way):
    recipe = WAYS[way](ph.style("silk", seed=7))
    before = recipe.json, hash(recipe)
    with pytest.raises(TypeError, match=r"cannot be changed; recipe\.replace"):
        change(recipe)
    assert (recipe.json, hash(recipe)) == before


WAYS = {
    "as made": lambda r: r,
    "copied": copy.copy,
    "deeply copied": copy.deepcopy,
    "pickled": lambda r: pickle.loads(pickle.dumps(r)),
    "changed": lambda r: r.model_copy(update={"seed": 8}),
}


@pytest.mark.parametrize("part", ["seed", "view", "networks"])
def test_the_fields_of_a_recipe_cannot_be_set(part):
    recipe = ph.Recipe()
    for change in (lambda: setattr(recipe, part, 3), lambda: delattr(recipe, part)):
        with pytest.raises(TypeError, match=r"cannot be changed; recipe\.replace"):
            change()


def test_the_fields_of_a_part_cannot_be_set():
    recipe = ph.style("silk", seed=7)
    for part in (recipe.networks["main"], recipe.view, recipe.finish, recipe.shading):
        for name in (next(iter(type(part).model_fields)), "anything"):
            with pytest.raises(TypeError, match=r"cannot be changed; recipe\.replace"):
                setattr(part, name, 3)


def test_fixed_weights_cannot_be_changed():
    layer = {"weights": np.ones((3, 2), np.float32)}
    recipe = ph.Recipe(networks={"main": {"kind": "explicit", "layers": [layer]}})
    for way, made in WAYS.items():
        array = made(recipe).networks["main"].layers[0].weights.array
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True
        assert made(recipe) == recipe or way == "changed"
    layer["weights"][0, 0] = 9
    assert recipe.networks["main"].layers[0].weights.array[0, 0] == 1


@pytest.mark.parametrize("way", ["copied", "deeply copied", "pickled"])
@pytest.mark.parametrize("name", ["silk", "netart", "classic"])
def test_a_copy_is_the_same_recipe(name, way):
    recipe = ph.style(name, seed=7)
    again = WAYS[way](recipe)
    assert again == recipe and hash(again) == hash(recipe) and again.digest == recipe.digest


def test_a_changed_copy_has_a_text_of_its_own():
    recipe = ph.style("silk", seed=7)
    assert recipe.digest != recipe.model_copy(update={"seed": 8}).digest
    assert recipe.model_copy(update={"seed": 8}) == recipe.replace({"seed": 8})


def test_a_recipe_shows_in_one_short_line():
    recipe = ph.style("silk", seed=7)
    assert repr(recipe) == str(recipe) == f"{recipe}"
    assert "\n" not in repr(recipe) and len(repr(recipe)) < 80 and "silk" in repr(recipe)


def test_the_parts_of_a_recipe_are_public():
    recipe = ph.Recipe(
        seed=7,
        networks={
            "main": ph.Network(
                inputs=("x", "y", ph.Fourier(kind="fourier", count=3)), width=6, depth=2,
                activations=("sin",), weights=ph.Weights(gain=(1.2,)), latent=ph.Latent(size=2),
                fold=ph.Fold(kind="mirror"), biases=ph.Biases(gain=0.1),
            )
        },
        shading=ph.Shading(colour_space="grey", colour=("main0",)),
        surface=ph.Surface(), view=ph.View(span=3), finish=ph.Finish(antialias="draft"),
    )  # fmt: skip
    assert ph.Recipe.from_json(recipe.json) == recipe


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ph.View(span=-1), "span: got -1; expected a value greater than 0"),
        (lambda: ph.Network(wdth=3), "wdth: unknown key 'wdth'. Did you mean 'width'?"),
        (lambda: ph.Shading(colour=["x", "y"]), "'rgb' takes 3 formulas"),
        (lambda: ph.Latent(size=2, values=[1]), "z has 1 values"),
        (lambda: ph.Network(latent={"size": -1}), "latent.size: got -1"),
    ],
)
def test_a_fault_in_a_part_alone_is_an_error_of_ours(make, words):
    with pytest.raises(ph.RecipeError) as caught:
        make()
    assert words in str(caught.value)


def test_networks_share_one_base():
    shared = {"inputs", "warp", "scale", "fold", "latent"}
    for model in (ph.Network, ph.ExplicitNetwork, ph.GraphNetwork):
        assert issubclass(model, NetworkBase)
        own = [name for name in model.__annotations__ if name in shared]
        assert own == (["inputs"] if model is ph.Network else [])
    assert set(NetworkBase.model_fields) == shared


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("networks.main.inputs.7", "index 7 out of range; the list has 3 entries"),
        ("networks.main.inputs.a", "'a' is not an index; the list has"),
        ("networks.main.width.a", "'a': the value before it is not an object or a list"),
    ],
)
def test_a_path_into_a_list_that_is_wrong_is_explained(path, words):
    with pytest.raises(ph.RecipeError) as caught:
        ph.Recipe().get(path)
    assert words in str(caught.value) and str(caught.value).startswith(path)


GIVEN = {"kind": "explicit"}
OLD_SPELLINGS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("Shading", {"shading": {"ending": "grey", "colour": "main0"}}, {"shading": {"grey": "main0"}}),
    (
        "Shading",
        {"shading": {"grey": "main0", "still": True}},
        {"shading": {"grey": "main0", "fixed_latent": True}},
    ),
    (
        "Network",
        {"networks": {"main": {"norm": "layer", "norm_tiny": 0.1}}},
        {"networks": {"main": {"norm": "layer", "epsilon": 0.1}}},
    ),
    (
        "Layer",
        {"networks": {"main": {**GIVEN, "layers": [{"weights": [[1]], "norm_tiny": 1}]}}},
        {"networks": {"main": {**GIVEN, "layers": [{"weights": [[1]], "epsilon": 1}]}}},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("part", "old", "new"), OLD_SPELLINGS)
def test_old_keys_read_as_those_of_today(part, old, new):
    grey = {} if "shading" in old else {"shading": {"grey": "main0"}}
    assert ph.Recipe(**old, **grey) == ph.Recipe(**new, **grey)
    assert ph.Recipe.from_json(json.dumps({"phosphene": 1, **old, **grey})).json == (
        ph.Recipe(**new, **grey).json
    )


def test_every_old_key_is_read_somewhere_and_names_a_field():
    for part, keys in OLD_KEYS.items():
        tried = json.dumps([old for where, old, _ in OLD_SPELLINGS if where == part])
        fields = getattr(ph, part)
        for old, new in keys.items():
            assert f'"{old}"' in tried and old not in fields.model_fields
            assert new in fields.model_fields


def test_old_keys_stand_in_dotted_paths():
    recipe = ph.Recipe(shading={"grey": "main0", "params": {"still": 0.5}})
    assert recipe.replace({"shading.still": True}).shading.fixed_latent
    assert recipe.get("shading.ending") == "grey" and recipe.get("shading.params.still") == 0.5
    assert recipe.replace({"networks.main.norm_tiny": 0.5}).networks["main"].epsilon == 0.5


def test_an_old_attribute_is_read_with_a_warning():
    with pytest.warns(DeprecationWarning, match=r"Shading\.ending is now Shading\.colour_space"):
        assert ph.Recipe().shading.ending == "rgb"
    with pytest.raises(AttributeError, match="endng"):
        _ = ph.Recipe().shading.endng


def test_a_key_and_its_old_name_together_are_refused():
    with pytest.raises(ph.RecipeError, match=r"^shading: got 'colour_space' and 'ending', its old"):
        ph.Recipe(shading={"ending": "grey", "colour_space": "grey", "colour": "main0"})


def test_a_seed_in_digits_is_the_number():
    assert ph.Recipe(seed="42") == ph.Recipe(seed=42)
    assert ph.Recipe(seed="042").seed == "042"
    assert [normal_seed(seed) for seed in (42, "42", "042", "moss")] == [42, 42, "042", "moss"]
    with pytest.raises(ph.RecipeError, match="seed"):
        normal_seed(1.5)


def test_the_digest_of_a_recipe_is_pinned():
    digest = ph.Recipe(seed=42).digest
    assert digest == ph.Recipe().replace({"seed": 42}).digest
    assert digest != ph.Recipe(seed=43).digest


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"networks": {"main": {"wdth": 3}}}, ["networks.main.wdth", "Did you mean 'width'"]),
        (
            {
                "networks": {
                    "main": {"kind": "explicit", "width": 3, "layers": [{"weights": [[1]]}]}
                }
            },
            [
                "networks.main.width",
                "unknown key 'width'",
                "Known: fold, inputs, kind, latent, layers",
            ],
        ),
        ({"networks": {"main": {"warp": ["x"]}}}, ["networks.main.warp[1]", "missing in ['x']"]),
        ({"networks": {"torus": {"wdth": 3}}}, ["networks.torus.wdth", "Did you mean 'width'"]),
        ({"networks": {"main": {"width": "a"}}}, ["networks.main.width", "'a'", "whole number"]),
        ({"networks": {"main": {"kind": "mpl"}}}, ["networks.main.kind", "'mpl'", "mlp"]),
        ({"networks": {"m1": {}}}, ["m1"]),
        ({"networks": {}}, ["networks"]),
        ({"phosphene": 2}, ["edition 2", "edition 1"]),
        ({"seed": 1.5}, ["seed", "1.5"]),
        ({"seeed": 1}, ["seeed", "Did you mean 'seed'"]),
        ({"view": {"span": float("nan")}}, ["view.span", "finite"]),
        ({"view": {"span": -1}}, ["view.span", "-1", "greater than 0"]),
        ({"palettes": {"A": "embre"}}, ["palettes.A", "Did you mean 'ember'"]),
        ({"palettes": {"A": ["#fff"]}}, ["palettes.A", "got 1 colours", "2 to 64"]),
        ({"palettes": {"A": ["#fff", "#nope"]}}, ["palettes.A", "colour 2", "'#nope'"]),
        ({"palettes": {"A": ["#fff", [5, 0, 0]]}}, ["palettes.A", "colour 2", "lightness 0 to 1"]),
        ({"finish": {"antialias": 5}}, ["finish.antialias", "got 5", "square"]),
        ({"shading": {"rgb": ["x", "y"]}}, ["shading", "takes 3 formulas"]),
        ({"shading": {"rbg": ["x"]}}, ["shading", "Did you mean 'rgb'"]),
        ({"shading": {"rgb": "x", "grey": "x"}}, ["shading", "one colour space"]),
        ({"shading": {"let": {"a": "x"}}}, ["shading", "oklab"]),
        ({"shading": {"let": {"2a": "x"}, "grey": "x"}}, ["shading", "'2a' is not a name"]),
        ({"networks": {"main": {"latent": {"size": 2, "values": [1]}}}}, ["latent", "1 values"]),
        ({"networks": {"main": {"norm": "frozen", "norm_position": "after"}}}, ["norm", "before"]),
        ({"networks": {"main": {"activations": [["sort"]]}}}, ["activations", "single units"]),
        (
            {
                "networks": {
                    "main": {"kind": "explicit", "layers": [{"weights": [[1.0], [float("inf")]]}]}
                }
            },
            ["layers[0].weights", "not finite at [1, 0]"],
        ),
        (
            {
                "networks": {
                    "main": {
                        "kind": "explicit",
                        "layers": [{"weights": [[1, 2]]}, {"weights": [[1, 2]]}],
                    }
                }
            },
            ["layers[1]", "2 inputs", "1 units"],
        ),
    ],
)
def test_a_fault_is_named_by_path_value_and_expectation(data, words):
    with pytest.raises(ph.RecipeError) as caught:
        ph.Recipe(**data)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("kind", GENERATORS)
def test_a_fault_in_any_generator_of_inputs_is_named_by_its_path(kind):
    needed = {"frequencies": [1]} if kind == "waves" else {}
    with pytest.raises(ph.RecipeError, match=r"^networks\.main\.inputs\[0\]\.nme: unknown key"):
        ph.Recipe(networks={"main": {"inputs": [{"kind": kind, "nme": 1, **needed}]}})


@pytest.mark.parametrize(
    ("shading", "word"),
    [
        ({"rgb": ["main0", "main1", "main9"]}, "unknown name 'main9'"),
        ({"let": {"a": "b", "b": "a"}, "grey": "a"}, "a -> b -> a"),
        ({"oklab": "A(main0)"}, "unknown function 'A'"),
        ({"grey": "q(main0, 2)"}, "between 0 and 1"),
        ({"grey": "dx(dx(main0))"}, "apply them to fields"),
        ({"let": {"a": "a2", "a2": "1 + a"}, "grey": "x"}, "1 + a\n      ^"),
        ({"let": {"a": "sin(nowhere)"}, "grey": "x"}, "shading.let.a: unknown name 'nowhere'"),
        ({"grey": "vec(1, 2, 3)"}, "gives a vector; expected one number"),
    ],
)
def test_an_invalid_shading_is_explained(shading, word):
    with pytest.raises(ph.RecipeError, match="shading") as caught:
        ph.render(ph.Recipe(shading=shading), 4)
    assert word in str(caught.value)


def test_networks_that_depend_on_each_other_cyclically_are_refused():
    networks = {"a": {"inputs": ["b0"]}, "b": {"inputs": ["a0"]}}
    with pytest.raises(ph.RecipeError, match="cyclically"):
        ph.render(ph.Recipe(networks=networks, shading={"grey": "a0"}), 4)


def test_every_architecture_has_a_file_and_every_file_a_row():
    folder = Path(networks.__file__).parent
    shared = {"__init__", "inputs", "layers", "nameless", "weight_sources"}
    assert {p.stem for p in folder.glob("*.py")} - shared == {*ARCHITECTURES, *FIXED}
    for kind in ARCHITECTURES:
        recipe = ph.Recipe(networks={"main": {"kind": kind, "width": 3, "depth": 2}})
        assert ph.render(recipe, 4).float.std() > 0
    with pytest.raises(ph.RecipeError, match="unknown architecture 'residul'.*residual"):
        ph.Recipe(networks={"main": {"kind": "residul"}})


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_fixed_weights_keep_every_bit(dtype):
    weights = np.random.default_rng(1).standard_normal((3, 2)).astype(dtype)
    layer = {"weights": weights, "activation": "sin"}
    recipe = ph.Recipe(networks={"main": {"kind": "explicit", "layers": [layer]}})
    again = ph.Recipe.from_json(recipe.json)
    assert again == recipe
    stored = again.networks["main"].layers[0].weights
    assert stored.array.dtype == dtype and np.array_equal(stored.array, weights)


def test_damaged_numbers_are_refused():
    good = Numbers([[1.0, 2.0]]).encode()
    for bad in (
        {**good, "shape": [3]},
        {**good, "f64": "??"},
        {"shape": [1, 2]},
        "text",
        [[1, "a"]],
    ):
        with pytest.raises(ValueError, match="numbers|expected"):
            Numbers.decode(bad)


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_at_its_path(name):
    recipe = ph.style("silk", seed=1)
    values = {"precision": "f64", "z": "0.5,1", "features": "x", "activation": "sin"}
    values |= {"antialias": "4", "dither": "blue", "mirror": "x"}
    values |= {"palette": "#102030,#ffeedd", "recolour": "auto", "invert_palettes": "yes"}
    given = {name: values.get(name, "3" if name != "channels" else "1")}
    if name == "shares":  # of a given palette
        given = {"palette": values["palette"], "shares": "no"}
        recipe = ph.style("silk", seed=1, palette=values["palette"])
    changed = ph.style("silk", seed=1, **given)
    assert changed != recipe
    assert changed.get(FIELDS[name].path) != recipe.get(FIELDS[name].path)


def test_a_missing_field_of_a_network_is_reported():
    recipe = ph.Recipe(networks={"sky": {}}, shading={"grey": "sky0"})
    from phosphene.recipe import with_fields

    with pytest.raises(ph.RecipeError, match="lacks.*sky"):
        with_fields(recipe, {"width": 3})


def test_a_bare_seed_picks_among_its_editions_styles():
    picked = {ph.style(seed=s).style for s in range(40)}
    assert len(picked) > 12 and picked <= set(PICKS[1])
    assert ph.style(seed=3) == ph.style(ph.style(seed=3).style, seed=3)


def test_replace_gives_a_checked_copy():
    recipe = ph.Recipe()
    assert recipe.replace({"networks.main.width": 7}).networks["main"].width == 7
    assert recipe.networks["main"].width == 24
    with pytest.raises(ph.RecipeError, match="Did you mean 'main'"):
        recipe.replace({"networks.mian.width": 7})


HALF = "\ud800"  # of a surrogate pair: valid in JSON as an escape, not valid Unicode


@pytest.mark.parametrize(
    "data",
    [
        {"style": HALF}, {"seed": HALF}, {"rescued": [HALF]}, {"precision": HALF}, {HALF: 1},
        {"networks": {HALF: {}}}, {"networks": {"main": {"inputs": [HALF]}}},
        {"networks": {"main": {"weights": {"seed": HALF}}}}, {"palettes": {"A": ["#fff", HALF]}},
        {"shading": {"let": {f"a{HALF}": "1"}, "grey": "main0"}}, {"shading": {"grey": HALF}},
        {"shading": {"params": {HALF: 1}, "grey": "main0"}}, {"view": {HALF: 1}},
    ],
)  # fmt: skip
def test_half_of_a_surrogate_pair_is_refused_wherever_it_is(data: dict[str, Any]):
    """Some were accepted, and writing a file then ended in a traceback."""
    text = json.dumps({"phosphene": 1, **data})
    for make in (lambda: ph.Recipe(**data), lambda: ph.Recipe.from_json(text)):
        with pytest.raises(ph.RecipeError) as caught:
            make()
        assert str(caught.value)
    with pytest.raises(
        ph.RecipeError, match=r"style: a text contains '\\ud800', half of a surrogate"
    ):
        ph.Recipe().replace({"style": HALF})


def test_data_nested_deeper_than_any_recipe_is_refused():
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ph.RecipeError, match="nested too deeply"):
        ph.Recipe(networks=deep)


def test_a_notebook_shows_texts_of_a_recipe_as_texts():
    """A style from a file became live HTML."""
    html = ph.Recipe(style="<img src=x onerror=alert(1)>", rescued=["</pre><script>"])._repr_html_()
    assert "<img" not in html and "<script" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") == 2
