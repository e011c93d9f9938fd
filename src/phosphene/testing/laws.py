"""What holds whatever is drawn: a point's value depends on the point alone."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np

from phosphene.core.rng import Stream
from phosphene.engines import Engine
from phosphene.ir.program import Program
from phosphene.testing.pictures import PICTURES, picture
from phosphene.testing.tolerance import Array, compare

POINTS = 1300  # several blocks, the last one not full


def check_law(engine: Engine, name: str, precision: str = "f32") -> None:
    """One law of `LAWS`, bit for bit, on every picture."""
    for chosen in PICTURES:
        program, places = picture(chosen, precision)
        places = np.ascontiguousarray(places[:, :POINTS])
        whole = engine.evaluate(program, places).copy()
        again = LAWS[name](engine, program, places)
        compare(f"{engine.name} {precision}: {name}, {chosen}", places, again, whole, 0.0)


def _in_parts(engine: Engine, program: Program, places: Array) -> Array:
    cuts = [0, 1, 256, 511, 768, POINTS]
    parts = [engine.evaluate(program, places[:, a:b]).copy() for a, b in itertools.pairwise(cuts)]
    return np.concatenate(parts, axis=1)


def _in_any_order(engine: Engine, program: Program, places: Array) -> Array:
    order = np.argsort(Stream("phosphene", "testing/order").words(places.shape[1]))
    values = engine.evaluate(program, np.ascontiguousarray(places[:, order]))
    back = np.empty_like(values)
    back[:, order] = values
    return back


def _after_others(engine: Engine, program: Program, places: Array) -> Array:
    engine.evaluate(program, np.full_like(places, math.nan))
    return engine.evaluate(program, places)


LAWS: dict[str, Callable[[Engine, Program, Array], Array]] = {
    "points in parts": _in_parts,
    "points in any order": _in_any_order,
    "points after others": _after_others,
}
