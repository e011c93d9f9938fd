"""Networks with given weights: layers that normalise, graphs that run in circles."""

from __future__ import annotations

import numpy as np
import pytest

import phosphene as ph


def values(network, count=1, size=8, engine="cpu"):
    """The first fields over a small plane, in float64."""
    rgb = [f"main{i}" if i < count else "0" for i in range(3)]
    recipe = ph.Recipe(networks={"main": network}, shading={"rgb": rgb}, precision="f64")
    return np.asarray(ph.render(recipe, size, engine=engine))[..., :count]


def plane(size=8):
    at = (np.arange(size) + 0.5) / size * 2 - 1
    return np.meshgrid(at, at)


def graph(connections, nodes=("identity", "identity"), outputs=(2,), **more):
    """Node 0 is x, node 1 is y, the others follow. A connection is source, target, weight."""
    made = [
        dict(zip(("source", "target", "weight", "enabled"), c, strict=False)) for c in connections
    ]
    parts = {"nodes": list(nodes), "connections": made, "output_nodes": list(outputs)}
    return {"kind": "graph", "inputs": ["x", "y"], **parts, **more}


@pytest.mark.parametrize("position", ["before", "after"])
@pytest.mark.parametrize("engine", ["cpu", "reference"])
def test_a_fixed_layer_can_standardise_its_units(position, engine):
    weights = np.random.default_rng(1).standard_normal((5, 2))
    out = np.array([[0.3, -0.1, 0.2, 0.1, 0.05]])
    layers = [
        {"weights": weights, "activation": "sin", "norm": "layer", "norm_position": position,
         "epsilon": 0.0},
        {"weights": out, "biases": [0.5]},
    ]  # fmt: skip
    got = values({"kind": "explicit", "inputs": ["x", "y"], "layers": layers}, engine=engine)

    def standard(h):
        return (h - h.mean(-1, keepdims=True)) / h.std(-1, keepdims=True)

    h = np.stack(plane(), -1) @ weights.T
    h = np.sin(standard(h)) if position == "before" else standard(np.sin(h))
    assert np.abs(got - np.clip(h @ out.T + 0.5, 0, 1)).max() < 1e-12


def test_a_layer_without_a_norm_is_unchanged():
    layer = {"weights": [[1.0, 0.5]]}
    plain = ph.Recipe(networks={"main": {"kind": "explicit", "layers": [layer]}})
    assert plain.networks["main"].layers[0].norm == "none"


def test_a_graph_adds_what_its_connections_bring():
    x, y = plane()
    links = [(0, 2, 0.5), (1, 2, 0.25), (2, 3, 2.0), (0, 3, 0.5, False)]
    got = values(graph(links, ("sin", "abs"), (2, 3)), 2)
    inner = np.sin(0.5 * x + 0.25 * y)
    wanted = np.stack([inner, np.abs(2 * inner)], -1)
    assert np.abs(got - np.clip(wanted, 0, 1)).max() < 1e-12


def test_two_connections_between_the_same_nodes_add():
    assert np.array_equal(
        values(graph([(0, 2, 0.25), (0, 2, 0.5), (0, 3, 1.0)])),
        values(graph([(0, 2, 0.75), (0, 3, 1.0)])),
    )


@pytest.mark.parametrize("engine", ["cpu", "reference"])
def test_nodes_are_computed_in_their_order_from_the_newest_values(engine):
    """2 reads 3, which comes after it: what 2 gives is one tick behind."""
    x, y = plane()
    links = [(3, 2, 1.0), (0, 3, 0.5), (4, 3, 0.25), (1, 4, 1.0)]
    got = values(graph(links, ["identity"] * 3, (2, 3)), 2, engine=engine)
    # Tick 1 reaches 3 and 4: node 3 = x/2, as 4 has no value yet. Tick 2 reaches 2, reads that.
    wanted = np.stack([0.5 * x, 0.5 * x + 0.25 * y], -1)
    assert np.abs(got - np.clip(wanted, 0, 1)).max() < 1e-12


def test_a_cycle_uses_the_value_of_the_previous_tick():
    x, _ = plane()
    links = [(0, 2, 0.5), (2, 2, 0.5), (2, 3, 1.0), (3, 4, 1.0)]
    got = values(graph(links, ["identity"] * 3, (4,)))
    # Three ticks reach 4: node 2 is x/2, then x/2 + half of that, and once more.
    assert np.abs(got[..., 0] - np.clip(x * (0.5 + 0.25 + 0.125), 0, 1)).max() < 1e-12


def test_with_fewer_ticks_unreached_nodes_are_0():
    links = [(0, 2, 1.0), (2, 3, 1.0), (3, 4, 1.0)]
    assert not values(graph(links, ["cos"] * 3, (4,), ticks=2)).any()
    assert values(graph(links, ["cos"] * 3, (4,), ticks=3)).any()
    assert not values(graph([(0, 2, 1.0)], ["cos"] * 2, (3,))).any()


def test_a_graph_that_is_never_reached_ends():
    assert not values(graph([(2, 3, 1.0), (3, 2, 1.0)], ["cos", "cos"], (3,))).any()


def test_an_input_can_be_an_output():
    x, _ = plane()
    got = values(graph([(0, 2, 1.0)], outputs=(0,)))[..., 0]
    assert np.abs(got - np.clip(x, 0, 1)).max() < 1e-15


def test_a_graph_survives_a_round_trip_through_its_text():
    recipe = ph.Recipe(networks={"main": graph([(0, 2, 0.1), (1, 3, -2.5, False)])})
    again = ph.Recipe.from_json(recipe.json)
    assert again == recipe and again.json == recipe.json


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (graph([(0, 4, 1.0)]), ["connections[0]", "0 to 4", "targets 2 to 3"]),
        (graph([(0, 1, 1.0)]), ["connections[0]", "targets 2 to 3"]),
        (graph([(0, 2, 1.0)], outputs=(7,)), ["output_nodes[0]", "7", "0 to 3"]),
        (graph([(0, 2, 1.0)], ("sni", "sin")), ["networks.main.nodes[0]", "'sin'"]),
        (graph([(0, 2, float("nan"))]), ["connections[0].weight", "finite"]),
        (graph([(0, 2, 1.0)], ticks=0), ["networks.main.ticks", "greater"]),
        (graph([(0, 2, 1.0)], width=3), ["networks.main.width"]),
        (
            graph([(0, 2, 1.0)]) | {"inputs": [{"kind": "waves", "frequencies": [1]}]},
            ["one per input"],
        ),
    ],
)
def test_an_invalid_graph_is_explained(network, words):
    with pytest.raises(ph.RecipeError) as caught:
        ph.Recipe(networks={"main": network})
    for word in words:
        assert word in str(caught.value)


def test_a_shading_may_ask_for_the_gradient_of_a_graph():
    network = graph([(0, 2, 0.5), (1, 2, 0.25)])
    recipe = ph.Recipe(networks={"main": network}, shading={"grey": "dx(main0)"})
    assert np.abs(np.asarray(ph.render(recipe, 4)) - 0.5).max() < 1e-6
