"""Folds: maps of the plane onto a part of it, which give the picture a symmetry."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple


class Fold(NamedTuple):
    formula: Callable[..., tuple[Any, Any]]
    description: str


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
    "mirror_x": Fold(lambda m, x, y, order: (m.abs(x), y), "the left half mirrors the right half"),
    "mirror_y": Fold(lambda m, x, y, order: (x, m.abs(y)), "the upper half mirrors the lower half"),
    "mirror": Fold(lambda m, x, y, order: (m.abs(x), m.abs(y)), "four mirrored quarters"),
    "kaleidoscope": Fold(
        _kaleidoscope, "as many sectors as its order, each with its own mirror axis"
    ),
    "rotational": Fold(_rotational, "rotational symmetry of its order, without mirrors or seams"),
}
