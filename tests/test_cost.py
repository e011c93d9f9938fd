"""What a recipe costs is known before any work begins, and work beyond the limits never begins."""

from __future__ import annotations

import numpy as np

import phosphene as ph
from phosphene.compiler import networks
from phosphene.compiler.networks import make_networks, network_shapes
from tests.goldens.recipes import RECIPES


def test_networks_that_nothing_uses_are_not_drawn(monkeypatch):
    used = {"width": 4, "depth": 1}
    wide = {"main": used, "aa": {"width": 1024, "depth": 31}, "ab": {"inputs": ["aa0"]}}
    alone = ph.render({"phosphene": 1, "networks": {"main": used}}, 16)
    drawn: list[str] = []
    make = networks.make_network

    def record(name, *args, draws=None, **given):
        if draws is None:  # else it is only a shape
            drawn.append(name)
        return make(name, *args, draws=draws, **given)

    monkeypatch.setattr(networks, "make_network", record)
    np.testing.assert_array_equal(ph.render({"phosphene": 1, "networks": wide}, 16), alone)
    assert set(drawn) == {"main"}


def test_a_network_has_the_same_shape_with_and_without_its_numbers():
    for name, data in RECIPES.items():
        recipe = ph.Recipe.checked(data)
        for drawn, shape in zip(make_networks(recipe), network_shapes(recipe), strict=True):
            assert shape.widths() == drawn.widths(), name
            assert shape.layers() == drawn.layers(), name
            assert shape.parameters() == drawn.parameters(), name
            assert shape.inputs == drawn.inputs, name
