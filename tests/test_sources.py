"""What means a recipe means it everywhere: a recipe, a dict, JSON text, a style's name, a path."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

import phosphene as ph
from phosphene.core.errors import InputError, RecipeError, UserError
from phosphene.recipe import FIELDS
from phosphene.render.tiling import tiled
from phosphene.sources import Fields
from phosphene.styles import STYLES

SILK = ph.style("silk", seed=7)


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("silk.json").write_text(SILK.json)


# what is called -> what shows which recipe it took
CALLS = {
    "as_recipe": lambda given, **seed: ph.as_recipe(given, **seed),
    "render": lambda given, **seed: ph.render(given, 8, **seed).recipe,
    "render_file": lambda given, **seed: _rendered(given, **seed),
    "sheet": lambda given, **seed: (
        ph.sheet(given, count=1, cell=16, vary="latent", latent_size=2, **seed).pictures[0][1]
    ).replace({f"networks.{n}.latent": SILK.get(f"networks.{n}.latent") for n in SILK.networks}),
    "grid": lambda given, **seed: ph.grid(
        given, x=("view.span", [SILK.view.span]), cell=16, **seed
    ).pictures[0][1],
    "animate": lambda given, **seed: _film(ph.animate, given, **seed).recipe,
    "animate_grid": lambda given, **seed: (
        _film(ph.animate_grid, given, x=("view.span", [2.0]), cell=16, **seed).recipe
    ),
    "textures": lambda given, **seed: ph.textures(given, 8, **seed)["albedo"].recipe,
    "as_dask_array": lambda given, **seed: ph.as_dask_array(given, 8, **seed).name,
    "invert_palettes": lambda given, **seed: (
        ph.invert_palettes(ph.invert_palettes(given, **seed)) and ph.invert_palettes(given, **seed)
    ),
    "with_complexity": lambda given, **seed: ph.with_complexity(given, None, **seed),
}


def _film(animate, given, **how):
    return animate(given, "rotate turns=1", frames=2, even=False, subframes=1, **how)


def _rendered(given, **seed):
    ph.render_file(given, "a.png", 8, overwrite=True, **seed)
    return ph.open("a.png")


GIVEN = {
    "a recipe": lambda: (SILK, {}),
    "a dict": lambda: (json.loads(SILK.json), {}),
    "JSON text": lambda: ("\n" + SILK.json, {}),
    "a style and its seed": lambda: ("silk", {"seed": 7}),
    "a path": lambda: (Path("silk.json"), {}),
    "a text with a known suffix": lambda: ("silk.json", {}),
    "another seed": lambda: (SILK.replace({"seed": 8}), {"seed": 7}),
}


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(c, marks=pytest.mark.slow) if c in ("animate", "animate_grid") else c
        for c in CALLS  # a film is planned for each form
    ],
)
def test_a_recipe_is_accepted_in_every_form(call):
    wanted = CALLS[call](SILK)
    for form in GIVEN:
        given, seed = GIVEN[form]()
        assert CALLS[call](given, **seed) == wanted, form


def test_check_and_recolour_take_every_form_too():
    wanted = ph.check(SILK)
    for given, seed in (GIVEN[form]() for form in GIVEN):
        found = ph.check(given, **seed)
        assert found.measures == wanted.measures
        if not seed:
            assert ph.recolour(given, "ember") == ph.recolour(SILK, "ember")


WRONG = {
    "slik": (UserError, "unknown style 'slik'. Did you mean 'silk'"),
    "art.bmq": (UserError, r"unknown style 'art.bmq'.*pathlib.Path\('art.bmq'\)"),
    '{"phosphene": 1, "sed": 3}': (RecipeError, "seed"),
    "{": (RecipeError, "JSON cannot be read"),
    "gone.png": (InputError, "gone.png: no such file"),
    7: (
        RecipeError,
        r"recipe: got 7 \(int\); expected a Recipe, a dict, JSON text, a style's name",
    ),
    None: (RecipeError, r"recipe: got None"),
    b"silk": (RecipeError, r"recipe: got b'silk' \(bytes\)"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("given", WRONG)
def test_invalid_sources_of_recipes_raise_our_errors(call, given):
    if given is None and call in ("sheet", "grid", "animate_grid"):
        return  # the style that the seed picks
    kind, message = WRONG[given]
    with pytest.raises(kind, match=message):
        CALLS[call](given)


CLOSED = CALLS | {
    "check": lambda given, **how: ph.check(given, **how),
    "recolour": lambda given, **how: ph.recolour(given, **how),
}


@pytest.mark.parametrize("call", CLOSED)
def test_files_are_not_opened_with_files_false(call):
    for path in ("silk.json", Path("silk.json")):
        with pytest.raises(RecipeError, match="got the path 'silk.json', but `files=False` opens"):
            CLOSED[call](path, files=False)
    CLOSED[call]("silk", files=False)


@pytest.mark.parametrize(
    "path", ["morph silk.json", "keys keys.toml", {"path": "morph", "to": "silk.json"}]
)
def test_files_in_the_path_of_a_film_stay_closed_where_asked(path):
    Path("keys.toml").write_text("[[key]]\nat = 0\n[[key]]\nat = 1\n")
    with pytest.raises(UserError, match="but `files=False` opens no file"):
        ph.animate("silk", path, frames=2, size=16, files=False)


def test_files_false_leaves_what_is_no_file_as_it_is():
    for path in ("morph silk:6", {"path": "morph", "to": SILK}, "loop radius=0.1"):
        ph.animate("silk", path, frames=2, size=16, even=False, subframes=1, files=False)


# Names that the file system refuses, in ways that differ: too long, and a null character.
NO_NAMES = {
    "long": ("a" * 5000 + ".png", "'aaa.*: not a name for a file"),
    "null": ("a\0.png", r"'a\\x00.png': not a name for a file"),
}


@pytest.mark.parametrize("name", NO_NAMES)
@pytest.mark.parametrize("call", [ph.render, ph.check, ph.open, ph.open_film])
def test_a_name_that_no_file_can_have_is_an_error_of_ours(name, call):
    path, says = NO_NAMES[name]
    for given in (path, Path(path)):
        with pytest.raises(InputError, match=says):
            call(given)


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_no_file_can_have_is_not_written(name):
    path, says = NO_NAMES[name]
    for save in (ph.render("silk", 8).save, ph.sheet("silk", count=1, cell=16).save):
        with pytest.raises(UserError, match=says):
            save(path)


@pytest.mark.parametrize("text", ["", '{"a":' * 2000])
def test_check_reads_a_text_that_is_no_path_as_every_call_does(text):
    with pytest.raises(UserError, match="unknown style ''|the JSON cannot be read"):
        ph.check(text)


WRONG_VALUES = {
    "threads": ("two", "threads: got 'two'; expected a whole number"),
    "dials": (5, r"dials: got 5 \(int\); expected a dictionary"),
    "set": ([1], r"set: got \[1\] \(list\); expected a dictionary"),
    "z": (5, "z: got 5; expected numbers, or 'random'"),
}


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_a_keyword_of_a_wrong_type_is_an_error_of_ours(name):
    value, says = WRONG_VALUES[name]
    with pytest.raises(UserError, match=says):
        ph.render("silk", 8, **{name: value})
    with pytest.raises(UserError, match=says):
        ph.sheet("silk", count=1, cell=16, **{name: value})


def grid(**how):
    return ph.grid("silk", **{"x": "depth=2,3", "cell": 16} | how)


def film(**how):
    return ph.animate("silk", **{"path": "rotate turns=1", "frames": 2, "size": 16} | how)


def sheet(**how):
    return ph.sheet("silk", **{"count": 1, "cell": 16} | how)


def maps(**how):
    return ph.textures("silk", 8, **how)


PICTURE = ph.render("silk", 8)
WRONG_NUMBERS = [
    (sheet, {"count": "x"}, "count: got 'x'; expected a whole number"),
    (sheet, {"columns": 1.5}, "columns: got 1.5; expected a whole number"),
    (sheet, {"cell": "x"}, "cell: got 'x'; expected a whole number"),
    (sheet, {"cell": 0}, "cell: got 0; expected 1 to 4096 pixels"),
    (sheet, {"workers": "x"}, "workers: got 'x'; expected a whole number"),
    (grid, {"cell": 2.5}, "cell: got 2.5; expected a whole number"),
    (grid, {"x": 5}, "axis 5: expected a name and its values"),
    (grid, {"x": ()}, r"axis \(\): expected a name and its values"),
    (grid, {"x": ("depth", 5)}, r"axis \('depth', 5\): expected a name and its values"),
    (film, {"shutter": "x"}, "shutter: got 'x'; expected a number"),
    (film, {"energy": "x"}, "energy: got 'x'; expected a number"),
    (film, {"speed": []}, r"speed: unknown speed '\[\]'.* Or a number"),
    (film, {"path": 5}, r"path: got 5 \(int\); expected a text such as 'zoom factor=4'"),
    (film, {"path": [5]}, r"path: got 5 \(int\); expected a text"),
    (maps, {"slope": "x"}, "slope: got 'x'; expected a number"),
    (maps, {"roughness": None}, "roughness: got None; expected a number"),
    (partial(ph.as_dask_array, "silk", 8), {"chunks": "x"}, "chunks: got 'x'; expected a whole"),
    (partial(PICTURE.save, "a.png"), {"dpi": "x"}, "dpi: got 'x'; expected a number"),
    (partial(PICTURE.save, "a.png"), {"dpi": -1}, "dpi: got -1; expected 1 to 100,000 pixels"),
]


@pytest.mark.parametrize(("call", "how", "says"), WRONG_NUMBERS)
def test_a_number_of_a_wrong_type_or_range_is_an_error_of_ours(call, how, says):
    with pytest.raises(UserError, match=says):
        call(**how)


def test_what_show_prints_means_the_recipe_in_it_and_its_digest_is_not_compared():
    shown = {"recipe": SILK.to_dict(), "digest": "0" * 64, "networks": []}
    Path("shown.json").write_text(json.dumps(shown))
    for given in (shown, json.dumps(shown), "shown.json"):
        assert ph.as_recipe(given) == SILK and ph.as_recipe(given).digest == SILK.digest


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: SILK.replace(5), "got 5; expected a dictionary"),
        (lambda: SILK.get(5), "unknown field '5'"),
        (lambda: ph.Recipe.from_json(5), "the JSON cannot be read"),
        (lambda: ph.Recipe.checked(nested(3000)), "unknown key|nested too deeply"),
        (lambda: ph.Recipe(networks={}), "networks: got {}; expected a length of at least 1"),
    ],
)
def test_a_recipe_asked_for_something_of_a_wrong_type_raises_our_error(call, says):
    with pytest.raises(RecipeError, match=says):
        call()


def nested(depth):
    data = {}
    for _ in range(depth):
        data = {"networks": data}
    return data


def test_a_picture_that_is_not_ours_is_still_judged_by_its_pixels():
    from PIL import Image

    Image.new("RGB", (64, 64), "red").save("red.bmp")
    assert not ph.check("red.bmp").ok
    with pytest.raises(UserError, match="Did you mean 'silk'"):
        ph.check("slik")


# Options of `paint` that say where and how to write, or choose among seeds: not the picture itself.
NOT_THE_PICTURE = {
    "help", "style_name", "output", "count", "gate", "as_json", "dpi", "format_option", "sidecar",
    "resume", "overwrite", "workers", "cluster", "notes", "metadata", "no_metadata",
    "vary", "pick", "with_inverted",
}  # fmt: skip
CALLED = {
    "limit": "limits",
    "assign": "set",
    "dial": "dials",
    "panorama": "tile",
    "tile_x": "tile",
    "tile_y": "tile",
}


def paint_options() -> set[str]:
    from typer.main import get_command

    from phosphene.cli.app import make_app

    return {str(option.name) for option in get_command(make_app()).commands["paint"].params}


def test_render_takes_every_option_of_paint_that_decides_the_picture():
    dials = {dial for style in STYLES.values() for dial in style.dials}
    options = {CALLED.get(name, name) for name in paint_options() - NOT_THE_PICTURE} - dials
    keywords = {*Fields.__annotations__, *(ph.render.__kwdefaults__ or {}), "size"}
    own = {"progress", "files"}  # of Python only
    assert options | own == (keywords - dials) | own
    assert set(Fields.__annotations__) == {*FIELDS, "set", "dials"}


def test_render_puts_every_field_in():
    values = {
        "width": 5, "depth": 2, "activation": ["tanh", "sin"], "features": ["x", "y", "r"],
        "scale": 2.0, "z": [0.1, 0.2], "gain": [1.0, 1.5], "channels": 3, "antialias": 4,
        "dither": "blue", "recolour": "dusk;abyss", "palette": "ember", "shares": "even",
        "invert_palettes": True,
        "precision": "f64", "mirror": "x", "set": {"view.span": 3.0},
    }  # fmt: skip
    assert {*values, "turns", "kaleidoscope", "latent_size", "dials"} == set(Fields.__annotations__)
    picture = ph.render("classic", 8, seed=4, **values)
    assert picture.recipe == ph.style("classic", seed=4, **values)
    assert picture.recipe.get("view.span") == 3.0 and picture.float.dtype == "float64"
    as_text = ph.render("classic", 8, seed=4, z="0.1,0.2", gain="1.0,1.5", depth="2")
    assert as_text.recipe == ph.style("classic", seed=4, z=[0.1, 0.2], gain=[1.0, 1.5], depth=2)


def test_render_takes_dials_complexity_and_tile():
    dialled = ph.style("ink", seed=1, bleed=0.02)
    assert ph.render("ink", 8, seed=1, dials={"bleed": 0.02}).recipe == dialled
    assert ph.render("silk", 8, seed=7, relief=2).recipe == ph.style("silk", seed=7, relief=2)
    calm = ph.render("classic", 16, complexity=4, tile="both").recipe
    assert calm == tiled(ph.with_complexity("classic", 4), 16)
    with pytest.raises(UserError, match="relief: a dial of silk"):
        ph.render(SILK, 8, dials={"relief": 2})


@pytest.mark.parametrize(
    "call", [ph.render, ph.sheet, lambda *a, **k: ph.grid(*a, x="depth=2", **k)]
)
@pytest.mark.parametrize(
    ("name", "nearest"), [("antialas", "antialias"), ("thread", "threads"), ("setd", "se[te]")]
)
def test_an_unknown_keyword_names_the_nearest(call, name, nearest):
    with pytest.raises(UserError, match=f"unknown keyword '{name}'. Did you mean '{nearest}"):
        call("silk", **{name: 1})


def test_an_unknown_keyword_names_the_nearest_dial_and_its_styles():
    with pytest.raises(UserError, match=r"Did you mean 'folds', a dial of silk, pearl\?"):
        ph.render("silk", fodls=2)


def test_an_old_name_of_a_field_warns_where_it_was_used():
    calls = [ph.render, ph.sheet, partial(ph.grid, x="depth=2")]
    for call, how in zip(calls, ({}, {"count": 1, "cell": 16}, {"cell": 16}), strict=True):
        with pytest.warns(DeprecationWarning, match="twin= is now invert_palettes=") as caught:
            call("silk", twin=True, **how)
        assert [warning.filename for warning in caught] == [__file__]
