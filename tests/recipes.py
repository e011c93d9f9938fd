"""Random recipes: small networks of every kind, under every view."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from phosphene.architectures import ARCHITECTURES
from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.folds import FOLDS
from phosphene.catalogue.weights import WEIGHTS
from phosphene.recipe import Recipe

seeds = st.integers(0, 10_000)
units = st.sampled_from(sorted(ACTIVATIONS))
layers = st.one_of(
    st.sampled_from(sorted(ACTIVATIONS | ACROSS)), st.lists(units, min_size=1, max_size=4)
)
generators = st.sampled_from(
    [
        {"kind": "fourier", "count": 3},
        {"kind": "waves", "frequencies": [1.5, 7]},
        {"kind": "rings", "frequency": 9, "centre": [0.3, -0.2]},
        {"kind": "radius", "centre": [-0.5, 0.5]},
    ]
)
inputs = st.lists(
    st.one_of(st.sampled_from([*FEATURES, "x*y", "floor(4*x)"]), generators), min_size=1, max_size=4
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
recipes = st.builds(
    lambda seed, network, **rest: Recipe(seed=seed, networks={"main": network}, **rest),
    seeds,
    networks,
    shading=shadings,
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
