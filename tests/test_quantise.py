"""Levels from floats: the same in pieces as at once."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.raster import finish as module
from phosphene.raster import quantise
from phosphene.raster.finish import ROUNDINGS
from phosphene.recipe import Finish

SHAPES = [(1, 1, 1), (7, 5, 3), (64, 33, 4), (300, 2, 2), (0, 4, 3), (2, 50_000, 1)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_pieces_are_parts_of_the_whole(monkeypatch, shape, kind, invert: bool, rounding: str):
    pixels = np.random.default_rng(5).random(shape).astype(kind)
    pixels.reshape(-1)[:3] = (0, 0.5, 1)[: pixels.size]
    finish = Finish(invert=invert, rounding=rounding, dither="none")  # type: ignore[arg-type]
    found: list[np.ndarray] = []
    for piece in (1, 100, 1 << 40):
        monkeypatch.setattr(module, "PIECE", piece)
        found.append(quantise(pixels, finish))
    colours = shape[2] - (shape[2] % 2 == 0)
    values = pixels.copy()
    values[..., :colours] = kind(1) - pixels[..., :colours] if invert else pixels[..., :colours]
    levels = ROUNDINGS[rounding](values * kind(255)).astype(np.uint8)
    for made in found:
        assert made.dtype == np.uint8
        assert np.array_equal(made, levels)
