"""SVG for plotters: lines of equal brightness and hatched areas, in millimetres, a layer for each
pen. The contours are traced by contourpy; Shapely simplifies and hatches them.

Brightness is the sRGB-encoded colour weighted by ITU-R BT.709, so that equal steps look equal.
"""

from __future__ import annotations

import html
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.srgb import LUMINANCE
from phosphene.core.errors import SizeError, UserError
from phosphene.files import pen_areas
from phosphene.files.format_types import Still
from phosphene.files.formats import load_extra
from phosphene.files.pen_paths import Drawn, Path, closed, in_order, measure
from phosphene.files.row_buffer import Pixels
from phosphene.files.texts import mark
from phosphene.files.xmp import xmp

WIDTH, INCH = 200.0, 25.4  # millimetres
FINEST = 0.1  # millimetres between hatch lines; finer than any pen
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" \
xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" \
width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">
{about}"""
LAYER = """<g id="pen-{number}" inkscape:groupmode="layer" inkscape:label="{number} {pen}" \
fill="none" stroke="{pen}" stroke-width="{wide:g}" stroke-linecap="round" stroke-linejoin="round">
"""

Levels = NDArray[np.float64]


class IsolinesWriter:
    """Collects the brightness of all pixels; `finish` draws it, and `report` then says how much
    there is to draw.
    """

    sample_format = "float"

    def __init__(self, file: BinaryIO, still: Still):
        self.file, self.options, self.top, self.report = file, still.options, 0, ""
        if 0 < still.options["hatch"] < FINEST:
            raise UserError(
                f"format option hatch={still.options['hatch']:g}: expected 0, or at least {FINEST} "
                "millimetres between lines"
            )
        self.page = _page(still)
        self.scale, self.corner = _placed(still.size, self.page, still.options["margin"])
        self.contourpy = load_extra("svg", "SVG")
        pen_areas.shapely()
        try:
            self.brightness = np.empty((still.size[1], still.size[0]), np.float32)
        except MemoryError:
            across = "{:,} x {:,}".format(*still.size)
            raise SizeError(
                f"{across} pixels do not fit in memory as SVG", argument="size"
            ) from None
        texts = mark(still.texts) + xmp(still.texts) if still.texts else ""
        about = f"<metadata>{texts}</metadata>\n" if texts else ""
        width, height = map(_number, self.page)
        file.write(HEAD.format(width=width, height=height, about=about).encode())

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
        tracer = None
        if min(self.brightness.shape) > 1:
            tracer = self.contourpy.contour_generator(
                z=self.brightness, line_type="ChunkCombinedOffset",
                fill_type="ChunkCombinedOffsetOffset",
            )  # fmt: skip
        total = Drawn()
        levels = self.levels()
        for number, share in enumerate(np.array_split(np.arange(len(levels)), len(pens))):
            pen = html.escape(pens[number])
            words = {"number": number + 1, "pen": pen, "wide": self.options["pen"]}
            self.file.write(LAYER.format(**words).encode())
            if tracer is not None:
                angle = 45 + 180 * number / len(pens)
                total = total.plus(self._layer(tracer, levels, share, angle, pen))
            self.file.write(b"</g>\n")
        self.file.write(b"</svg>\n")
        self.report = str(total)

    def levels(self) -> Levels:
        """The levels, evenly spaced between the darkest and the brightest pixel."""
        low, high = float(self.brightness.min()), float(self.brightness.max())
        count = self.options["levels"]
        return low + (high - low) * (np.arange(count) + 1.0) / (count + 1)

    def _layer(self, tracer: Any, levels: Levels, share: Any, angle: float, pen: str) -> Drawn:
        """Write what one pen draws: the lines of its levels, and the areas just darker."""
        paths: list[Path] = []
        of: list[float] = []  # the level of each path
        below = np.concatenate([[float(self.brightness.min()) - 1], levels])
        for k in share:
            level = float(levels[k])
            found = self._lines(tracer, level) if self.options["lines"] else []
            if self.options["hatch"] or self.options["fill"]:
                shape = self._area(tracer, float(below[k]), level)
                if self.options["fill"]:
                    self._fill(shape, level, pen)
                if self.options["hatch"]:  # as much ink as the area is darker than the brightest
                    ink = 1 - (k + 0.5) / (len(levels) + 1)
                    found += pen_areas.hatched(shape, self.options["hatch"] / ink, angle)
            paths += found
            of += [level] * len(found)
        ordered = in_order(paths)
        self._strokes([path for _, path in ordered], [of[k] for k, _ in ordered])
        return measure([path for _, path in ordered])

    def _lines(self, tracer: Any, level: float) -> list[Path]:
        points, offsets = (parts[0] for parts in tracer.lines(level))
        if points is None:
            return []
        lines = pen_areas.lines_of(self._on_paper(points), offsets)
        return pen_areas.simplified(lines, self.options["tolerance"], self.options["shortest"])

    def _area(self, tracer: Any, low: float, high: float) -> Any:
        points, rings, polygons = (parts[0] for parts in tracer.filled(low, high))
        if points is None:
            points, rings, polygons = np.empty((0, 2)), np.zeros(1), np.zeros(1)
        return pen_areas.area(self._on_paper(points), rings, polygons, self.options["tolerance"])

    def _on_paper(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points in indices of pixels, in millimetres on the page."""
        return (points + 0.5) * self.scale + self.corner  # an index is the centre of a pixel

    def _strokes(self, paths: list[Path], of: list[float]) -> None:
        """Write paths in this order, successive ones of one level as one element."""
        for k, path in enumerate(paths):
            if k == 0 or of[k] != of[k - 1]:
                end = '"/>\n' if k else ""
                self.file.write(f'{end}<path class="level-{of[k]:.4f}" d="'.encode())
            self.file.write(_drawn(path).encode())
        self.file.write(b'"/>\n' if paths else b"")

    def _fill(self, shape: Any, level: float, pen: str) -> None:
        parts = "".join(map(_drawn, pen_areas.rings_of(shape)))
        if parts:
            start = f'<path class="below-{level:.4f}" fill="{pen}" stroke="none" '
            self.file.write(f'{start}fill-rule="evenodd" d="{parts}"/>\n'.encode())


def _page(still: Still) -> tuple[float, float]:
    """The width and height of the page in millimetres: as the option asks, else the paper, else at
    the resolution, else 200 wide.
    """
    width, height = map(float, still.size)
    asked = still.options["width"]
    if not asked and still.paper:
        return still.paper
    asked = asked or (width / still.dpi * INCH if still.dpi else WIDTH)
    if still.paper:
        width, height = still.paper
    return asked, asked / width * height


def _placed(
    size: tuple[int, int], page: tuple[float, float], margin: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Millimetres of a pixel across and down, and where the picture begins: it fills the page, or
    is as large as the margins let it be, in the middle.
    """
    if 2 * margin >= min(page):
        raise UserError(
            f"format option margin={margin:g}: nothing is left of a page of {_number(page[0])} x "
            f"{_number(page[1])} mm; expected less than half of its shorter side"
        )
    whole = np.array(page)
    share = float(((whole - 2 * margin) / whole).min())
    return whole * share / size, whole * (1 - share) / 2


def _number(length: float) -> str:
    return f"{length:.4f}".rstrip("0").rstrip(".")


def _drawn(path: Path) -> str:
    ring = closed(path)
    points = (path[:-1] if ring else path).round(3) + 0.0
    return f"M{' '.join(f'{x:.7g},{y:.7g}' for x, y in points.tolist())}{'Z' if ring else ''}"
