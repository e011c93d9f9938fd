"""Random recipes: small networks of every kind, under every view."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.catalogue.architectures import ARCHITECTURES
from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.folds import FOLDS
from phosphene.catalogue.weights import WEIGHTS
from phosphene.recipe import Recipe
from tests.shadings import palettes, worded

seeds = st.integers(0, 10_000)
units = st.sampled_from(sorted(ACTIVATIONS))
layers = st.one_of(
    st.sampled_from(sorted(ACTIVATIONS | ACROSS)), st.lists(units, min_size=1, max_size=4)
)
DRAWN_GENERATORS: list[dict[str, Any]] = [
    {"kind": "fourier", "count": 3},
    {"kind": "waves", "frequencies": [1.5, 7]},
    {"kind": "rings", "frequency": 9, "centre": [0.3, -0.2]},
    {"kind": "radius", "centre": [-0.5, 0.5]},
    {"kind": "torus"},
    {"kind": "torus", "order": 3, "period": [1.5, 4]},
]
plain_inputs = st.one_of(
    st.sampled_from([*FEATURES, "x*y", "floor(4*x)"]), st.sampled_from(DRAWN_GENERATORS)
)
inputs = st.lists(
    st.one_of(plain_inputs, st.sampled_from(["x + 0.3*low0", "low1"])), min_size=1, max_size=4
)
warps = st.sampled_from(
    [None, None, ["2*x", "y + 0.2*sin(3*x)"], ["x + 0.3*low0", "y - 0.2*low1"], ["r", "theta"]]
)
folds = st.one_of(
    st.none(),
    st.builds(lambda k, n: {"kind": k, "order": n}, st.sampled_from([*FOLDS]), st.integers(1, 9)),
)
norms = st.sampled_from(
    [
        {},
        {"norm": "frozen"},
        {"norm": "batch"},
        {"norm": "layer"},
        {"norm": "batch", "norm_position": "after"},
        {"norm": "layer", "norm_position": "after"},
    ]
)
latents = st.sampled_from([{}, {"size": 3}, {"size": 2, "inject": "concat"}])
networks = st.builds(
    lambda norm, **rest: {"outputs": 3, **norm, **rest},
    norm=norms,
    kind=st.sampled_from(sorted(ARCHITECTURES)),
    inputs=inputs,
    warp=warps,
    fold=folds,
    latent=latents,
    width=st.integers(1, 17),
    depth=st.integers(1, 4),
    activations=st.lists(layers, min_size=1, max_size=3),
    weights=st.builds(
        lambda kind, gain: {"kind": kind, "gain": gain},
        st.sampled_from(sorted(WEIGHTS)),
        st.sampled_from([0.5, 1.0, 3.0]),
    ),
)
given_layers = [
    {"weights": [[1.5, -0.5], [0.25, 2.0]], "biases": [0.1, -0.2], "activation": "sin"},
    {"weights": [[0.5, 1.25], [-1.0, 1.0]], "activation": "tanh", "then": "join"},
    {"weights": [[1, 0.5, -1, 0.3], [0.2, 1, 0.7, -0.4], [0.6, -0.8, 1, 1]]},
]
given_nodes = {
    "nodes": ["sin", "gauss", "identity"],
    "connections": [
        {"source": s, "target": t, "weight": w}
        for s, t, w in [(0, 2, 2.5), (1, 3, 1.5), (2, 3, -1.0), (3, 4, 0.7), (4, 2, 0.5)]
    ],
    "output_nodes": [2, 3, 4],
}
given_networks = st.builds(
    lambda kind, **rest: {**kind, **rest},
    st.sampled_from(
        [{"kind": "explicit", "layers": given_layers}, {"kind": "graph", **given_nodes}]
    ),
    inputs=st.sampled_from([["x", "y"], ["x + 0.3*low0", "r"]]),
    warp=warps,
    fold=folds,
)
low_networks = st.builds(
    lambda **fields: {"outputs": 2, "width": 5, "depth": 1, "norm": "frozen", **fields},
    inputs=st.lists(plain_inputs, min_size=1, max_size=3),
    latent=latents,
)
shadings = st.sampled_from(
    [
        {"rgb": ["main0", "main1", "main2"]},
        {"hsv": ["main0", "0.5 + 0.2*main1", "0.6 + 0.3*sin(4*main2)"]},
        {"oklab": ["0.5 + 0.2*main0", "0.1*main1", "0.1*main2"], "channels": 1},
        {"grey": "main0 > q(main0, 0.6)"},
        {"rgb": ["cdf(main0)", "0.5 + 0.5*dx(main1)/rms_grad(main1)", "sign(main2)"]},
        {"rgb": ["(main0 - least(main0)) / (greatest(main0) - least(main0))", "main1", "x"]},
    ]
)
views = st.builds(
    lambda **fields: fields,
    centre=st.sampled_from([(0.0, 0.0), (0.3, -0.7)]),
    span=st.sampled_from([2.0, 0.1, 37.0]),
    rotation=st.sampled_from([0.0, 0.4, -2.0]),
    sampling=st.sampled_from(["centre", "ends", "start"]),
    aspect=st.sampled_from(["short", "long", "mean", "height", "stretch"]),
    origin=st.sampled_from(["centre", "corner"]),
    axes=st.sampled_from(["xy", "yx"]),
)
finishes = st.sampled_from(
    [{}, {}, {"antialias": "draft"}, {"antialias": "auto"}, {"antialias": 4}]
)
DRAWN_SURFACES: list[dict[str, Any]] = [
    *[{}] * 4,
    {"kind": "torus"},
    {"kind": "torus_x", "period": [3, 1]},
    {"kind": "torus_y"},
    {"kind": "sphere", "period": [4, 2]},
]
recipes = st.builds(
    lambda seed, main, low, **rest: Recipe(seed=seed, networks={"main": main, "low": low}, **rest),
    seeds,
    st.one_of(networks, networks, networks, given_networks),
    low_networks,
    shading=shadings | worded,
    palettes=palettes,
    surface=st.sampled_from(DRAWN_SURFACES),
    view=views,
    finish=finishes,
)


def recipe(seed: int | str = 0, shading: Any = None, view: Any = None, **network: Any) -> Recipe:
    """A recipe of one network, for tests that change one thing."""
    data: dict[str, Any] = {"seed": seed, "networks": {"main": network}}
    if shading is not None:
        data["shading"] = shading
    if view is not None:
        data["view"] = view
    return Recipe(**data)
