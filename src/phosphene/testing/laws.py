"""Laws for all programs: the value at a point depends only on the point."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np

from phosphene.core.rng import Stream
from phosphene.engines import Engine
from phosphene.ir.program import Program
from phosphene.testing.pictures import PICTURES, closeness, picture
from phosphene.testing.tolerance import Array, compare, compare_close

POINTS = 1300  # several blocks, the last one not full


def check_law(engine: Engine, name: str, precision: str = "f32") -> None:
    """Check one law of `LAWS`, bit for bit, on every picture. Raises `Disagreement`."""
    for chosen in PICTURES:
        places, whole, again = _twice(engine, name, chosen, precision)
        compare(f"{engine.name} {precision}: {name}, {chosen}", places, again, whole, 0.0)


def check_close_law(engine: Engine, name: str, precision: str = "f32") -> None:
    """Check one law of `LAWS` by the rule of the tier "close", on every picture. Raises
    `Disagreement`.
    """
    for chosen in PICTURES:
        places, whole, again = _twice(engine, name, chosen, precision)
        what = f"{engine.name} {precision}: close {name}, {chosen}"
        compare_close(what, places, again, whole, closeness(chosen))


def _twice(engine: Engine, name: str, chosen: str, precision: str) -> tuple[Array, Array, Array]:
    """Points, their values from one call, and their values evaluated as the law says."""
    program, places = picture(chosen, precision)
    places = np.ascontiguousarray(places[:, :POINTS])
    whole = engine.evaluate(program, places).copy()
    return places, whole, LAWS[name](engine, program, places)


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
