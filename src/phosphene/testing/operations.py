"""Tests of single operations on special numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from phosphene.catalogue.activations import ACROSS
from phosphene.core.rng import Stream
from phosphene.engines import Engine
from phosphene.engines.reference import ReferenceEngine
from phosphene.formula import FUNCTIONS, PRIMITIVES, Operand, Rows, Table, Tape
from phosphene.ir.assembling import assemble
from phosphene.ir.entries import Dense
from phosphene.ir.network import Affine
from phosphene.ir.operations import FUSED
from phosphene.ir.program import Program
from phosphene.testing.points import awkward
from phosphene.testing.tolerance import ACCURACY, Array, allowance, compare

# Operations with several roundings. IEEE 754 rounds all others correctly, so they must be equal.
INEXACT = frozenset(ACCURACY) | FUSED | {"dense", "table", "softmax", "logsoftmax", "layer_norm"}
CONSTANTS = (1.7, -0.0, 1e-40, 3e38, math.inf, math.nan)
UNITS = (1, 2, 3, 5, 8, 13)
TINY = ((1e-5,), (0.25,), (0.0,))  # values that a layer norm adds to the variance
KINDS = {"select_k": "rkr", "select_rk": "rrk", "select_kk": "rkk", "copy": "r"}


def check_operation(engine: Engine, name: str, precision: str = "f32") -> None:
    """Check one operation of `OPERATIONS`, in every size and with every special constant. Raises
    `Disagreement`.
    """
    for program in one_operation(name, precision):
        places = awkward(program.inputs, precision)
        got = engine.evaluate(program, places)
        if name == "dense":
            wanted, allowed = _dense_allowance(program, places, got.dtype)
        elif name == "table":
            wanted, allowed = _table_allowance(program, places, got.dtype)
        elif name in ACCURACY and got.dtype == np.float32:
            wanted = ReferenceEngine().evaluate(program, places)
            allowed = ACCURACY[name].bound(wanted)
        elif name in INEXACT:
            wanted, allowed = allowance(program, places, None, got.dtype)
        else:
            wanted, allowed = ReferenceEngine(got.dtype.type).evaluate(program, places), 0.0
        compare(f"{engine.name} {precision}: operation {name}", places, got, wanted, allowed)


def one_operation(name: str, precision: str) -> list[Program]:
    """Programs that consist of the operation alone."""
    if name == "dense":
        return [_dense(outputs, precision) for outputs in (*range(1, 10), 13, 14)]
    if name == "table":
        entries = Table("draws", Stream("phosphene", "testing/table").normal(9))
        return [_alone("table", 2, 2, lambda rows: [rows], precision, entries)]
    if name in ACROSS:
        more = TINY if name == "layer_norm" else ((),)
        return [
            _alone(name, n, n, lambda rows, tiny=tiny: [rows, *tiny], precision)
            for n in UNITS
            for tiny in more
        ]
    base, kinds = _kinds(name)
    constants = CONSTANTS if "k" in kinds else (0.0,)
    inputs = 2 * max(1, kinds.count("r"))
    return [
        _alone(base, inputs, 2, lambda rows, k=k: _operands(kinds, rows, k), precision)
        for k in constants
    ]


def _kinds(name: str) -> tuple[str, str]:
    """The function that the operation implements, and its operands: rows (r), numbers (k)."""
    if name == "fill":
        return name, "k"
    if name in KINDS:
        return name.split("_")[0], KINDS[name]
    if name.startswith("k_"):
        return name[2:], "kr"
    if name.endswith("_k"):
        return name[:-2], "rk"
    return name, "r" * (PRIMITIVES | FUNCTIONS)[name].arity


def _operands(kinds: str, rows: Rows, k: float) -> list[Operand]:
    """Operands for the kinds: two rows for each r; the number, then its half, for each k."""
    made: list[Operand] = []
    at = 0
    for kind in kinds:
        made.append(rows.part(at, 2) if kind == "r" else k)
        at, k = (at + 2, k) if kind == "r" else (at, k / 2)
    return made


def _alone(
    name: str,
    inputs: int,
    count: int,
    operands: Callable[[Rows], list[Operand]],
    precision: str,
    data: object = None,
) -> Program:
    tape = Tape()
    rows = tape.block(inputs)
    made = tape.emit(name, tape.block(count), *operands(rows), data=data)
    return assemble(tape, rows, [made.part(i, 1) for i in range(count)], precision)


def _dense(outputs: int, precision: str) -> Program:
    inputs = 2 * outputs + 1
    stream = Stream("phosphene", f"testing/dense/{outputs}")
    weights = stream.normal(inputs * outputs).reshape(outputs, inputs)
    data = Dense(Affine(0, weights, stream.child("biases").normal(outputs)))
    return _alone("dense", inputs, outputs, lambda rows: [rows], precision, data)


def _table_allowance(program: Program, places: Array, dtype: Any) -> tuple[Array, Array]:
    """The values, and the bound: u times the position in the table times a step, and three
    roundings of both terms.
    """
    i, j = (int(program.code[0, k]) for k in (6, 7))
    largest = float(np.abs(program.numbers[i : i + j]).max())
    unit = float(np.finfo(dtype).eps) / 2
    wanted = ReferenceEngine().evaluate(program, places)
    return wanted, np.full(wanted.shape, unit * (2 * (j - 1) + 6) * largest)


def _dense_allowance(program: Program, places: Array, dtype: Any) -> tuple[Array, Array]:
    """The values, and the bound (n + 2) u (|b| + sum |w x|): n products summed in any order, fused
    or not.

    Higham 2002, "Accuracy and Stability of Numerical Algorithms", section 3.1. Where a sum can
    overflow, any result is allowed.
    """
    inputs, i, j = (int(program.code[0, k]) for k in (3, 6, 7))
    wanted = ReferenceEngine().evaluate(program, places)
    weights = np.abs(program.numbers[i:j].astype(np.float64).reshape(len(wanted), inputs))
    biases = np.abs(program.numbers[j : j + len(wanted)].astype(np.float64))
    limits = np.finfo(dtype)
    with np.errstate(all="ignore"):
        size = weights @ np.abs(places.astype(np.float64)) + biases[:, None]
        allowed = (inputs + 2) * float(limits.eps) / 2 * size + float(limits.smallest_subnormal)
        return wanted, np.where(size < float(limits.max) / 2, allowed, np.inf)
