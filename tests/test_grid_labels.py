"""Axes of grids, and labels: what a label shows makes its cell again."""

from __future__ import annotations

import itertools
import json
import shlex

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.core.texts import split_outside
from phosphene.judge import accept
from phosphene.render.axes import read_axis
from phosphene.render.grids import Page, wrapped


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a,b", ["a", "b"]),
        ("sin(3*h), max(h,0)", ["sin(3*h)", "max(h,0)"]),
        ('["x,y","r"],[1,2]', ['["x,y","r"]', "[1,2]"]),
        ('{"kind": "random", "a": "x,(y"},tanh', ['{"kind": "random", "a": "x,(y"}', "tanh"]),
        ("", [""]),
        ("a,", ["a", ""]),
    ],
)
def test_text_is_split_outside_brackets_and_quotes(text, parts):
    assert split_outside(text) == parts


@pytest.mark.parametrize(
    ("axis", "labels"),
    [
        ("activation=sin(3*h),max(h,0)", ["activation sin(3*h)", "activation max(h,0)"]),
        ("features=x,y;x,y,cos(9*r)", ["features x,y", "features x,y,cos(9*r)"]),
        ("features=[x,y],[x,y,r]", ["features [x,y]", "features [x,y,r]"]),
        ("width=4..6,32", ["width 4", "width 5", "width 6", "width 32"]),
        ("scale=0.5..1/4", ["scale 0.5", "scale 0.6667", "scale 0.8333", "scale 1"]),
        ("networks.main.biases.gain=0.1,2", ["gain 0.1", "gain 2"]),
        ('networks.main.inputs=["x","y"],["x","y","r"]',
         ['inputs ["x","y"]', 'inputs ["x","y","r"]']),
    ],
)  # fmt: skip
def test_an_axis_of_text_takes_formulas_lists_and_ranges(axis, labels):
    page = ph.grid("classic", x=axis, cell=8)
    assert [label for label, _ in page.pictures] == labels
    name, texts = axis.split("=")[0], [label.partition(" ")[2] for label in labels]
    for text, (_, recipe) in zip(texts, page.pictures, strict=True):
        again = read_axis(f"{name}={text};{text}").values[0][1]
        put = {"set": {name: again}} if "." in name else {name: again}
        assert ph.style("classic", seed=0, **put) == recipe


def test_an_axis_of_palettes_takes_names_and_lists_of_colours():
    page = ph.grid("silk", x="palette=ember;#102030,#f0e0d0", cell=8)
    texts = ["ember", "#102030,#f0e0d0"]
    assert [label for label, _ in page.pictures] == [f"palette {text}" for text in texts]
    assert [r for _, r in page.pictures] == [ph.style("silk", seed=0, palette=t) for t in texts]


def test_values_from_python_are_shown_as_they_are_typed():
    axis = ("features", [["x", "y"], ["x", "sin(y)"]])
    page = ph.grid("classic", x=axis, y=("scale", [1 / 3, 2.0]), cell=8)
    labels = [label for label, _ in page.pictures]
    assert labels[1] == "features x,sin(y), scale 0.333333333333333"
    assert labels[2] == "features x,y, scale 2"


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({"x": "depth=2,3", "y": "depth=4,5"}, "y: varies depth, which `x` varies too"),
        ({"x": "depth=2", "y": "networks.main.depth=3"}, "y: varies networks.main.depth, which"),
        ({"x": "palettes.A=ember", "y": "palette=abyss"}, "y: varies palette, which `x` varies"),
        ({"x": "depth=2..3", "depth": 4}, "x: varies depth, which is given as well; omit `depth`"),
        ({"x": "seed=2..3", "seed": 4}, "x: varies seed, which is given as well; omit `seed`"),
        ({"x": "width=2", "y": "view.span=3", "set": {"view.span": 2}}, "y: varies view.span, whi"),
    ],
)
def test_a_field_is_varied_by_one_axis_only(axes, message):
    with pytest.raises(ph.UserError, match=message):
        ph.grid("classic", cell=8, **axes)


@pytest.mark.parametrize(
    "axis", ["depth=2..999999999999", "scale=0..1/999999999999", ("depth", itertools.count(2))]
)
def test_an_axis_of_too_many_values_is_refused_before_they_are_made(axis):
    with pytest.raises(ph.UserError, match="more than 4096 pictures"):
        ph.grid("classic", x=axis, cell=8)


def test_headings_are_complete_on_several_lines():
    assert wrapped("activation sin(3*h)", 80, 4) == ["activation", "sin(3*h)"]
    assert wrapped("depth 3", 80, 4) == ["depth 3"]
    parts = wrapped("features x,y,cos(10*r),sin(4*theta)", 80, 4)
    assert "".join(parts).replace(" ", "") == "featuresx,y,cos(10*r),sin(4*theta)"
    cut = wrapped("m" * 200, 40, 3)
    assert len(cut) == 3 and cut[-1].endswith("..")
    one, two = (Page(["", ""], 2, 80, (heads, None)) for heads in (["a", "b"], ["a", "b" * 20]))
    assert two.corner[1] - one.corner[1] == 18 * (len(wrapped("b" * 20, 80, 4)) - 1) > 0


def test_a_seed_of_a_grid_makes_the_picture_that_paint_makes(tmp_path):
    page = ph.grid("silk", x="seed=1..2", y="folds=2,4", cell=8)
    seeds = [(label.split(",")[0], recipe) for label, recipe in page.pictures]
    assert seeds[1] == ("seed 2", accept("silk", "2", {"folds": 2}))
    assert seeds[2][1] == accept("silk", "1", {"folds": 4})
    words = ph.grid("silk", x="seed=moss,7", cell=8).pictures
    assert [r for _, r in words] == [accept("silk", seed, {}) for seed in ("moss", "7")]


def test_the_label_of_a_rescued_seed_is_the_seed_that_makes_it():
    page = ph.sheet("classic", seed=3, count=2, gate=True, cell=8)
    for label, recipe in page.pictures:
        style, seed = label.split()
        assert recipe == accept(style, seed, {}, gate=True)
    assert any(recipe.rescued for _, recipe in page.pictures)


@pytest.mark.parametrize("vary", ["latent", "weights"])
def test_variations_are_numbered_as_they_are_picked(vary, tmp_path):
    base = ph.style("silk", seed=1)
    page = ph.sheet(base, vary=vary, count=3, cell=8)
    page.save(tmp_path / "s.png")
    short = {"latent": "z", "weights": "weights"}[vary]
    for k, (label, _) in enumerate(page.pictures, 1):
        assert label == f"{short} {k}"
        put = {f"networks.main.{vary}.seed": k}
        if vary == "latent":
            put["networks.main.latent.values"] = None
        assert ph.open(tmp_path / "s.png", pick=k) == base.replace(put)


def test_a_strip_names_the_frames_that_it_shows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    film = "strip silk --seed 7 --frames 9 --no-even --thumbnails 3 --size 16 -o s.png --json"
    assert run(shlex.split(film)) == 0
    out, err = capsys.readouterr()
    shown = json.loads(out)["shown"]
    assert shown == [0, 3, 6] and "3 of 9 frames, --frame 0, 3, 6" in err
    assert run(shlex.split(f"render s.png --frame {shown[1]} --size 16 -o f.png")) == 0
    strip, frame = (np.asarray(Image.open(name)) for name in ("s.png", "f.png"))
    assert np.array_equal(strip[:, 20:36], frame)
