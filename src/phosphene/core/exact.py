"""Elementary functions in float64 with the same bits on every machine.

The numbers of a recipe (weights, palettes, rotations) are computed at build time in NumPy. The bits
of NumPy's transcendentals differ between CPUs, so these use only operations that IEEE 754 rounds
correctly (+ - * / sqrt, floor, frexp, ldexp), in a fixed order. Relative errors are below 3e-16
(exp), 5e-16 (log), 7e-16 (cbrt), (1 + |exponent ln x|) 4e-16 (power), as measured by
`tests/test_exact.py`.
All take array-likes and return float64 arrays.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

LN2 = 0.6931471805599453
LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")
LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
PI = 3.141592653589793
TURN = 2 * PI
PI_LOW = 1.2246467991473532e-16
# The Taylor series of asin(x)/x in x^2, for |x| up to 1/2.
ARCSINE = [math.comb(2 * k, k) / 4**k / (2 * k + 1) for k in range(26)]


def log(x: ArrayLike) -> Array:
    """Natural logarithm of positive numbers: 2 atanh((m-1)/(m+1)) + e ln 2, with m near 1."""
    mantissa, exponent = np.frexp(np.asarray(x, np.float64))
    low = mantissa < math.sqrt(0.5)
    mantissa = np.where(low, mantissa * 2, mantissa)
    exponent = np.where(low, exponent - 1, exponent).astype(np.float64)
    s = (mantissa - 1) / (mantissa + 1)
    square = s * s
    series = np.full_like(s, 1 / 25)
    for odd in range(23, 1, -2):
        series = series * square + 1 / odd
    return exponent * LN2_HIGH + (2 * s + (2 * s * (square * series) + exponent * LN2_LOW))


def exp(x: ArrayLike) -> Array:
    """e to the x; 0 below -745, infinite above 709.8."""
    x = np.asarray(x, np.float64)
    clipped = np.minimum(np.maximum(x, -800.0), 800.0)
    n = np.floor(clipped / LN2 + 0.5)
    f = (clipped - n * LN2_HIGH) - n * LN2_LOW
    series = np.full_like(f, 1 / math.factorial(14))
    for k in range(13, -1, -1):
        series = series * f + 1 / math.factorial(k)
    with np.errstate(over="ignore", under="ignore"):
        return np.ldexp(series, n.astype(np.int64))


def power(x: ArrayLike, exponent: float) -> Array:
    """x to a fixed power, for x >= 0; 0 for x = 0."""
    x = np.asarray(x, np.float64)
    positive = x > 0
    return np.where(positive, exp(log(np.where(positive, x, 1.0)) * exponent), 0.0)


def cbrt(x: ArrayLike) -> Array:
    """Real cube root of any number: an estimate by `power`, then one Newton step."""
    x = np.asarray(x, np.float64)
    root = power(np.abs(x), 1 / 3)
    safe = np.where(root > 0, root, 1.0)
    root = np.where(root > 0, safe - (safe * safe * safe - np.abs(x)) / (3 * safe * safe), 0.0)
    return np.where(x < 0, -root, root)


def sin(x: ArrayLike) -> Array:
    """Sine of radians, for |x| up to 1e6 (absolute error below 1e-10 there, 1e-15 within one
    turn).
    """
    x = np.asarray(x, np.float64)
    n = np.floor(x / PI + 0.5)
    r = (x - n * PI) - n * PI_LOW
    square = r * r
    series = np.full_like(r, -1 / math.factorial(19))
    for k in range(17, 0, -2):
        series = series * square + (1 if k % 4 == 1 else -1) / math.factorial(k)
    odd = n - 2 * np.floor(n / 2)
    return r * series * (1 - 2 * odd)


def cos(x: ArrayLike) -> Array:
    """Cosine of radians; accuracy as `sin`."""
    return sin(np.asarray(x, np.float64) + PI / 2)


def acos(x: ArrayLike) -> Array:
    """The angle, 0 to pi, of a cosine, which is clamped to -1..1 (absolute error below 1e-15)."""
    x = np.minimum(np.maximum(np.asarray(x, np.float64), -1.0), 1.0)
    large = np.abs(x) > 0.5
    square = np.where(large, (1.0 - np.abs(x)) / 2, x * x)
    series = np.full_like(x, ARCSINE[-1])
    for factor in ARCSINE[-2::-1]:
        series = series * square + factor
    angle = np.where(large, np.sqrt(square), x) * series
    return np.where(large, np.where(x > 0, 2 * angle, PI - 2 * angle), PI / 2 - angle)
