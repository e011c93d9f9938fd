"""Where the polynomials of the float32 kernels and of `atan` come from: minimax fits.

`minimax` derives each one again, in extended precision, by the exchange algorithm of Remez (1934).
The constants in the source are its coefficients rounded: their error is the least possible one,
to within what rounding coefficients to float32 adds. After a change of degree or interval, the
second element of `minimax(...)` is the error to state, the first the constants to write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from phosphene.formula import arrays, language

SOURCE = Path(language.__file__).parents[1] / "engines" / "cpu" / "maths32.py"
Wide = np.longdouble
GRID, ROUNDS = 20_000, 40  # an even grid: 0, where ratios have no digits, is not on it
PI = Wide("3.14159265358979323846264338327950288")

Function = Callable[[Any], Any]


def minimax(
    f: Function, powers: Sequence[int], interval: tuple[Any, Any], weight: Function
) -> tuple[Any, float]:
    """The coefficients of `powers` of x for which the largest weight(x) |p(x) - f(x)| on the
    interval is least, and that error.
    """
    low, high = map(Wide, interval)
    steps = np.arange(GRID, dtype=Wide) / (GRID - 1)
    x = (low + high) / 2 - (high - low) / 2 * np.cos(PI * steps)
    count = len(powers) + 1
    at = np.arange(count) * (GRID - 1) // (count - 1)  # Chebyshev's points: the first guess
    signs = (-1.0) ** np.arange(count)
    for _ in range(ROUNDS):
        nodes = x[at]
        rows = [nodes**k for k in powers] + [signs / weight(nodes)]
        *found, _ = solve(np.stack(rows, axis=1), f(nodes))
        error = weight(x) * (f(x) - sum(c * x**k for c, k in zip(found, powers, strict=True)))
        at = extremes(error, count)
        sizes = np.abs(error[at])
        if np.ptp(sizes) < 1e-6 * sizes.max():
            break
    return np.array(found), float(np.abs(error).max())


def extremes(error: Any, count: int) -> Any:
    """Where the error is largest between changes of sign, at `count` places in a row."""
    changes = np.flatnonzero(np.diff(np.sign(error))) + 1
    parts = np.split(np.arange(len(error)), changes)
    at = [int(part[np.argmax(np.abs(error[part]))]) for part in parts]
    while len(at) > count:
        del at[0 if abs(error[at[0]]) < abs(error[at[-1]]) else -1]
    assert len(at) == count
    return np.array(at)


def solve(matrix: Any, right: Any) -> Any:
    """Gauss's elimination with pivots; NumPy's is for float64 only."""
    a = np.concatenate([matrix, right[:, None]], axis=1).astype(Wide)
    for i in range(len(a)):
        pivot = i + int(np.argmax(np.abs(a[i:, i])))
        a[[i, pivot]] = a[[pivot, i]]
        a[i] /= a[i, i]
        for j in range(len(a)):
            if j != i:
                a[j] -= a[i] * a[j, i]
    return a[:, -1]


class Fit(NamedTuple):
    """A polynomial of the source: what it approximates, and how well it says it does."""

    names: str  # the constants' letter
    powers: range
    f: Function
    weight: Function
    interval: tuple[Any, Any]
    error: float  # the least possible, rounded up


def _ratio(f: Function, limit: float) -> Function:
    """f(x) / x, and its limit at 0."""
    return lambda x: np.where(x == 0, Wide(limit), f(x) / np.where(x == 0, 1, x))


ROOT_2 = np.sqrt(Wide(2))
FITS = {
    # 2^x = 1 + x q(x), so that it is 1 at 0; the relative error of 2^x.
    "exp2": Fit(
        "E", range(5), _ratio(lambda x: np.exp2(x) - 1, float(np.log(2))),
        lambda x: np.abs(x) * np.exp2(-x) + Wide(1e-12), (-0.5, 0.5), 9.2e-8,
    ),
    # ln(1 + x) = x q(x); the absolute error of the logarithm.
    "log2": Fit(
        "L", range(8), _ratio(np.log1p, 1.0), lambda x: np.abs(x) + Wide(1e-12),
        (1 / ROOT_2 - 1, ROOT_2 - 1), 3.4e-8,
    ),
    # Odd powers; the absolute error.
    "sin": Fit("S", range(1, 10, 2), np.sin, np.ones_like, (1e-9, PI / 2), 3.4e-9),
}  # fmt: skip


def constants(letter: str) -> Any:
    """The numbers of the source that are named by a letter and a digit, in order."""
    text = SOURCE.read_text(encoding="utf-8")
    found: dict[str, float] = {}
    for names, values in re.findall(rf"^((?:{letter}\d(?:, )?)+) = (.*)$", text, re.MULTILINE):
        numbers = [float(v) for v in re.findall(r"f\(([^)]*)\)", values)]
        found |= dict(zip(names.split(", "), numbers, strict=True))
    return np.array([float(np.float32(found[k])) for k in sorted(found)])


def source_error(name: str, change: float = 0.0) -> float:
    """The largest weighted error of the source's polynomial, its last coefficient changed."""
    fit = FITS[name]
    own = constants(fit.names)[name == "exp2" :]  # E0 is 1, by construction
    own[-1] *= 1 + change
    x = np.linspace(*map(Wide, fit.interval), GRID)
    value = sum(c * x**k for c, k in zip(own, fit.powers, strict=True))
    return float(np.abs(fit.weight(x) * (value - fit.f(x))).max())


def rounding(name: str) -> float:
    """The most that rounding its coefficients to float32 may add to a polynomial's error."""
    fit = FITS[name]
    own = constants(fit.names)[name == "exp2" :].astype(np.float32)
    x = np.linspace(*map(Wide, fit.interval), GRID)
    halves = np.abs(np.spacing(own)) / 2
    added = sum(h * np.abs(x**k) for h, k in zip(halves, fit.powers, strict=True))
    return float((fit.weight(x) * added).max())


@pytest.mark.parametrize("name", FITS)
def test_a_polynomial_of_the_kernels_is_the_best_of_its_degree(name: str):
    fit = FITS[name]
    found, least = minimax(fit.f, fit.powers, fit.interval, fit.weight)
    assert 0.95 * fit.error < least < fit.error
    assert source_error(name) <= least + rounding(name)
    own = constants(fit.names)[name == "exp2" :]
    np.testing.assert_allclose(own, found.astype(float), rtol=1e-6)


@pytest.mark.parametrize("name", FITS)
def test_a_coefficient_that_is_off_in_the_fourth_digit_is_caught(name: str):
    assert source_error(name, 1e-3) > FITS[name].error + rounding(name)


def test_the_arc_tangent_is_within_the_least_error_of_its_degree():
    x = np.linspace(Wide(1e-9), Wide(1), GRID)
    _, least = minimax(np.arctan, range(1, 16, 2), (1e-9, 1), np.ones_like)
    assert float(np.abs(arrays.atan(x) - np.arctan(x)).max()) < 1.05 * least < 4e-8
