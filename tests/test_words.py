"""Other programs' words for our names, and short forms of what a recipe holds."""

from __future__ import annotations

import json
import math
import shlex

import numpy as np
import pytest

import phosphene as ph
from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.catalogue.architectures import ARCHITECTURES
from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.other_words import OTHER_WORDS, catalogue_name
from phosphene.catalogue.weights import WEIGHTS
from phosphene.cli import run

NAMES = {
    "activations": {**ACTIVATIONS, **ACROSS},
    "architectures": ARCHITECTURES,
    "features": FEATURES,
    "weights": WEIGHTS,
}
FIELDS = {
    "activations": "networks.main.activations",
    "architectures": "networks.main.kind",
    "features": "networks.main.inputs",
    "weights": "networks.main.weights.kind",
}
ROWS = [(catalogue, word) for catalogue, rows in OTHER_WORDS.items() for word in rows]
PLAIN = ph.Recipe()


@pytest.mark.parametrize(("catalogue", "word"), ROWS)
def test_another_word_is_read_listed_and_written_as_our_name(catalogue, word):
    name, source = OTHER_WORDS[catalogue][word]
    assert word not in NAMES[catalogue] and name in NAMES[catalogue]
    path = FIELDS[catalogue]
    assert PLAIN.replace({path: word}).json == PLAIN.replace({path: name}).json
    entry = getattr(ph, catalogue)()[word]
    assert str(entry) == f"the same as {name} ({source})"


@pytest.mark.parametrize(
    ("word", "name"),
    [("sgn", "sgn"), ("ReLU", "relu"), ("SiLU", "swish"), ("hardSigmoid", "hard_sigmoid"),
     ("leaky-relu", "leaky_relu"), ("LogSoftmax", "logsoftmax"), ("GELU", "gelu")],
)  # fmt: skip
def test_capitals_and_hyphens_are_read(word, name):
    assert PLAIN.replace({"networks.main.activations": [word]}) == PLAIN.replace(
        {"networks.main.activations": [name]}
    )


def test_an_unknown_word_is_refused_and_formulas_are_not_words():
    assert catalogue_name("activations", "sin(h)", ACTIVATIONS) == "sin(h)"
    with pytest.raises(ph.RecipeError, match="unknown activation 'tahn'. Did you mean 'tanh'"):
        PLAIN.replace({"networks.main.activations": "tahn"})


def test_words_work_in_every_place_that_takes_an_activation():
    explicit = {"kind": "explicit", "layers": [{"weights": [[1, 2]], "activation": "sign"}]}
    found = ph.Recipe(networks={"a": explicit}, shading={"grey": "a0"})
    assert found.get("networks.a.layers.0.activation") == "sgn"
    drawn = {"random": "unit", "of": ["sign", "SiLU"]}
    found = PLAIN.replace({"networks.main.activations": drawn, "networks.main.output": "linear"})
    assert found.get("networks.main.activations.of") == ["sgn", "swish"]
    assert found.get("networks.main.output") == "identity"
    assert ph.style("classic", activation="sign+relu,sin").get("networks.main.activations") == [
        ["sgn", "relu"], "sin",
    ]  # fmt: skip
    assert ph.style("classic", activation="sgn(h)").digest


@pytest.mark.parametrize(
    ("name", "formula"),
    [("swish", lambda x: x / (1 + math.exp(-x))),
     ("gelu", lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))))],
)  # fmt: skip
def test_swish_and_gelu_are_those_of_the_papers(name, formula):
    xs = np.linspace(-6, 6, 97)
    layer = {"weights": [[1.0]], "activation": name}
    recipe = ph.Recipe(
        networks={"a": {"kind": "explicit", "inputs": ["x"], "layers": [layer]}},
        shading={"grey": "0.2 + 0.1*a0"},
        view={"span": 12.125, "aspect": "long"},
        precision="f64",
    )
    grey = ph.render(recipe, (97, 1)).float[0, :, 0]
    assert np.abs((grey - 0.2) / 0.1 - [formula(x) for x in xs]).max() < 1e-3


@pytest.mark.parametrize(
    ("path", "short", "long"),
    [
        ("networks.main.weights", "uniform", {"kind": "uniform"}),
        ("networks.main.weights", "xavier_normal", {"kind": "glorot_normal"}),
        ("networks.main.biases", "none", {"kind": "none"}),
        ("networks.main.fold", "mirror_x", {"kind": "mirror_x"}),
        ("networks.main", "densenet", {"kind": "densenet"}),
        ("networks.extra", "residual", {"kind": "residual"}),
        ("surface", "torus", {"kind": "torus"}),
        ("networks.main.inputs", ["fourier", "x", "radius"],
         [{"kind": "fourier"}, "x", {"kind": "radius"}]),
        ("networks.main.inputs", "torus", [{"kind": "torus"}]),
        ("networks.main.inputs", {"kind": "torus"}, [{"kind": "torus"}]),
        ("networks.main.inputs", "x, y,cos(10*r)", ["x", "y", "cos(10*r)"]),
        ("networks.main.activations", "tanh,sin+cos", ["tanh", ["sin", "cos"]]),
        ("networks.main.activations", "random:unit", {"random": "unit"}),
    ],
)  # fmt: skip
def test_a_short_form_means_the_whole_one_in_python_in_json_and_on_the_command_line(
    path, short, long, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    made = PLAIN.replace({path: short})
    assert made.json == PLAIN.replace({path: long}).json
    data = PLAIN.to_dict(full=True)
    *parents, last = path.split(".")
    place = data
    for key in parents:
        place = place[key]
    place[last] = short
    assert ph.as_recipe(json.dumps(data)) == made
    text = short if isinstance(short, str) else json.dumps(short)
    ph.render(PLAIN, 8).save("p.png")
    command = ["render", "p.png", "--size", "8", "-o", "q.png", "--set", f"{path}={text}"]
    assert run(command) == 0
    assert ph.open("q.png") == made


def test_a_kind_that_needs_more_says_what():
    with pytest.raises(ph.RecipeError, match=r"inputs\[0\].frequencies: missing"):
        PLAIN.replace({"networks.main.inputs": ["waves"]})
    with pytest.raises(ph.RecipeError, match=r"weights.kind: unknown weights 'unifrom'. Did you"):
        PLAIN.replace({"networks.main.weights": "unifrom"})


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("networks.main.width", "a", "got 'a'; expected a whole number"),
        ("networks.main.warp", "x", "got 'x'; expected a list in brackets"),
        ("view.centre", "0,0", "got '0,0'; expected a list in brackets"),
        ("view.centre", [1, 2, 3], r"got \[1, 2, 3\]; expected a length of at most 2"),
        ("view.span", "wide", "got 'wide'; expected a number"),
        ("networks.main.weights", 5, "got 5; expected an object"),
        ("shading.params", 5, "got 5; expected an object with names as keys"),
        ("networks.main.inputs", [5], "got 5; expected a text"),
        ("networks.main.activations", 5, "got 5; expected a text"),
        ("finish.invert", "maybe", "got 'maybe'; expected true or false"),
        ("palettes.B-1", "ember", "palettes.B-1: got 'B-1'; expected a name of letters, with"),
    ],
)
def test_a_value_of_a_wrong_type_is_explained_in_plain_words(path, value, expected):
    with pytest.raises(ph.RecipeError, match=expected):
        PLAIN.replace({path: value})


def test_the_list_of_activations_names_the_words(capsys):
    assert run(shlex.split("list activations")) == 0
    assert "sign                     the same as sgn (ichko 2021)" in capsys.readouterr().out
