"""aurora: three curtains of rays, sharp below and fading upwards, in front of the stars."""

from __future__ import annotations

from phosphene.colour.gamut import max_chroma
from phosphene.core.exact import cos, sin
from phosphene.core.rng import Seed
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, within
from phosphene.styles.named_draws import Draws, network
from phosphene.styles.stars import STARS, star_params

AURORA: Dials = {
    "rays": (9.0, "how fine the rays are, 1 to 30"),
    "height": (1.0, "height of the curtains, 0.2 to 4"),
    "glow": (1.5, "exposure, 0.3 to 6"),
    "stars": (0.4, "how bright the stars are, 0 to 3"),
}
# Hues in degrees: of the first and the third curtain, of the second, of the tops of all.
HUES = (
    (158, 190, 300), (165, 150, 330), (172, 215, 310), (152, 175, 20), (300, 265, 345),
    (330, 300, 200), (12, 340, 270), (190, 230, 320), (155, 200, 280), (160, 178, 262),
    (178, 205, 245), (150, 185, 225),
)  # fmt: skip
# For each curtain: distance above the last, brightness, colour, and the field that lights parts.
CURTAINS = ((0.0, 1.15, "lights(0)", 1), (0.33, 0.8, "lights(0.5)", 2), (0.66, 0.6, "lights(0)", 0))


def aurora(seed: Seed, *, rays: float, height: float, glow: float, stars: float) -> Recipe:
    within("rays", rays, 1, 30)
    within("height", height, 0.2, 4)
    within("glow", glow, 0.3, 6)
    within("stars", stars, 0, 3)
    draws = Draws("aurora", seed)
    tilt = draws.number("tilt", -0.35, 0.35)
    turn = draws.number("turn", -10, 10)
    lights = [_colour(0.74, 0.98, hue + turn) for hue in draws.pick("hues", HUES)]
    blue = draws.number("sky", 240, 290)
    broad = {"kind": "fourier", "count": 10, "low": 0.25, "high": 2.2, "falloff": 0.8}
    return Recipe(
        seed=seed,
        style="aurora",
        networks={
            "main": network([broad], 20, [1.0, 1.2], ["tanh"], 4, 0.4, standardise="together"),
            "fold": network(
                [broad], 20, [1.0, 1.2], ["tanh"], 4, 0.4, standardise="together",
                warp=["0.9*x", f"0.08*y + {0.08 * tilt:.5f}*x"],
            ),
            "ray": network(
                ["2.2*x", "0.04*y + 0.4*x"], 28, [rays, 1.5], ["sin", "tanh"], 3, 1.0,
                standardise="none", warp=["x + 0.2*fold3 + 0.06*main0", "y"],
            ),
        },
        palettes={
            "night": tuple(_colour(light, 0.75, blue) for light in (0.09, 0.15, 0.24)),
            "lights": tuple(lights),
        },
        shading={
            "params": {
                "tilt": tilt,
                "glow": glow,
                "stars": stars,
                **{f"base{i}": draws.number(f"base{i}", 0.15, 0.6) for i in range(3)},
                **{f"reach{i}": height * draws.number(f"reach{i}", 0.45, 0.95) for i in range(3)},
                **star_params(draws),
            },
            "let": {
                "down": "y + tilt*x",
                **{k: v for i in range(3) for k, v in _curtain(i).items()},
                **STARS,
                "curtains": "curtain_a + curtain_b + curtain_c",
                "veil": "1 - clamp(1.2*dot(curtains, vec(0.4, 0.4, 0.4)), 0, 1)",
                "sky": "linear(night(0.5 + 0.5*down)) + stars*starlight*veil*vec(0.85, 0.93, 1)",
            },
            "linear": "1 - exp(-glow*(sky + curtains))",
        },
        finish={"antialias": "auto", "dither": "auto"},
    )  # fmt: skip


def _curtain(i: int) -> dict[str, str]:
    above, power, colour, other = CURTAINS[i]
    k = "abc"[i]
    return {
        f"d_{k}": f"base{i} - {above} + 0.26*tanh(fold{i}) + 0.05*main{i} - down",
        f"ray_{k}": f"0.1 + 0.9*smoothstep(-1.7, 1.9, ray{i})**1.8",
        f"up_{k}": f"exp(-max(d_{k}/(reach{i}*(0.25 + ray_{k})), -d_{k}/0.025))",
        f"part_{k}": f"smoothstep(-1.6, 0.6, fold{other} + 0.3*main3)",
        f"high_{k}": f"smoothstep(0, 0.8, d_{k}/reach{i})",
        f"curtain_{k}": f"{power}*(ray_{k} + 0.3*exp(-abs(d_{k})/0.07))*up_{k}*part_{k}"
        f"*mix(linear({colour}), linear(lights(1)), high_{k})",
    }


def _colour(lightness: float, share: float, hue: float) -> tuple[float, float, float]:
    """OKLab with a share of the largest chroma in sRGB; hue in degrees."""
    chroma, angle = share * float(max_chroma(lightness, hue)), hue * 0.017453293
    a, b = chroma * float(cos(angle)), chroma * float(sin(angle))
    return lightness, round(a, 6), round(b, 6)
