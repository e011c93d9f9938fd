"""The defaults of edition 1, in the form used in files: what a recipe omits.

A file holds only what differs from these defaults, so they never change: an old file must keep
making the same picture. tests/test_defaults.py compares them with the models.

A field added later is listed in `ADDED`, with the version that adds it and a default that leaves
existing pictures unchanged. A recipe that uses it carries `"needs": "0.3"`; an older version names
that version when it meets the unknown key. The same applies to a new value of an existing field,
such as a new kind of network.
"""

from __future__ import annotations

from typing import Any, NamedTuple

REQUIRED = "(required)"  # the field has no default: files always contain it


class Added(NamedTuple):
    """A field added after the first release or, with `value`, a new value of an existing field."""

    version: str
    part: str
    field: str
    default: Any = REQUIRED
    value: str | None = None


ADDED: tuple[Added, ...] = (
    Added("0.1", "View", "symmetry", None),
    Added("0.1", "Recipe", "shares", {}),
)

DEFAULTS: dict[str, dict[str, Any]] = {
    "Recipe": {
        "phosphene": 1,
        "seed": 0,
        "style": None,
        "networks": {
            "main": {"norm": "frozen", "output": "half_tanh", "weights": {"gain": [1.1, 1.5]}}
        },
        "shading": {"colour": ["main0", "main1", "main2"]},
        "palettes": {},
        "surface": {},
        "view": {},
        "finish": {},
        "precision": "f32",
        "rescued": [],
    },
    # networks
    "Network": {
        "kind": "mlp",
        "inputs": ["x", "y", "r"],
        "warp": None,
        "scale": 1.0,
        "fold": None,
        "standardise": "none",
        "latent": {},
        "width": 24,
        "depth": 4,
        "outputs": 3,
        "activations": ["tanh"],
        "output": "identity",
        "weights": {},
        "biases": {},
        "residual_scale": 0.7071067811865476,
        "norm": "none",
        "norm_position": "before",
        "epsilon": 1e-05,
    },
    "ExplicitNetwork": {
        "kind": REQUIRED,
        "inputs": ["x", "y"],
        "warp": None,
        "scale": 1.0,
        "fold": None,
        "latent": {},
        "layers": REQUIRED,
    },
    "Layer": {
        "weights": REQUIRED,
        "biases": None,
        "activation": "identity",
        "then": "replace",
        "shortcut": None,
        "norm": "none",
        "norm_position": "before",
        "epsilon": 1e-05,
    },
    "GraphNetwork": {
        "kind": REQUIRED,
        "inputs": ["x", "y"],
        "warp": None,
        "scale": 1.0,
        "fold": None,
        "latent": {},
        "nodes": REQUIRED,
        "connections": REQUIRED,
        "output_nodes": REQUIRED,
        "ticks": 100,
    },
    "Connection": {"source": REQUIRED, "target": REQUIRED, "weight": REQUIRED, "enabled": True},
    "Fold": {"kind": REQUIRED, "order": 6},
    "Latent": {"size": 0, "inject": "add", "gain": 0.35, "seed": None, "values": None},
    "Weights": {"kind": "normal", "gain": [1.0], "fan_in": True, "draws": "named", "seed": None},
    "Biases": {"kind": "normal", "gain": 0.5},
    "RandomActivations": {
        "random": REQUIRED,
        "of": ["tanh", "sin", "cos", "gauss", "abs", "sigmoid", "softplus", "relu"],
    },
    # inputs
    "Radius": {"kind": REQUIRED, "centre": [0.0, 0.0]},
    "Rings": {"kind": REQUIRED, "frequency": 10.0, "phase": 0.0, "centre": [0.0, 0.0]},
    "Waves": {"kind": REQUIRED, "frequencies": REQUIRED},
    "Fourier": {
        "kind": REQUIRED,
        "count": 24,
        "low": 0.5,
        "high": 9.0,
        "falloff": 1.1,
        "stretch": 0.0,
        "angle": 0.0,
        "seed": None,
    },
    "Torus": {"kind": REQUIRED, "order": 2, "period": [2.0, 2.0]},
    # the picture
    "Shading": {
        "params": {},
        "let": {},
        "colour_space": "rgb",
        "colour": REQUIRED,
        "alpha": None,
        "channels": 3,
        "fixed_latent": False,
    },
    "Surface": {"kind": "plane", "period": [2.0, 2.0]},
    "View": {
        "centre": [0.0, 0.0],
        "span": 2.0,
        "rotation": 0.0,
        "sampling": "centre",
        "aspect": "short",
        "origin": "centre",
        "axes": "xy",
        "positions": "engine",
    },
    "Symmetry": {"kind": REQUIRED, "order": 6, "rounding": 0.12, "repeats": ""},
    "Finish": {"antialias": "none", "dither": "none", "rounding": "nearest", "invert": False},
}
