"""The probe and the lines of pixels that arrive in bands of rows, in little memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.channels import has_opacity
from phosphene.colour.srgb import decode, encode, exactly
from phosphene.judge.measures import SIDE, Probe
from phosphene.judge.scanlines import Lines

Array = NDArray[Any]

FILE_LINES = 256
LIGHT = decode(exactly, np.arange(256) / 255.0)  # linear light of a byte


def sample(width: int, height: int, bands: Iterable[Array]) -> tuple[Probe, Lines]:
    """The probe and evenly spaced lines of pixels, at least 64 a side: means over 64x64 cells, and
    the pixels in their centres.

    The bands are (any, width, 3), from top to bottom, bytes or 0..1.
    """
    made = _Sampler(width, height)
    for band in bands:
        made.add(band)
    return made.probe(), made.lines()


class _Sampler:
    def __init__(self, width: int, height: int):
        self.down, self.across = _cells(height), _cells(width)
        self.centres = (self.down[:-1] + self.down[1:]) // 2
        self.middle = (self.across[:-1] + self.across[1:]) // 2
        self.chosen = _spread(height), _spread(width)
        self.top, self.cell = 0, 0
        self.sum = np.zeros((1, width, 3))
        self.cells: list[Array] = []
        self.sharp: list[Array] = []
        self.rows: list[Array] = []
        self.columns: list[Array] = []

    def add(self, band: Array) -> None:
        """Add the next rows."""
        end = self.top + len(band)
        for wanted, found in ((self.centres, self.sharp), (self.chosen[0], self.rows)):
            inside = wanted[(wanted >= self.top) & (wanted < end)] - self.top
            found.append(_unit(band[inside]))
        self.columns.append(_unit(band[:, self.chosen[1]]))
        while len(band):
            part = band[: self.down[self.cell + 1] - self.top]
            # row by row, so that sums do not depend on how many rows come at a time
            self.sum = np.add.reduce(np.concatenate([self.sum, _light(part)]), 0, keepdims=True)
            self.top, band = self.top + len(part), band[len(part) :]
            if self.top == self.down[self.cell + 1]:
                self._end_cells()

    def _end_cells(self) -> None:
        mean = self.sum[0] / (self.down[self.cell + 1] - self.down[self.cell])
        self.cells.append(np.add.reduceat(mean, self.across[:-1], axis=0))
        self.sum, self.cell = np.zeros_like(self.sum), self.cell + 1

    def probe(self) -> Probe:
        soft = encode(exactly, np.stack(self.cells) / np.diff(self.across)[:, None])
        return Probe(soft, np.concatenate(self.sharp)[:, self.middle])

    def lines(self) -> Lines:
        rows, columns = np.concatenate(self.rows), np.concatenate(self.columns)
        rows *= 255
        columns *= 255
        return Lines(rows, columns.transpose(1, 0, 2))


def _cells(length: int) -> Array:
    return np.arange(SIDE + 1) * length // SIDE


def _spread(length: int) -> Array:
    return np.unique(np.linspace(0, length - 1, FILE_LINES).astype(int))


def _light(band: Array) -> Array:
    return LIGHT[band] if band.dtype == np.uint8 else decode(exactly, _unit(band))


def _unit(pixels: Array) -> Array:
    return pixels / 255.0 if pixels.dtype == np.uint8 else pixels.astype(np.float64)


class Clearness:
    """How transparent pixels are that arrive in bands: 1 minus their mean opacity."""

    def __init__(self) -> None:
        self.opacity, self.count = 0.0, 0

    def add(self, pixels: Array) -> Array:
        """Add pixels with channels; returns them."""
        if has_opacity(pixels.shape[-1]):
            shown = np.clip(pixels[..., -1], 0, 255 if pixels.dtype == np.uint8 else 1)
            whole = float(shown.sum(dtype=np.float64))
            self.opacity += whole / 255 if pixels.dtype == np.uint8 else whole
        else:
            self.opacity += pixels.shape[0] * pixels.shape[1]
        self.count += pixels.shape[0] * pixels.shape[1]
        return pixels

    @property
    def value(self) -> float:
        return 1.0 - self.opacity / self.count if self.count else 0.0
