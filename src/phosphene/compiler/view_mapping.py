"""Maps the plane of one view to that of another, so that their pictures overlap."""

from __future__ import annotations

from dataclasses import dataclass

from phosphene.engines.plan import Affine
from phosphene.formula import Expr, node, rewrite, var
from phosphene.raster.frame import Size
from phosphene.raster.view import affine
from phosphene.recipe import View

Row = tuple[float, float]
Matrix = tuple[Row, Row]


@dataclass(frozen=True)
class PlaneMapping:
    """An affine map between two planes: the point p of the first is `matrix` p + `offset` in the
    second. `inverse` is that of the matrix.
    """

    matrix: Matrix
    inverse: Matrix
    offset: Row

    def transform(self, roots: list[Expr]) -> list[Expr]:
        """Formulas of the second plane rewritten in the coordinates of the first; gradients and
        shifts remain those of the second.
        """
        x, y = var("x"), var("y")
        place = {
            name: _sum(row, x, y) + off
            for name, row, off in zip("xy", self.matrix, self.offset, strict=True)
        }

        def change(e: Expr, args: tuple[Expr, ...]) -> Expr | None:
            if e.op == "var":
                return place.get(e.value)
            if e.op == "gradient":
                column = int(e.value == "dy")
                slopes = [node("gradient", args, axis) for axis in ("dx", "dy")]
                return _sum((self.inverse[0][column], self.inverse[1][column]), *slopes)
            if e.op == "shifted":
                f, dx, dy = args
                return node("shifted", (f, *(_sum(row, dx, dy) for row in self.inverse)))
            return None

        return rewrite(roots, change)


def _sum(factors: Row, first: Expr, second: Expr) -> Expr:
    """The dot product of factors and (first, second), without terms of factor 0."""
    terms = [e * k for k, e in zip(factors, (first, second), strict=True) if k]
    return terms[0] + terms[1] if len(terms) == 2 else terms[0]


def map_planes(first: View, second: View, size: Size) -> PlaneMapping | None:
    """The map between the planes of two views under which, in pictures of `size`, equal pixels
    coincide. None if the planes are the same.
    """
    one, two = (view.model_copy(update={"positions": "engine"}) for view in (first, second))
    if one == two:
        return None
    (here, (x, y)), (there, other) = _parts(affine(one, size)), _parts(affine(two, size))
    (a, b), (c, d) = matrix = _product(there, _inverse(here))
    offset = other[0] - (a * x + b * y), other[1] - (c * x + d * y)
    return PlaneMapping(matrix, _product(here, _inverse(there)), offset)


def _parts(six: Affine) -> tuple[Matrix, Row]:
    """The change of x and y (rows) per pixel across and down, and the first pixel's point."""
    a, b, c, d, e, f = six
    return ((a, b), (d, e)), (c, f)


def _inverse(m: Matrix) -> Matrix:
    (a, b), (c, d) = m
    scale = 1.0 / (a * d - b * c)
    return (d * scale, -b * scale), (-c * scale, a * scale)


def _product(p: Matrix, q: Matrix) -> Matrix:
    (a, b), (c, d) = q
    first, second = ((row[0] * a + row[1] * c, row[0] * b + row[1] * d) for row in p)
    return first, second
