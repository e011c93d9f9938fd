"""batik: dyed cloth in mirrored and rotated repeats, with lines drawn in wax."""

from __future__ import annotations

import math

from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, choose, whole, within
from phosphene.styles.named_draws import NEIGHBOURS, Draws, network

BATIK: Dials = {
    "repeat": ("", "square or hexagon; empty: random"),
    "repeats": (None, "number of repeats across, 0.5 to 6"),
    "dyes": (None, "number of dyes, 2 to 9"),
    "wax": (1.0, "width of the wax lines, 0 to 4"),
}
NAMES = (
    "teal_rust persimmon wine_mint indigo copper orchid saffron abyss cherry kelp sand "
    "dusk ultramarine rose ember glacier plum"
)


def batik(
    seed: Seed,
    *,
    repeat: str,
    repeats: float | None,
    dyes: float | None,
    wax: float,
) -> Recipe:
    draws = Draws("batik", seed)
    kind = draws.pick("repeat", ("square", "square", "hexagon"))
    kind = choose("repeat", repeat, REPEATS) if repeat else kind
    across = draws.number("repeats", 1.0, 2.4, repeats)
    count = draws.whole("dyes", 4, 6, whole("dyes", dyes, 2, 9))
    within("repeats", across, 0.5, 6)
    within("wax", wax, 0, 4)
    cloth = network(
        REPEATS[kind](math.pi * across), 16, [1.0, 1.3, 1.2], ["tanh", "sin", "tanh"], 3, 0.6,
        warp=_laid(draws, kind, across),
    )  # fmt: skip
    return Recipe(
        seed=seed,
        style="batik",
        networks={"main": cloth},
        palettes={
            "A": draws.palette(
                "palette", NAMES, share=0.75, saturation=0.95,
                scheme=draws.pick("scheme", NEIGHBOURS),
            )
        },
        shading={
            "params": {
                "dyes": count,
                "first": draws.number("first", 0, 1),
                "wax": round(0.006 * wax, 6),
            },
            "let": {
                "bath": "dyes*clamp(level(main0, 0.6), 0, 0.9999)",
                "dye": "0.05 + 0.86*fract(first + 0.618034*floor(bath))",
                "edge": "abs(bath - round(bath))/max(slope(bath), 1)",
                "line": "1 - smoothstep(0.6*wax, 1.3*wax, min(edge, 1.3*distance(main1, 0.3)))",
                "soak": "0.05*(cdf(main2) - 0.5) - 0.05*exp(-edge/0.02)",
            },
            "oklab": "mix(A(dye) + vec(soak, 0, 0), A(0.985), line)",
        },
        finish={"antialias": "auto"},
    )  # fmt: skip


def _laid(draws: Draws, kind: str, across: float) -> tuple[str, str]:
    """The warp of the cloth: rotated, shifted, and uneven as if drawn by hand."""
    turn = math.pi / TURNS[kind] if draws.chance("turned", 0.3) else 0.0
    reach = 0.0 if draws.chance("centred", 0.4) else 1 / across
    (left, up), cos, sin = draws.point("place", 1.0), math.cos(turn), math.sin(turn)
    first, second = draws.angle("hand/0"), draws.angle("hand/1")
    return (
        f"{cos:.6g}*x - {sin:.6g}*y + {reach * left:.5g} + 0.006*sin(5.3*y + 2.1*x + {first})",
        f"{sin:.6g}*x + {cos:.6g}*y + {reach * up:.5g} + 0.006*sin(4.7*x - 2.3*y + {second})",
    )


def _square(k: float) -> list[str]:
    """Waves with all symmetries of the square (p4m)."""
    a, b = f"{k:.6g}*x", f"{k:.6g}*y"
    return [
        f"cos({a}) + cos({b})",
        f"cos({a})*cos({b})",
        f"cos(2*{a}) + cos(2*{b})",
        f"cos(2*{a})*cos({b}) + cos({a})*cos(2*{b})",
        f"0.6*(cos(3*{a}) + cos(3*{b}))",
    ]


def _hexagon(k: float) -> list[str]:
    """Waves with all symmetries of the hexagon (p6m)."""

    def star(size: float, turn: float) -> str:
        ways = [turn + third * math.pi / 3 for third in range(3)]
        return " + ".join(
            f"cos({size * math.cos(w):.6g}*x + {size * math.sin(w):.6g}*y)" for w in ways
        )

    side = math.sqrt(3)
    return [
        star(k, math.pi / 2),
        star(side * k, 0.0),
        star(2 * k, math.pi / 2),
        f"0.6*({star(side * 2 * k, 0.0)})",
        f"0.6*({star(3 * k, math.pi / 2)})",
    ]


TURNS = {"square": 4, "hexagon": 6}
REPEATS = {"square": _square, "hexagon": _hexagon}
