"""Drawings of networks: units with their pictures, connections by sign and size, as SVG."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.render.network_graph import CONNECTIONS, SIDE, UNITS, drawings, input_names
from phosphene.render.network_svg import NEGATIVE, POSITIVE
from phosphene.styles import STYLES
from tests.tables import few_quick

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"


def elements(text: str, name: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(text).iter(SVG + name))


def words(text: str) -> list[str]:
    return [e.text or "" for e in elements(text, "text")]


def pixels(image: ElementTree.Element) -> np.ndarray:
    data = image.attrib[LINK].removeprefix("data:image/png;base64,")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def explicit(**more: Any) -> ph.Recipe:
    layers = [
        {"weights": [[2.0, -1.0], [0.5, 1.0]], "activation": "sin"},
        {"weights": [[-4.0, 1.0]], "biases": [0.25]},
    ]
    main = {"kind": "explicit", "inputs": ["x", "y"], "layers": layers}
    return ph.Recipe(networks={"main": main}, shading={"grey": "main0"}, **more)


@pytest.mark.parametrize("style", few_quick(STYLES, 2))
def test_every_style_can_be_drawn(style: str):
    recipe = ph.style(style, seed=3)
    text = ph.network_svg(recipe)
    made = drawings(recipe)
    images = elements(text, "image")
    assert len(images) == sum(len(d.pictures) for d in made) + len(made)
    assert all(pixels(image).shape[0] in (SIDE, 192) for image in images)
    assert len(elements(text, "path")) == sum(len(d.connections) for d in made)
    for drawing in made:
        assert f"network {drawing.name}" in words(text)
        outputs = recipe.networks[drawing.name].outputs
        said = " ".join(words(text))
        assert all(f"{drawing.name}{i}" in said for i in range(min(outputs, UNITS)))


def test_connections_have_the_sign_and_size_of_their_weights():
    text = ph.network_svg(explicit())
    found = [(p.attrib["stroke"], float(p.attrib["stroke-width"])) for p in elements(text, "path")]
    wanted = {(POSITIVE, 1.0): 1, (NEGATIVE, 0.5): 1, (POSITIVE, 0.25): 2, (POSITIVE, 0.5): 1,
              (NEGATIVE, 1.0): 1}  # fmt: skip
    sizes = [(colour, round((width - 0.3) / 2.7, 2)) for colour, width in found]
    assert {size: sizes.count(size) for size in sizes} == wanted
    assert "sin" in words(text) and {"x", "y", "main0"} <= set(words(text))


def test_a_unit_shows_its_values_in_the_view_of_the_picture():
    recipe = explicit(view={"span": 3.0, "centre": (0.5, 0.0), "symmetry": "mirror_y"})
    (drawing,) = drawings(recipe)
    for unit, formula in {(0, 0): "x", (1, 1): "sin(0.5*x + y)", (2, 0): "main0"}.items():
        shown = recipe.replace({"shading": {"grey": formula}, "finish.antialias": "none"})
        values = ph.render(shown.replace({"shading.colour": [f"0.01*({formula}) + 0.5"]}), SIDE)
        grey = values.float[..., 0].astype(np.float64)
        share = (grey - grey.min()) / (grey.max() - grey.min())
        assert np.abs(drawing.pictures[unit] / 255 - share).max() < 0.01


def test_a_graph_is_drawn_with_its_cycles_and_without_disabled_connections():
    main = {
        "kind": "graph", "inputs": ["x", "y"], "nodes": ["sin", "tanh", "identity"],
        "connections": [
            {"source": 0, "target": 2, "weight": 2.0}, {"source": 2, "target": 3, "weight": -1.0},
            {"source": 3, "target": 2, "weight": 0.5}, {"source": 3, "target": 4, "weight": 1.0},
            {"source": 1, "target": 4, "weight": 1.0, "enabled": False},
        ],
        "output_nodes": [4, 4, 1], "ticks": 5,
    }  # fmt: skip
    recipe = ph.Recipe(networks={"main": main})
    (drawing,) = drawings(recipe)
    assert [column.names for column in drawing.columns] == [
        ["x", "y"], ["node 2"], ["node 3"], ["main0, main1"],
    ]  # fmt: skip
    assert drawing.total == len(drawing.connections) == 4
    assert len({drawing.pictures[unit].tobytes() for unit in drawing.pictures}) > 3
    assert len(elements(ph.network_svg(recipe), "path")) == 4


def test_every_architecture_connects_each_layer_to_what_it_reads():
    for kind, readers in {"mlp": {0: {1}}, "skip": {0: {1, 2, 3, 4}},
                          "densenet": {0: {1, 2, 3, 4}, 1: {2, 3, 4}},
                          "residual": {1: {2, 3, 4}}}.items():  # fmt: skip
        recipe = ph.Recipe(networks={"main": {"kind": kind, "depth": 3, "width": 4}})
        (drawing,) = drawings(recipe)
        links = {(c.source[0], c.target[0]) for c in drawing.connections}
        for column, targets in readers.items():
            assert {b for a, b in links if a == column} == targets, kind


@pytest.mark.slow  # a network of 230,500 weights
def test_a_large_network_is_drawn_in_part_and_says_so():
    recipe = ph.style("classic", seed=3, width=100, depth=24)
    text = ph.network_svg(recipe)
    assert len(text) < 1_000_000
    assert len(elements(text, "path")) == CONNECTIONS
    caption = next(word for word in words(text) if "connections" in word)
    assert caption.startswith("the 1,500 strongest of 230,500 connections; up to 24 units")
    assert "and 76 more" in words(text)


def test_a_deep_residual_network_is_drawn_quickly():
    network = {"kind": "residual", "width": 40, "depth": 60, "residual_scale": 0.9}
    (drawing,) = drawings(ph.Recipe(networks={"main": network}))
    assert len(drawing.connections) == CONNECTIONS and len(drawing.columns) == 62
    layers = sum(range(1, 60)) * 40 * 40 + 60 * 40 * 3 + 3 * 40
    assert drawing.total == layers
    assert {c.target[0] for c in drawing.connections} >= set(range(1, 62))


def test_generated_inputs_are_numbered_and_the_views_of_a_torus_named():
    network = ph.Network(
        inputs=["x", ph.Fourier(kind="fourier", count=2), ph.Rings(kind="rings")],
        latent={"size": 1, "inject": "concat"},
    )
    assert input_names(network, 5) == ["x", "fourier 0", "fourier 1", "rings", "z0"]
    names = input_names(ph.Network(inputs=["x", "y"]), 4)
    assert names == ["x (1)", "y (1)", "x (2)", "y (2)"]


def test_the_figure_of_the_documentation_is_such_a_drawing():
    path = Path(__file__).parent.parent / "docs" / "gallery" / "network.svg"
    recipe = ph.style("silk", seed=2, width=8, depth=3)
    assert words(path.read_text("utf-8")) == words(ph.network_svg(recipe))


def test_texts_of_a_recipe_are_escaped():
    text = ph.network_svg(explicit(style="<img src=x onerror=alert(1)>\x1b[2J"))
    assert "<img" not in text and "&lt;img" in text and "\x1b" not in text
    main = explicit().to_dict()["networks"]["main"] | {"inputs": ["x", "less(x,0)*(y<0)"]}
    text = ph.network_svg(explicit().replace({"networks.main": main}))
    assert "less(x,0)*(y<0)" in words(text)


def test_show_writes_a_drawing_but_replaces_no_file_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    source, path = tmp_path / "a.json", tmp_path / "net.svg"
    source.write_text(explicit().json)
    show = ["show", str(source), "--draw", str(path)]
    assert run(show) == 0 and capsys.readouterr().out.strip() == str(path)
    assert path.read_text(encoding="utf-8") == ph.network_svg(explicit())
    path.write_text("mine")
    assert run(show) != 0 and "--overwrite" in capsys.readouterr().err
    assert path.read_text() == "mine"
    assert run([*show, "--overwrite", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["networks"] == ["main"]
    assert run(["show", str(source), "--draw", str(tmp_path / "net.png")]) != 0
    assert "expected a file that ends in .svg" in capsys.readouterr().err
