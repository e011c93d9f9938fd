"""Shading in ten pictures: their recipes, and the page that explains what each formula does.

`make gallery` draws the pictures, `make docs` writes the page; both come from `LESSONS`.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any, NamedTuple

import phosphene as ph
from phosphene.raster.antialias import STEPS, rotated_grid

FOLDER = Path(__file__).parent / "shading"
SIZE = 320
NOTE = "<!-- written by `make docs`; edit docs/lessons.py, not this page -->"

MAIN: dict[str, Any] = {
    "inputs": ["x", "y"], "width": 20, "depth": 3, "outputs": 2, "activations": ["tanh"],
    "weights": {"gain": [0.9, 1.3]}, "biases": {"kind": "normal", "gain": 0.4}, "norm": "frozen",
}  # fmt: skip


class Lesson(NamedTuple):
    """A picture: its title, what it adds to the common recipe, and what its formulas do."""

    title: str
    adds: dict[str, Any]
    text: str


LESSONS: dict[str, Lesson] = {
    "field": Lesson(
        "A field",
        {"shading": {"grey": "lin(main0)"}},
        "`main0` is the first output of the network `main`: a number for every point of the plane. "
        "It may have any range, so `lin` maps it to 0..1, by values that were measured once, on a "
        "grid of points. `grey` is the colour space: one number, from black to white.",
    ),
    "palette": Lesson(
        "A palette",
        {"palettes": {"A": "glacier"}, "shading": {"oklab": "A(lin(main0))"}},
        "A palette is a function: `A(u)` is the colour at u, from the dark end at 0 to the light "
        "end at 1. Palettes return OKLab colours, hence the colour space `oklab`.",
    ),
    "levels": Lesson(
        "Equal areas",
        {"palettes": {"A": "glacier"}, "shading": {"oklab": "A(floor(8*cdf(main0))/7)"}},
        "`cdf(f)` is the share of the plane where the field is lower, so eight steps of it are "
        "eight tints of equal area. `lin` keeps the proportions of the field, `cdf` equalises "
        "them, and `level(f, k)` is between: k = 0 is `lin` clamped to 0..1, k = 1 is `cdf`.",
    ),
    "pair": Lesson(
        "Two palettes",
        {
            "palettes": {"A": "ember", "B": "abyss"},
            "shading": {
                "let": {"u": "level(main0, 0.5)", "v": "smoothstep(0.3, 0.7, level(main1, 0.5))"},
                "oklab": "mix(A(u), B(u), v)",
            },
        },
        "A second field chooses between two palettes. Both get the same u, so light stays light. "
        "`--recolour` writes this shading. `let` names parts of a formula; `smoothstep(a, b, v)` "
        "is 0 below a, 1 above b and smooth between; `mix(p, q, t)` goes from p to q.",
    ),
    "relief": Lesson(
        "Light on a relief",
        {
            "palettes": {"A": "rose"},
            "shading": {
                "let": {
                    "height": "sin(2.5*main0 + 0.6*main1)",
                    "lit": "dot(normal(height, 1.3), toward(4, 0.5))",
                },
                "oklab": "A(0.1 + 0.85*clamp(0.5 + 0.5*lit, 0, 1))",
            },
        },
        "`normal(f, k)` is the surface normal of the relief k f, from the exact gradient; k is in "
        "units of the field's mean slope, so 1.3 is equally steep for any network. "
        "`toward(angle, elevation)` points to a lamp (in radians; y points down). Their `dot` is "
        "the amount of light: 1 facing the lamp, 0 at a right angle to it, -1 facing away.",
    ),
    "lines": Lesson(
        "Lines of constant width",
        {
            "palettes": {"A": "sky"},
            "shading": {
                "params": {"width": 0.012},
                "let": {"line": "1 - smoothstep(0.7*width, 1.3*width, distance(main1, 0.1))"},
                "oklab": "mix(A(level(main0, 0.5)), vec(0.2, 0, -0.03), line)",
            },
        },
        "`main1 = 0` is a set of curves. `distance(f, s)` is the distance to the nearest one, "
        "estimated as |f| divided by its slope, so the line has the same width where the field is "
        "steep and where it is flat; s keeps it finite where the slope vanishes. `params` are "
        "numbers to adjust: `--set shading.params.width=0.03`. `vec` makes a colour.",
    ),
    "bands": Lesson(
        "Bands and isolines",
        {
            "palettes": {"A": "teal_rust"},
            "shading": {
                "params": {"count": 10},
                "let": {
                    "steps": "count*lin(main0)",
                    "edge": "abs(steps - floor(steps + 0.5))/slope(steps)",
                    "line": "1 - smoothstep(0.004, 0.009, edge)",
                },
                "oklab": "mix(A((floor(steps) + 0.5)/count), vec(0.2, 0, 0), line)",
            },
        },
        "`floor` makes steps. `s - floor(s + 0.5)` is 0 at every whole number, so its absolute "
        "value divided by `slope(s)` is the distance to the nearest contour line, as on a map.",
    ),
    "warp": Lesson(
        "A warped plane",
        {
            "networks": {
                "main": {**MAIN, "inputs": ["x + 0.35*warp0", "y + 0.35*warp1"]},
                "warp": {
                    **MAIN,
                    "width": 16,
                    "depth": 1,
                    "inputs": [{"kind": "fourier", "count": 24, "low": 0.6, "high": 6}],
                },
            },
            "palettes": {"A": "dusk"},
            "shading": {"oklab": "A(level(main0, 0.5))"},
        },
        "The inputs of a network are formulas, and may use the fields of another network. Here "
        "`warp`, a small network with waves as inputs, displaces the points at which `main` is "
        "evaluated. Gradients include the warp, so the relief of a warped field is lit correctly.",
    ),
    "shadow": Lesson(
        "Shadows from shifted fields",
        {
            "palettes": {"A": "peach"},
            "shading": {
                "let": {
                    "sheet": "floor(6*cdf(main0))",
                    "near": "at(sheet, -0.02, -0.025) > sheet",
                    "far": "at(sheet, -0.04, -0.05) > sheet",
                },
                "oklab": "A((sheet + 0.5)/6)*vec(1 - 0.16*near - 0.1*far, 1, 1)",
            },
        },
        "`at(f, dx, dy)` is f at another place: here towards the lamp, up and to the left. If the "
        "paper there is higher, a shadow falls here. Comparisons give 1 or 0; the first component "
        "of an OKLab colour is its lightness. Each shift evaluates the network once more.",
    ),
    "glow": Lesson(
        "Added light, without a seam",
        {
            "networks": {"main": {**MAIN, "inputs": [{"kind": "torus", "order": 2}]}},
            "shading": {
                "let": {
                    "red": "(0.02/(distance(main0, 0.5) + 0.012))**1.5",
                    "blue": "(0.02/(distance(main1, 0.5) + 0.012))**1.5",
                    "light": "red*vec(1, 0.28, 0.08) + blue*vec(0.1, 0.3, 1)",
                },
                "linear": "1 - exp(-1.3*light)",
            },
        },
        "Light adds up in linear colour: the colour space `linear` takes amounts of light and "
        "encodes them for the screen. `1 - exp(-k light)` is an exposure, which never clips, "
        "however bright the light. The inputs are cos and sin of the plane, a torus, so copies of "
        "the picture side by side show no seam.",
    ),
}


def recipe(name: str) -> ph.Recipe:
    """The recipe of a lesson."""
    common = {"seed": 5, "networks": {"main": MAIN}, "finish": {"antialias": "auto"}}
    return ph.Recipe(**{**common, **LESSONS[name].adds})


def draw() -> None:
    """Draw every picture; each file contains its recipe."""
    FOLDER.mkdir(exist_ok=True)
    for name in LESSONS:
        ph.render(recipe(name), SIZE).save(FOLDER / f"{name}.png", overwrite=True)


def page() -> str:
    """docs/shading.md."""
    parts = [f"# Shading in ten pictures\n\n{NOTE}", INTRODUCTION.format(main=_json(MAIN))]
    for number, (name, lesson) in enumerate(LESSONS.items(), 1):
        parts.append(f"## {number}. {lesson.title}\n\n![{lesson.title}](shading/{name}.png)")
        parts += [f"```json\n{_json(lesson.adds)}\n```", _wrapped(lesson.text)]
    return "\n\n".join([*parts, _edges()]) + "\n"


INTRODUCTION = """\
A shading turns the fields of a network into colours. All pictures have seed 5 and the network

```json
{main}
```

and each section shows what it adds. The files contain their recipes:
`phosphene show docs/shading/glow.png` prints one, and
`phosphene render docs/shading/glow.png --size 2k -o glow.png` renders it larger. To make your own,
write a recipe to a file with `phosphene show docs/shading/glow.png > mine.json`, edit it, and run
`phosphene render mine.json -o mine.png`. `phosphene list functions` lists all functions;
[recipes](recipe.md) has the rules."""


def _json(data: Any, indent: str = "") -> str:
    """JSON with as much on each line as fits."""
    text = json.dumps(data)
    if not isinstance(data, dict) or len(indent + text) <= 90:
        return text
    deeper = indent + "  "
    lines = [f"{deeper}{json.dumps(k)}: {_json(v, deeper)}" for k, v in data.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _wrapped(text: str) -> str:
    """Wrap paragraphs at 120 columns; tables, code and headings stay as they are."""
    parts = text.split("\n\n")
    keep = ("|", "`" * 3, "#")
    return "\n\n".join(
        p if p.startswith(keep) else textwrap.fill(p, 120, break_on_hyphens=False) for p in parts
    )


# ---- anti-aliasing

# A line 0.4 pixels wide between two columns of pixel centres, in a picture 256 pixels wide.
LINE = {"shading": {"grey": "abs(x) < 0.0016"}, "finish": {"antialias": "auto"}}
LINE_SIZE = 256
LINE_MODES = ("none", "draft", "auto", "print", 4, 16, 64)


def brightest() -> dict[str, int]:
    """The brightest pixel of that line, 0 to 255, by mode of anti-aliasing."""
    base, crop = ph.Recipe(**LINE), (LINE_SIZE // 2 - 8, 0, 16, 16)
    modes = {str(m): base.replace({"finish.antialias": m}) for m in LINE_MODES}
    return {m: int(ph.render(r, LINE_SIZE, crop=crop).uint8.max()) for m, r in modes.items()}


def _edges() -> str:
    limits = "\n".join(
        f"| `{mode}` | "
        + " | ".join(f"over {round(limit * 255)}/255: {n * n} samples" for limit, n in steps)
        + " |"
        for mode, steps in STEPS.items()
        if mode in LINE_MODES
    )
    found = brightest()
    across, down = rotated_grid(2) + 0.5
    four = ", ".join(f"({x:g}, {y:g})" for x, y in zip(across, down, strict=True))
    heads, levels = (" | ".join(f"{v}" for v in row) for row in (found, found.values()))
    text = EDGES.format(
        limits=limits, four=four, size=LINE_SIZE, line=json.dumps(LINE), heads=heads,
        rule="|".join(["---"] * len(found)), levels=levels,
    )  # fmt: skip
    return _wrapped(text)


EDGES = """\
## Edges

Formulas may jump, as `floor` and comparisons do; anti-aliasing smooths the edge. Every pixel first
gets one sample c at its centre. With the samples of its four neighbours that gives the mean over
the pixel, c + (left + right + above + below - 4 c) / 24, which is exact to fourth order where
colours are smooth. The bend |a + b - 2 c| of two opposite neighbours a and b is 0 on a ramp,
however steep, and the whole step at an edge. Where it exceeds a limit in any channel, the pixel is
sampled again with more samples; where opposite ones of those bend by more than a second limit, with
more still:

| `--antialias` | bend of the 3x3 pixels | bend of its own samples |
|---|---|---|
{limits}

A number (4, 9, 16, ...) takes that many samples in every pixel. For n² samples, with i and j from 0
to n-1, they are at `x=(n*i+j+0.5)/n²`, `y=(n*j+n-1-i+0.5)/n²` within the pixel; four samples are at
{four}. This is a rotated grid: no two samples share a row or a column. Samples are averaged in
linear light. Their places depend only on the position of the pixel in the whole picture, so
crops, tiles and threads agree.

**The one blind spot**: the first samples miss anything that is thinner than a pixel and touches no
pixel centre nearby. `{line}` at {size} pixels is a line 0.4 pixels wide, between two columns of
centres. Its brightest pixel, from 0 to 255:

| {heads} |
|{rule}|
| {levels} |

Lines drawn with `distance` that are at least a pixel wide have no such gaps. For thinner ones use a
fixed number of samples."""
