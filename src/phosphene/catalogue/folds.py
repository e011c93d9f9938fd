"""Folds: maps of the plane onto a part of it, so that the picture has a symmetry."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple


class Fold(NamedTuple):
    formula: Callable[..., tuple[Any, Any]]
    says: str


def _kaleidoscope(m: Any, x: Any, y: Any, order: int) -> tuple[Any, Any]:
    sector = 2 * math.pi / order
    turn = m.mod(m.atan2(y, x), sector)
    angle = m.minimum(turn, sector - turn)
    r = m.hypot(x, y)
    return r * m.cos(angle), r * m.sin(angle)


def _rotational(m: Any, x: Any, y: Any, order: int) -> tuple[Any, Any]:
    angle, r = m.atan2(y, x) * float(order), m.hypot(x, y)
    return r * m.cos(angle), r * m.sin(angle)


FOLDS: dict[str, Fold] = {
    "mirror_x": Fold(lambda m, x, y, order: (m.abs(x), y), "left is the mirror of right"),
    "mirror_y": Fold(lambda m, x, y, order: (x, m.abs(y)), "above is the mirror of below"),
    "mirror": Fold(lambda m, x, y, order: (m.abs(x), m.abs(y)), "four mirrored quarters"),
    "kaleidoscope": Fold(_kaleidoscope, "a number of sectors (order), each mirrored in itself"),
    "rotational": Fold(_rotational, "a number of equal turns (order), without mirrors or seams"),
}
