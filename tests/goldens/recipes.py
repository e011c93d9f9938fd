"""The recipes of the goldens, one short entry each. Between them they use every part there is."""

from __future__ import annotations

from typing import Any

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.catalogue.architectures import ARCHITECTURES
from phosphene.catalogue.folds import FOLDS
from phosphene.catalogue.weights import WEIGHTS
from phosphene.styles import STYLES, style

# Waves of the fields: within 0 and 1 for every network, so that no bit is lost by clipping.
WAVES = {"rgb": ["0.5 + 0.5*sin(4*main0)", "0.5 + 0.5*sin(4*main1)", "0.5 + 0.5*sin(4*main2)"]}
MAIN = {"rgb": ["main0", "main1", "main2"]}
RIPPLES = {"rgb": ["0.5 + 0.5*sin(30*main0)", "0.5 + 0.4*sign(main1)", "0.5 + 0.3*main2"]}


def one(shading: Any = WAVES, view: Any = None, seed: Any = 1, **network: Any) -> dict[str, Any]:
    """A recipe of one small network."""
    small = {} if network.get("kind") == "explicit" else {"width": 6, "depth": 2}
    made = {"seed": seed, "networks": {"main": {**small, **network}}, "shading": shading}
    return made if view is None else {**made, "view": view}


HOUSE = sorted(name for name, found in STYLES.items() if found.sweep)
OF_KIND: dict[str, dict[str, Any]] = {
    "mlp": {"width": 12, "depth": 4},
    "tied": {"width": 9, "depth": 5},
    "residual": {"width": 7, "depth": 5, "residual_scale": 0.9},
    "densenet": {"width": 5, "depth": 4},
    "skip": {"width": 5, "depth": 3},
}
ORDERS = {"kaleidoscope": 5, "rotational": 3}
PALETTES = (
    ("ember", "abyss", "plum", "dusk"),
    ("sand", "glacier", "rose", "indigo"),
    ("copper", "noir", "teal_rust", "navy_gold"),
    ("orchid", "wine_mint", "ultramarine", "saffron"),
    ("moss", "kelp", "peach", "lilac"),
    ("persimmon", "forest_fog", "cherry", "sky"),
)
QUARTERS = "select(x < 0, select(y < 0, A(v), B(v)), select(y < 0, C(v), D(v)))"

RECIPES: dict[str, dict[str, Any]] = {
    # architectures
    "default": {"seed": 7},
    **{kind: one(kind=kind, **OF_KIND.get(kind, {"depth": 4})) for kind in ARCHITECTURES},
    "widest": one(width=65, depth=1),
    "narrowest": one(width=1, depth=3),
    "deepest": one(kind="residual", width=4, depth=60, residual_scale=0.95),
    "explicit": one(
        kind="explicit", inputs=["x", "y"], scale=2.0,
        layers=[
            {"weights": [[1.5, -0.5], [0.25, 2.0], [-1, 1]], "biases": [0.1, -0.2, 0.3],
             "activation": "sin"},
            {"weights": [[0.5, 0.25, -0.75], [1, -1, 0.5], [0.2, 0.3, 0.4]]},
        ],
    ),
    "explicit in float32": one(
        kind="explicit", inputs=["x", "y"], fold="mirror", latent={"size": 1, "values": [0.5]},
        layers=[{"weights": {"shape": [3, 2], "f32": "AACAPwAAAL8AAIA+AAAAQAAAgL8AAMA/"}}],
    ),
    # seeds
    "a text for a seed": one(seed="harbour-42"),
    "a negative seed": one(seed=-3),
    "an umlaut in the seed": one(seed="Grüße"),
    "a seed for the weights": one(weights={"seed": 5}),
    # activations
    **{f"activation {a}": one(activations=[a], width=5) for a in ACTIVATIONS},
    **{f"across {a}": one(activations=[a, "tanh"], width=7, outputs=3) for a in ACROSS},
    "activations shared out": one(activations=[["sin", "tanh", "gauss"]], width=8),
    "activations by layer": one(activations=["sin", "gauss", "tanh"], depth=4),
    "activations drawn once": one(activations={"random": "once"}),
    "activations drawn per layer": one(activations={"random": "layer"}, depth=4),
    "activations drawn per unit": one(activations={"random": "unit"}, width=9),
    "an activation for the output": one(MAIN, output="sigmoid"),
    "softmax for the output": one(MAIN, output="softmax"),
    # weights, biases, norms
    **{f"weights {w}": one(weights={"kind": w, "gain": 1.5}) for w in WEIGHTS},
    "weights without fan-in": one(weights={"fan_in": False, "gain": 0.5}),
    "gain by layer": one(weights={"gain": [0.5, 2.0, 1.0]}, depth=3),
    "biases none": one(biases={"kind": "none"}),
    "biases normal": one(biases={"kind": "normal", "gain": 1.5}),
    "biases uniform": one(biases={"kind": "uniform", "gain": 1.5}),
    "biases constant": one(biases={"kind": "constant", "gain": 0.7}),
    "norm none": one(norm="none"),
    "norm layer": one(norm="layer"),
    "norm layer with more added": one(norm="layer", epsilon=0.1),
    "norm layer after": one(norm="layer", norm_position="after"),
    "norm batch": one(norm="batch"),
    "norm batch after": one(norm="batch", norm_position="after"),
    "norm frozen": one(norm="frozen", weights={"gain": [0.9, 1.3]}, depth=3),
    "norm frozen with a latent": one(norm="frozen", latent={"size": 3}),
    "norm batch with a latent": one(norm="batch", latent={"size": 3, "inject": "concat"}),
    "standardise each": one(standardise="each", inputs=["x", "r", "x2"]),
    "standardise together": one(standardise="together", inputs=["x", "r", "x2"]),
    # inputs, folds, latents
    "features": one(
        inputs=["x", "y", "r", "theta", "bias", "abs_x", "abs_y", "x2", "y2"], width=9
    ),
    "an input formula": one(inputs=["x*y", "sin(5*x)", "atan2(y, x + 0.5)", "floor(3*y)"]),
    "fourier": one(inputs=[{"kind": "fourier", "count": 7}]),
    "fourier with its own seed": one(
        inputs=[{"kind": "fourier", "count": 5, "low": 1, "high": 4, "falloff": 0.5, "seed": 2}]
    ),
    "waves": one(inputs=[{"kind": "waves", "frequencies": [2, 5.5]}]),
    "rings": one(inputs=["x", {"kind": "rings", "frequency": 8, "phase": 1, "centre": [0.3, 0]}]),
    "torus": one(inputs=[{"kind": "torus", "order": 2, "period": [1.0, 2.0]}]),
    "fourier along an angle": one(
        inputs=[{"kind": "fourier", "count": 5, "stretch": 0.4, "angle": 0.7}]
    ),
    **{
        f"symmetry {kind}": one(
            view={"symmetry": {"kind": kind, "order": ORDERS.get(kind, 6), "rounding": 0.2}}
        )
        for kind in FOLDS
    },
    "a mirrored tile": {
        **one(view={"symmetry": {"kind": "mirror", "repeats": "xy"}}), "surface": {"kind": "torus"}
    },
    "where it looks": one(inputs=["x", "y"], warp=["x + 0.3*sin(4*y)", "y*r"], fold="mirror"),
    "surface torus": {**one(inputs=["x", "y", "r"]), "surface": {"kind": "torus"}},
    "surface torus_x": {**one(), "surface": {"kind": "torus_x", "period": [1, 2]}},
    "surface torus_y": {**one(), "surface": {"kind": "torus_y"}},
    "surface sphere": {**one(), "surface": {"kind": "sphere", "period": [4, 2]}},
    "radius": one(inputs=["x", {"kind": "radius", "centre": [-0.5, 0.5]}]),
    "scale": one(scale=4.0),
    **{f"fold {f}": one(fold={"kind": f, "order": ORDERS.get(f, 6)}) for f in FOLDS},
    "latent": one(latent={"size": 4}),
    "latent concat": one(latent={"size": 4, "inject": "concat"}),
    "latent with values": one(latent={"size": 2, "values": [1.0, -2.0], "gain": 1.0}),
    "latent with its own seed": one(latent={"size": 2, "seed": 9, "gain": 1.0}),
    "latent in a formula": one(inputs=["x + z0", "y*z1"], latent={"size": 2}),
    # colours
    "rgb as a vector": one({"rgb": "vec(main0, main1, main2) * 0.5 + 0.5"}),
    "grey": one({"grey": "0.5 + 0.5*sin(3*main0)"}),
    "grey in one channel": one({"grey": "0.5 + 0.5*sin(5*main0)", "channels": 1}),
    "rgb in one channel": one({**WAVES, "channels": 1}),
    "hsv": one({"hsv": ["main0", "0.7 + 0.3*main1", "0.6 + 0.3*main2"]}),
    "hsl": one({"hsl": ["main0", "0.7 + 0.3*main1", "0.5 + 0.3*main2"]}),
    "oklab": one({"oklab": ["0.6 + 0.2*main0", "0.15*main1", "0.15*main2"]}),
    "oklch": one({"oklch": ["0.6 + 0.2*main0", "0.3 + 0.2*main1", "main2"]}),
    "linear": one({"linear": ["0.3 + 0.2*main0", "main1**2", "0.3 + 0.2*main2"]}),
    "vectors": one(
        {
            "let": {"d": "normalise(vec(main0, main1, 1))", "l": "toward(4, 0.6)"},
            "oklab": "inside(oklch(0.7, 0.1*length(grad(main0)), main1)"
            " + vec(0.1*dot(d, l), 0, 0))",
        }
    ),
    "linear of OKLab": one({"linear": "linear(vec(0.6 + 0.1*main0, 0.05, 0.1*main1))"}),
    "relief, levels and lines": one(
        {
            "let": {"lit": "dot(normal(sin(2*main0), 1.3), toward(4, 0.5))"},
            "rgb": ["0.5 + 0.5*lit", "level(main1, 0.4)", "exp(-distance(main0, 0.3)/0.1)"],
        }
    ),
    "fields at shifted places": one(
        {
            "rgb": [
                "0.5 + 0.5*sin(4*at(main0, 0.1, -0.2))",
                "level(at(main1, 0.1*x, main0), 0.5)",
                "0.5 + 0.1*dx(at(main2, 0.1, 0.1)) + 0.1*at(dy(main1), 0.1, 0)",
            ]
        },
        latent={"size": 2},
    ),
    "bands and mirrors": one(
        {"rgb": ["bands(mirror(3*main0), 7)", "mirror(2*main1)", "mirror(bands(main2, 5))"]}
    ),
    "alpha": one({**WAVES, "alpha": "smoothstep(1.0, 0.5, r)"}),
    "params and let": one(
        {
            "params": {"k": 3.1, "t": 0.4},
            "let": {"b": "sin(k*a)", "a": "main0 + t*main1"},
            "rgb": ["0.5 + 0.5*b", "0.5 + 0.5*a", "a*b"],
        }
    ),
    **{
        f"palettes {' '.join(names)}": {
            **one({"let": {"v": "0.5 + 0.55*sin(5*main0)"}, "oklab": QUARTERS}, norm="frozen"),
            "palettes": dict(zip("ABCD", names, strict=True)),
        }
        for names in PALETTES
    },
    "a palette of its own": {
        **one({"oklab": "A(0.5 + 0.5*sin(4*main0))"}),
        "palettes": {"A": ["#102030", "#f08", [0.8, 0.05, -0.1]]},
    },
    "shares of colours": {
        **one({"oklab": "select(x < 0, A(main0), A(floor(8*cdf(main1))))"}, norm="frozen"),
        "palettes": {"A": ["#0b1d39", "#2a9d9b", "#e76f51", "#f3fff5"]},
        "shares": {"A": [10, 20, 10, 25]},
    },
    # statistics, gradients, networks that read others
    "cdf": one({"grey": "cdf(main0)"}),
    "quantiles": one({"grey": "smoothstep(q(main0, 0.1), q(main0, 0.9), main0)"}),
    "mean and spread": one({"grey": "0.5 + 0.25*(main0 - mean(main0))/sd(main0)"}),
    "least and greatest": one(
        {"let": {"a": "least(main0)"}, "grey": "(main0 - a)/(greatest(main0) - a)"}
    ),
    "statistics with a latent": one({"grey": "cdf(main0)"}, latent={"size": 3}),
    "a statistic of a statistic": one({"grey": "cdf(abs(main0 - q(main0, 0.5)))"}),
    "relief": one(
        {
            "let": {"g": "dx(main0)/rms_grad(main0)"},
            "grey": "0.5 + 0.3*(g + dy(main0)/rms_grad(main0))",
        },
        norm="frozen",
    ),
    "slope": one(
        {"grey": "0.5 + 0.5*sin(slope(main0))"}, kind="residual", activations=["sin", "gauss"]
    ),
    "a gradient through everything": one(
        {"grey": "0.5 + 0.2*dx(main0)"},
        inputs=["x", "r", "theta", {"kind": "fourier", "count": 3}],
        fold={"kind": "kaleidoscope", "order": 3}, kind="densenet", norm="layer",
        activations=["sort", "softplus"],
    ),
    "warp": {
        "seed": 4,
        "networks": {
            "warp": {"width": 5, "depth": 2, "outputs": 2},
            "main": {"width": 5, "depth": 2, "inputs": ["x + warp0", "y*warp1"], "outputs": 1},
        },
        "shading": {"grey": "0.5 + 0.2*main0 + 0.1*dx(main0)"},
    },
    "two networks": {
        "seed": 4,
        "networks": {"main": {"width": 5, "depth": 2}, "other": {"width": 3, "depth": 1}},
        "shading": {"rgb": ["main0", "other0", "0.5 + main1*other1"]},
    },
    # numbers that are none
    "not a number": one({"rgb": ["log(x)", "0*(1/(x - x))", "main0*1e38*1e38"]}),
    # anti-aliasing
    **{
        f"antialias {mode}": {**one(RIPPLES, norm="frozen"), "finish": {"antialias": mode}}
        for mode in ("none", "draft", "auto", "print", 4, 25)
    },
    "antialias of a gradient": {
        **one({"grey": "0.5 + 0.3*sign(dx(main0)) + 0.1*main1"}, norm="frozen"),
        "finish": {"antialias": "auto"},
    },
    # views
    "view centre and span": one(view={"centre": [0.4, -1.2], "span": 0.3}),
    "view far away": one(activations=["sin"], view={"centre": [1e4, 3e3], "span": 5.0}),
    "view rotated": one(view={"rotation": 0.7}),
    "view sampling ends": one(view={"sampling": "ends"}),
    "view sampling start": one(view={"sampling": "start"}),
    "view aspect long": one(view={"aspect": "long"}),
    "view aspect mean": one(view={"aspect": "mean"}),
    "view aspect height": one(view={"aspect": "height", "span": 1.5}),
    "view aspect stretch": one(view={"aspect": "stretch"}),
    "view aspect pixel": one(view={"aspect": "pixel", "span": 0.05}),
    "view origin corner": one(view={"origin": "corner"}),
    "view axes yx": one(view={"axes": "yx"}),
    "view all": one(
        view={
            "rotation": -1.0, "sampling": "ends", "aspect": "long", "origin": "corner",
            "axes": "yx",
        }
    ),
    # house styles: the first two seeds of each
    **{
        f"style {name} {seed}": style(name, seed=seed).to_dict()
        for name in HOUSE for seed in (0, 1)
    },
}  # fmt: skip
