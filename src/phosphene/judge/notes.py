"""Notes on pictures that are of one colour, or white noise, and a change that helps.

The gate judges house styles before they are painted. These notes are for every other recipe: they
look at a few hundred pixels of a picture when it has been painted. Only for a
picture that needs a note are changes tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.compiler import build
from phosphene.core.errors import PhospheneError
from phosphene.ir.program import Program
from phosphene.judge.rescue import house_styles
from phosphene.raster.encodings import to_float
from phosphene.raster.first_pass import FirstPass
from phosphene.raster.frame import Rect, Size
from phosphene.raster.painter import Painter
from phosphene.raster.rendering import render_plan
from phosphene.recipe import Network, Recipe, with_fields

Array = NDArray[Any]

ROWS, SIDE = 8, 24  # rows that are compared, side of the window of adjacent pixels
LEVELS, SHARE = 4 / 255, 0.99  # flat: such a share of the samples within so many levels
ROUGH, SPREAD = 1.2, 0.08  # noise: steps between adjacent pixels over their spread (white: 1.41)
GAINS, SCALES = (0.5, 0.25, 0.12, 0.06, 0.03, 2.0), (0.25, 0.1, 0.04)
VISIBLE = 0.02  # the spread that a change has to reach


def note_on(recipe: Recipe, painter: Painter, size: Size) -> str:
    """What is wrong with the picture that a painter makes of a recipe, and what to try; "" for
    most.
    """
    seen = _overview(recipe, painter, size)
    share = flat_share(seen)
    if share >= SHARE:
        shown = _colour(seen)
        return f"flat: {share:.0%} of it is {shown}; try {_helps(recipe, _livelier(recipe))}"
    judged = recipe.style in house_styles()
    if not judged and min(size) >= SIDE and _is_noisy(recipe, painter, size):
        tried = _helps(recipe, _calmer(recipe), size)
        return f"noise: every pixel differs from the next at this size; try {tried}"
    return ""


def _overview(recipe: Recipe, painter: Painter, size: Size) -> Array:
    """Samples spread over the picture, or a few rows where it keeps inputs for every pixel."""
    if painter.kept is None:
        whole = Rect(0, 0, SIDE, SIDE)
        return _paint(recipe, painter.plan.program, (SIDE, SIDE), whole)
    width, height = size
    rows = [Rect(0, (2 * k + 1) * height // (2 * ROWS), width, 1) for k in range(ROWS)]
    return np.concatenate([painter.paint(row) for row in rows])


def _is_noisy(recipe: Recipe, painter: Painter, size: Size) -> bool:
    """Whether pixels next to each other are noise, first by one sample each, which is quick."""
    middle = _middle(size)
    if painter.kept is None and not _is_noise(_paint(recipe, painter.plan.program, size, middle)):
        return False
    return _is_noise(painter.paint(middle))


def flat_share(pixels: Array) -> float:
    """The share of pixels (height, width, channels), bytes or 0..1, that are within 4 levels of the
    median colour. Of large pictures, every so many rows and columns are compared.
    """
    height, width = pixels.shape[:2]
    some = pixels[:: -(-height // 64), :: -(-width // 64)]
    values = _unit(some).reshape(-1, some.shape[-1])
    near = np.abs(values - _median(values)) <= LEVELS + 1e-6
    return float(near.all(axis=1).mean())


def _median(values: Array) -> Array:
    """The middle of each column; `np.median` would load all of `numpy.ma`."""
    return np.sort(values, axis=0)[len(values) // 2]


def _unit(pixels: Array) -> Array:
    """Pixels as numbers from 0 to 1."""
    full = np.iinfo(pixels.dtype).max if pixels.dtype.kind == "u" else 1.0
    return np.clip(pixels.astype(np.float64) / full, 0.0, 1.0)


def _middle(size: Size) -> Rect:
    """Pixels next to each other in the middle of the picture."""
    return Rect((size[0] - SIDE) // 2, (size[1] - SIDE) // 2, SIDE, SIDE)


def _is_noise(pixels: Array) -> bool:
    values = _unit(pixels)
    spread = float(np.sqrt(values.var(axis=(0, 1)).mean()))
    steps = (np.diff(values, axis=0), np.diff(values, axis=1))
    step = float(np.sqrt(np.mean([np.square(s).mean() for s in steps])))
    return spread > SPREAD and step > ROUGH * spread


def _colour(pixels: Array) -> str:
    """The median colour of pixels, as #rrggbb."""
    median = _median(_unit(pixels).reshape(-1, pixels.shape[-1]))
    rgb = np.repeat(median[:1], 3) if len(median) < 3 else median[:3]
    return "#" + "".join(f"{round(float(v) * 255):02x}" for v in rgb)


Change = tuple[str, Mapping[str, Any]]


def _livelier(recipe: Recipe) -> Iterator[Change]:
    """Other gains of the network, as text and as fields."""
    main = recipe.networks.get("main")
    if isinstance(main, Network):
        for factor in GAINS:
            gain = [float(f"{g * factor:.3g}") for g in main.weights.gain]
            yield f"`gain={','.join(f'{g:g}' for g in gain)}`", {"gain": gain}


def _calmer(recipe: Recipe) -> Iterator[Change]:
    """The activation in the first layer only, then smaller scales."""
    main = recipe.networks.get("main")
    if not isinstance(main, Network):
        return
    name = main.activations[0] if isinstance(main.activations, tuple) else "tanh"
    if main.depth > 1 and isinstance(name, str) and name != "tanh":
        words = f"{name} in the first layer only: `activation={name},tanh`"
        yield words, {"activation": f"{name},tanh"}
    for factor in SCALES:
        scale = float(f"{main.scale * factor:.3g}")
        yield f"`scale={scale:g}`", {"scale": scale}


def _helps(recipe: Recipe, changes: Iterator[Change], size: Size | None = None) -> str:
    """The text of the first change that helps, or of the one that makes the picture liveliest."""
    best, text = VISIBLE, ""
    for words, fields in changes:
        try:
            changed = with_fields(recipe, fields)
            program = build(changed, FirstPass(changed, (SIDE, SIDE), threads=1, keeps=False))
            if size is not None and _is_noise(_paint(changed, program, size, _middle(size))):
                continue
            seen = _paint(changed, program, (SIDE, SIDE), Rect(0, 0, SIDE, SIDE))
        except PhospheneError:
            continue
        spread = float(np.sqrt(_unit(seen).var(axis=(0, 1)).mean()))
        if spread > best:
            best, text = spread, words
            if size is not None:
                break
    return f"{text}, or another seed" if text else "another seed"


def _paint(recipe: Recipe, program: Program, size: Size, rect: Rect) -> Array:
    plan = render_plan(program, recipe.view, size, "none")
    pixels = Painter(plan, "cpu", to_float).paint(rect)
    return 1.0 - pixels if recipe.finish.invert else pixels
