"""How house styles paint in the colours of a brand: changes of their shadings, by style.

A style without a row keeps its shading. A row says which colours its palettes get and what changes
in its formulas, mostly less light and shadow, so that the eye still recognises every colour.
`phosphene.recipe.brand_colours` applies it.
"""

from __future__ import annotations

from typing import NamedTuple


class Brand(NamedTuple):
    """`palettes`: a part of the colours for each palette, one of "all", "first" and "second" (two
    halves by hue, each with the darkest and the lightest), "dark" (all but the lightest), "light"
    (the lightest). `texts`: (name, before, after) replaces a part of a formula of `let`; the name
    "colour" is the shading's colour. `at_least`: parameters that are at least the number of colours
    and so many more.
    """

    palettes: dict[str, str] = {}
    texts: tuple[tuple[str, str, str], ...] = ()
    at_least: dict[str, int] = {}


BRAND: dict[str, Brand] = {
    "aurora": Brand(
        {"night": "first", "lights": "second"},
        (
            ("curtain_a", "*mix(linear(lights(0)), linear(lights(1)), high_a)", ""),
            ("curtain_b", "*mix(linear(lights(0.5)), linear(lights(1)), high_b)", ""),
            ("curtain_c", "*mix(linear(lights(0)), linear(lights(1)), high_c)", ""),
            ("veil", "dot(curtains, vec(0.4, 0.4, 0.4))", "curtains"),
            (
                "sky",
                "linear(night(0.5 + 0.5*down)) + stars*starlight*veil*vec(0.85, 0.93, 1)",
                "clamp(stars*starlight*veil, 0, 1)",
            ),
            (
                "colour",
                "1 - exp(-glow*(sky + curtains))",
                "mix(mix(linear(night(log(0.01 + curtains))), linear(lights(log(0.01 + curtains))),"
                " smoothstep(0.4, 0.6, cdf(fold2 + main3))), linear(night(1)), sky)",
            ),
        ),
    ),
    "batik": Brand(at_least={"dyes": 3}),
    "bloom": Brand(
        {"A": "all", "tips": "second"},
        (
            (
                "v",
                "smoothstep(-0.2, 0.5, u)",
                "smoothstep(0.2, 0.45, u)*(1 - smoothstep(0.6, 0.85, u))",
            ),
        ),
    ),
    "chrome": Brand(texts=(("shine", "0.7*", "0.15*"),)),
    "contour": Brand(texts=(("shade", "0.2*lit", "0.12*lit"),)),
    "drift": Brand(),
    "engraving": Brand(
        texts=(
            ("cut", "0.9*tone - 0.04", "0.85*tone - 0.2"),
            ("colour", "A(0.97)*vec(1, 0.6, 0.6)", "A(-tone)"),
            (
                "colour",
                "A(0.96 - 0.26*smoothstep(0.45, 0.455, tone) - 0.3*smoothstep(0.78, 0.785, tone))",
                "A(-tone)",
            ),
            ("colour", "A(0.97 - 0.6*tone)", "A(-tone)"),
            ("colour", "A(0.06 + 0.36*tone)", "A(tone)"),
            ("colour", "A(0.62 + 0.34*tone)", "A(0.98)"),
        ),
    ),
    "glass": Brand({"A": "all", "B": "all"}),
    "impasto": Brand(
        {"A": "all", "B": "all"},
        (
            (
                "v",
                "smoothstep(-0.35, 0.35, main2 + 0.22*streaks*hairs)",
                "smoothstep(0.44, 0.56, cdf(main2 + 0.22*streaks*hairs))",
            ),
            ("paint", "B(u)", "B(main1 - 0.6*main2 + 0.16*streaks*hairs)"),
            ("paint", "0.27*lit", "0.11*lit"),
            ("gloss", "0.25*", "0.1*"),
        ),
    ),
    "ink": Brand(
        {"inks": "light", "A": "dark"},
        (
            (
                "tint",
                "select(mod(line + 0.5, every) < 1, inks(1), inks(0.5))",
                "A(fract(0.618034*line))",
            ),
            ("density", "*wet*fade", "*sqrt(wet*fade)"),
        ),
        {"lines": 9},
    ),
    "lightning": Brand(
        {"night": "dark", "bolt": "light"},
        (
            (
                "sky",
                "linear(night(0.02 + 0.32*cloud*clouds*lit))",
                "linear(night(0.32*cloud*clouds*lit))",
            ),
            (
                "light",
                "sky + 1.1*core*linear(night(0.97)) + 0.75*halo*linear(night(0.62))",
                "mix(sky, linear(bolt(0)), clamp(core + smoothstep(0.15, 0.7, halo), 0, 1))",
            ),
            ("colour", "1 - exp(-1.3*light)", "light"),
        ),
    ),
    "mandala": Brand(texts=(("fade", "0.25*", "0.06*"),)),
    "marble": Brand({"ground": "all"}),
    "nebula": Brand(
        {"mist": "first", "rim": "second"},
        (
            (
                "light",
                "linear(gas)*(1 - lane)*(1 + 0.9*ridge) + star*vec(0.9, 0.95, 1)",
                "mix(mix(linear(gas), linear(mist(0)), 0.25*lane), linear(mist(1)),"
                " clamp(star, 0, 1))",
            ),
            (
                "v",
                "smoothstep(-0.7, 0.85, main1 + 0.35*smoke1)",
                "smoothstep(0.4, 0.6, cdf(main1 + 0.35*smoke1))",
            ),
            ("colour", "1 - exp(-glow*light)", "light"),
        ),
    ),
    "papercut": Brand(at_least={"sheets": 2}),
    "pearl": Brand(
        {"shell": "all"},
        (
            ("tint", "vec(1, lustre*(0.8 + away), lustre*(0.8 + away))", "vec(1, 1, 1)"),
            ("light", "linear(shade(smoothstep(-0.15, 0.75, lit)))",
             "(0.7 + 0.3*smoothstep(-0.15, 0.75, lit))"),
            ("shine", "gloss*", "0.2*gloss*"),
        ),
    ),
    "riley": Brand(
        texts=(
            (
                "colour",
                "mix(A(ink), A(0.97), light)*vec(0.8 + 0.2*min(squeeze, 1.1), 1, 1)",
                "mix(A(0), A(mirror(0.38197*stripe)), light)",
            ),
            (
                "colour",
                "mix(A(0.03 + 0.22*cdf(main1)), A(0.45 + 0.52*tight), light)",
                "mix(A(0), A(main1 + tight), light)",
            ),
            ("colour", "A(0.30 + 0.68*mirror(0.38197*stripe))", "A(mirror(0.38197*stripe))"),
        ),
    ),
    "silk": Brand(texts=(("shine", "0.28*", "0.08*"),)),
}  # fmt: skip
