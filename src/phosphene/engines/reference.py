"""The reference engine: NumPy float64, one operation after the other. It is slow and simple; other
engines are compared with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.catalogue.activations import ACROSS
from phosphene.formula import FUNCTIONS, PRIMITIVES, Table, arrays
from phosphene.ir.operations import OPERATIONS
from phosphene.ir.program import Program


class ReferenceEngine:
    """Evaluates any program in float64 with the functions of `formula.arrays`.

    Another `dtype` or other functions show the effect of rounding or of an inexact primitive.
    """

    name = "reference"
    precisions = ("f32", "f64")

    def __init__(self, dtype: type[np.floating] = np.float64, words: Any = arrays):
        self.dtype, self.words = dtype, words

    def evaluate(
        self,
        program: Program,
        points: NDArray[np.floating],
        into: NDArray[np.floating] | None = None,
    ) -> NDArray[np.floating]:
        """Values of shape (channels, n), in the engine's dtype, at points of shape (inputs, n);
        `into` is ignored.
        """
        rows = np.zeros((program.rows, points.shape[1]), self.dtype)
        rows[: len(points)] = points
        numbers = program.numbers.astype(self.dtype)
        with np.errstate(all="ignore"):
            for line in program.code:
                _execute(self.words, rows, numbers, *(int(v) for v in line))
        return rows[program.outputs]


def _execute(
    m: Any,
    rows: Any,
    numbers: Any,
    op: int,
    d: int,
    a: int,
    b: int,
    c: int,
    count: int,
    i: int,
    j: int,
) -> None:
    name = OPERATIONS[op]
    target = slice(d, d + count)
    if name == "dense":
        weights = numbers[i : i + count * b].reshape(count, b)
        for unit in range(count):
            total = np.full(rows.shape[1], numbers[j + unit])
            for k in range(b):
                total = total + weights[unit, k] * rows[a + k]
            rows[d + unit] = total
        return
    first, second, third = (rows[at : at + count] for at in (a, b, c))
    if name == "table":
        rows[target] = m.table(Table("", numbers[i : i + j]), first)
    elif name in ACROSS:
        more = {"tiny": numbers[i]} if name == "layer_norm" else {}
        rows[target] = np.stack(ACROSS[name].formula(m, list(first), **more))
    else:
        rows[target] = ELEMENTWISE[name](m, first, second, third, numbers[i], numbers[j])


def _elementwise(name: str) -> Callable[[Any, Any, Any, Any, Any, Any], Any]:
    """The primitive or function of an operation, with the constant arguments in its name."""
    special: dict[str, Callable[[Any, Any, Any, Any, Any, Any], Any]] = {
        "copy": lambda m, a, b, c, k, k2: a,
        "fill": lambda m, a, b, c, k, k2: k + np.zeros_like(a),
        "select": lambda m, a, b, c, k, k2: m.select(a, b, c),
        "select_k": lambda m, a, b, c, k, k2: m.select(a, k, b),
        "select_rk": lambda m, a, b, c, k, k2: m.select(a, b, k),
        "select_kk": lambda m, a, b, c, k, k2: m.select(a, k, k2),
    }
    if name in special:
        return special[name]
    base = name.removesuffix("_k").removeprefix("k_")
    arity = (PRIMITIVES | FUNCTIONS)[base].arity
    if name.startswith("k_"):
        return lambda m, a, b, c, k, k2: getattr(m, base)(k, a)
    if name.endswith("_k"):
        return lambda m, a, b, c, k, k2: getattr(m, base)(a, k)
    if arity == 1:
        return lambda m, a, b, c, k, k2: getattr(m, base)(a)
    return lambda m, a, b, c, k, k2: getattr(m, base)(a, b)


ELEMENTWISE = {
    name: _elementwise(name)
    for name in OPERATIONS
    if name not in ACROSS and name not in ("dense", "table")
}
