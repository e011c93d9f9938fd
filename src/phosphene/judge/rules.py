"""The rules of the gate: each has a condition, a message and advice.

The limits were tuned by eye on 760 pictures of nineteen house styles and on the seed systems. A
picture breaks the gate when any of `RULES` holds; `REMARKS` are about a finished file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from phosphene.core.aliases import old_attribute

Figures = Mapping[str, float]

LIMITS: dict[str, float] = {
    # the gate
    "spread": 0.045, "cells": 2.3, "largest": 0.55, "contrast": 0.16, "light": 0.33,
    "rough": 1.10, "rough with many hues": 0.60, "hues of noise": 4.2,
    "hues": 4.45, "chroma of a rainbow": 0.05, "alias": 14.0, "hues of aliasing": 3.9,
    "clip": 0.60, "garish": 0.60, "mud": 0.35,
    # remarks
    "apart": 0.05,  # pictures at a smaller distance look the same on a contact sheet
    "clear": 0.98, "bands": 0.20, "edges": 0.60, "edges to speak of": 0.002, "seam": 1.25,
    "spread of a map": 0.01,
}  # fmt: skip

# By design, stripes alternate between dark and light at every pixel of the probe, cloth in one pure
# hue reaches the limit of sRGB but keeps its shading, and lightning covers little of the sky.
ALLOWANCES: dict[str, dict[str, float]] = {
    "riley": {"rough": 1.32},
    "batik": {"rough": 1.32},
    "silk": {"clip": 0.85},
    "lightning": {"light": 0.22},
}


class Rule(NamedTuple):
    """`wrong(figures, limits)` is true for a picture that breaks the rule; `message` and `advice`
    are templates that may contain figures.
    """

    wrong: Callable[[Figures, Figures], bool]
    message: str
    advice: str


class Verdict(NamedTuple):
    """A rule that a picture breaks: what is wrong, and what to try."""

    name: str
    message: str
    advice: str

    if not TYPE_CHECKING:  # a type checker knows the new names only

        def __getattr__(self, name: str) -> Any:
            return old_attribute(self, name)


RULES: dict[str, Rule] = {
    "flat": Rule(
        lambda m, t: (
            m["spread"] < t["spread"] or m["cells"] < t["cells"] or m["largest"] > t["largest"]
        ),
        "nearly one colour: {largest:.0%} of it is the same",
        "another seed, or a livelier network: `gain=1.5`, `scale=2`",
    ),
    "contrast": Rule(
        lambda m, t: m["contrast"] < t["contrast"],
        "lightness spans only {contrast:.2f} of 1",
        "a palette from dark to light, such as `palette=ember`; or `recolour=auto`",
    ),
    "dark": Rule(
        lambda m, t: m["light"] < t["light"],
        "nearly black: 90% of it is darker than {light:.2f} of 1",
        "a palette with light colours, such as `palette=ember`",
    ),
    "noise": Rule(
        lambda m, t: (
            m["rough"] > t["rough"]
            or (m["rough"] > t["rough with many hues"] and m["hues"] > t["hues of noise"])
        ),
        "neighbouring pixels differ by {rough:.2f} of the spread (white noise: 1.41)",
        "a smaller scale: `scale=0.25`; or a smaller `gain`, a smaller `depth`",
    ),
    "rainbow": Rule(
        lambda m, t: m["hues"] > t["hues"] and m["chroma"] > t["chroma of a rainbow"],
        "too many hues: {hues:.1f} of at most 5.2 bits",
        "`recolour=auto`, which maps it to palettes",
    ),
    "alias": Rule(
        lambda m, t: m["alias"] > t["alias"] and m["hues"] > t["hues of aliasing"],
        "detail finer than a pixel: one sample is off by {alias:.0f} of 255",
        "a smaller scale: `scale=0.25`; or `antialias=print` at a larger size",
    ),
    "clip": Rule(
        lambda m, t: m["clip"] - m["clear"] > t["clip"],  # transparent parts show a white page
        "{clip:.0%} of the pixels have a channel at 0 or 255",
        "another `palette`, or `recolour=auto`, which maps it to palettes; or a smaller `gain`",
    ),
    "garish": Rule(
        lambda m, t: m["garish"] > t["garish"],
        "{garish:.0%} of the pixels are as saturated as a screen can show",
        "a less saturated palette (phosphene list palettes), or `recolour=auto`",
    ),
    "mud": Rule(
        lambda m, t: m["mud"] > t["mud"],
        "{mud:.0%} of the pixels are olive or khaki",
        "another palette, such as `palette=copper`, or another seed",
    ),
}

REMARKS: dict[str, Rule] = {
    "clear": Rule(
        lambda m, t: m["clear"] > t["clear"],
        "{clear:.0%} of it is transparent and shows the background, here a white page",
        "a shading.alpha that is 1 where the picture should be visible",
    ),
    "bands": Rule(
        lambda m, t: m["bands"] > t["bands"],
        "visible bands, one level apart, cover {bands:.0%} of it",
        "`dither=auto`; or keep the floats, in a .npy file",
    ),
    "edges": Rule(
        lambda m, t: m["edge_share"] > t["edges to speak of"] and m["edges"] > t["edges"],
        "{edges:.0%} of its hard edges are jagged: they jump within one pixel",
        "`antialias=auto`, or print",
    ),
}

SEAMS: dict[str, Rule] = {
    "seam across": Rule(
        lambda m, t: m["seam_x"] > t["seam"] * m["limit_x"] + 0.5,
        "the left and right edges do not meet: {seam_x:.1f}/255, a usual step {step_x:.1f}/255",
        "`tile=both`, for a picture without seams",
    ),
    "seam down": Rule(
        lambda m, t: m["seam_y"] > t["seam"] * m["limit_y"] + 0.5,
        "the top and bottom edges do not meet: {seam_y:.1f}/255, a usual step {step_y:.1f}/255",
        "`tile=both`, for a picture without seams",
    ),
}


# A texture map holds data, so its colours are not judged, and it may have few values.
MAP_RULES: dict[str, Rule] = {
    "flat": Rule(
        lambda m, t: m["spread"] < t["spread of a map"],
        "nearly constant: its values have a spread of {spread:.3f} of 1",
        "steeper slopes: `slope=1.2`; or another `height`",
    ),
}


def verdicts(
    rules: Mapping[str, Rule], figures: Figures, style: str | None = None
) -> tuple[Verdict, ...]:
    """The rules that the measures break, with the exceptions for a style."""
    limits = LIMITS | ALLOWANCES.get(style or "", {})
    return tuple(
        Verdict(name, rule.message.format_map(figures), rule.advice)
        for name, rule in rules.items()
        if rule.wrong(figures, limits)
    )
