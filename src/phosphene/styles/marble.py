"""marble: clouded stone, two sets of cracks that swell and vanish, and a thread of gold."""

from __future__ import annotations

from phosphene.core.exact import cos, sin
from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import Draws, network

MARBLE: Dials = {
    "veins": (1.0, "width of the veins, 0.2 to 4"),
    "gold": (1.0, "amount of gold, 0 to 1"),
    "cracks": (0.1, "jaggedness of the veins, 0 to 0.5"),
}
GOLD = ("#c9973f", "#b8863b", "#d8b36a", "#a9743a")
LIGHT, DARK = "#f2ede4", ("#3a3a42", "#4a4038", "#2f3a40")
# Three lines where a field plus a gradient is 0; other fields set their strength. The first has a
# cloud on one side.
LET = {
    "across": "x*cos(run) + y*sin(run)",
    "one": "main1 + cracks*grain0 + across",
    "two": "main2 - cracks*grain1 - 0.7*across",
    "three": "main3 + cracks*grain2 + 1.2*across",
    "p": "smoothstep(-0.85, 1.3, main4)",
    "s": "smoothstep(-0.85, 1.3, main5)",
    "t": "smoothstep(-0.8, 1.6, main0 - main4)",
    "d": "distance(one, 0.3)/(veins*(0.003 + 0.026*p*p))",
    "e": "distance(two, 0.3)/(veins*(0.0018 + 0.011*s*s))",
    "f": "distance(three, 0.3)/(veins*(0.0014 + 0.0095*t*t))",
    "cloud": "0.5*p*exp(-max(one, -9*one)*4/veins)",
    "broad": "p*(0.6*exp(-d*d) + 0.25*exp(-0.5*d))",
    "fine": "s*(0.6*exp(-e*e) + 0.2*exp(-0.5*e))",
    "thread": "gold*t*(0.75*exp(-f*f) + 0.2*exp(-0.5*f))",
    "wisp": "0.2*exp(-7*abs(main5 + 0.2*grain1))",
    "stone": "ground(low + span*level(main0 + 0.25*grain0, 0.6) + wisp)",
    "veined": "mix(stone, inks(0), 1 - (1 - cloud)*(1 - broad)*(1 - fine))",
}


def marble(seed: Seed, *, veins: float, gold: float, cracks: float) -> Recipe:
    within("veins", veins, 0.2, 4)
    within("gold", gold, 0, 1)
    within("cracks", cracks, 0, 0.5)
    draws = Draws("marble", seed)
    dark, run = draws.chance("dark", 0.4), draws.angle("run")
    c, s = float(cos(run)), float(sin(run))
    clouds = {
        "kind": "fourier", "count": 8, "low": 0.5, "high": 3.0, "falloff": 1.0,
        "stretch": 0.35, "angle": run,
    }  # fmt: skip
    scheme, saturation = draws.pick("scheme", ("mono", "analog")), draws.number("sat", 0.12, 0.45)
    return Recipe(
        seed=seed,
        style="marble",
        networks={
            "main": network(
                ["0.8*x", "0.8*y", clouds], 24, [1.0, 1.15], ["tanh"], 6, 0.5,
                standardise="together",
            ),
            "grain": network(
                [f"{c:.5f}*x + {s:.5f}*y", f"{-s / 2:.5f}*x + {c / 2:.5f}*y"],
                20, [15.0, 2.0], ["sin", "tanh"], 3, 1.0, standardise="none",
            ),
        },
        palettes={
            "ground": draws.generated("ground", "dark" if dark else "light", scheme, saturation),
            "inks": [LIGHT if dark else draws.pick("vein", DARK), draws.pick("gold", GOLD)],
        },
        shading={
            "params": {
                "low": 0.12 if dark else 0.4,
                "span": 0.7 if dark else 0.55,
                "veins": veins,
                "gold": gold,
                "cracks": cracks,
                "run": run,
            },
            "let": LET,
            "oklab": "mix(veined, inks(1), thread)",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )  # fmt: skip
