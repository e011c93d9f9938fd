"""Probes and lines of a recipe, or of the pixels of a picture or file."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.channels import has_opacity
from phosphene.compiler import build
from phosphene.core.errors import InputError
from phosphene.ir.program import Program
from phosphene.judge.measures import SIDE, Probe, mean
from phosphene.judge.sampling import sample
from phosphene.judge.scanlines import Lines
from phosphene.raster import Picture, resolve_finish, to_bytes, to_float
from phosphene.raster.first_pass import FirstPass
from phosphene.raster.frame import Rect
from phosphene.raster.painter import Painter
from phosphene.raster.rendering import render_plan
from phosphene.recipe import Recipe

Array = NDArray[Any]

SAMPLES, LENGTH, LINES = 16, 1024, 16
SMALLEST = 32
PAGE = 1.0  # the value shown through transparent parts: white


@lru_cache(maxsize=32)
def probe(recipe: Recipe) -> Probe:
    """The probe of a recipe: its whole view as a square."""
    program, size = _program(recipe), (SIDE, SIDE)
    whole = Rect(0, 0, *size)

    def paint(mode: str | int) -> Array:
        plan = render_plan(program, recipe.view, size, mode)
        return Painter(plan, "cpu", to_float).paint(whole).astype(np.float64)

    def finished(pixels: Array) -> Array:
        coloured = three_channels(pixels)
        return 1.0 - coloured if recipe.finish.invert else coloured

    soft = paint(SAMPLES)
    return Probe(finished(soft), finished(paint("none")), clearness(soft))


def clearness(pixels: Array) -> float:
    """How transparent a picture is: 1 minus its mean opacity; pixels (height, width, channels)."""
    if not has_opacity(pixels.shape[-1]):
        return 0.0
    return 1.0 - mean(np.minimum(np.maximum(pixels[..., -1], 0.0), 1.0))


def lines(recipe: Recipe) -> Lines:
    """Some rows and columns of a recipe's picture at 1024x1024, with the recipe's own finish."""
    program = _program(recipe)
    finish = partial(to_bytes, finish=resolve_finish(recipe, program))
    plan = render_plan(program, recipe.view, (LENGTH, LENGTH), recipe.finish.antialias)
    painter = Painter(plan, "cpu", finish)

    def line(rect: Rect) -> Array:
        return (three_channels(painter.paint(rect) / 255) * 255).reshape(LENGTH, 3)

    at = [(2 * k + 1) * LENGTH // (2 * LINES) for k in range(LINES)]
    rows = [line(Rect(0, k, LENGTH, 1)) for k in at]
    columns = [line(Rect(k, 0, 1, LENGTH)) for k in at]
    return Lines(np.stack(rows), np.stack(columns))


def _program(recipe: Recipe) -> Program:
    """The recipe's program; extremes of fields are computed on the probe's grid."""
    return build(recipe, FirstPass(recipe, (SIDE, SIDE), threads=1, keeps=False))


def three_channels(pixels: Array) -> Array:
    """The pixels as three channels: grey is repeated, transparent parts show a white page."""
    channels = pixels.shape[-1]
    if has_opacity(channels):
        opacity = pixels[..., -1:]
        pixels = pixels[..., :-1] * opacity + PAGE * (1.0 - opacity)
    return pixels if channels > 2 else np.repeat(pixels, 3, axis=-1)


def pixels_probe(pixels: Array) -> Probe:
    """The probe of pixels (height, width, 3), bytes or 0..1, at least 64 a side."""
    return sample(pixels.shape[1], pixels.shape[0], [pixels])[0]


def pixels_lines(pixels: Array) -> Lines:
    """Evenly spaced rows and columns of pixels (height, width, 3), bytes or 0..1."""
    return sample(pixels.shape[1], pixels.shape[0], [pixels])[1]


def picture_pixels(picture: Picture) -> Array:
    """The pixels of a picture as in its file, (height, width, 3). Raises `InputError`."""
    pixels = picture.uint8
    coloured = pixels if pixels.shape[-1] == 3 else three_channels(pixels / 255.0)
    return large_enough(repr(picture), coloured)


def large_enough(name: str, pixels: Array) -> Array:
    """The pixels; those of small pictures are repeated to at least 64 a side. Raises `InputError`
    for pictures that are too small for that.
    """
    height, width, _ = pixels.shape
    if min(height, width) < SMALLEST:
        least = f"at least {SMALLEST}x{SMALLEST}"
        raise InputError(
            f"{name}: {width}x{height} is too small to judge; expected {least}, or a recipe"
        )
    times = -(-SIDE // min(height, width, SIDE))
    return pixels.repeat(times, axis=0).repeat(times, axis=1) if times > 1 else pixels
