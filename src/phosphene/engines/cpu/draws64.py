"""Tables of random numbers, compiled: `rng.Stream.table` and `rng.normal_quantile`, bit for bit.

A network's weights are a few thousand numbers in a dozen tables. NumPy needs a hundred calls for a
table; here a table takes microseconds. The operations and their order are those of `rng` and
`exact`, and none are contracted to multiply-adds, so the bits are the same.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from phosphene.core.exact import LN2_HIGH, LN2_LOW
from phosphene.core.rng import _CENTRE, _MIDDLE, _TAIL, ROW
from phosphene.engines.cpu.llvm_intrinsics import as_bits64, as_float64, root

CENTRE, MIDDLE, TAIL = np.array(_CENTRE), np.array(_MIDDLE), np.array(_TAIL)
ODD = np.array([1 / odd for odd in range(25, 1, -2)])
HALF = math.sqrt(0.5)
M0, M1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
W0, W1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
LOW, S32, S12 = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(12)
BLOCKS = np.uint64(ROW // 4)
FRACTION, HALVES = (1 << 52) - 1, 1022 << 52  # of a float64: fraction mask; exponent of 1/2

inner = {
    "nogil": True, "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True,
}  # fmt: skip


@njit("uint64(uint64, uint64)", **inner)
def high(a, b):
    """The upper 64 bits of a product."""
    al, ah, bl, bh = a & LOW, a >> S32, b & LOW, b >> S32
    middle = ah * bl + ((al * bl) >> S32)
    other = al * bh + (middle & LOW)
    return ah * bh + (middle >> S32) + (other >> S32)


def fill_table(key0, key1, table):
    """Uniform numbers in (0, 1) by Philox 4x64-10: block b of row r has the counter
    r ROW/4 + b + 1.
    """
    rows, columns = table.shape
    for r in range(rows):
        for b in range(0, columns, 4):
            c0 = np.uint64(r) * BLOCKS + np.uint64(b // 4) + np.uint64(1)
            c1 = c2 = c3 = np.uint64(0)
            k0, k1 = key0, key1
            for _ in range(10):
                h0, l0, h1, l1 = high(M0, c0), M0 * c0, high(M1, c2), M1 * c2
                c0, c1, c2, c3 = h1 ^ c1 ^ k0, l1, h0 ^ c3 ^ k1, l0
                k0, k1 = k0 + W0, k1 + W1
            for j in range(min(4, columns - b)):
                word = c0 if j == 0 else c1 if j == 1 else c2 if j == 2 else c3
                table[r, b + j] = (np.float64(word >> S12) + 0.5) * 2.0**-52


@njit(**inner)
def ratio(coefficients, x):
    a, b = coefficients[0, 0], coefficients[1, 0]
    for k in range(1, coefficients.shape[1]):
        a = a * x + coefficients[0, k]
        b = b * x + coefficients[1, k]
    return a / b


def to_normal(table):
    """Replace every number by its `rng.normal_quantile`, in place."""
    for r in range(table.shape[0]):
        for c in range(table.shape[1]):
            p = table[r, c]
            q = p - 0.5
            bits = as_bits64(min(p, 1 - p))  # never 0: a number is at least 2^-53
            mantissa, e = as_float64((bits & FRACTION) | HALVES), np.float64((bits >> 52) - 1022)
            if mantissa < HALF:
                mantissa, e = mantissa * 2, e - 1.0
            s = (mantissa - 1) / (mantissa + 1)
            square = s * s
            series = ODD[0]
            for k in range(1, len(ODD)):
                series = series * square + ODD[k]
            log = e * LN2_HIGH + (2 * s + (2 * s * (square * series) + e * LN2_LOW))
            tail = root(-log)
            if abs(q) <= 0.425:
                table[r, c] = q * ratio(CENTRE, 0.180625 - q * q)
            else:
                outer = ratio(MIDDLE, tail - 1.6) if tail <= 5 else ratio(TAIL, tail - 5)
                table[r, c] = -outer if q < 0 else outer
