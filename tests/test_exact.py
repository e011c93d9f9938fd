"""Exact functions: as accurate as they say, and the same bits however they are called."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from phosphene.core import exact
from phosphene.core.rng import Stream

LN2 = math.log(2)


class Case(NamedTuple):
    """A function, its like in libm, where to compare them, and the error stated."""

    ours: Callable[[Any], Any]
    libm: Callable[[float], float]
    low: float
    high: float
    relative: float = 0.0
    absolute: float = 0.0
    powers: bool = False


CASES = {
    "log": Case(exact.log, math.log, -1000, 1000, relative=5e-16, powers=True),
    "log near 1": Case(exact.log, math.log, -0.5, 0.5, relative=5e-16, powers=True),
    "exp": Case(exact.exp, math.exp, -708, 709, relative=3e-16),
    "exp near 0": Case(exact.exp, math.exp, -1, 1, relative=3e-16),
    "cbrt": Case(exact.cbrt, math.cbrt, -300, 300, relative=7e-16, powers=True),
    "sin within a turn": Case(exact.sin, math.sin, -2 * math.pi, 2 * math.pi, absolute=1e-15),
    "cos within a turn": Case(exact.cos, math.cos, -math.pi, math.pi, absolute=1e-15),
    "sin": Case(exact.sin, math.sin, -1e6, 1e6, absolute=2e-10),
    "cos": Case(exact.cos, math.cos, -1e6, 1e6, absolute=2e-10),
    "acos": Case(exact.acos, math.acos, -1, 1, absolute=1e-15),
}


def arguments(case: Case, name: str) -> Any:
    x = Stream("tests", f"exact/{name}").uniform(20_000, case.low, case.high)
    return np.exp2(x) if case.powers else x


@pytest.mark.parametrize("name", CASES)
def test_an_exact_function_is_as_accurate_as_it_says(name: str):
    case = CASES[name]
    x = arguments(case, name)
    wanted = np.array([case.libm(float(v)) for v in x])
    error = np.abs(case.ours(x) - wanted)
    bound = np.abs(wanted) * case.relative + case.absolute
    assert (error <= bound).all()
    assert (error > bound / 8).any()  # the statement is not slack


@pytest.mark.parametrize("exponent", [2.4, 1 / 2.4, 1 / 3, 3.0, -1.5])
def test_a_power_is_as_accurate_as_it_says(exponent: float):
    x = np.exp2(Stream("tests", "exact/power").uniform(20_000, -30, 30))
    wanted = np.array([math.pow(v, exponent) for v in x])
    error = np.abs(exact.power(x, exponent) / wanted - 1)
    assert (error <= (1 + np.abs(exponent * np.log(x))) * 4e-16).all()


ALL: dict[str, Callable[[Any], Any]] = {
    "log": exact.log,
    "exp": exact.exp,
    "cbrt": exact.cbrt,
    "sin": exact.sin,
    "cos": exact.cos,
    "power": lambda x: exact.power(x, 2.4),
}


@pytest.mark.parametrize("name", ALL)
def test_a_value_does_not_depend_on_its_neighbours_or_its_place_in_memory(name: str):
    x = np.exp2(Stream("tests", "exact/place").uniform(67, -9, 9))
    whole = ALL[name](x)
    for piece in (x[1:], x[::2], x[::-1], x.reshape(67, 1), np.repeat(x, 3)[1:]):
        found = ALL[name](piece).ravel()
        known = dict(zip(x.tolist(), whole.tolist(), strict=True))
        assert found.tolist() == [known[v] for v in piece.ravel().tolist()]
    assert [float(ALL[name](float(v))) for v in x] == whole.tolist()


# A difference in any bit changes pictures.
BITS = {
    "log": "-0x1.34378fcbda721p+0 0x1.0fae81914a991p-1 0x1.343774f3e2362p+2",
    "exp": "0x1.599058c8c1a96p+0 0x1.5e552770df8a6p+2 0x1.1428e1cbc0143p+178",
    "cbrt": "0x1.56bfea66ef78dp-1 0x1.31881d4da7529p+0 0x1.3ead4f488ee36p+2",
    "sin": "0x1.2e9cd95baba33p-2 0x1.fbbb7d72f98b5p-1 -0x1.9b9dadc41aec8p-1",
    "cos": "0x1.e921dd42f09bbp-1 -0x1.07df9f4a26c8cp-3 -0x1.307e5980a157fp-1",
    "power": "0x1.c77e018c0c76ep-5 0x1.c964086f30239p+1 0x1.98af826df3a40p+16",
}


@pytest.mark.parametrize("name", BITS)
def test_the_bits_are_those_of_every_machine(name: str):
    values = ALL[name](np.array([0.3, 1.7, 123.456]))
    assert " ".join(float(v).hex() for v in values) == BITS[name]


def test_the_ends_are_where_they_should_be():
    assert exact.log(1.0) == 0.0
    assert exact.exp([0.0, -1e4, 1e4]).tolist() == [1.0, 0.0, math.inf]
    assert exact.power([0.0, 1.0], 0.4).tolist() == [0.0, 1.0]
    assert exact.cbrt([0.0, 27.0, -27.0]).tolist() == [0.0, 3.0, -3.0]
    assert exact.sin(0.0) == 0.0


@pytest.mark.parametrize("dtype", [np.float32, np.int64, float])
def test_the_result_is_float64_whatever_comes(dtype: Any):
    for function in ALL.values():
        assert function(np.array([1, 2], dtype)).dtype == np.float64
