"""SVG for plotters: lines of equal brightness, in millimetres, a layer for each pen, by contourpy.

Brightness is the sRGB-encoded colour weighted by ITU-R BT.709, so that equal steps look equal.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.srgb import LUMINANCE
from phosphene.core.errors import SizeError
from phosphene.files.format_types import Still
from phosphene.files.formats import load_extra
from phosphene.files.row_buffer import Pixels
from phosphene.files.texts import mark
from phosphene.files.xmp import xmp

WIDTH, INCH = 200.0, 25.4  # millimetres
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" \
xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" \
width="{width:.6g}mm" height="{height:.6g}mm" viewBox="0 0 {width:.6g} {height:.6g}">
<metadata>{texts}</metadata>
"""
LAYER = """<g id="pen-{number}" inkscape:groupmode="layer" inkscape:label="{number} {pen}" \
fill="none" stroke="{pen}" stroke-width="{wide:g}" stroke-linecap="round" stroke-linejoin="round">
"""


class IsolinesWriter:
    """Collects the brightness of all pixels; `finish` writes its contour lines."""

    sample_format = "float"

    def __init__(self, file: BinaryIO, still: Still):
        self.file, self.options, self.top = file, still.options, 0
        size, printed = still.size, still.dpi and still.size[0] / still.dpi * INCH
        width = still.options["width"] or printed or WIDTH
        self.scale = width / size[0]
        self.contourpy = load_extra("svg", "SVG")
        try:
            self.brightness = np.empty((size[1], size[0]), np.float32)
        except MemoryError:
            across = f"{size[0]:,} x {size[1]:,}"
            raise SizeError(
                f"{across} pixels do not fit in memory as SVG", argument="size"
            ) from None
        height = size[1] * self.scale
        texts = mark(still.texts) + xmp(still.texts)
        head = HEAD.format(width=width, height=height, texts=texts)
        file.write(head.encode())

    def write(self, rows: Pixels) -> None:
        into = self.brightness[self.top : self.top + len(rows)]
        if rows.shape[-1] < 3:
            into[:] = rows[..., 0]
        else:
            r, g, b = LUMINANCE
            into[:] = r * rows[..., 0] + g * rows[..., 1] + b * rows[..., 2]
        self.top += len(rows)

    def finish(self) -> None:
        pens = self.options["pens"].split(",")
        levels = self.levels()
        shares = np.array_split(levels, len(pens))  # from dark to light
        lines = None
        if min(self.brightness.shape) > 1:
            lines = self.contourpy.contour_generator(z=self.brightness, line_type="Separate").lines
        for number, (pen, share) in enumerate(zip(pens, shares, strict=True), 1):
            words = {"number": number, "pen": html.escape(pen), "wide": self.options["pen"]}
            self.file.write(LAYER.format(**words).encode())
            for level in share:
                found = lines(float(level)) if lines else []
                self.file.write(self._path(float(level), found).encode())
            self.file.write(b"</g>\n")
        self.file.write(b"</svg>\n")

    def levels(self) -> NDArray[np.float64]:
        """The levels, evenly spaced between the darkest and the brightest pixel."""
        low, high = float(self.brightness.min()), float(self.brightness.max())
        count = self.options["levels"]
        return low + (high - low) * (np.arange(count) + 1.0) / (count + 1)

    def _path(self, level: float, lines: list[NDArray[np.float64]]) -> str:
        """All lines of one level as a path."""
        parts = "".join(_line(points) for points in self._on_paper(lines))
        return f'<path id="level-{level:.4f}" d="{parts}"/>\n' if parts else ""

    def _on_paper(self, lines: list[NDArray[np.float64]]) -> Iterator[NDArray[np.float64]]:
        """Yield lines of shape (n, 2) in millimetres, without lines shorter than `shortest` and
        points closer together than a tenth of a pen.
        """
        step = self.options["pen"] / 10
        for line in lines:
            points = (line + 0.5) * self.scale  # an index is the centre of a pixel
            along = np.sqrt(np.sum(np.diff(points, axis=0) ** 2, axis=1)).cumsum()
            if along[-1] < self.options["shortest"]:
                continue
            new = np.diff(np.floor(along / step), prepend=0) > 0
            new[-1] = True
            yield points[np.concatenate([[True], new])]


def _line(points: NDArray[np.float64]) -> str:
    closed = len(points) > 2 and bool(np.all(points[0] == points[-1]))
    words = [f"{x:.3f},{y:.3f}" for x, y in (points[:-1] if closed else points)]
    return f"M{' '.join(words)}{'Z' if closed else ''}"
